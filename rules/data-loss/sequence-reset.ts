import { defineRule, type Moment, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'sequence-reset',
  title: 'Sequence set back behind the ids in use',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The next INSERTs take ids that exist and fail, or point old references at new rows.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ALTER SEQUENCE … RESTART and setval with a small constant make the sequence give out numbers that rows have already: every INSERT fails with 23505 until it has counted past them, and where no key forbids it two things share an id. Rows inserted with ids of their own leave the sequence where it was, with the same end.',
  instead: "Set it from the rows: SELECT setval('orders_id_seq', (SELECT max(id) FROM orders)).",
  unless: 'The sequence, or its table, is made or emptied by the migration.',
  sources: ['https://www.postgresql.org/docs/current/functions-sequence.html', 'measured: PostgreSQL 15.20'],
  covers: [139, 251],
  equivalents: [],
  messages: {
    reset: {
      text: 'The next INSERTs get ids that rows have already: {sequence} starts again at {value}.',
      help: "Set it from the rows of its table: SELECT setval('{sequence}', (SELECT max(id) FROM …)).",
    },
    behind: {
      text: 'The next INSERT into {table} that leaves {column} to its sequence gets an id that is inserted here.',
      profile: 'strict',
      help: "After the rows: SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table})).",
    },
  },
  on: {
    otherStatement({ details, name, span }, at) {
      if (details?.about !== 'sequence' || !details.restart || !name) return
      const value = /\brestart(?:\s+with)?\s+(-?\d+)/i.exec(at.statement.sql ?? '')?.[1]
      // A value that only the running migration knows is computed, from the rows as a rule.
      if (value === undefined && !/\brestart\s*;?\s*$/i.test(at.statement.sql ?? '')) return
      if (isLow(value ?? '1') && !isFresh(name, at))
        at.report(span, 'reset', { sequence: showName(name), value: value ?? 'its first value' })
    },
    select({ query, span }, at) {
      if (!query.functions.some((name) => /(^|\.)setval$/.test(name)) || query.tables.length > 0) return
      const [, text, value] = /\bsetval\s*\(\s*'([^']+)'(?:\s*::\s*\w+)?\s*,\s*(-?\d+)\s*[,)]/i.exec(at.statement.sql ?? '') ?? []
      if (text === undefined || value === undefined) return
      const parts = text.replaceAll('"', '').split('.')
      const name = { ...(parts.length > 1 ? { schema: parts[0]! } : {}), name: parts.at(-1)! }
      if (isLow(value) && !isFresh(name, at)) at.report(span, 'reset', { sequence: showName(name), value })
    },
    insert(insert, at) {
      const { table, columns, source } = insert
      if (source !== 'values' || !at.says('behind')) return
      const own = columns.find((name) => {
        const column = at.column(table, name)?.column
        return column?.serial || column?.identity === 'by default'
      })
      // A script of rows is long: only the first insert of such a table looks at the rest of it.
      if (own === undefined || at.earlier.some((moment) => isSame(moment, table, at)) || at.later.some(setsSequence)) return
      at.report(insert, 'behind', { table: showName(table), column: own }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'reset',
      history: ['CREATE TABLE orders (id serial PRIMARY KEY, total integer);'],
      sql: 'ALTER SEQUENCE orders_id_seq RESTART WITH 1;',
    },
    {
      on: 'postgres',
      says: 'reset',
      title: 'By setval',
      history: ['CREATE TABLE orders (id serial PRIMARY KEY, total integer);'],
      sql: "SELECT setval('orders_id_seq', 1, false);",
    },
    {
      on: 'postgres',
      says: 'behind',
      profile: 'strict',
      title: 'Rows with ids of their own',
      history: ['CREATE TABLE roles (id serial PRIMARY KEY, name text);'],
      sql: "INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'user');",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Set from the rows',
      history: ['CREATE TABLE roles (id serial PRIMARY KEY, name text);'],
      sql: "INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'user');\nSELECT setval('roles_id_seq', (SELECT max(id) FROM roles));",
    },
    {
      on: 'postgres',
      title: 'A new sequence',
      sql: 'CREATE SEQUENCE numbers;\nALTER SEQUENCE numbers RESTART WITH 1;',
    },
  ],
})

/** A number that rows are likely to have passed; a high one is set to leave room. */
function isLow(value: string): boolean {
  return Number(value) <= 100
}

/** Is the sequence, or a table that its name begins with, made or emptied by the script? */
function isFresh(name: Name, at: Site): boolean {
  return at.walk.moments.some(({ operation }) => {
    if (operation.kind === 'createSequence') return at.sameName(operation.name, name) || operation.name.name === name.name
    if (operation.kind === 'truncate' || operation.kind === 'opaque') return true
    return (operation.kind === 'createTable' || operation.kind === 'delete') && name.name.startsWith(`${operation.table.name}_`)
  })
}

function setsSequence({ operation }: Moment): boolean {
  if (operation.kind === 'opaque') return true
  if (operation.kind === 'select') return operation.query.functions.some((name) => /(^|\.)setval$/.test(name))
  return operation.kind === 'otherStatement' && operation.details?.about === 'sequence'
}

function isSame({ operation }: Moment, table: Name, at: Site): boolean {
  return operation.kind === 'insert' && at.sameName(operation.table, table)
}
