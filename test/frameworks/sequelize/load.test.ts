import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { engines, loadText, operationsIn, upWith } from './loading.ts'

let all: Readonly<Record<DialectName, Dialect>>
beforeAll(async () => {
  all = await engines()
})

function up(body: string, dialect: DialectName = 'postgres', options: Parameters<typeof loadText>[2] = {}) {
  return loadText(upWith(body), all[dialect], options).up
}
function operations(body: string, dialect: DialectName = 'postgres', options: Parameters<typeof loadText>[2] = {}): readonly Operation[] {
  return operationsIn(up(body, dialect, options))
}
const kinds = (list: readonly Operation[]) => list.map((operation) => operation.kind)

describe('the shape of a migration file', () => {
  const drop = `dropTable('a')`
  it.each([
    [
      'module.exports with methods',
      `module.exports = { async up(queryInterface) { await queryInterface.${drop} }, async down() {} }`,
      '1.js',
    ],
    ['module.exports with arrow functions', `module.exports = { up: (q) => q.${drop}, down: (q) => q.${drop} }`, '1.js'],
    ['exports.up', `exports.up = async function (q, Sequelize) { await q.${drop} }; exports.down = async () => {}`, '1.js'],
    ['exported functions', `export async function up(q) { await q.${drop} }\nexport async function down() {}`, '1.ts'],
    [
      'exported constants',
      `export const up: Migration = async ({ context: q }) => { await q.${drop} }\nexport const down = async () => {}`,
      '1.ts',
    ],
    ['a default export', `export default { up: async (q: QueryInterface) => { await q.${drop} }, down: async () => {} }`, '1.ts'],
    [
      'names exported afterwards',
      `async function up(utils) { await utils.queryInterface.${drop} }\nfunction down() {}\nexport { up, down }`,
      '1.ts',
    ],
    [
      'umzug with several members',
      `exports.up = async ({ context: { queryInterface } }) => queryInterface.${drop}; exports.down = async () => {}`,
      '1.js',
    ],
    [
      'the connection instead of the query interface',
      `exports.up = async ({ context: sequelize }) => sequelize.getQueryInterface().${drop}; exports.down = () => {}`,
      '1.js',
    ],
    ['a factory', `const make = (t) => ({ up: (q) => q.dropTable(t), down: async () => {} }); module.exports = make('a')`, '1.js'],
  ])('%s is read', (_what, text, file) => {
    const migration = loadText(text, all.postgres, { path: `migrations/${file}` })
    expect(migration.unreadable).toBeUndefined()
    expect(operationsIn(migration.up)).toMatchObject([{ kind: 'dropTable', table: { name: 'a' }, ifExists: true }])
    expect(migration.down).toBeDefined()
  })

  it('without a down has none, and an empty one is an empty script', () => {
    expect(loadText(`module.exports = { up: async () => {} }`, all.postgres).down).toBeUndefined()
    expect(loadText(`module.exports = { up: async () => {}, down: async () => {} }`, all.postgres).down?.statements).toEqual([])
  })

  it('with a down that only logs says so', () => {
    const { down } = loadText(`module.exports = { up: async () => {}, down: async () => { console.log('nothing to do') } }`, all.postgres)
    expect(down).toMatchObject({ logsOnly: true, statements: [] })
  })

  it('with a down that throws refuses, with the message', () => {
    const { down } = loadText(`module.exports = { up: async () => {}, down: async () => { throw new Error('no way back') } }`, all.postgres)
    expect(operationsIn(down)).toMatchObject([{ kind: 'refuse', message: 'no way back' }])
  })

  it('with a syntax error is one opaque operation at its place', () => {
    const migration = loadText(`module.exports = { up: async (q) => { await q.dropTable('a' } }`, all.postgres)
    expect(operationsIn(migration.up)).toMatchObject([{ kind: 'opaque', because: 'syntax' }])
  })

  it('without an up is not a migration', () => {
    expect(loadText(`module.exports = { helper() {} }`, all.postgres).unreadable).toContain('"up"')
  })

  it('says that no runner of Sequelize opens a transaction', () => {
    expect(up('')).toMatchObject({ ambient: 'none', ambientAssumed: false })
    expect(up('', 'postgres', { runner: { transaction: 'each' } }).ambient).toBe('migration')
  })
})

describe('transactions', () => {
  const segments = (body: string, options: Parameters<typeof loadText>[2] = {}) =>
    up(body, 'postgres', options).statements.map((statement) => [
      statement.operations[0]?.kind === 'transaction' ? statement.operations[0].action : statement.operations[0]?.kind,
      statement.segment,
      statement.operations[0]?.context?.enclosing,
    ])

  it('of a callback hold the calls that get it, and enclose those that do not', () => {
    expect(
      segments(`await sequelize.transaction(async (t) => {
        await queryInterface.dropTable('a', { transaction: t })
        await queryInterface.dropTable('b')
      })
      await queryInterface.dropTable('c')`),
    ).toEqual([
      ['begin', 0, 0],
      ['dropTable', 0, 0],
      ['dropTable', undefined, 0],
      ['commit', 0, 0],
      ['dropTable', undefined, undefined],
    ])
  })

  it.each([
    ['shorthand', `{ transaction }`],
    ['with others', `{ cascade: true, transaction }`],
    ['spread before', `{ ...opts, transaction }`],
    ['spread of an object that has it', `{ ...withIt }`],
    ['a variable', `withIt`],
    ['options that cannot be read', `unreadable()`],
  ])('are found in options: %s', (_how, written) => {
    const body = `await sequelize.transaction(async (transaction) => { const opts = {}; const withIt = { transaction }; await queryInterface.dropTable('a', ${written}) })`
    expect(segments(body)[1]).toEqual(['dropTable', 0, 0])
  })

  it('are found in addIndex and addConstraint, whose options are one object', () => {
    const found = segments(`await sequelize.transaction(async (transaction) => {
      await queryInterface.addIndex('t', { fields: ['a'], transaction })
      await queryInterface.addIndex('t', ['a'], { transaction })
      await queryInterface.addConstraint('t', { type: 'unique', fields: ['a'], transaction })
      await sequelize.query('SELECT 1', { transaction })
    })`)
    expect(found.map(([, segment]) => segment)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('opened by hand end with commit; the rollback of a catch ends nothing on the way that succeeds', () => {
    expect(
      segments(`const t = await sequelize.transaction()
      try {
        await queryInterface.dropTable('a', { transaction: t })
        await t.commit()
      } catch (error) { await t.rollback(); throw error }`),
    ).toEqual([
      ['begin', 0, 0],
      ['dropTable', 0, 0],
      ['commit', 0, 0],
      ['rollback', 0, undefined],
    ])
  })

  it('reach every call where continuation-local storage is configured', () => {
    const body = `await sequelize.transaction(async () => { await queryInterface.dropTable('a') })`
    expect(segments(body)[1]?.[1]).toBeUndefined()
    expect(segments(body, { runner: { cls: true } })[1]?.[1]).toBe(0)
  })

  it('inside another are savepoints', () => {
    expect(
      segments(
        `await sequelize.transaction(async (t) => { await sequelize.transaction({ transaction: t }, async (s) => { await queryInterface.dropTable('a', { transaction: s }) }) })`,
      ).map(([kind]) => kind),
    ).toEqual(['begin', 'savepoint', 'dropTable', 'release', 'commit'])
  })

  it('given by the runner hold what gets them', () => {
    const text = `async function up(utils) {
      await utils.queryInterface.dropTable('a', { transaction: utils.transaction })
      await utils.sequelize.query('DELETE FROM b')
    }
    export { up }`
    const found = loadText(text, all.postgres).up.statements.map(({ segment, operations }) => [segment, operations[0]?.context?.enclosing])
    expect(found).toEqual([
      [0, 0],
      [undefined, 0],
    ])
  })

  it('of SQL texts are numbered behind those of objects', () => {
    const found = segments(`await sequelize.transaction(async (t) => {}); await sequelize.query('BEGIN; DELETE FROM a; COMMIT')`)
    expect(found.map(([kind, segment]) => [kind, segment])).toEqual([
      ['begin', 0],
      ['commit', 0],
      ['begin', 1],
      ['delete', 1],
      ['commit', 1],
    ])
  })
})

describe('guards', () => {
  const guardsOf = (body: string) => operations(body).at(-1)?.context?.guards
  const describe_ = `const table = await queryInterface.describeTable('users')\n`

  it.each([
    ['!table.email', 'absent'],
    ['table.email === undefined', 'absent'],
    ['table.email', 'exists'],
    ['table["email"]', 'exists'],
    [`!('email' in table)`, 'absent'],
    [`!Object.keys(table).includes('email')`, 'absent'],
    [`!table.hasOwnProperty('email')`, 'absent'],
  ])('by describeTable: %s', (condition, requires) => {
    expect(guardsOf(`${describe_}if (${condition}) { await queryInterface.dropTable('x') }`)).toMatchObject([
      { by: 'describe', requires, table: { name: 'users' }, column: 'email' },
    ])
  })

  it('by describeTable with an early return', () => {
    expect(guardsOf(`${describe_}if (table.email) return\nawait queryInterface.dropTable('x')`)).toMatchObject([
      { by: 'describe', requires: 'absent', column: 'email' },
    ])
  })

  it.each([
    [`!(await queryInterface.tableExists('users'))`, 'absent'],
    [`(await queryInterface.showAllTables()).includes('users')`, 'exists'],
  ])('by the list of tables: %s', (condition, requires) => {
    expect(guardsOf(`if (${condition}) { await queryInterface.dropTable('x') }`)).toMatchObject([
      { by: 'catalog', requires, table: { name: 'users' } },
    ])
  })

  it('by the list of indexes', () => {
    const body = `const indexes = await queryInterface.showIndex('users')
      if (!indexes.some((index) => index.name === 'i')) { await queryInterface.addIndex('users', ['a']) }`
    expect(guardsOf(body)).toMatchObject([{ by: 'catalog', table: { name: 'users' } }])
  })

  it('by a query of the catalog', () => {
    const body = `const [rows] = await sequelize.query("SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'email'")
      if (rows.length === 0) { await queryInterface.addColumn('users', 'email', Sequelize.STRING) }`
    expect(guardsOf(body)).toMatchObject([{ by: 'catalog', requires: 'absent', table: { name: 'users' }, column: 'email' }])
  })

  it('do not stand around calls behind an unknown condition: these are branches', () => {
    const [operation] = operations(`if (process.env.CLOUD === 'yes') await queryInterface.dropTable('x')`)
    expect(operation?.context).toMatchObject({ branches: [{ on: 'environment', side: 'then' }] })
    expect(operation?.context?.guards).toBeUndefined()
  })
})

describe('the dialect', () => {
  const body = `if (sequelize.getDialect() === 'postgres') { await queryInterface.dropTable('pg') } else { await queryInterface.dropTable('other') }`
  it('decides the branches that ask for it', () => {
    expect(operations(body, 'postgres')).toMatchObject([{ table: { name: 'pg' } }])
    expect(operations(body, 'mysql')).toMatchObject([{ table: { name: 'other' } }])
  })

  it.each([`sequelize.dialect.name`, `sequelize.options.dialect`, `queryInterface.sequelize.getDialect()`])(
    'is what %s gives',
    (written) => {
      expect(operations(`await queryInterface.dropTable(${written} === 'sqlite' ? 'a' : 'b')`, 'sqlite')).toMatchObject([
        { table: { name: 'a' } },
      ])
    },
  )

  it('is asked for with the word of the configuration: MariaDB reached through mysql2 is mysql', () => {
    expect(
      operations(`await queryInterface.dropTable(sequelize.getDialect())`, 'mariadb', { settings: { dialect: 'mysql' } }),
    ).toMatchObject([{ table: { name: 'mysql' } }])
  })
})

describe('raw queries', () => {
  it('are parsed, statement by statement, in one batch', () => {
    const { statements } = up(`await sequelize.query('ALTER TABLE a ADD COLUMN b int; UPDATE a SET b = 1')`)
    expect(statements.map((statement) => statement.operations[0]?.kind)).toEqual(['addColumn', 'update'])
    expect(statements[0]?.batch).toBeDefined()
    expect(statements[0]?.batch).toBe(statements[1]?.batch)
  })

  it('point at the SQL inside the string', () => {
    const text = upWith('await sequelize.query(`\n  DROP TABLE orders\n`)')
    const [operation] = operationsIn(loadText(text, all.postgres).up)
    expect(text.slice(operation!.span.start, operation!.span.end)).toContain('DROP TABLE orders')
  })

  it('take names and positions as placeholders where replacements or binds are given', () => {
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = :id', { replacements: { id: 1 } })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id IN (?)', { replacements: [[1, 2]] })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $1', { bind: [1] })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $id', { bind: { id: 1 } })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $1', { bind: [1] })`, 'mysql'))).toEqual(['delete'])
  })

  it('keep casts apart from placeholders', () => {
    expect(kinds(operations(`await sequelize.query("UPDATE a SET b = c::text")`))).toEqual(['update'])
  })

  it('may be an object with values', () => {
    expect(kinds(operations(`await sequelize.query({ query: 'DELETE FROM a WHERE id = ?', values: [1] })`))).toEqual(['delete'])
  })

  it('whose text is not known are opaque', () => {
    expect(operations(`await sequelize.query(await fetchSql())`)).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql' }])
  })

  it('show what is interpolated from outside, and not what was escaped', () => {
    const unsafe = operations('await sequelize.query(`DELETE FROM a WHERE b = ${process.env.B}`)')
    expect(kinds(unsafe)).toEqual(['delete', 'interpolate'])
    expect(unsafe[1]).toMatchObject({ reason: 'environment' })
    expect(kinds(operations('await sequelize.query(`DELETE FROM a WHERE b = ${sequelize.escape(process.env.B)}`)'))).toEqual(['delete'])
  })

  it('give rows to loops', () => {
    const found = operations(`const [rows] = await sequelize.query('SELECT id FROM users')
      for (const row of rows) await sequelize.query('UPDATE users SET a = 1 WHERE id = :id', { replacements: { id: row.id } })`)
    expect(kinds(found)).toEqual(['select', 'update'])
    expect(found[1]?.context?.loops).toMatchObject([{ over: 'rows', bounded: false, tables: [{ name: 'users' }] }])
  })

  it('with a LIMIT bound their loops', () => {
    const found = operations(`const rows = await sequelize.query('SELECT id FROM users LIMIT 100', { type: sequelize.QueryTypes.SELECT })
      await Promise.all(rows.map((row) => queryInterface.bulkUpdate('users', { a: 1 }, { id: row.id })))`)
    expect(found[1]?.context?.loops).toMatchObject([{ over: 'rows', bounded: true }])
    expect(found[1]).toMatchObject({ kind: 'update', context: { awaited: 'collected' } })
  })
})

describe('columns and tables', () => {
  it('are named by expressions that only the program knows, and marked so', () => {
    const [operation] = operations('await queryInterface.dropTable(`${process.env.PREFIX}_users`)')
    expect(operation).toMatchObject({ kind: 'dropTable', table: { name: '${process.env.PREFIX}_users', dynamic: true } })
  })

  it('are unrolled over a list', () => {
    expect(operations(`for (const t of ['a', 'b']) await queryInterface.addColumn(t, 'c', Sequelize.DATE)`)).toMatchObject([
      { kind: 'addColumn', table: { name: 'a' } },
      { kind: 'addColumn', table: { name: 'b' } },
    ])
  })

  it('keep a client-side default by name, and no DEFAULT', () => {
    const text = `const { v4: uuidv4 } = require('uuid')
      module.exports = { up: (q, { DataTypes }) => q.addColumn('t', 'c', { type: DataTypes.UUID, allowNull: false, defaultValue: uuidv4 }) }`
    expect(operationsIn(loadText(text, all.postgres).up)).toMatchObject([
      { column: { nullable: false, default: undefined, clientDefault: 'uuid.v4' } },
    ])
  })

  it('lose the DEFAULT of TEXT, BLOB and JSON on MySQL, because Sequelize leaves it out', () => {
    const [operation] = operations(
      `await queryInterface.addColumn('t', 'c', { type: Sequelize.TEXT, allowNull: false, defaultValue: 'x' })`,
      'mysql',
    )
    expect(operation).toMatchObject({ column: { default: undefined, clientDefault: `'x'` } })
  })

  it('that are VIRTUAL are not emitted', () => {
    const [operation] = operations(
      `await queryInterface.createTable('t', { a: Sequelize.INTEGER, b: Sequelize.VIRTUAL, c: { type: Sequelize.VIRTUAL(Sequelize.STRING) } })`,
    )
    expect(operation).toMatchObject({ columns: [{ name: 'a' }] })
  })

  it('of which some are not known leave an opaque part beside the table', () => {
    expect(operations(`await queryInterface.createTable('t', { a: Sequelize.INTEGER, ...unknownColumns() })`)).toMatchObject([
      { kind: 'createTable', columns: [{ name: 'a' }] },
      { kind: 'opaque', tables: [{ name: 't' }] },
    ])
  })

  it('changed without a type stop with an error on PostgreSQL and MySQL', () => {
    expect(operations(`await queryInterface.changeColumn('t', 'c', { allowNull: true })`)).toMatchObject([{ kind: 'refuse' }])
  })

  it('whose specification is not known are opaque and name their table', () => {
    expect(operations(`await queryInterface.addColumn('t', 'c', fromElsewhere())`)).toMatchObject([
      { kind: 'opaque', tables: [{ name: 't' }] },
    ])
  })
})

describe('what is not known', () => {
  it('is opaque with the method as its name', () => {
    expect(operations(`await queryInterface.addColumnn('t', 'c', {})`)).toMatchObject([
      { kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining('addColumnn') },
    ])
  })

  it('in conditions of rows stays a condition', () => {
    expect(operations(`await queryInterface.bulkDelete('t', buildWhere())`)).toMatchObject([
      { kind: 'delete', where: { terms: [{ operator: 'other' }] } },
    ])
  })

  it('never makes loading throw', () => {
    const odd = [
      `await queryInterface.createTable()`,
      `await queryInterface.addColumn()`,
      `await queryInterface.addIndex()`,
      `await queryInterface.addConstraint()`,
      `await queryInterface.addConstraint('t', ['a'], { type: 'unique' })`,
      `await queryInterface.removeIndex()`,
      `await queryInterface.changeColumn('t')`,
      `await queryInterface.bulkInsert()`,
      `await queryInterface.bulkUpdate('t')`,
      `await queryInterface.renameColumn('t')`,
      `await queryInterface.createFunction()`,
      `await sequelize.query()`,
      `await sequelize.transaction(5)`,
      `await queryInterface.describeTable()`,
      `await queryInterface.increment()`,
    ]
    for (const body of odd) for (const dialect of ['postgres', 'mysql', 'sqlite'] as const) expect(() => up(body, dialect)).not.toThrow()
  })
})

describe('models used in migrations', () => {
  const model = `const { DataTypes } = require('sequelize')
    module.exports = (sequelize) => sequelize.define('User', { name: DataTypes.STRING }, { tableName: 'users' })`

  it('work on the table that they name', () => {
    const text = `const define = require('../models/user')
      module.exports = { async up(queryInterface) {
        const User = define(queryInterface.sequelize)
        await User.update({ name: 'x' }, { where: {} })
        await User.destroy({ where: { id: 1 } })
        await User.bulkCreate([{ name: 'a' }])
        const rows = await User.findAll()
        for (const row of rows) await queryInterface.bulkUpdate('users', { name: 'y' }, { id: row.id })
      } }`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/user.js': model } }).up)
    expect(found).toMatchObject([
      { kind: 'update', table: { name: 'users' }, where: undefined },
      { kind: 'delete', table: { name: 'users' }, where: { terms: [{ column: 'id', operator: '=' }] } },
      { kind: 'insert', table: { name: 'users' }, rows: 1 },
      { kind: 'select' },
      { kind: 'update', context: { loops: [{ over: 'rows' }] } },
    ])
  })

  it('of unknown tables are opaque', () => {
    const found = operations(`await sequelize.models.User.update({ a: 1 }, { where: {} })`)
    expect(found).toMatchObject([{ kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining('User.update') }])
  })
})

describe('instances of models', () => {
  it('change the one row that they stand for', () => {
    const found = operations(`const User = sequelize.define('user', {}, { tableName: 'users' })
      const user = await User.findOne({ where: { mail: 'a' } })
      await user.update({ name: 'x' })
      await user.destroy()`)
    expect(found).toMatchObject([
      { kind: 'select', query: { limited: true } },
      { kind: 'update', table: { name: 'users' }, set: [{ column: 'name' }], where: { terms: [{ column: 'id', operator: '=' }] } },
      { kind: 'delete', table: { name: 'users' }, where: { terms: [{ column: 'id', operator: '=' }] } },
    ])
  })

  it('of classes that extend Model are said aloud where their table is not followed', () => {
    const text = `const User = require('../models/user')
      module.exports = { async up() { await User.update({ a: 1 }, { where: {} }) } }`
    const model = `const { Model, DataTypes } = require('sequelize'); class User extends Model {}
      User.init({ a: DataTypes.INTEGER }, { sequelize: require('./connection'), tableName: 'users' }); module.exports = User`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/user.js': model } }).up)
    expect(found.length).toBeGreaterThan(0)
    for (const operation of found) expect(['update', 'opaque']).toContain(operation.kind)
  })
})

describe('texts of any kind', () => {
  const fragments = [
    'module.exports = {',
    'up(',
    'async ',
    'queryInterface',
    '.addColumn(',
    "'t'",
    '{ type: ',
    'Sequelize.',
    'STRING',
    '(255)',
    '})',
    '}',
    ';',
    'await ',
    '.sequelize.transaction(',
    '(t) => ',
    '`SELECT ${',
    '}`',
    'for (const a of ',
    'if (',
    ')',
    '[',
    ']',
    'throw ',
    'new Error(',
    'return ',
    'export const up = ',
    'describeTable',
    '\n',
    '/*',
    '//',
    '\u0000',
    '💥',
    "'",
  ]
  it('never make loading throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const migration = loadText(text, all.postgres)
          expect(migration.id).toBe('1-m.js')
        },
      ),
      { numRuns: 400 },
    )
  })

  it('that cut a real migration anywhere never make loading throw', () => {
    const whole = upWith(`const table = await queryInterface.describeTable('t')
      if (!table.a) await sequelize.transaction(async (transaction) => {
        for (const c of ['x', 'y']) await queryInterface.addColumn('t', c, { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' }, { transaction })
        await sequelize.query(\`UPDATE t SET a = :a WHERE id > \${1 + 1}\`, { replacements: { a: 1 }, transaction })
      })`)
    for (let length = 0; length <= whole.length; length += 3) expect(() => loadText(whole.slice(0, length), all.mysql)).not.toThrow()
  })
})
