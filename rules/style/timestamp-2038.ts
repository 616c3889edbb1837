import { createdColumns, defineRule, type Name, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'timestamp-2038',
  title: 'TIMESTAMP that ends in 2038',
  severity: 'info',
  profile: 'style',
  profileBecause: 'It is a matter of taste until 2038, and of what the column is for.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'TIMESTAMP counts seconds in 32 bits and ends on 2038-01-19: a date of birth, an expiry or a contract beyond it is refused. Where explicit_defaults_for_timestamp is off (MySQL 5.7, MariaDB before 10.10) the first TIMESTAMP that is NOT NULL without a default also changes by itself on every UPDATE.',
  instead: 'Take DATETIME, in UTC, which ends in the year 9999.',
  unless: 'The column only ever holds the current time. MariaDB 11.5 and later count to 2106.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/datetime.html',
    'https://mariadb.com/docs/server/reference/data-types/date-and-time-data-types/timestamp',
  ],
  covers: [221],
  equivalents: ['skeema:has-time'],
  messages: {
    ends: '{table}.{column} holds no date after 2038-01-19.',
    changes: {
      text: '{table}.{column} takes the current time on every UPDATE: the first TIMESTAMP without a default does so on this version.',
      severity: 'warning',
      help: 'Give it a DEFAULT, or make it NULL.',
    },
  },
  on: {
    every(operation, at) {
      if (at.dialect === 'mariadb' && at.atLeast(11, 5)) return
      const implicit = at.dialect === 'mysql' ? !at.atLeast(8, 0) : !at.atLeast(10, 10)
      const stamps = createdColumns(operation).filter(({ column }) => column.type?.name === 'timestamp')
      for (const [i, { table, column }] of stamps.entries()) {
        const slots: { table: string; column: string } = { table: showName(table as Name), column: column.name }
        const bare = !column.nullable && !column.default && column.onUpdate === undefined
        if (implicit && i === 0 && bare && operation.kind === 'createTable') at.report(column.span ?? operation, 'changes', slots)
        else if (column.onUpdate === undefined && column.default?.constant !== false) at.report(column.span ?? operation, 'ends', slots)
      }
    },
  },
  bad: [
    { on: 'mysql', says: 'ends', sql: 'CREATE TABLE contracts (id INT PRIMARY KEY, ends_at TIMESTAMP NULL);' },
    { on: 'mysql', version: '5.7', says: 'changes', sql: 'CREATE TABLE contracts (id INT PRIMARY KEY, ends_at TIMESTAMP NOT NULL);' },
  ],
  good: [
    { on: 'mysql', sql: 'CREATE TABLE contracts (id INT PRIMARY KEY, ends_at DATETIME NULL);' },
    {
      on: 'mysql',
      title: 'The current time',
      sql: 'CREATE TABLE contracts (id INT PRIMARY KEY, made_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);',
    },
    { on: 'mariadb', version: '11.5', sql: 'CREATE TABLE contracts (id INT PRIMARY KEY, ends_at TIMESTAMP NULL);' },
  ],
})
