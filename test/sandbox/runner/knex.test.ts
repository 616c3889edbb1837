import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { postgresObserver } from '../../../src/sandbox/observe/postgres.ts'
import { findPackage } from '../../../src/sandbox/packages.ts'
import { engines } from '../postgres-servers.ts'
import { type Bench, bench, snapshotOf } from './project-bench.ts'

const packages = join(import.meta.dirname, '../../..')
const installed = findPackage(packages, 'knex') !== undefined
if (!installed) console.warn('skipped: Knex as a runner, since the package knex is not installed here')
const all = installed ? await engines() : { found: [], absent: [] }
for (const sentence of all.absent) console.warn(`skipped: ${sentence}`)

const files = {
  'package.json': '{ "dependencies": { "knex": "^3.0.0", "pg": "^8.0.0" } }',
  'knexfile.js': "module.exports = { client: 'pg' }",
  'migrations/01-add.js': `exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => { table.integer('a') })
  await knex('orders')
    .where('id', '<', 10)
    .update({ a: 1 })
}
exports.down = (knex) => knex.schema.alterTable('orders', (table) => table.dropColumn('a'))
`,
  'migrations/02-alone.ts': `import type { Knex } from 'knex'

export const config = { transaction: false }
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX CONCURRENTLY orders_status ON orders (status)')
}
export async function down(knex: Knex): Promise<void> {
  knex.raw('DROP INDEX orders_status')
}
`,
  'migrations/03-fails.js': `exports.up = (knex) => knex.schema.alterTable('orders', (table) => { table.integer('b') }).dropTable('nobody')
exports.down = () => {}
`,
}

const mapped = {
  'package.json': '{ "dependencies": { "knex": "^3.0.0", "pg": "^8.0.0" } }',
  'knexfile.js': "module.exports = { client: 'pg', ...knexSnakeCaseMappers() }",
  'migrations/01-add.js': `exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => { table.string('oldStatus') })
  for (const row of await knex('orders').select('id', 'lineCount').limit(1)) await knex('orders').where({ id: row.id }).update({ oldStatus: row.lineCount })
}
exports.down = (knex) => knex.schema.alterTable('orders', (table) => table.dropColumn('oldStatus'))
`,
}

describe.each(all.found)('Knex on %s', (_, engine: Engine) => {
  let project: Bench
  let base: Snapshot

  beforeAll(async () => {
    project = await bench(files, { framework: 'knex', dialect: 'postgres', observer: postgresObserver, packages })
    base = await snapshotOf(
      engine,
      'CREATE TABLE orders (id serial PRIMARY KEY, status text, line_count integer DEFAULT 3)',
      "INSERT INTO orders (status) SELECT 'new' FROM generate_series(1, 50)",
    )
  }, 60_000)
  afterAll(async () => {
    await project.close()
    await engine.close()
  })

  it('runs up and down in a transaction, with the line of each statement', async () => {
    const database = await engine.create(base)
    const up = await project.run('01-add', database)
    expect(up).toMatchObject({ failure: undefined, killed: undefined })
    const file = 'migrations/01-add.js'
    expect(up.statements).toMatchObject([
      { sql: expect.stringMatching(/add column "a" integer/), file, line: 2, inTransaction: true },
      { sql: expect.stringMatching(/update "orders" set "a"/), file, line: 3, inTransaction: true },
    ])
    const down = await project.run('01-add', database, { direction: 'down' })
    expect(down).toMatchObject({ failure: undefined, statements: [{ sql: expect.stringMatching(/drop column "a"/) }] })
    await database.drop()
  })

  it('opens no transaction where the migration asks for none, and sends nothing that nobody waits for', async () => {
    const database = await engine.create(base)
    expect(await project.run('02-alone', database)).toMatchObject({ failure: undefined, statements: [{ inTransaction: false }] })
    expect(await project.run('02-alone', database, { direction: 'down' })).toMatchObject({ failure: undefined, statements: [] })
    await database.drop()
  })

  it('maps names as the project does', async () => {
    const own = await bench(mapped, { framework: 'knex', dialect: 'postgres', observer: postgresObserver, packages })
    const database = await engine.create(base)
    expect(await own.run('01-add', database)).toMatchObject({
      failure: undefined,
      statements: [
        { sql: expect.stringMatching(/add column "old_status"/) },
        { sql: expect.stringMatching(/select "id", "line_count"/) },
        { sql: expect.stringMatching(/update "orders" set "old_status" = /) },
      ],
    })
    const session = await database.open()
    expect(await session.query('SELECT old_status FROM orders WHERE old_status IS NOT NULL')).toMatchObject({ rows: [{ old_status: '3' }] })
    await session.close()
    await database.drop()
    await own.close()
  })

  it('stops at what the server refuses', async () => {
    const database = await engine.create(base)
    const outcome = await project.run('03-fails', database)
    expect(outcome).toMatchObject({ failure: { code: '42P01' }, statements: [{ failure: undefined }, { failure: { code: '42P01' } }] })
    // Knex writes the whole statement in front of what the server says.
    expect(outcome.failure!.message).toBe('table "nobody" does not exist')
    await database.drop()
  })
})
