import { describe, expect, it } from 'vitest'
import { operations } from './loading.ts'

/** Every method of the query interface of Sequelize 6.37.8 that sends something that changes the database, with a call of it. */
const changing: Readonly<Record<string, string>> = {
  _dropAllTables: '',
  addColumn: "'t', 'c', Sequelize.INTEGER",
  addConstraint: "'t', { type: 'unique', fields: ['c'] }",
  addIndex: "'t', ['c']",
  bulkDelete: "'t', {}",
  bulkInsert: "'t', [{ c: 1 }]",
  bulkUpdate: "'t', { c: 1 }, {}",
  changeColumn: "'t', 'c', Sequelize.TEXT",
  commitTransaction: 't1',
  createDatabase: "'d'",
  createFunction: "'f', [], 'int', 'plpgsql', 'RETURN 1;'",
  createSchema: "'s'",
  createTable: "'t', { c: Sequelize.INTEGER }",
  createTrigger: "'t', 'g', 'after', {}, 'f', [], []",
  decrement: "'t', {}, { c: 1 }, {}, {}",
  deferConstraints: '{}',
  delete: "null, 't', {}, {}",
  dropAllEnums: '',
  dropAllSchemas: '',
  dropAllTables: '',
  dropDatabase: "'d'",
  dropEnum: "'e'",
  dropFunction: "'f', []",
  dropSchema: "'s'",
  dropTable: "'t'",
  dropTrigger: "'t', 'g'",
  ensureEnums: "'t', {}, {}",
  increment: "'t', {}, { c: 1 }, {}, {}",
  insert: "null, 't', { c: 1 }",
  removeColumn: "'t', 'c'",
  removeConstraint: "'t', 'k'",
  removeIndex: "'t', 'i'",
  renameColumn: "'t', 'c', 'd'",
  renameFunction: "'f', [], 'g'",
  renameTable: "'t', 'u'",
  renameTrigger: "'t', 'g', 'h'",
  rollbackTransaction: 't1',
  setAutocommit: 't1, true',
  startTransaction: 't1',
  update: "null, 't', { c: 1 }, {}",
  upsert: "'t', { c: 1 }, {}, {}, {}",
}

/** Those that ask or compute: nothing that a rule would judge is sent. */
const asking: Readonly<Record<string, string>> = {
  assertTableHasColumn: "'t', 'c'",
  databaseVersion: '',
  describeTable: "'t'",
  getForeignKeyReferencesForTable: "'t'",
  getForeignKeysForTables: "['t']",
  nameIndexes: "[], 't'",
  pgListEnums: "'t'",
  quoteIdentifier: "'t'",
  quoteIdentifiers: "'t'",
  quoteTable: "'t'",
  setIsolationLevel: "t1, 'SERIALIZABLE'",
  showAllSchemas: '',
  showAllTables: '',
  showConstraint: "'t'",
  showIndex: "'t'",
  tableExists: "'t'",
}

const named = (methods: Readonly<Record<string, string>>) => Object.entries(methods)

describe('no method of the query interface is silent', () => {
  it.each(named(changing))('%s(%s)', (method, args) => {
    for (const dialect of ['postgres', 'mysql', 'mariadb', 'sqlite'] as const)
      expect(operations(`const t1 = {}; await queryInterface.${method}(${args})`, dialect), dialect).not.toEqual([])
  })
  it.each(named(asking))('%s asks', (method, args) => {
    expect(operations(`const t1 = {}; await queryInterface.${method}(${args})`)).toEqual([])
  })
  it.each(['select', 'rawSelect'])('%s reads', (method) => {
    const args = method === 'select' ? "null, 't', {}" : "'t', {}, 'c'"
    expect(operations(`await queryInterface.${method}(${args})`)).toMatchObject([{ kind: 'select' }])
  })
  it('one that nobody knows is opaque', () => {
    expect(operations('await queryInterface.normalizeAttribute()')).toMatchObject([{ kind: 'opaque', because: 'unknown-method' }])
    expect(operations("await queryInterface.frobnicate('t')")).toMatchObject([{ kind: 'opaque', because: 'unknown-method' }])
  })
})

describe('what destroys everything', () => {
  it('through the models says that tables fall, and that which ones is not known', () => {
    const falls = [{ kind: 'dropTable', table: { dynamic: true } }, { kind: 'opaque' }]
    expect(operations('await sequelize.drop()')).toMatchObject(falls)
    expect(operations('await sequelize.sync({ force: true })')).toMatchObject([{ kind: 'syncSchema', force: true }, ...falls])
    expect(operations('await sequelize.truncate({ cascade: true })')).toMatchObject([
      { kind: 'truncate', cascade: true },
      { kind: 'opaque' },
    ])
    expect(operations('await sequelize.sync({ alter: true })')).toMatchObject([{ kind: 'syncSchema', force: false }, { kind: 'opaque' }])
  })
  it('is the same through the connection', () => {
    expect(operations("await sequelize.dropSchema('s')")).toMatchObject([{ kind: 'dropSchema', name: 's', cascade: true }])
    expect(operations('await sequelize.dropAllSchemas()')).toMatchObject([{ kind: 'unresolved', method: 'dropAllSchemas' }])
    expect(operations('await sequelize.dropAllSchemas()', 'mysql')[0]).toMatchObject({ kind: 'dropTable' })
  })
  it('of one table is a truncate in Sequelize 7', () => {
    expect(operations("await queryInterface.truncate('t')")).toMatchObject([{ kind: 'truncate', tables: [{ name: 't' }] }])
  })
})

describe('a method that the query interface does not have', () => {
  it.each([
    [
      "queryInterface.removeColumb('t', 'c')",
      'queryInterface.removeColumb() is not a method that Surefoot knows; did you mean removeColumn?',
    ],
    ["queryInterface.sequelize.qurey('SELECT 1')", 'sequelize.qurey() is not a method that Surefoot knows; did you mean query?'],
    ['queryInterface.refreshEverything()', 'queryInterface.refreshEverything() is not a method that Surefoot knows'],
  ])('is said with the nearest name: %s', (call, detail) => {
    expect(operations(`await ${call}`)).toMatchObject([{ kind: 'opaque', because: 'unknown-method', detail }])
  })
})
