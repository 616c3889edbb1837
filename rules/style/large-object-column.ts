import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'large-object-column',
  title: 'Files kept in the table',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Large values in a table make every backup, replica and cache carry them. They are better kept in a store of files, and the table keeps their name.',
  instead: 'Keep the file elsewhere and its name in the table.',
  unless: 'The values are small: a hash, a key, a thumbnail.',
  sources: ['https://www.postgresql.org/docs/current/storage-toast.html'],
  covers: [231],
  equivalents: [],
  messages: {
    found: '{column} of {table} keeps binary data in the table: every backup and replica carries it.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (
          /^(?:(?:medium|long)?blob|bytea|oid|longtext)$/.test(column.type?.name ?? '') &&
          !/hash|key|digest|salt|token|signature|checksum|secret|nonce|iv$/i.test(column.name)
        )
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, scan bytea);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, scan_url text, scan_hash bytea);' }],
})
