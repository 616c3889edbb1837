import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'sequence-stays-integer',
  title: 'Wider key whose sequence still ends at 2 147 483 647',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every INSERT fails on the day for which the column was made wider.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A serial column has a sequence of its own, which is made with the column’s type. ALTER COLUMN … TYPE bigint changes the column and leaves the sequence an integer: nextval fails at 2 147 483 647 (2200H), although the column would go on.',
  instead: 'ALTER SEQUENCE … AS bigint in the same migration.',
  unless: 'The column is an identity column, whose sequence follows it, or the sequence was made by CREATE SEQUENCE, which is bigint.',
  sources: ['https://www.postgresql.org/docs/current/sql-altersequence.html', 'measured: PostgreSQL 15.20'],
  covers: [157],
  equivalents: [],
  messages: {
    stays: 'The sequence of {table}.{column} stays an integer: INSERTs fail at 2147483647 although the column is bigint.',
  },
  on: {
    alterColumnType({ table, column, type, span }, at) {
      const state = at.column(table, column)?.column
      if (type.name !== 'bigint' || !state?.serial || state.type?.name === 'bigint' || at.direction === 'down') return
      const isWidened = at.walk.moments.some(
        ({ operation }) =>
          operation.kind === 'opaque' ||
          operation.kind === 'dropSequence' ||
          (operation.kind === 'setDefault' && at.sameName(operation.table, table)) ||
          (operation.kind === 'otherStatement' && operation.details?.about === 'sequence' && operation.details.type?.name === 'bigint'),
      )
      if (!isWidened) at.report(span, 'stays', { table: showName(table), column }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'stays',
      history: ['CREATE TABLE orders (id serial PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
    },
  ],
  good: [
    {
      on: 'postgres',
      history: ['CREATE TABLE orders (id serial PRIMARY KEY, total integer);'],
      sql: 'BEGIN;\nALTER TABLE orders ALTER COLUMN id TYPE bigint;\nALTER SEQUENCE orders_id_seq AS bigint;\nCOMMIT;',
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      title: 'The sequence of an identity column follows',
      history: ['CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
      also: ['type-change-rewrite'],
    },
  ],
})
