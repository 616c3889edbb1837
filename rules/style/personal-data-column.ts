import { type Column, createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'personal-data-column',
  title: 'Personal data as plain text',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Whether and how it is protected is decided elsewhere; the column’s name is only a hint.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Numbers of identity cards, taxes, bank accounts and the like need a reason, a term after which they are deleted, and protection at rest. The migration that makes the column is the last moment at which that is cheap.',
  instead: 'Store a token or an encrypted value, name it so (…_encrypted, …_hash, …_token), and say in a comment how long it is kept.',
  unless: 'The name says that the value is protected, or a comment says how.',
  sources: ['https://gdpr-info.eu/art-32-gdpr/'],
  covers: [306],
  equivalents: [],
  messages: {
    plain: '{column} of {table} looks like personal data and is kept as plain text.',
  },
  options: {
    pattern:
      '(^|_)(ssn|social_?security|passport|iban|bank_?account|credit_?card|card_?number|cvv|tax_?id|national_?id|birth_?date|date_?of_?birth|dob)(_|$|number)',
  },
  on: {
    every(operation, at) {
      const pattern = new RegExp(at.options.pattern, 'i')
      for (const { table, column } of createdColumns(operation))
        if (pattern.test(column.name) && !isProtected(column))
          at.report(operation, 'plain', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'plain', sql: 'CREATE TABLE people (id bigint PRIMARY KEY, passport_number text);' }],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE people (id bigint PRIMARY KEY, passport_number_encrypted bytea, passport_number_hash text);' },
    { on: 'postgres', sql: 'CREATE TABLE people (id bigint PRIMARY KEY, name text);' },
  ],
})

function isProtected({ name, type, comment }: Column): boolean {
  return (
    /encrypt|hash|token|cipher|masked|last_?4|_id$|country|type$|at$/i.test(name) ||
    /^(?:bytea|boolean|.*blob|.*binary)$/.test(type?.name ?? '') ||
    comment !== undefined
  )
}
