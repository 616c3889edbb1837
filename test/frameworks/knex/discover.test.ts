import { describe, expect, it } from 'vitest'
import type { DiscoverOptions } from '../../../src/frameworks/framework.ts'
import { knex } from '../../../src/frameworks/knex/index.ts'
import { sequelize } from '../../../src/frameworks/sequelize/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const migration = 'exports.up = (knex) => knex.schema.dropTable("a")\nexports.down = () => {}'
const base = { 'migrations/2_b.js': migration, 'migrations/1_a.js': migration }
const histories = (files: Record<string, string>, options: DiscoverOptions = {}) => knex.discover(memoryProject(files), options)

describe('discovery', () => {
  it('finds folders of migrations, in the order of the file names', () => {
    const [history] = histories(base)
    expect(history).toMatchObject({ framework: 'knex', directory: 'migrations', dialect: undefined })
    expect(history!.entries.map(({ id }) => id)).toEqual(['1_a.js', '2_b.js'])
  })

  it('orders versions as the project does, where it hands them to Knex itself', () => {
    const names = ['2.0.0-beta.127.js', '2.0.0-beta.2.js', '2.0.0.js', '2.0.0-rc.1.js', '2.10.1.js', '2.9.12.js', '2.9.3.js']
    const files = Object.fromEntries(names.map((name) => [`db/migrations/${name}`, migration]))
    const order = (more: Record<string, string>) => histories({ ...files, ...more })[0]!.entries.map(({ id }) => id)
    expect(order({ 'core/db.js': 'knex.migrate.latest({ migrationSource })' })).toEqual([
      '2.0.0-beta.2.js',
      '2.0.0-beta.127.js',
      '2.0.0-rc.1.js',
      '2.0.0.js',
      '2.9.3.js',
      '2.9.12.js',
      '2.10.1.js',
    ])
    expect(order({})).toEqual([...names].sort())
  })

  it.each([
    [`module.exports = { client: 'pg' }`, 'postgres'],
    [`export default { development: { client: 'better-sqlite3' }, production: { client: 'mysql2' } }`, 'mysql'],
    [`module.exports = { client: process.env.DB || 'sqlite3' }`, 'sqlite'],
    [`module.exports = { client: 'mssql' } // client: 'pg'`, undefined],
  ])('reads the client of %s', (text, dialect) => {
    expect(histories({ ...base, 'knexfile.js': text })[0]!.dialect).toBe(dialect)
  })

  it('takes the client from the environment that the project writes down', () => {
    const [history] = histories({
      ...base,
      'knexfile.ts': 'export default { client: process.env.DB_CLIENT }',
      '.env.example': 'DB_CLIENT=pg',
    })
    expect(history).toMatchObject({ dialect: 'postgres', dialectBecause: 'knexfile.ts takes DB_CLIENT, which is pg in .env.example' })
  })

  it('takes the mapping of names from modules that connect by themselves', () => {
    const files = {
      ...base,
      'package.json': '{ "dependencies": { "knex": "3", "objection": "3" } }',
      'src/system.module.ts':
        "import { knexSnakeCaseMappers } from 'objection'\nexport const db = knex({ client: 'mysql2', ...knexSnakeCaseMappers() })",
    }
    const objection = { by: 'objection', rows: 'camel case', options: {} }
    expect(histories(files)[0]!.settings).toMatchObject({ names: objection })
    const other = { 'src/cli.ts': "knex({ client: 'mysql2', ...knexSnakeCaseMappers({ upperCase: true }) })" }
    expect(histories({ ...files, ...other })[0]!.settings).toMatchObject({ names: { by: 'unknown' } })
    expect(histories({ ...files, 'knexfile.js': "module.exports = { client: 'mysql2' }" })[0]!.settings).not.toHaveProperty('names')
  })

  it('looks into the folder that the knexfile names, whatever it is called', () => {
    const files = {
      'db/knexfile.js': `module.exports = { client: 'pg', migrations: { directory: './steps', disableTransactions: true }, seeds: { directory: './rows' } }`,
      'db/steps/1.js': migration,
      'db/rows/1.js': 'exports.seed = (knex) => knex("a").del()',
    }
    expect(histories(files)).toMatchObject([
      { directory: 'db/steps', settings: { knexfile: 'db/knexfile.js', disableTransactions: true }, entries: [{ id: '1.js' }] },
    ])
  })

  const modules = { 'src/a/migrations/2_b.js': migration, 'src/a/migrations/4_d.js': migration, 'src/b/migrations/3_c.js': migration }
  const folders = (knexfile: string) =>
    histories({ ...modules, 'knexfile.js': knexfile }).map(({ directory, entries }) => [directory, ...entries.map(({ id }) => id)])

  it.each([
    ['names in one list', "module.exports = { migrations: { directory: ['src/a/migrations', './src/b/migrations'] } }"],
    [
      'looks for itself',
      "const dirs = fs.readdirSync('src').map((d) => `src/${d}/migrations`)\nmodule.exports = { migrations: { directory: dirs } }",
    ],
  ])('takes folders that the knexfile %s for one history, sorted by file name', (_how, knexfile) => {
    expect(folders(knexfile)).toEqual([['src', '2_b.js', '3_c.js', '4_d.js']])
  })

  it.each([
    ['does not speak of', "module.exports = { client: 'pg' }"],
    [
      'names for one connection each',
      "module.exports = { one: { migrations: { directory: 'src/a/migrations' } }, two: { migrations: { directory: 'src/b/migrations' } } }",
    ],
  ])('takes folders that the knexfile %s for a history each', (_how, knexfile) => {
    expect(folders(knexfile)).toEqual([
      ['src/a/migrations', '2_b.js', '4_d.js'],
      ['src/b/migrations', '3_c.js'],
    ])
  })

  it('knows its builder where up takes its parameter apart, and files that say nothing where the package uses no other tool', () => {
    const apart = {
      'migrations/1_a.js':
        "exports.up = ({ schema }) => schema.renameTable('a', 'b')\nexports.down = ({ schema }) => schema.renameTable('b', 'a')",
    }
    expect(histories(apart)).toMatchObject([{ framework: 'knex', directory: 'migrations' }])
    expect(sequelize.discover(memoryProject(apart), {})).toEqual([])
    const silent = { 'migrations/1_a.js': "exports.up = (k) => k.raw('VACUUM a')\nexports.down = () => {}" }
    const depends = (...names: readonly string[]) => ({
      'package.json': JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) }),
    })
    expect(histories(silent)).toEqual([])
    expect(histories({ ...silent, ...depends('knex', 'pg') })).toMatchObject([{ framework: 'knex' }])
    expect(histories({ ...silent, ...depends('knex', 'sequelize') })).toEqual([])
  })

  it('leaves the migrations of other tools alone', () => {
    const files = {
      'migrations/1.js': 'exports.up = (queryInterface) => queryInterface.dropTable("a")',
      'libs/migrations/3.ts': 'export class Step { constructor(private knex: Knex) {}\n up(knex) { return knex.schema.dropTable("a") } }',
      'src/migrations/2.ts': 'export class A implements MigrationInterface { up(queryRunner: QueryRunner) { return knex } }',
    }
    expect(histories(files)).toEqual([])
  })

  it('keeps SQL that its migrations read, and counts what none is seen to read', () => {
    const [history] = histories({
      ...base,
      'migrations/3_c.js': `const fs = require('fs')\nexports.up = (knex) => knex.raw(fs.readFileSync(__dirname + '/sql/c.sql', 'utf8'))\nexports.down = () => {}`,
      'migrations/sql/c.sql': 'SELECT 1',
      'migrations/sql/d.sql': 'SELECT 1',
    })
    expect(history!.entries[2]).toMatchObject({ reads: ['migrations/sql/c.sql'] })
    expect(history!.skipped).toEqual({ 'SQL that no migration is seen to read': 1 })
  })
})
