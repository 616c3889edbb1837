import { type Column, defineRule, type Name, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'zero-date-default',
  title: 'Zero date as a default',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'A server with the usual sql_mode refuses it at once; one that takes it was told to.',
  since: '0.2.0',
  dialects: ['mysql'],
  inDown: 'full',
  why: 'Since 5.7 the default sql_mode holds NO_ZERO_DATE, and a DEFAULT of 0000-00-00 fails with error 1067. Where it is let through, clients read a date that no calendar has, and many of them fail.',
  instead: 'Leave the column nullable without a default, or let it default to CURRENT_TIMESTAMP.',
  unless: 'The script sets an sql_mode without NO_ZERO_DATE. MariaDB takes zero dates by default.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date'],
  covers: [220],
  equivalents: ['skeema:zero-date'],
  messages: {
    zero: 'The default of {table}.{column} is no date: MySQL refuses it under its usual sql_mode (error 1067).',
  },
  on: {
    createTable({ table, columns, span }, at) {
      for (const column of columns) judge(table, column, span, at)
    },
    addColumn({ table, column, span }, at) {
      judge(table, column, span, at)
    },
    modifyColumn({ table, to, span }, at) {
      judge(table, to, span, at)
    },
  },
  bad: [
    { on: 'mysql', says: 'zero', sql: "CREATE TABLE visits (id INT PRIMARY KEY, seen DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');" },
    { on: 'mysql', says: 'zero', title: 'A zero', sql: 'ALTER TABLE visits ADD COLUMN seen TIMESTAMP NOT NULL DEFAULT 0;' },
  ],
  good: [
    { on: 'mysql', sql: 'CREATE TABLE visits (id INT PRIMARY KEY, seen DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);' },
    { on: 'mysql', title: 'A text', sql: "CREATE TABLE visits (id INT PRIMARY KEY, seen VARCHAR(20) NOT NULL DEFAULT '0000-00-00');" },
    {
      on: 'mysql',
      title: 'An sql_mode that takes it',
      sql: "SET sql_mode = 'STRICT_TRANS_TABLES';\nCREATE TABLE visits (id INT PRIMARY KEY, seen DATE NOT NULL DEFAULT '0000-00-00');",
    },
  ],
})

interface Asks {
  readonly session: { readonly settings: ReadonlyMap<string, string> }
  report(
    where: Span,
    message: 'zero',
    slots: { readonly table: string; readonly column: string },
    options: { readonly evidence: 'derived' },
  ): void
}

function judge(table: Name, column: Column, span: Span, at: Asks): void {
  const { type, default: given } = column
  if (!given || !type || !/^(?:date|datetime|timestamp)$/.test(type.name)) return
  if (!given.literals.some((text) => text.startsWith('0000-00-00')) && given.sql.trim() !== '0') return
  const mode = at.session.settings.get('sql_mode')
  if (mode !== undefined && !/NO_ZERO_DATE|TRADITIONAL/i.test(mode)) return
  at.report(column.span ?? span, 'zero', { table: showName(table), column: column.name }, { evidence: 'derived' })
}
