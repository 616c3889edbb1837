import { createdColumns, defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'reserved-word',
  title: 'Reserved word as a name',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: quoted it works everywhere.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A table called user or order must be quoted in every statement for ever; on PostgreSQL user without quotes is the login, so that a query answers something else without an error.',
  instead: 'Take a name that is no word of SQL: users, orders.',
  unless: 'A library quotes every name, and nobody writes SQL by hand.',
  sources: ['https://www.postgresql.org/docs/current/sql-keywords-appendix.html', 'https://dev.mysql.com/doc/refman/8.4/en/keywords.html'],
  covers: [281],
  equivalents: [],
  messages: {
    found: '{name} is a reserved word: it must be quoted in every statement.',
  },
  on: {
    createTable({ table, temporary, span }, at) {
      if (!temporary && reserved.has(table.name.toLowerCase())) at.report(span, 'found', { name: table.name })
    },
    every(operation, at) {
      for (const { column } of createdColumns(operation))
        if (reserved.has(column.name.toLowerCase())) at.report(operation, 'found', { name: column.name })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE "user" (id bigint PRIMARY KEY);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE users (id bigint PRIMARY KEY);' }],
})

/** Reserved on PostgreSQL and on MySQL, both. */
const reserved: ReadonlySet<string> = new Set(
  'all analyze and as asc both case check collate column constraint create cross default desc distinct else except false fetch for foreign from grant group having in inner intersect into is join lateral leading left like limit natural not null on or order outer primary references right select table then to trailing true union unique user using when where window with'.split(
    ' ',
  ),
)
