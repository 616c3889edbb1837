import sqlParser from 'node-sql-parser'
import { expect, test } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { sqlite } from '../../../src/dialects/sqlite/index.ts'
import { tableOf } from '../../../src/ir/visit.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { valid } from './parse-corpus.ts'

const { Parser } = sqlParser
const parser = new Parser()

interface Seen {
  readonly kind: string
  readonly tables: readonly string[]
  readonly columns: readonly string[]
}

/** What the other parser says: its statement's kind, its tables, the columns that it defines or writes. */
function theirs(sql: string, database: string): Seen | undefined {
  try {
    const { ast, tableList } = parser.parse(sql, { database })
    const first: unknown = Array.isArray(ast) ? ast[0] : ast
    const tree = first as {
      type?: string
      create_definitions?: readonly { resource?: string; column?: { column: unknown } }[]
      columns?: unknown
    }
    const columns = (tree.create_definitions ?? []).flatMap((definition) => {
      const column = definition.resource === 'column' ? definition.column?.column : undefined
      if (typeof column === 'string') return [column]
      const value = (column as { expr?: { value?: string } } | undefined)?.expr?.value
      return value === undefined ? [] : [value]
    })
    const inserted =
      tree.type === 'insert' && Array.isArray(tree.columns) ? tree.columns.filter((column) => typeof column === 'string') : []
    return {
      kind: tree.type ?? '',
      tables: tableList.map((entry) => entry.split('::')[2]!).filter((name) => name !== 'null'),
      columns: [...columns, ...inserted],
    }
  } catch {
    return undefined
  }
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  create: [
    'alterTable',
    'createTable',
    'createIndex',
    'createView',
    'createTrigger',
    'createFunction',
    'createDatabase',
    'otherStatement',
    'alterTable',
  ],
  alter: [
    'addColumn',
    'dropColumn',
    'modifyColumn',
    'renameColumn',
    'renameTable',
    'addConstraint',
    'dropConstraint',
    'createIndex',
    'dropIndex',
    'renameIndex',
    'alterTable',
    'setDefault',
    'dropDefault',
  ],
  drop: ['dropTable', 'dropIndex', 'dropView', 'dropTrigger', 'dropFunction', 'dropDatabase'],
  insert: ['insert', 'writeRows'],
  replace: ['insert', 'writeRows'],
  update: ['update'],
  delete: ['delete'],
  select: ['select'],
  truncate: ['truncate'],
  rename: ['renameTable'],
}

const sqliteStatements = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL)',
  'ALTER TABLE users ADD COLUMN name TEXT',
  'ALTER TABLE users RENAME TO people',
  'CREATE INDEX i ON users (email)',
  'DROP TABLE users',
  "INSERT INTO users (id, email) VALUES (1, 'a')",
  "UPDATE users SET email = 'b' WHERE id = 1",
  'DELETE FROM users WHERE id = 1',
  'SELECT u.id FROM users u JOIN orgs o ON o.id = u.org',
]

const cases: readonly (readonly [string, string, Dialect])[] = [
  ...valid.map((sql) => ['MySQL', sql, mysql] as const),
  ...valid.map((sql) => ['MariaDB', sql, mariadb] as const),
  ...sqliteStatements.map((sql) => ['SQLite', sql, sqlite] as const),
]

let compared = 0
test.each(cases)('%s: node-sql-parser agrees on %s', (database, sql, dialect) => {
  const other = theirs(sql, database)
  const allowed = other && kinds[other.kind]
  if (!other || !allowed) return
  compared++
  const operations = dialect.parse(tracedText(sql, 'a.sql'), { version: dialect.latest }).flatMap((statement) => statement.operations)
  expect(operations.length).toBeGreaterThan(0)
  for (const operation of operations) expect(allowed).toContain(operation.kind)
  const named = new Set<string>()
  for (const operation of operations) {
    const table = tableOf(operation)
    if (table) named.add(table.name)
    if (operation.kind === 'truncate') for (const name of operation.tables) named.add(name.name)
    if (operation.kind === 'select' || operation.kind === 'createView') for (const name of operation.query.tables) named.add(name.name)
  }
  if (named.size > 0 && other.tables.length > 0 && operations[0]?.kind !== 'createFunction')
    expect([
      ...other.tables,
      ...operations.flatMap((operation) => (operation.kind === 'delete' ? operation.using.map((name) => name.name) : [])),
    ]).toEqual(expect.arrayContaining([[...named][0]]))
  const [first] = operations
  if (first?.kind === 'createTable' && other.columns.length > 0) expect(first.columns.map((column) => column.name)).toEqual(other.columns)
  if (first?.kind === 'insert' && other.columns.length > 0) expect(first.columns).toEqual(other.columns)
})

test('the comparison compared something', () => {
  expect(compared).toBeGreaterThan(60)
})
