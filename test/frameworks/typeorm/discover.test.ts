import { describe, expect, it } from 'vitest'
import { discover } from '../../../src/frameworks/typeorm/discover.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const migration = (name: string) => `
import { MigrationInterface, QueryRunner } from 'typeorm'
export class ${name} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {}
  public async down(queryRunner: QueryRunner): Promise<void> {}
}`
const dataSource = (type: string, more = '') => `
import { DataSource } from 'typeorm'
export default new DataSource({ type: '${type}', migrations: ['src/migrations/**/*.ts'], entities: ['src/entity/**/*.ts'], ${more} })`

function histories(files: Readonly<Record<string, string>>, dependencies: Readonly<Record<string, string>> = {}) {
  return discover(memoryProject(files, dependencies), {})
}

describe('TypeORM discovery', () => {
  it('orders migrations by the timestamp at the end of the class name, not by file', () => {
    const [history] = histories({
      'src/migrations/a.ts': migration('AddEmail1700000000002'),
      'src/migrations/b.ts': migration('Init1700000000001'),
      'src/data-source.ts': dataSource('postgres'),
    })
    expect(history?.entries.map((entry) => entry.id)).toEqual(['Init1700000000001', 'AddEmail1700000000002'])
    expect(history?.dialect).toBe('postgres')
    expect(history?.dialectBecause).toContain('src/data-source.ts')
  })

  it('knows the engine by the files of the environment, or by what the program has without it', () => {
    const of = (type: string, env: Readonly<Record<string, string>> = {}) =>
      histories({
        'src/migrations/a.ts': migration('A1700000000001'),
        'src/data-source.ts': dataSource('x').replace("'x'", type),
        ...env,
      })[0]?.dialect
    expect(of('process.env.DB_TYPE as any')).toBeUndefined()
    expect(of('process.env.DB_TYPE as any', { '.env.sample': 'DB_TYPE=mysql' })).toBe('mysql')
    expect(of("(process.env.DB_TYPE as any) || 'postgres'")).toBe('postgres')
  })

  it('takes the name property before the name of the class', () => {
    const [history] = histories({
      'migrations/1.ts': migration('Init').replace('public async up', "name = 'Init1700000000009'\n  public async up"),
      'data-source.ts': dataSource('mysql'),
    })
    expect(history?.entries).toEqual([{ id: 'Init1700000000009', path: 'migrations/1.ts', exportName: 'Init' }])
  })

  it('keeps folders that are named for engines apart, each with its dialect', () => {
    const found = histories({
      'src/migrations/postgres/1.ts': migration('A1700000000001'),
      'src/migrations/mysql/1.ts': migration('A1700000000001'),
      'src/migrations/mariadb/1.ts': migration('A1700000000001'),
      'src/migrations/sqlite/1.ts': migration('A1700000000001'),
    })
    expect(found.map((history) => [history.directory, history.dialect])).toEqual([
      ['src/migrations/mariadb', 'mariadb'],
      ['src/migrations/mysql', 'mysql'],
      ['src/migrations/postgres', 'postgres'],
      ['src/migrations/sqlite', 'sqlite'],
    ])
  })

  it('is one history for the years that sub-folders divide', () => {
    const found = histories({
      'migrations/0.ts': migration('A1600000000001'),
      'migrations/2024/1.ts': migration('A1700000000001'),
      'migrations/2025/1.ts': migration('A1800000000001'),
    })
    expect(found.map((history) => history.entries.length)).toEqual([3])
  })

  it('finds several classes in one file, JavaScript classes and compiled ones', () => {
    const [history] = histories({
      'migration/1.js': `module.exports = class A1700000000001 { async up(queryRunner) {} async down(queryRunner) {} }`,
      'migration/2.ts': migration('B1700000000002') + migration('C1700000000003'),
    })
    expect(history?.entries.map((entry) => entry.id)).toEqual(['A1700000000001', 'B1700000000002', 'C1700000000003'])
  })

  it('passes over files of other frameworks, declarations and build output', () => {
    expect(
      histories({
        'migrations/1.js': `module.exports = { up: async (queryInterface) => {}, down: async () => {} }`,
        'migrations/2.js': `exports.up = (knex) => knex.schema.createTable('t', () => {})`,
        'dist/migrations/3.js': `class X1700000000001 { async up(queryRunner) {} }`,
        'migrations/4.d.ts': migration('D1700000000001'),
      }),
    ).toEqual([])
  })

  it('takes the only installed driver when no data source is found', () => {
    const [history] = histories({ 'migrations/1.ts': migration('A1700000000001') }, { mysql2: '^3.0.0' })
    expect(history?.dialect).toBe('mysql')
  })

  it('takes the drivers of the nearest package.json that names one', () => {
    const [history] = histories({
      'package.json': '{ "dependencies": { "pg": "^8", "mysql2": "^3" } }',
      'apps/a/package.json': '{ "dependencies": { "better-sqlite3": "^11" } }',
      'apps/a/migrations/1.ts': migration('A1700000000001'),
    })
    expect(history?.dialect).toBe('sqlite')
  })

  it('says what to pass when the database is not known', () => {
    const [history] = histories({ 'migrations/1.ts': migration('A1700000000001') }, { pg: '^8', mysql2: '^3' })
    expect(history?.dialect).toBeUndefined()
    expect(history?.dialectBecause).toContain('--dialect')
  })

  it('skips CockroachDB and says so', () => {
    const [history] = histories({ 'src/migrations/1.ts': migration('A1700000000001'), 'data-source.ts': dataSource('cockroachdb') })
    expect(history?.entries).toEqual([])
    expect(history?.skipped).toEqual({ cockroachdb: 1 })
  })

  it('passes over a folder that was put aside, and says so, where the data source names another', () => {
    const files = {
      'src/migrations/2.ts': migration('B1700000000002'),
      'src/migrations-old/1.ts': migration('A1700000000001'),
      'src/more-migrations/1.ts': migration('C1700000000003'),
    }
    const counts = (more: Record<string, string>) =>
      histories({ ...files, ...more }, { pg: '^8' }).map(({ directory, entries, skipped }) => [
        directory,
        entries.length,
        Object.values(skipped),
      ])
    expect(counts({ 'src/data-source.ts': dataSource('postgres') })).toEqual([
      ['src/migrations', 1, []],
      ['src/migrations-old', 0, [1]],
      ['src/more-migrations', 1, []],
    ])
    expect(counts({})).toContainEqual(['src/migrations-old', 1, []])
    const named = dataSource('postgres').replace('src/migrations/', 'src/migrations-old/')
    expect(counts({ 'src/data-source.ts': named })).toContainEqual(['src/migrations-old', 1, []])
  })

  it('reads the transaction mode of the data source', () => {
    const [history] = histories({
      'src/migrations/1.ts': migration('A1700000000001'),
      'data-source.ts': dataSource('postgres', "migrationsTransactionMode: 'each',"),
    })
    expect(history?.settings.transactionMode).toBe('each')
  })

  it('reads NestJS modules, ormconfig.json and several connections in one file', () => {
    const nest = `@Module({ imports: [TypeOrmModule.forRoot({ /* type: 'mysql' */ type: 'mariadb', autoLoadEntities: true })] }) export class AppModule {}`
    expect(histories({ 'src/migrations/1.ts': migration('A1700000000001'), 'src/app.module.ts': nest })[0]?.dialect).toBe('mariadb')
    const json = JSON.stringify({ type: 'mysql', migrations: ['src/migrations/*.ts'] })
    expect(histories({ 'src/migrations/1.ts': migration('A1700000000001'), 'ormconfig.json': json })[0]?.dialect).toBe('mysql')
    const both = `
      const dev: DataSourceOptions = { type: 'sqlite', migrations: ['server/migration/lite/**/*.ts'] }
      const prod: DataSourceOptions = { type: 'postgres', migrations: ['server/migration/big/**/*.ts'] }
      export default new DataSource(process.env.PROD ? prod : dev)`
    const found = histories({
      'server/migration/lite/1.ts': migration('A1700000000001'),
      'server/migration/big/1.ts': migration('A1700000000001'),
      'server/datasource.ts': both,
    })
    expect(found.map((history) => [history.directory, history.dialect])).toEqual([
      ['server/migration/big', 'postgres'],
      ['server/migration/lite', 'sqlite'],
    ])
  })

  it('finds migrations in the folder that the data source names, whatever it is called', () => {
    const source = "export default new DataSource({ type: 'postgres', migrations: [__dirname + '/changes/*{.ts,.js}'] })"
    const [history] = histories(
      { 'src/db/changes/1.ts': migration('A1700000000001'), 'src/db/data-source.ts': source },
      { typeorm: '^1.1.0' },
    )
    expect(history?.entries).toHaveLength(1)
  })

  it('reads only the files that it is pointed to', () => {
    const project = memoryProject({ 'db/a/1.ts': migration('A1700000000001'), 'db/b/1.ts': migration('B1700000000001') })
    expect(
      discover(project, { paths: ['db/a'], dialect: 'postgres' }).flatMap((history) => history.entries.map((entry) => entry.id)),
    ).toEqual(['A1700000000001'])
  })
})

describe('classes whose up stands elsewhere', () => {
  const base = `import { MigrationInterface, QueryRunner } from 'typeorm'
export abstract class Step implements MigrationInterface {
  abstract table: string
  async up(queryRunner: QueryRunner) { await queryRunner.query('ALTER TABLE ' + this.table + ' ADD COLUMN x int') }
  async down(queryRunner: QueryRunner) {}
}`
  const ids = (files: Readonly<Record<string, string>>) => histories(files).flatMap(({ entries }) => entries.map(({ id }) => id))
  const heir = (from: string, name = 'Step') =>
    `import { ${name} } from '${from}'\nexport class A1700000000001 extends ${name} { table = 'users' }`

  it('are migrations when a class above them has it, through imports, barrels and functions that make classes', () => {
    expect(ids({ 'migrations/1.ts': heir('../step'), 'step.ts': base })).toEqual(['A1700000000001'])
    expect(ids({ 'migrations/1.ts': heir('../lib'), 'lib/index.ts': "export * from './step'", 'lib/step.ts': base })).toHaveLength(1)
    const middle = "import { Step } from './step'\nexport class Middle extends Step {}"
    expect(ids({ 'migrations/1.ts': heir('../middle', 'Middle'), 'middle.ts': middle, 'step.ts': base })).toHaveLength(1)
    const factory = `import { QueryRunner } from 'typeorm'
export const stepOn = (table: string) => class { async up(queryRunner: QueryRunner) { await queryRunner.dropTable(table) } }`
    const made = "import { stepOn } from '../factory'\nexport class A1700000000001 extends stepOn('users') {}"
    expect(ids({ 'migrations/1.ts': made, 'factory.ts': factory })).toHaveLength(1)
  })

  it('are migrations by the digits of their name when the class above is of a package', () => {
    expect(ids({ 'migrations/1.ts': heir('@acme/db') })).toEqual(['A1700000000001'])
    expect(ids({ 'migrations/1.ts': "import { Step } from '@acme/db'\nexport class Helper extends Step {}" })).toEqual([])
    const seeder = { 'migrations/seeder.ts': 'export class Seeder { up(knex) {} }' }
    expect(ids({ ...seeder, 'migrations/1.ts': "import { Seeder } from './seeder'\nexport class TenantSeeder extends Seeder {}" })).toEqual(
      [],
    )
  })

  it('are none when nothing above them has one', () => {
    expect(ids({ 'migrations/1.ts': heir('../step'), 'step.ts': 'export class Step { table = 1 }' })).toEqual([])
  })

  it('leave the abstract class itself out of the history', () => {
    expect(ids({ 'migrations/step.ts': base, 'migrations/1.ts': heir('./step') })).toEqual(['A1700000000001'])
  })

  it('leave what other tools and words of prose call a class alone', () => {
    expect(
      ids({
        'migrations/1.ts':
          "import { Migration } from '@mikro-orm/migrations'\nexport class Migration20240101000000 extends Migration { async up(): Promise<void> { this.addSql('SELECT 1') } }",
        'migrations/2.ts': migration('Old1700000000001').trim().replaceAll(/^/gm, '// '),
        'migrations/3.ts': `/*${migration('Older1700000000001')}*/`,
        'migrations/interface.ts':
          '/** The class name should end in a timestamp. */\nexport interface MigrationInterface { name?: string\n up(queryRunner: QueryRunner): Promise<any> }',
      }),
    ).toEqual([])
  })

  it('are known by their digits where no word speaks of a query runner', () => {
    const text = "module.exports = class A1700000000001 { async up(qr) { await qr.query('SELECT 1') } }"
    expect(ids({ 'migrations/1.js': text })).toEqual(['A1700000000001'])
    expect(ids({ 'migrations/1.js': text.replace('A1700000000001', 'Elevator') })).toEqual([])
  })
})

describe('A list of migrations in an index file', () => {
  const listing = (from: string) => `import { Shared1700000000002 } from '${from}'\nexport const migrations = [Shared1700000000002]`
  const files = (folder: string, index: string) => ({
    [`src/migrations/${folder}/1.ts`]: migration('A1700000000001'),
    [`src/migrations/${folder}/index.ts`]: index,
    'src/migrations/common/2.ts': migration('Shared1700000000002'),
    'src/migrations/common/3.ts': migration('Unlisted1700000000003'),
  })
  const told = (found: ReturnType<typeof histories>) =>
    found.map(({ directory, entries }) => [directory, entries.map((entry) => entry.id)] as const)

  it('of an engine’s folder takes in what it imports from a folder of no engine, which then is no history of its own', () => {
    expect(told(histories(files('postgres', listing('../common/2'))))).toEqual([
      ['src/migrations/common', ['Unlisted1700000000003']],
      ['src/migrations/postgres', ['A1700000000001', 'Shared1700000000002']],
    ])
  })

  it('that imports nothing of another folder leaves both as they are', () => {
    expect(told(histories(files('postgres', 'export { A1700000000001 } from "./1"')))).toEqual([
      ['src/migrations/common', ['Shared1700000000002', 'Unlisted1700000000003']],
      ['src/migrations/postgres', ['A1700000000001']],
    ])
  })

  it('may stand in the folders of two engines: each has the shared migration', () => {
    const found = histories({ ...files('postgres', listing('../common/2')), ...files('mysqldb', listing('../common/2')) })
    expect(found.map((history) => [history.dialect, history.entries.map((entry) => entry.id)])).toEqual([
      [undefined, ['Unlisted1700000000003']],
      ['mysql', ['A1700000000001', 'Shared1700000000002']],
      ['postgres', ['A1700000000001', 'Shared1700000000002']],
    ])
  })

  it('of a folder that is named for no engine takes nothing', () => {
    const found = told(histories(files('billing', listing('../common/2'))))
    expect(found.flatMap(([, ids]) => ids.filter((id) => id === 'Shared1700000000002'))).toHaveLength(1)
  })
})

describe('SQL files', () => {
  it('that a migration reads are its own', () => {
    const text = migration('A1700000000001').replace(
      '{}',
      "{ await queryRunner.query(readFileSync(join(__dirname, 'sqls', 'a-up.sql'), 'utf8')) }",
    )
    const [history] = histories({
      'migrations/1.ts': text,
      'migrations/sqls/a-up.sql': 'SELECT 1',
      'migrations/sqls/b-up.sql': 'SELECT 1',
      'other/a-up.sql': 'SELECT 1',
    })
    expect(history?.entries[0]?.reads).toEqual(['migrations/sqls/a-up.sql'])
  })
})
