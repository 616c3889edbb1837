import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'timestamp-without-time-zone',
  title: 'timestamp without time zone',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'timestamp keeps what a clock on some wall showed and forgets which wall. Two servers in two zones write different values for the same moment, and the hour that daylight saving repeats is there twice.',
  instead: 'Use timestamptz, which keeps the moment itself.',
  unless: 'A time of day is meant wherever the reader is, such as an opening hour.',
  sources: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29'],
  covers: [214],
  equivalents: ['squawk:prefer-timestamp-tz'],
  messages: {
    found: '{column} of {table} is a timestamp without time zone: which moment it means depends on the reader.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.type?.name === 'timestamp') at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, paid timestamp);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, paid timestamptz);' }],
})
