import { beforeAll, describe, expect, it } from 'vitest'
import { operations, ready } from './reading.ts'

beforeAll(ready)

/** Every method of the query runner of TypeORM 1.1.1 that changes the database, with a call of it. */
const changing: Readonly<Record<string, string>> = {
  addColumn: "'t', new TableColumn({ name: 'c', type: 'int' })",
  addColumns: "'t', [new TableColumn({ name: 'c', type: 'int' })]",
  changeColumn: "'t', 'c', new TableColumn({ name: 'c', type: 'int' })",
  changeColumns:
    "'t', [{ oldColumn: new TableColumn({ name: 'c', type: 'int' }), newColumn: new TableColumn({ name: 'd', type: 'int' }) }]",
  changeTableComment: "'t', 'words'",
  clearDatabase: '',
  clearTable: "'t'",
  commitTransaction: '',
  createCheckConstraint: "'t', new TableCheck({ expression: 'c > 0' })",
  createCheckConstraints: "'t', [new TableCheck({ expression: 'c > 0' })]",
  createDatabase: "'d'",
  createExclusionConstraint: "'t', new TableExclusion({ expression: 'USING gist (c WITH &&)' })",
  createExclusionConstraints: "'t', [new TableExclusion({ expression: 'USING gist (c WITH &&)' })]",
  createForeignKey: "'t', new TableForeignKey({ columnNames: ['c'], referencedTableName: 'u', referencedColumnNames: ['id'] })",
  createForeignKeys: "'t', [new TableForeignKey({ columnNames: ['c'], referencedTableName: 'u', referencedColumnNames: ['id'] })]",
  createIndex: "'t', new TableIndex({ columnNames: ['c'] })",
  createIndices: "'t', [new TableIndex({ columnNames: ['c'] })]",
  createPrimaryKey: "'t', ['c']",
  createSchema: "'s'",
  createTable: "new Table({ name: 't', columns: [{ name: 'c', type: 'int' }] })",
  createUniqueConstraint: "'t', new TableUnique({ columnNames: ['c'] })",
  createUniqueConstraints: "'t', [new TableUnique({ columnNames: ['c'] })]",
  createView: "new View({ name: 'v', expression: 'SELECT 1' })",
  dropCheckConstraint: "'t', 'k'",
  dropCheckConstraints: "'t', [new TableCheck({ name: 'k', expression: 'c > 0' })]",
  dropColumn: "'t', 'c'",
  dropColumns: "'t', ['c']",
  dropDatabase: "'d'",
  dropExclusionConstraint: "'t', 'k'",
  dropExclusionConstraints: "'t', [new TableExclusion({ name: 'k', expression: 'USING gist (c WITH &&)' })]",
  dropForeignKey: "'t', 'k'",
  dropForeignKeys: "'t', [new TableForeignKey({ name: 'k', columnNames: ['c'], referencedTableName: 'u', referencedColumnNames: ['id'] })]",
  dropIndex: "'t', 'i'",
  dropIndices: "'t', [new TableIndex({ name: 'i', columnNames: ['c'] })]",
  dropPrimaryKey: "'t'",
  dropSchema: "'s'",
  dropTable: "'t'",
  dropUniqueConstraint: "'t', 'k'",
  dropUniqueConstraints: "'t', [new TableUnique({ name: 'k', columnNames: ['c'] })]",
  dropView: "'v'",
  executeMemoryDownSql: '',
  query: "'SELECT 1'",
  renameColumn: "'t', 'c', 'd'",
  renameTable: "'t', 'u'",
  rollbackTransaction: '',
  startTransaction: '',
  stream: "'SELECT 1'",
  updatePrimaryKeys: "'t', [new TableColumn({ name: 'c', type: 'int' })]",
}

/** Those that ask, or concern the connection alone. */
const asking = [
  'afterMigration',
  'beforeMigration',
  'clearSqlMemory',
  'connect',
  'disableSqlMemory',
  'enableSqlMemory',
  'executeMemoryUpSql',
  'getCurrentDatabase',
  'getCurrentSchema',
  'getDatabases',
  'getMemorySql',
  'getReplicationMode',
  'getSchemas',
  'getTable',
  'getTables',
  'getView',
  'getViews',
  'hasColumn',
  'hasDatabase',
  'hasSchema',
  'hasTable',
  'release',
]
/** TypeORM's SQLite driver has none of these and sends nothing. */
const nothingOnSqlite = new Set(['createDatabase', 'createSchema', 'dropDatabase', 'dropSchema'])

describe('no method of the query runner is silent', () => {
  it.each(Object.entries(changing))('%s(%s)', (method, args) => {
    for (const on of ['postgres', 'mysql', 'mariadb', 'sqlite'] as const) {
      const found = operations(`await queryRunner.${method}(${args})`, { on })
      if (on === 'sqlite' && nothingOnSqlite.has(method)) expect(found).toEqual([])
      else expect(found, on).not.toEqual([])
    }
  })
  it.each(asking)('%s changes nothing', (method) => expect(operations(`await queryRunner.${method}('t', 'c')`)).toEqual([]))
  it('one that nobody knows is opaque', () => {
    expect(operations("await queryRunner.clearSchema('s')")).toMatchObject([{ kind: 'opaque', because: 'unknown-method' }])
  })
})

describe('what destroys everything', () => {
  it('through the data source is the same', () => {
    expect(operations('await queryRunner.connection.dropDatabase()')).toMatchObject([{ kind: 'unresolved', method: 'clearDatabase' }])
    expect(operations('await queryRunner.connection.synchronize(true)')).toMatchObject([
      { kind: 'unresolved' },
      { kind: 'syncSchema', force: true },
      { kind: 'opaque' },
    ])
    expect(operations('await queryRunner.connection.synchronize()')).toMatchObject([
      { kind: 'syncSchema', force: false },
      { kind: 'opaque', because: 'unsupported' },
    ])
  })
})

describe('a call that nobody waits for', () => {
  it.each([
    ["queryRunner.query('ALTER TABLE t ADD a int')", true],
    ["queryRunner.manager.update('t', { id: 1 }, { a: 2 })", true],
    ["queryRunner.manager.delete('t', { id: 1 })", true],
    ["queryRunner.manager.save('t', { id: 1, a: 2 })", undefined],
    ["queryRunner.dropColumn('t', 'a')", undefined],
    ["getManager().update('t', { id: 1 }, { a: 2 })", undefined],
  ])('is in its turn all the same: %s: %s', (call, inTurn) => {
    expect(operations(call)[0]?.context).toMatchObject({ awaited: 'dropped' })
    expect(operations(call)[0]?.context?.inTurn).toBe(inTurn)
    expect(operations(`await ${call}`)[0]?.context?.inTurn).toBeUndefined()
  })
})

describe('a method that the query runner does not have', () => {
  it.each([
    ["dropColum('t', 'c')", 'queryRunner.dropColum is not a method that TypeORM documents; did you mean dropColumn?'],
    ["reconsider('t')", 'queryRunner.reconsider is not a method that TypeORM documents'],
  ])('is said with the nearest name: %s', (call, detail) => {
    expect(operations(`await queryRunner.${call}`)).toMatchObject([{ kind: 'opaque', because: 'unknown-method', detail }])
  })
})
