import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { all, loadText, operations, operationsIn, up, upWith } from './loading.ts'

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

  it('one function for a runner of the project’s own is read as an up without a down', () => {
    const whole = `module.exports = async ({ sequelize }) => { await sequelize.queryInterface.${drop} }`
    for (const text of [whole, `import { each } from 'lodash'\n${whole}`, whole.replace('module.exports =', 'export default')]) {
      const migration = loadText(text, all.postgres)
      expect(operationsIn(migration.up)).toMatchObject([{ kind: 'dropTable' }])
      expect(migration.down).toBeUndefined()
    }
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

  it('with an allowNull of null are NOT NULL on the engines whose generator asks for less than `false`', () => {
    const body = `await queryInterface.addColumn('t', 'c', { type: Sequelize.JSON, allowNull: null })`
    for (const engine of ['postgres', 'sqlite'] as const) expect(operations(body, engine)[0]).toMatchObject({ column: { nullable: false } })
    for (const engine of ['mysql', 'mariadb'] as const) expect(operations(body, engine)[0]).toMatchObject({ column: { nullable: true } })
    expect(operations(body.replace('null', 'false'), 'mysql')[0]).toMatchObject({ column: { nullable: false } })
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
