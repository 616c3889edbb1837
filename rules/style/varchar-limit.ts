import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'varchar-limit',
  title: 'varchar(n) where text would do',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'On PostgreSQL a limit costs nothing to leave out, and lowering it later reads the whole table. A limit that the business has belongs in a CHECK, which can be added NOT VALID.',
  instead: 'Use text, and a CHECK on the length where it matters.',
  unless: 'The limit is meant. The rule is silent until it is switched on: { "enabled": true }.',
  sources: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_varchar.28n.29_by_default'],
  covers: [213],
  equivalents: ['squawk:prefer-text-field'],
  messages: {
    found: '{column} of {table} is varchar with a limit; text with a CHECK is changed without reading the table.',
  },
  options: { enabled: false as boolean },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (at.options.enabled && column.type?.name === 'varchar' && column.type.args.length > 0)
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [
    { on: 'postgres', says: 'found', options: { enabled: true }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(200));' },
  ],
  good: [
    { on: 'postgres', options: { enabled: true }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);' },
    { on: 'postgres', title: 'Not switched on', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(200));' },
  ],
})
