import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'insert-without-columns',
  title: 'INSERT that counts on the order of columns',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'It works today, and on most days after: naming the columns is a convention.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'INSERT without a column list fills the columns in the order in which the database happens to hold them. That order differs between a database that grew by ALTER TABLE and one made from a dump; with the next column the statement fails, or puts values where they do not belong.',
  instead: 'Name the columns.',
  unless: 'The table is made in the same migration.',
  sources: ['https://www.postgresql.org/docs/current/sql-insert.html'],
  covers: [173],
  equivalents: [],
  messages: {
    unnamed: 'This INSERT names no columns of {table}: it fails, or fills others, when a column is added or stands elsewhere.',
  },
  on: {
    insert({ table, columns, source, span }, at) {
      if (columns.length > 0 || source === 'default' || table.dynamic || at.table(table).fresh || at.statement.sql === undefined) return
      if (!/\binsert\b/i.test(at.statement.sql)) return
      at.report(span, 'unnamed', { table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'unnamed', sql: "INSERT INTO settings VALUES ('currency', 'EUR');" }],
  good: [
    { on: 'postgres', sql: "INSERT INTO settings (name, value) VALUES ('currency', 'EUR');" },
    {
      on: 'postgres',
      title: 'A table of its own',
      sql: "CREATE TABLE settings (name text PRIMARY KEY, value text);\nINSERT INTO settings VALUES ('currency', 'EUR');",
    },
  ],
})
