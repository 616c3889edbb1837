import { defineRule, isComputed, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'duplicate-column',
  title: 'The same column twice in one statement',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails, or one of the two values is thrown away without a word.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'PostgreSQL refuses a column that stands twice in a CREATE TABLE, an INSERT list or a SET (42701, 42601). MySQL and MariaDB refuse the first two (1060, 1110) and let the last value of a SET win; SQLite takes all but the first, and an INSERT keeps the first of the two values.',
  instead: 'Write it once.',
  unless: 'The names differ where the engine keeps capitals apart.',
  sources: ['https://www.postgresql.org/docs/current/sql-update.html', 'measured: PostgreSQL 15.20, MariaDB 10.11.19, SQLite 3.54.1'],
  covers: [160],
  equivalents: ['squawk:ban-duplicate-column-assignments'],
  messages: {
    refused: 'This fails: the column {column} of {table} stands in it twice.',
    ignored: 'Of the two values of {table}.{column} the {which} is thrown away, without an error.',
  },
  on: {
    createTable({ table, columns, span }, at) {
      const twice = repeated(
        columns.map(({ name }) => name),
        at,
      )
      if (twice !== undefined) at.report(span, 'refused', { table: showName(table), column: twice })
    },
    insert({ table, columns, span }, at) {
      const twice = repeated(columns, at)
      if (twice === undefined) return
      if (at.dialect === 'sqlite') at.report(span, 'ignored', { table: showName(table), column: twice, which: 'second' })
      else at.report(span, 'refused', { table: showName(table), column: twice })
    },
    update({ table, set, span }, at) {
      const twice = repeated(
        set.map(({ column }) => column),
        at,
      )
      if (twice === undefined) return
      if (at.dialect === 'postgres') at.report(span, 'refused', { table: showName(table), column: twice })
      else at.report(span, 'ignored', { table: showName(table), column: twice, which: 'first' })
    },
  },
  bad: [
    { on: 'postgres', says: 'refused', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, note text);' },
    { on: 'mysql', says: 'refused', title: 'In an INSERT', sql: "INSERT INTO roles (name, name) VALUES ('a', 'b');" },
    { on: 'sqlite', says: 'ignored', title: 'In a SET', sql: "UPDATE roles SET name = 'a', name = 'b' WHERE id = 1;" },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, "Note" text);' },
    { on: 'mysql', sql: "INSERT INTO roles (id, name) VALUES (1, 'b');" },
  ],
})

/** The first name that stands twice; parts of one column (`a[1]`, `a.b`) are read as expressions, not as names. */
function repeated(names: readonly string[], at: Pick<Site, 'sameColumn'>): string | undefined {
  if (names.length > 2000) return undefined
  return names.find((name, i) => !isComputed(name) && names.slice(0, i).some((other) => at.sameColumn(other, name)))
}
