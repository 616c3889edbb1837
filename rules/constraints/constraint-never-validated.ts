import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'constraint-never-validated',
  title: 'NOT VALID constraint that nobody validates',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Nothing fails: new rows are checked, only the old ones are not.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'NOT VALID is half of a step in two: new rows are checked, those that were there are not, and the planner makes no use of the constraint. Without the other half orphans and broken rows stay for good, and whoever reads the schema believes in it.',
  instead: 'ALTER TABLE … VALIDATE CONSTRAINT in a migration of its own.',
  unless: 'It is in the newest migration: the next one may validate it.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [52],
  equivalents: [],
  messages: {
    never: 'No later migration validates {constraint} of {table}: rows that were there may break it.',
  },
  on: {
    history(at) {
      const newest = at.migrations.at(-1)?.position ?? -1
      for (const { name, constraints } of at.final.tables.values()) {
        for (const { constraint, validated, born } of constraints) {
          if (validated || constraint.enforced === false || !constraint.span || born < 0 || born >= newest) continue
          const slots = { constraint: constraint.name ?? `the ${constraint.kind} constraint`, table: showName(name) }
          at.report(constraint.span, 'never', slots, { migration: born, evidence: 'replayed' })
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'never',
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
      files: { 'migrations/002_later.sql': 'CREATE TABLE shops (id bigint PRIMARY KEY);' },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Validated by a later one',
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
      files: { 'migrations/002_later.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT positive;' },
    },
    {
      on: 'postgres',
      title: 'The newest migration',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
    },
  ],
})
