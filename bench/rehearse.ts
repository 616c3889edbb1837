import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openPostgres } from '../src/sandbox/engines/postgres/index.ts'
import { type Command, type Measured, measure } from './measure.ts'
import { type Part, profileRehearsal } from './rehearse-profile.ts'

/** A rehearsal that was timed, and what it may take. */
export interface TimedRehearsal extends Measured {
  readonly name: string
  /** Ms. */
  readonly most: number
  /** MiB of any one process. */
  readonly mostMemory: number
}

const head = "SET lock_timeout = '5s';\n"
const orders =
  'CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status varchar(20), total integer, note text);\n'
const six = [
  'ALTER TABLE orders ADD COLUMN region text',
  'UPDATE orders SET total = 0 WHERE total IS NULL',
  'ALTER TABLE orders ALTER COLUMN total SET NOT NULL',
  'CREATE INDEX orders_status ON orders (status)',
  'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)',
  'ALTER TABLE orders DROP COLUMN note',
]

/** The builder's calls for `six`, and their down. */
const sequelize = `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'region', { type: Sequelize.TEXT })
    await queryInterface.sequelize.query('${six[1]}')
    await queryInterface.changeColumn('orders', 'total', { type: Sequelize.INTEGER, allowNull: false })
    await queryInterface.addIndex('orders', ['status'], { name: 'orders_status' })
    await queryInterface.sequelize.query('${six[4]}')
    await queryInterface.removeColumn('orders', 'note')
  },
  async down(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })
    await queryInterface.removeConstraint('orders', 'orders_customer')
    await queryInterface.removeIndex('orders', 'orders_status')
    await queryInterface.removeColumn('orders', 'region')
  },
}
`
const typeormClass = (
  name: string,
  up: readonly string[],
  down: readonly string[],
) => `const lines = (queryRunner, all) => all.reduce((before, sql) => before.then(() => queryRunner.query(sql)), Promise.resolve())
module.exports = { ${name}: class ${name} {
  up(queryRunner) { return lines(queryRunner, ${JSON.stringify(up)}) }
  down(queryRunner) { return lines(queryRunner, ${JSON.stringify(down)}) }
} }
`
const statements = (sql: string) => sql.split(';\n').filter((line) => line !== '')

/** Projects to rehearse, each with its last migration; \`fifty\`: of fifty. */
const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sequelize: {
    'package.json': '{ "dependencies": { "sequelize": "^6.0.0", "pg": "*" } }',
    'migrations/20240101000000-orders.js': `module.exports = { async up(queryInterface) { for (const sql of ${JSON.stringify(statements(orders))}) await queryInterface.sequelize.query(sql) } }\n`,
    'migrations/20240102000000-six.js': sequelize,
  },
  typeorm: {
    'package.json': '{ "dependencies": { "typeorm": "^1.0.0", "pg": "*" } }',
    'migrations/1700000000000-Orders.js': typeormClass('Orders1700000000000', statements(orders), [
      'DROP TABLE orders',
      'DROP TABLE customers',
    ]),
    'migrations/1700000000001-Six.js': typeormClass('Six1700000000001', six, [
      'ALTER TABLE orders ADD COLUMN note text',
      'ALTER TABLE orders DROP CONSTRAINT orders_customer',
      'DROP INDEX orders_status',
      'ALTER TABLE orders DROP COLUMN region',
    ]),
  },
  sql: { 'migrations/001.sql': orders, 'migrations/002.sql': `${head}${six.join(';\n')};\n` },
  fifty: Object.fromEntries([
    ['migrations/000.sql', orders],
    ...Array.from({ length: 50 }, (_, i) => [
      `migrations/${String(i + 1).padStart(3, '0')}.sql`,
      `${head}CREATE INDEX orders_total_${i} ON orders (total, status);\n`,
    ]),
  ]),
}

/** What rehearsals take, and where the time of the one of Sequelize goes; `parts` is empty where no server can be started. */
export interface RehearsalFigures {
  readonly timed: readonly TimedRehearsal[]
  readonly parts: readonly Part[]
}

/** Times `surefoot rehearse` of generated projects, whole processes, below `work`. On servers of this machine's programs where there are any. */
export async function measureRehearsals(root: string, work: string, runs: number): Promise<RehearsalFigures> {
  const home = join(work, 'rehearse')
  rmSync(home, { recursive: true, force: true })
  for (const [name, files] of Object.entries(projects)) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name, path)), { recursive: true })
      writeFileSync(join(home, name, path), text)
    }
    symlinkSync(join(root, 'node_modules'), join(home, name, 'node_modules'))
  }
  const command = (name: string, engine: string, paths: readonly string[]): Command => ({
    name: `rehearse, ${name} on ${engine}`,
    program: process.execPath,
    args: [join(root, 'dist/surefoot.js'), 'rehearse', ...paths, '--dialect', 'postgres', '--engine', engine, '--format', 'json'],
    cwd: join(home, name),
  })
  const last = (name: string) => [
    Object.keys(projects[name]!)
      .filter((path) => path.startsWith('migrations/'))
      .sort()
      .at(-1)!,
  ]
  const timed: (readonly [Command, number, number])[] = [[command('sql', 'pglite', last('sql')), 2500, 500]]
  const own = await hasPrograms(root)
  if (own)
    timed.push(
      [command('sequelize', 'binary', last('sequelize')), 2500, 250],
      [command('typeorm', 'binary', last('typeorm')), 3500, 250],
      [command('sql', 'binary', last('sql')), 1500, 250],
      [command('fifty', 'binary', []), 60_000, 250],
    )
  const measured = measure(
    timed.map(([each]) => each),
    runs,
  )
  return {
    timed: timed.map(([{ name }, most, mostMemory], i) => ({ name, most, mostMemory, ...measured[i]! })),
    parts: own ? await profileRehearsal(join(home, 'sequelize'), last('sequelize')[0]!, runs) : [],
  }
}

async function hasPrograms(root: string): Promise<boolean> {
  const request = { dialect: 'postgres', wanted: undefined, asked: 'binary', allowRemote: false, root, extensions: [], bytes: 0 } as const
  try {
    await (await openPostgres(request)).close()
    return true
  } catch (error) {
    process.stdout.write(`skipped: rehearsals on PostgreSQL: ${(error as Error).message}\n`)
    return false
  }
}
