import { defineRule, type IndexState, type Moment, type Name, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'index-dropped-before-replacement',
  title: 'Index dropped before the one that takes its place',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every query that used the index reads the whole table for as long as the new one is built.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Between the DROP of the old index and the end of the build of the new one nothing serves the queries that need it: each reads the whole table, just while the build reads it too. Where the old index was unique, duplicates get in meanwhile and the new one fails on them.',
  instead: 'Build the new index first, under another name, and drop the old one when it is there.',
  unless:
    'The column or the table was renamed in the same migration. Both happen in one statement (MySQL) or in one transaction that lets nobody read between them, another index leads with the same column, or the table is new.',
  sources: ['https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY'],
  covers: [206],
  equivalents: ['online_migrations:replace_index'],
  messages: {
    slow: 'The index {index} is dropped before the one that takes its place is built: until then queries of {table} by {column} read the whole table.',
    unguarded:
      'The unique index {index} is dropped before the one that takes its place is built: until then {table} takes duplicates, and queries by {column} read all of it.',
  },
  on: {
    dropIndex(drop, at) {
      const owner = at.indexOwner(drop)
      const index = owner?.index
      const column = index?.keys[0]?.column
      if (!owner || !index || column === undefined || index.constraint !== undefined || owner.table.fresh) return
      const table = owner.table.name
      const next = at.later.find((moment) => isReplacement(moment, index, table, at))
      if (!next || isOneMoment(next, at) || isRebuilt(drop, next, index, at) || isMovedAside(table, next, at) || isServed(index, table, at))
        return
      const unguarded = index.unique && next.operation.kind === 'createIndex' && next.operation.unique
      if (!unguarded && isRenamedHere(table, column, at)) return
      at.report(
        drop,
        unguarded ? 'unguarded' : 'slow',
        { index: index.name ?? drop.name.name, table: showName(table), column },
        { evidence: 'replayed', related: [{ message: 'the new index is built here', span: next.operation.span }] },
      )
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'slow',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, day DATE);\nCREATE INDEX orders_user ON orders (user_id);'],
      sql: 'DROP INDEX orders_user ON orders;\nCREATE INDEX orders_user_day ON orders (user_id, day);',
    },
    {
      on: 'postgres',
      says: 'unguarded',
      title: 'A unique index',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS users_email;\nCREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email) WHERE email IS NOT NULL;',
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'In one statement',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, day DATE);\nCREATE INDEX orders_user ON orders (user_id);'],
      sql: 'ALTER TABLE orders DROP INDEX orders_user, ADD INDEX orders_user_day (user_id, day);',
    },
    {
      on: 'postgres',
      title: 'The new one first',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, day date);\nCREATE INDEX orders_user ON orders (user_id);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user_day;\nCREATE INDEX CONCURRENTLY orders_user_day ON orders (user_id, day);\nDROP INDEX CONCURRENTLY IF EXISTS orders_user;',
    },
    {
      on: 'postgres',
      title: 'What a failed build may have left behind',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);',
    },
    {
      on: 'postgres',
      title: 'The same over an expression',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, day date);',
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id, extract(year from day)) WHERE day IS NOT NULL;',
      ],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id, extract(year from day)) WHERE day IS NOT NULL;',
    },
    {
      on: 'mysql',
      title: 'A column that got its name just now',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, client_id INT);\nCREATE INDEX orders_client ON orders (client_id);'],
      sql: 'ALTER TABLE orders CHANGE COLUMN client_id user_id INT;\nDROP INDEX orders_client ON orders;\nCREATE INDEX orders_user ON orders (user_id);',
      also: ['rename-breaking'],
    },
  ],
})

type Asks = Pick<Site<OperationOf<'dropIndex'>>, 'index' | 'transaction' | 'earlier' | 'later' | 'sameName' | 'sameColumn'>

/** Nobody asks by the new name of a column or table before the release that comes after the migration. */
function isRenamedHere(table: Name, column: string, at: Asks): boolean {
  return at.earlier.some(({ operation }) => {
    if (operation.kind === 'renameTable') return at.sameName(operation.to, table)
    if (operation.kind === 'renameColumn') return at.sameName(operation.table, table) && at.sameColumn(operation.to, column)
    if (operation.kind !== 'modifyColumn' || !at.sameName(operation.table, table)) return false
    return at.sameColumn(operation.to.name, column) && !at.sameColumn(operation.column, column)
  })
}

/** Is the same leading column indexed here, on the same table? */
function isReplacement({ operation }: Moment, { keys }: IndexState, table: Name, at: Asks): boolean {
  if (operation.kind !== 'createIndex' || !at.sameName(operation.table, table)) return false
  const [first] = operation.keys
  return first?.column !== undefined && at.sameColumn(first.column, keys[0]!.column!)
}

/** Does nobody see the table between the two: one statement, or one transaction that holds the lock of the DROP to its end? */
function isOneMoment(next: Moment, at: Asks): boolean {
  return next.index === at.index || (at.transaction.open !== 'no' && next.transaction.key === at.transaction.key)
}

/** The way out of a CONCURRENTLY build that failed: the same index once more, and the one that is dropped may be INVALID. */
function isRebuilt(drop: OperationOf<'dropIndex'>, { operation }: Moment, { keys, unique, where }: IndexState, at: Asks): boolean {
  if (!drop.concurrently || !drop.ifExists || operation.kind !== 'createIndex' || operation.name !== drop.name.name) return false
  if (operation.unique !== unique || !isSameText(operation.where?.sql, where?.sql) || operation.keys.length !== keys.length) return false
  return operation.keys.every(({ column, expression }, i) => {
    const was = keys[i]!
    if (column === undefined || was.column === undefined) return expression !== undefined && isSameText(expression.sql, was.expression?.sql)
    return at.sameColumn(column, was.column)
  })
}

function isSameText(one: string | undefined, other: string | undefined): boolean {
  const plain = (sql: string | undefined) => sql?.replace(/\s+/g, ' ').toLowerCase()
  return plain(one) === plain(other)
}

/** Is the table itself dropped or renamed before the new index is built: another one takes its place? */
function isMovedAside(table: Name, next: Moment, at: Asks): boolean {
  return at.later
    .slice(0, at.later.indexOf(next))
    .some(({ operation }) => (operation.kind === 'dropTable' || operation.kind === 'renameTable') && at.sameName(operation.table, table))
}

/** Does another index, or the primary key, that leads with the column bridge the gap? */
function isServed(dropped: IndexState, table: Name, at: Pick<Site, 'indexesLeading'>): boolean {
  return at.indexesLeading(table, [dropped.keys[0]!.column!]).some(({ name, where }) => name !== dropped.name && where === undefined)
}
