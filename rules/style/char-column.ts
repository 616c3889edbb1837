import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'char-column',
  title: 'char(n) column',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'char(n) fills values up with spaces, which some comparisons see and others do not. It is neither smaller nor faster than text.',
  instead: 'Use text, with a CHECK on the length where it matters.',
  unless: 'The value always has exactly that length, and an old schema is followed.',
  sources: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29'],
  covers: [212],
  equivalents: ['squawk:ban-char-field'],
  messages: {
    found: '{column} of {table} is char: values are filled up with spaces, which some comparisons see.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.type?.name === 'char' && column.type.args.length > 0)
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, country char(2));' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, country text);' }],
})
