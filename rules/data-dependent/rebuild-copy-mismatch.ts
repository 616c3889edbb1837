import { defineRule, findTable, isRequired, type OperationOf, type Site, showName, type Table } from '../../src/rule/define.ts'

export default defineRule({
  id: 'rebuild-copy-mismatch',
  title: 'Rows copied into columns that they do not fit',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The copy fails, or values end up in the wrong columns and the old table is dropped.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'INSERT INTO new SELECT * FROM old copies by place, not by name: a column that was added, dropped or moved shifts every value behind it, and SQLite stores a name in a number’s column without a word. Where the counts differ the statement fails; so does a NULL that is copied into a column that is NOT NULL now.',
  instead: "Name the columns on both sides, and give NULLs a value: INSERT INTO new (id, email) SELECT id, ifnull(email, '') FROM old.",
  unless: 'Both lists are written, or no row is NULL there: an UPDATE before it saw to that, or a WHERE leaves those rows out.',
  sources: [
    'https://www.sqlite.org/lang_insert.html',
    'https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes',
  ],
  covers: [116, 119],
  equivalents: ['atlas:LT101'],
  messages: {
    count: 'This copy fails: {table} takes {wanted} values and {given} are given.',
    order: 'The copy goes by place: what was {from} ends up in {to} of {table}.',
    missing: {
      text: 'The copy fails on the first row: {columns} of {table} is NOT NULL, has no DEFAULT and gets no value.',
      help: 'Give each row a value in the SELECT, or the column a DEFAULT.',
    },
    nulls: {
      text: 'The copy fails on the first row whose {column} is NULL: {table} takes none there any more.',
      severity: 'warning',
      help: 'Copy a value instead: ifnull({column}, …).',
      profile: 'strict',
    },
  },
  on: {
    insert(insert, at) {
      const copied = copiedBy(insert, at)
      if (!copied) return
      const { target, source, from, to } = copied
      const table = showName(insert.table)
      if (from.length !== to.length) {
        at.report(insert, 'count', { table, wanted: to.length, given: from.length }, { evidence: 'replayed' })
        return
      }
      const missing = missingFrom(insert, copied, at)
      if (missing.length > 0) {
        at.report(insert, 'missing', { table, columns: missing.join(', ') }, { evidence: 'replayed' })
        return
      }
      const byPlace = insert.columns.length === 0 || insert.query?.star === true
      const swapped = byPlace ? from.findIndex((name, i) => name !== null && isMisplaced(name, i, from, to, at)) : -1
      if (swapped >= 0) {
        at.report(insert, 'order', { table, from: from[swapped]!, to: to[swapped]! }, { evidence: 'replayed' })
        return
      }
      const column = to.find((name, i) => isNullRefused(insert, from[i] ?? null, name, source, target, at))
      if (column !== undefined) at.report(insert, 'nulls', { table, column }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'sqlite',
      says: 'order',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users SELECT * FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      says: 'count',
      title: 'A column more',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);\nINSERT INTO new_users SELECT * FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      says: 'nulls',
      profile: 'strict',
      title: 'NULLs into NOT NULL',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      says: 'missing',
      title: 'A required column that no row has a value for',
      history: ['CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "email" TEXT NOT NULL);'],
      sql: 'PRAGMA foreign_keys=OFF;\nCREATE TABLE "new_User" ("id" INTEGER PRIMARY KEY, "email" TEXT NOT NULL, "username" TEXT NOT NULL);\nINSERT INTO "new_User" ("id", "email") SELECT "id", "email" FROM "User";\nDROP TABLE "User";\nALTER TABLE "new_User" RENAME TO "User";\nPRAGMA foreign_keys=ON;',
      also: ['insert-breaking'],
    },
  ],
  good: [
    {
      on: 'sqlite',
      title: 'Both lists are written',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);'],
      sql: "CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT);\nINSERT INTO new_users (id, email, name) SELECT id, ifnull(email, ''), name FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
    },
    {
      on: 'sqlite',
      title: 'By place into the same places',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);'],
      sql: 'BEGIN;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, full_name TEXT);\nINSERT INTO new_users SELECT * FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nCOMMIT;',
    },
    {
      on: 'sqlite',
      title: 'No row is left to copy',
      history: ['CREATE TABLE tokens (id INTEGER PRIMARY KEY, text TEXT NOT NULL);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nDELETE FROM tokens;\nCREATE TABLE new_tokens (id INTEGER PRIMARY KEY, text TEXT NOT NULL, owner INTEGER NOT NULL);\nINSERT INTO new_tokens (id, text) SELECT id, text FROM tokens;\nDROP TABLE tokens;\nALTER TABLE new_tokens RENAME TO tokens;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
      also: ['insert-breaking', 'unbatched-update'],
    },
  ],
})

interface Copied {
  readonly target: Table
  readonly source: Table
  /** What is given and where it goes, in order; null: computed. */
  readonly from: readonly (string | null)[]
  readonly to: readonly string[]
}

/** What an INSERT … SELECT of one table known whole copies into another one. */
function copiedBy({ table, columns, query, context }: OperationOf<'insert'>, at: Site): Copied | undefined {
  if (!query?.selected || query.tables.length !== 1 || context?.guards?.length || context?.branches?.length) return undefined
  const [target, source] = [findTable(at.before, table), findTable(at.before, query.tables[0]!)]
  if (!target || !source || !at.table(target.name).known || !at.table(source.name).known) return undefined
  const all = (one: Table, computed: boolean) =>
    [...one.columns.values()].filter(({ column }) => computed || !column.generated).map(({ column }) => column.name)
  const from = query.selected.flatMap((name) => (name === '*' ? all(source, true) : [name]))
  return { target, source, from, to: columns.length > 0 ? columns : all(target, false) }
}

/** The columns of a new table that rows of an older one are copied into without a value for them. */
function missingFrom(insert: OperationOf<'insert'>, { target, source, to }: Copied, at: Site): readonly string[] {
  if (insert.onConflict || at.age(target.born) !== 'this-migration' || at.age(source.born) !== 'existing') return []
  const { emptied } = source
  if (insert.query?.where || (emptied && at.age(emptied.born) === 'this-migration')) return []
  return [...target.columns.values()]
    .filter(({ column }) => isRequired(column, target, at) && !to.some((name) => at.sameColumn(name, column.name)))
    .map(({ column }) => column.name)
}

/** Does the value go elsewhere although the table has a column of its name, which something else is put into? */
function isMisplaced(name: string, i: number, from: readonly (string | null)[], to: readonly string[], at: Site): boolean {
  if (at.sameColumn(name, to[i]!)) return false
  const own = to.findIndex((column) => at.sameColumn(column, name))
  return own >= 0 && from[own] !== null && !at.sameColumn(from[own]!, name)
}

function isNullRefused(insert: OperationOf<'insert'>, from: string | null, to: string, source: Table, target: Table, at: Site): boolean {
  if (from === null || insert.onConflict) return false
  const find = (table: Table, name: string) => [...table.columns.values()].find(({ column }) => at.sameColumn(column.name, name))
  const [was, is] = [find(source, from), find(target, to)]
  if (!was?.column.nullable || !is || is.column.nullable || was.filled !== undefined) return false
  // A NULL in an INTEGER PRIMARY KEY becomes the next number.
  if (
    target.constraints.some(
      ({ constraint }) => constraint.kind === 'primaryKey' && constraint.columns.some((name) => at.sameColumn(name, to)),
    )
  )
    return false
  if (insert.query?.where?.columns.some((name) => at.sameColumn(name, from))) return false
  return !at.earlier.some(({ operation }) => operation.kind === 'delete' && at.sameName(operation.table, source.name))
}
