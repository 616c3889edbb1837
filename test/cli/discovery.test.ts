import { describe, expect, it } from 'vitest'
import { checked, folder, lines, shop, surefoot } from './command.ts'

const model = `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.addColumn('orders', 'token', { type: Sequelize.UUID, allowNull: false }),
  down: (queryInterface) => queryInterface.removeColumn('orders', 'token'),
}
`

describe('what to judge', () => {
  it('without arguments the migrations of the project are found, and all are judged', () => {
    const root = folder({ ...shop, 'readme.md': '# x', 'node_modules/x/migrations/001_x.sql': 'DROP TABLE x;' })
    const outcome = checked(root, ['--dialect', 'postgres'])
    expect(lines(outcome)).toEqual(['migrations/002_index.sql:1 index-not-concurrent', 'migrations/002_index.sql:1 missing-lock-timeout'])
    expect(outcome.summary).toMatchObject({ migrations: 2, migrationsRead: 2, statements: 2 })
  })

  it('a named file is judged, and the rest of its folder is history', () => {
    const root = folder(shop)
    const outcome = checked(root, ['--dialect', 'postgres', 'migrations/002_index.sql'])
    expect(lines(outcome)).toEqual(['migrations/002_index.sql:1 index-not-concurrent', 'migrations/002_index.sql:1 missing-lock-timeout'])
    expect(outcome.summary).toMatchObject({ migrations: 1, migrationsRead: 2 })
    expect(lines(checked(root, ['--dialect', 'postgres', 'migrations/001_orders.sql']))).toEqual([])
  })

  it.each([
    ['a folder', 'migrations'],
    ['a folder with a slash', './migrations/'],
    ['a glob', 'migrations/*_index.sql'],
    ['a deep glob', '**/002*'],
    ['backslashes', 'migrations\\002_index.sql'],
    ['the working directory', '.'],
  ])('%s can be named', (_, path) => {
    const outcome = checked(folder(shop), ['--dialect', 'postgres', path])
    expect(lines(outcome)).toContain('migrations/002_index.sql:1 index-not-concurrent')
    expect(outcome.code).toBe(1)
  })

  it('an absolute path can be named', () => {
    const root = folder(shop)
    expect(lines(checked(root, ['--dialect', 'postgres', `${root}/migrations/002_index.sql`]))).toHaveLength(2)
  })

  it('paths are shown relative to the working directory, also from a folder below', () => {
    const root = folder({
      ...shop,
      'surefoot.json': '{ "projects": [{ "dialect": "postgres", "paths": ["migrations"] }] }',
      'app/x.txt': '',
    })
    expect(lines(checked(`${root}/app`))[0]).toBe('../migrations/002_index.sql:1 index-not-concurrent')
    expect(lines(checked(`${root}/app`, ['../migrations/002_index.sql']))[0]).toBe('../migrations/002_index.sql:1 index-not-concurrent')
    expect(lines(checked(`${root}/migrations`, ['002_index.sql']))[0]).toBe('002_index.sql:1 index-not-concurrent')
  })

  it('--cwd is as if it were started there', () => {
    const root = folder({ 'sub/migrations/001_a.sql': 'CREATE INDEX a ON b (c);\n' })
    expect(lines(checked(root, ['--cwd', 'sub', '--dialect', 'postgres']))[0]).toBe('migrations/001_a.sql:1 index-not-concurrent')
  })

  it('--stdin judges a text in place of the file, within its history', () => {
    const root = folder(shop)
    const outcome = checked(
      root,
      ['--dialect', 'postgres', '--stdin', '--stdin-filename', 'migrations/003_more.sql'],
      'ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX x ON orders (a);\n',
    )
    expect(lines(outcome)).toEqual(['migrations/003_more.sql:1 missing-lock-timeout', 'migrations/003_more.sql:2 index-not-concurrent'])
    expect(lines(checked(root, ['--dialect', 'postgres', '--stdin', '--stdin-filename', 'migrations/002_index.sql'], 'SELECT 1;'))).toEqual(
      [],
    )
  })

  it('the dialect, the version and the framework can be given', () => {
    const root = folder({ 'migrations/001_a.sql': 'ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 1;\n' })
    expect(checked(root, ['--dialect', 'mysql', '--server-version', '5.7.40']).summary.histories[0]).toMatchObject({
      dialect: 'mysql',
      serverVersion: '5.7.40',
      framework: 'raw-sql',
    })
    const two = folder({ 'db/migrations/1-token.js': model, 'sql/001_a.sql': 'DROP TABLE a;\n' })
    const outcome = checked(two, ['--framework', 'sequelize', '--dialect', 'postgres'])
    expect(outcome.summary.histories.map(({ framework }) => framework)).toEqual(['sequelize'])
    expect(lines(outcome)).toContain('db/migrations/1-token.js:2 not-null-without-default')
  })

  it('an older server is judged by what it does', () => {
    const root = folder({
      'migrations/001_a.sql': 'CREATE TABLE a (id int PRIMARY KEY, b int);\n',
      'migrations/002_b.sql': 'ALTER TABLE a RENAME INDEX x TO y, ADD COLUMN c int INVISIBLE;\n',
    })
    expect(lines(checked(root, ['--dialect', 'mysql', '--server-version', '8.0.20']))).toEqual(['migrations/002_b.sql:1 dialect-mismatch'])
    expect(lines(checked(root, ['--dialect', 'mysql', '--server-version', '8.0.36']))).toEqual([])
  })
})

describe('several projects in one repository', () => {
  const files = {
    'apps/api/package.json': '{ "dependencies": { "sequelize": "6.37.0", "pg": "8.0.0" } }',
    'apps/api/config/config.json': '{ "development": { "dialect": "postgres" } }',
    'apps/api/migrations/20240101-token.js': model,
    'apps/web/prisma/schema.prisma': 'datasource db {\n  provider = "mysql"\n}\n',
    'apps/web/prisma/migrations/1_init/migration.sql': 'ALTER TABLE `a` RENAME TO `b`;\n',
  }

  it('each is found with its own framework and engine', () => {
    const outcome = checked(folder(files))
    expect(outcome.summary.histories.map(({ directory, framework, dialect }) => `${directory} ${framework} ${dialect}`).sort()).toEqual([
      'apps/api/migrations sequelize postgres',
      'apps/web/prisma/migrations prisma mysql',
    ])
    expect(lines(outcome)).toEqual([
      'apps/api/migrations/20240101-token.js:2 missing-lock-timeout',
      'apps/api/migrations/20240101-token.js:2 not-null-without-default',
      'apps/web/prisma/migrations/1_init/migration.sql:1 rename-breaking',
    ])
  })

  it('one whose engine cannot be decided is an error, and the others are judged', () => {
    const root = folder({ ...files, 'other/migrations/001_a.sql': 'CREATE TABLE a (id int);\n' })
    const outcome = checked(root)
    expect(outcome.code).toBe(1)
    expect(outcome.errors).toHaveLength(1)
    expect(outcome.errors[0]!.file).toBe('other/migrations')
    expect(outcome.errors[0]!.message).toMatch(/--dialect/)
    expect(lines(outcome)).toContain('apps/api/migrations/20240101-token.js:2 not-null-without-default')
    const text = surefoot(root, ['check'])
    expect(text.out).toContain('could not be judged: other/migrations')
    expect(text.code).toBe(1)
  })

  it('configured projects keep to their own paths', () => {
    const root = folder({
      'a/001_x.sql': 'CREATE INDEX x ON t (c);\n',
      'b/001_y.sql': 'ALTER TABLE t MODIFY c BIGINT;\n',
      'c/001_z.sql': 'DROP TABLE z;\n',
      'surefoot.json': JSON.stringify({
        projects: [
          { paths: ['a'], dialect: 'postgres', timeouts: 'set-by-runner' },
          { paths: ['b/*.sql'], dialect: 'mysql', serverVersion: '8.0' },
        ],
      }),
    })
    const outcome = checked(root)
    expect(outcome.summary.histories.map(({ directory, dialect }) => `${directory} ${dialect}`)).toEqual(['a postgres', 'b mysql'])
    expect(lines(outcome)[0]).toBe('a/001_x.sql:1 index-not-concurrent')
    expect(outcome.findings.some(({ file }) => file.startsWith('c/'))).toBe(false)
  })
})

describe('nothing to judge is said as what it is', () => {
  it('no migrations at all is a mistake of the call', () => {
    const ran = surefoot(folder({ 'src/x.ts': 'export const a = 1\n' }), ['check'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/No migrations were found here/)
    expect(ran.err).not.toContain('does not read')
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'db-migrate',
      {
        'api/package.json': '{ "devDependencies": { "db-migrate": "0.11.14" } }',
        'api/migrations/20240101-a.js': 'exports.up = (db) => db.runSql("")\n',
      },
      'db-migrate (api/package.json)',
    ],
    [
      'Rails',
      { 'db/migrate/20240101000000_add.rb': 'class Add < ActiveRecord::Migration[7.1]\nend\n' },
      'Rails (db/migrate/20240101000000_add.rb)',
    ],
  ])('migrations of %s are said not to be read', (_, files, tool) => {
    const ran = surefoot(folder(files), ['check'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(`Surefoot does not read the migrations of ${tool}.`)
  })

  it('programs among migrations that cannot be read at all are named', () => {
    const root = folder({
      'migrations/20240101000000-empty.js': '\n',
      'migrations/20240102000000-broken.js': 'exports = {{{\n',
      'migrations/20240103000000-binary.js': '\0\u0001',
      'migrations/helpers.js': 'exports.name = 1\n',
    })
    const { errors } = checked(root)
    expect(errors.map(({ file }) => file)).toEqual([
      'migrations/20240101000000-empty.js',
      'migrations/20240102000000-broken.js',
      'migrations/20240103000000-binary.js',
    ])
    expect(surefoot(root, ['check']).code).toBe(1)
    expect(surefoot(root, ['check', 'migrations/20240101000000-empty.js']).code).toBe(1)
    expect(surefoot(root, ['check', 'migrations/helpers.js']).code).toBe(2)
  })

  it('what was passed over is named when nothing else was found', () => {
    const root = folder({
      'prisma/schema.prisma': 'datasource db {\n  provider = "cockroachdb"\n}\n',
      'prisma/migrations/1_init/migration.sql': 'CREATE TABLE a (id INT8);\n',
    })
    const ran = surefoot(root, ['check'])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/cockroach/i)
  })

  it('a named path that is not there, or holds no migration, is a mistake of the call', () => {
    const root = folder({ ...shop, 'notes/readme.md': '# x' })
    for (const path of ['migrations/009.sql', 'nowhere/', 'notes', 'notes/readme.md', 'x*.sql']) {
      const ran = surefoot(root, ['check', '--dialect', 'postgres', path])
      expect([path, ran.code]).toEqual([path, 2])
      expect(ran.err).toContain(path.replace(/\/$/, ''))
    }
  })

  it('a good path beside a bad one does not hide the bad one', () => {
    expect(surefoot(folder(shop), ['check', '--dialect', 'postgres', 'migrations', 'nowhere']).code).toBe(2)
  })
})
