import { beforeAll, describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { discoverHistories } from '../../../src/frameworks/discover.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import { dialectIn, readRc } from '../../../src/frameworks/sequelize/config.ts'
import { discover } from '../../../src/frameworks/sequelize/discover.ts'
import { sequelize } from '../../../src/frameworks/sequelize/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import { engines } from '../engines.ts'

const migration = `module.exports = { async up(queryInterface, Sequelize) { await queryInterface.dropTable('a') } }`
const typeorm = `import { MigrationInterface, QueryRunner } from 'typeorm'
export class A1 implements MigrationInterface { async up(queryRunner: QueryRunner) {} async down() {} }`

describe('.sequelizerc', () => {
  it('is read without being run: the strings of path.resolve and path.join are the path', () => {
    const project = memoryProject({
      '.sequelizerc': `require('dotenv').config()
module.exports = { 'config': path.resolve(__dirname, 'db', 'config.js'), "migrations-path": path.join(__dirname, 'db/migrations'), 'models-path': './app/models' }`,
    })
    expect(readRc(project, '.sequelizerc')).toEqual({
      path: '.sequelizerc',
      config: 'db/config.js',
      migrations: 'db/migrations',
      models: 'app/models',
    })
  })

  it('resolves paths against its own folder', () => {
    const project = memoryProject({
      'apps/api/.sequelizerc': `module.exports = { 'migrations-path': path.resolve('src', '..', 'migrations') }`,
    })
    expect(readRc(project, 'apps/api/.sequelizerc')?.migrations).toBe('apps/api/migrations')
  })
})

describe('the dialect', () => {
  it('comes from the production environment when environments differ', () => {
    const text = JSON.stringify({ development: { dialect: 'sqlite' }, production: { dialect: 'postgres' } })
    expect(dialectIn(text, 'config/config.json')).toMatchObject({ name: 'postgres', written: 'postgres' })
  })

  it('is read behind an environment variable that has a default', () => {
    expect(dialectIn(`module.exports = { production: { dialect: process.env.DB_DIALECT || 'mysql' } }`, 'c.js')?.name).toBe('mysql')
  })

  it('comes from the scheme of a URL when no dialect is named', () => {
    expect(dialectIn(`new Sequelize('mariadb://u:p@host/db')`, 'c.js')?.name).toBe('mariadb')
  })

  it('comes from the only driver that package.json names', () => {
    const [history] = discover(memoryProject({ 'migrations/1-a.js': migration }, { pg: '^8.0.0', sequelize: '^6.0.0' }), {})
    expect(history).toMatchObject({ dialect: 'postgres' })
    expect(history?.dialectBecause).toContain('"pg"')
  })

  it('stays undecided with two drivers, and the sentence says what to pass', () => {
    const [history] = discover(memoryProject({ 'migrations/1-a.js': migration }, { pg: '^8.0.0', sqlite3: '^5.0.0' }), {})
    expect(history?.dialect).toBeUndefined()
    expect(history?.dialectBecause).toContain('--dialect')
  })

  it('is what the files of the environment give to the variable that the configuration names', () => {
    const files = {
      'api/migrations/1-a.js': migration,
      'api/config/config.js': 'module.exports = { production: { dialect: process.env.DB_DRIVER } }',
    }
    expect(discover(memoryProject(files), {})[0]?.dialect).toBeUndefined()
    const [history] = discover(memoryProject({ ...files, 'api/.env.example': 'PORT=1\nDB_DRIVER="mariadb"\n' }), {})
    expect(history).toMatchObject({ dialect: 'mariadb', dialectBecause: expect.stringContaining('api/.env.example') })
  })

  it('is what the user passes, whatever the configuration says', () => {
    const project = memoryProject({ 'migrations/1-a.js': migration, 'config/config.json': '{"production":{"dialect":"mysql"}}' })
    expect(discover(project, { dialect: 'mariadb' })[0]).toMatchObject({ dialect: 'mariadb' })
  })
})

describe('discovery', () => {
  it('orders by file name, one history for each folder', () => {
    const project = memoryProject({
      'b/migrations/20240102-b.js': migration,
      'b/migrations/20240101-a.js': migration,
      'a/migrations/1.js': migration,
      'b/migrations/index.js': migration,
      'b/migrations/types.d.ts': migration,
    })
    expect(discover(project, {}).map((history) => [history.directory, history.entries.map((entry) => entry.id)])).toEqual([
      ['a/migrations', ['1.js']],
      ['b/migrations', ['20240101-a.js', '20240102-b.js']],
    ])
  })

  it('does not claim migrations of other tools', () => {
    const project = memoryProject({
      'typeorm/migrations/1-a.ts': typeorm,
      'knex/migrations/1-a.js': `exports.up = (knex) => knex.schema.createTable('a', (t) => t.increments())`,
      'pg/migrations/1-a.js': `exports.up = (pgm) => { pgm.createTable('a', {}) }`,
      'kysely/migrations/1-a.ts': `import { Kysely } from 'kysely'\nexport async function up(db: Kysely<any>) {}`,
      'mikro/migrations/1-a.ts': `import { Migration } from '@mikro-orm/migrations'\nexport class A extends Migration { async up() {} }`,
      'db/migrations/1-a.js': `var dbm; exports.setup = (options) => { dbm = options.dbmigrate }; exports.up = (db) => db.createTable('a', {})`,
    })
    expect(discover(project, {})).toEqual([])
  })

  it('takes a file without any sign of its tool along with its neighbours', () => {
    const project = memoryProject({
      'migrations/1-a.js': migration,
      'migrations/2-b.js': `module.exports = { up: async (db) => { await db.dropTable('a') }, down: async () => {} }`,
    })
    expect(discover(project, {})[0]?.entries.map((entry) => entry.id)).toEqual(['1-a.js', '2-b.js'])
  })

  it('have those with them that are one function, where they stand beside others', () => {
    const whole = `module.exports = async ({ sequelize, Sequelize }) => { await sequelize.queryInterface.addColumn('a', 'b', { type: Sequelize.TEXT }) }`
    const program = `module.exports = async (given) => { await given.start() }`
    const found = discover(memoryProject({ 'migrations/1-a.js': whole, 'migrations/2-b.js': migration, 'migrations/3-c.js': program }), {})
    expect(found[0]?.entries.map((entry) => entry.id)).toEqual(['1-a.js', '2-b.js'])
    expect(discover(memoryProject({ 'migrations/1-a.js': whole }), {})).toEqual([])
  })

  it('looks where .sequelizerc says, in a folder of any name', () => {
    const project = memoryProject({
      '.sequelizerc': `module.exports = { 'migrations-path': 'db/steps', config: 'db/settings.js' }`,
      'db/settings.js': `module.exports = { dialect: 'mysql' }`,
      'db/steps/1-a.js': migration,
    })
    expect(discover(project, {})[0]).toMatchObject({
      directory: 'db/steps',
      detectedBecause: '.sequelizerc names db/steps as migrations-path',
    })
  })

  it.each([
    ['', '+00:00'],
    ["timezone: 'Europe/Berlin'", 'Europe/Berlin'],
    ['"timezone": "+02:00"', '+02:00'],
    ['timezone: process.env.TZ', undefined],
    ['timezone', undefined],
    ['keepDefaultTimezone: true', undefined],
  ])('knows the zone of the connections: { %s }', (option, zone) => {
    const config = `module.exports = { dialect: 'postgres', ${option}, logging: false }`.replace(', ,', ',')
    const project = memoryProject({ 'config/config.js': config, 'migrations/1-a.js': migration })
    expect(discover(project, {})[0]?.settings.zone).toBe(zone)
  })

  it('looks into folders and files that are named', () => {
    const project = memoryProject({ 'x/1-a.js': migration, 'x/deep/2-b.js': migration, 'y/3-c.js': migration })
    expect(discover(project, { paths: ['x'] }).map((history) => history.directory)).toEqual(['x', 'x/deep'])
    expect(discover(project, { paths: ['./y/3-c.js'] }).map((history) => history.directory)).toEqual(['y'])
  })

  it('takes files that are named even where nothing tells their tool, and in folders of tests', () => {
    const project = memoryProject({ 'tests/cases/a.js': `module.exports = { up: async (db) => db.dropTable('a'), down: async () => {} }` })
    expect(discover(project, {})).toEqual([])
    expect(discover(project, { paths: ['tests/cases/a.js'], dialect: 'postgres' })).toMatchObject([
      { directory: 'tests/cases', dialect: 'postgres' },
    ])
  })

  it('leaves folders of tests alone when it looks by itself', () => {
    expect(discover(memoryProject({ 'test/migrations/1-a.js': migration }), {})).toEqual([])
  })
})

describe('SQL files that migrations read', () => {
  const files = {
    'migrations/1-a.js': `const fs = require('fs'), path = require('path')
module.exports = { up: (queryInterface) => queryInterface.sequelize.query(fs.readFileSync(path.join(__dirname, 'sqls', '1-a.up.sql'), 'utf8')) }`,
    'migrations/2-b.js': `const { run } = require('../lib/run')
module.exports = { up: (queryInterface) => run(queryInterface, '2-b') }`,
    'migrations/3-c.js': `const fs = require('fs')
module.exports = { up: (queryInterface) => queryInterface.sequelize.query(fs.readFileSync(__filename.replace('.js', '.sql'), 'utf8')) }`,
    'lib/run.js': "exports.run = (q, name) => q.sequelize.query(fs.readFileSync(`${__dirname}/../migrations/sqls/${name}.sql`, 'utf8'))",
    'migrations/sqls/1-a.up.sql': 'SELECT 1',
    'migrations/sqls/2-b.sql': 'SELECT 1',
    'migrations/3-c.sql': 'SELECT 1',
    'db/migrations/1_init.sql': 'SELECT 1',
  }

  it('are named by the entry: a literal with its folder, a helper, the name of the migration itself', () => {
    const [history] = discover(memoryProject(files), {})
    expect(history?.entries.map(({ reads }) => reads)).toEqual([
      ['migrations/sqls/1-a.up.sql'],
      ['migrations/sqls/2-b.sql'],
      ['migrations/3-c.sql'],
    ])
  })

  it('are no history of their own', () => {
    const found = discoverHistories(memoryProject(files), { frameworks: [sequelize, rawSql] })
    expect(found.map(({ framework, directory }) => `${framework} ${directory}`)).toEqual(['raw-sql db/migrations', 'sequelize migrations'])
  })
})

describe("a project's own program of umzug", () => {
  let postgres: Dialect
  beforeAll(async () => {
    postgres = (await engines()).postgres
  })
  const files = {
    'package.json': '{ "dependencies": { "umzug": "^2.3.0", "sequelize": "^6.37.0", "pg": "^8.11.0" } }',
    'src/migrations/1-a.js': migration,
    'src/services/database.js': 'Sequelize.useCLS(namespace)\nexport const sequelize = new Sequelize()',
    'src/services/migrations/migrations.js': `export const umzug = new Umzug({
  migrations: { path, params: [sequelize.getQueryInterface()], wrap: (updown) => (...args) => sequelize.transaction(() => updown(...args)) },
})
export const run = { up: () => umzug.up(), down: () => umzug.down() }`,
  }
  const ambientOf = (own: Record<string, string>) => {
    const project = memoryProject(own)
    const found = discover(project, {})
    expect(found.map(({ directory }) => directory)).toEqual(['src/migrations'])
    const options = { dialect: postgres, version: postgres.latest, runner: {}, history: found[0]! }
    const { up } = sequelize.load(found[0]!.entries[0]!, project, options)
    return [up.ambient, up.ambientBecause]
  }

  it('is no migration, and the transaction that it wraps each of them in is theirs where every call joins it', () => {
    expect(ambientOf(files)).toEqual(['migration', expect.stringContaining('src/services/migrations/migrations.js')])
  })

  it('wraps nothing where no call joins the transaction, or where it opens none', () => {
    expect(ambientOf({ ...files, 'src/services/database.js': 'export const sequelize = new Sequelize()' })[0]).toBe('none')
    const plain = files['src/services/migrations/migrations.js'].replace(/ wrap: .*/, ' },')
    expect(ambientOf({ ...files, 'src/services/migrations/migrations.js': plain })[0]).toBe('none')
  })
})
