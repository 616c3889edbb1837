import { type Column, defineRule, type IndexState, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'if-not-exists-mismatch',
  title: 'IF NOT EXISTS that passes over something defined otherwise',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The migration succeeds, and what it says is not what is there afterwards.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'IF NOT EXISTS asks for the name alone. Where the earlier migrations made a table, column or index of that name with another definition, the statement does nothing and says so to nobody: the application meets a column that is missing or of another type.',
  instead: 'Change what is there with ALTER, or give the new object a name of its own.',
  unless: 'What differs is added later in the same migration, or the earlier object is dropped by other means.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
  covers: [22],
  equivalents: [],
  messages: {
    table: 'This does nothing: {table} is there already, {difference}.',
    column: 'This does nothing: {table}.{column} is there already, as {type}.',
    index: 'This does nothing: {index} is there already, over ({columns}) of {table}.',
  },
  on: {
    createTable({ table, columns, ifNotExists, temporary, as, like, context, span }, at) {
      const old = at.table(table)
      if (!ifNotExists || temporary || as || like || context?.branches?.length || !old.known || old.age !== 'existing') return
      const find = (name: string) => at.column(table, name)?.column
      const added = at.later.flatMap(({ operation }) =>
        operation.kind === 'addColumn' && at.sameName(operation.table, table) ? [operation.column.name] : [],
      )
      const missing = columns.find(({ name }) => !find(name) && !added.some((other) => at.sameColumn(other, name)))
      const other = columns.find((column) => isOther(column, find(column.name)))
      const difference = missing ? `without the column ${missing.name}` : other && `with ${other.name} as ${find(other.name)?.type?.text}`
      if (difference) at.report(span, 'table', { table: showName(table), difference }, { evidence: 'replayed' })
    },
    addColumn({ table, column, ifNotExists, context, span }, at) {
      const old = at.column(table, column.name)
      if (!ifNotExists || !old || context?.branches?.length || at.age(old.born) !== 'existing' || !isOther(column, old.column)) return
      const type = old.column.type?.text ?? 'another type'
      at.report(span, 'column', { table: showName(table), column: column.name, type }, { evidence: 'replayed' })
    },
    createIndex({ table, name, keys, ifNotExists, context, span }, at) {
      if (!ifNotExists || name === undefined || context?.branches?.length) return
      const owner = at.indexOwner({ name: { ...table, name }, table })
      const old = owner?.index ?? at.indexOwner({ name: { ...table, name } })?.index
      if (!old || at.age(old.born) !== 'existing') return
      const [was, is] = [columnsOf(old), columnsOf({ keys })]
      if (!was || !is || (was.length === is.length && was.every((column, i) => at.sameColumn(column, is[i]!)))) return
      at.report(span, 'index', { index: name, columns: was.join(', '), table: showName(table) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'table',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);',
    },
    {
      on: 'postgres',
      says: 'column',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, note integer);'],
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
    },
    {
      on: 'sqlite',
      says: 'index',
      history: ['CREATE TABLE orders (id INTEGER PRIMARY KEY, day TEXT, shop TEXT);\nCREATE INDEX orders_by ON orders (day);'],
      sql: 'CREATE INDEX IF NOT EXISTS orders_by ON orders (shop, day);',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The same once more',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'],
      sql: 'CREATE TABLE IF NOT EXISTS orders (id int8 PRIMARY KEY, note text);',
    },
    {
      on: 'postgres',
      title: 'What is missing is added',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
    },
  ],
})

/** Is the column of another type for certain? What is spelt alike is not compared further. */
function isOther({ type }: Column, old: Column | undefined): boolean {
  return old?.type !== undefined && type !== undefined && type.name !== old.type.name
}

function columnsOf({ keys }: Pick<IndexState, 'keys'>): readonly string[] | undefined {
  const columns = keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
  return columns.length === keys.length ? columns : undefined
}
