import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unnamed-object',
  title: 'Constraint or index without a name',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: the engine finds a name by itself.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A name that the engine makes up differs from database to database, and depends on what was there before. Whoever drops the object later has to guess it.',
  instead: 'Name it: CONSTRAINT orders_total_positive CHECK (…).',
  unless: 'It is a primary key, whose name nobody needs.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html'],
  covers: [241, 283],
  equivalents: [],
  messages: {
    found: '{what} on {table} has no name: whoever drops it later has to guess the one that the engine makes up.',
  },
  on: {
    addConstraint({ table, constraint, span }, at) {
      if (constraint.name === undefined && words[constraint.kind] && constraint.usingIndex === undefined)
        at.report(span, 'found', { what: words[constraint.kind]!, table: showName(table) })
    },
    createIndex({ table, name, where, keys, span }, at) {
      const isPlain = !where && keys.every(({ column }) => column !== undefined)
      if (name === undefined && !isPlain)
        at.report(span, 'found', { what: where ? 'A partial index' : 'An index of an expression', table: showName(table) })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'found',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total int);\nALTER TABLE orders ADD CHECK (total >= 0);',
    },
  ],
  good: [
    {
      on: 'postgres',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total int);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);',
    },
  ],
})

const words: Readonly<Record<string, string | undefined>> = {
  unique: 'A UNIQUE constraint',
  check: 'A CHECK',
  foreignKey: 'A foreign key',
  exclude: 'An EXCLUDE constraint',
}
