import { canBeGuarded, defineRule, dropsNothing, type Moment, type ScriptSite, type StepMoment, stepsOf } from '../../src/rule/define.ts'

export default defineRule({
  id: 'multiple-ddl',
  title: 'Several schema changes in one migration that cannot be run again',
  severity: 'warning',
  profile: 'style',
  profileBecause:
    'The engine has no guard for these steps, and it bites only when a later one fails: one change for each migration is a convention.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'Every DDL statement commits on its own. When a later one fails the earlier ones stay, the migration counts as not run, and running it again fails on what it made itself. The way out is by hand, on the production server.',
  instead: 'One schema change for each migration, or all clauses of a table in one ALTER TABLE.',
  unless:
    'Every step but the last can be run again, or works on new tables only. Steps that the engine has a guard for are non-idempotent-ddl’s to tell.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html', 'https://dev.mysql.com/doc/refman/8.4/en/atomic-ddl.html'],
  covers: [27, 187],
  equivalents: [],
  messages: {
    several:
      'This is one of {count} schema changes that commit one by one: a stop after it leaves a state from which neither up nor down runs.',
  },
  on: {
    script(at) {
      const steps = stepsOf(at.walk.moments.filter((moment) => moment.cost.commits && !dropsNothing(moment, at)))
      const bare = steps.slice(0, -1).filter((step) => !step.repeatable)
      const [first] = bare.filter((step) => isLive(step, at))
      if (!first || bare.some(({ moments }) => moments.every(({ operation }) => canBeGuarded(operation, at.dialect, at.framework)))) return
      at.report(first.moment.operation, 'several', { count: steps.length })
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'several',
      sql: 'ALTER TABLE orders ADD COLUMN note TEXT;\nALTER TABLE users ADD COLUMN memo TEXT;',
    },
  ],
  good: [
    { on: 'mysql', title: 'One statement', sql: 'ALTER TABLE orders ADD COLUMN note TEXT, ADD COLUMN memo TEXT;' },
    {
      on: 'mysql',
      title: 'A new table and its index',
      sql: 'CREATE TABLE IF NOT EXISTS notes (id INT PRIMARY KEY, user_id INT);\nCREATE INDEX notes_user ON notes (user_id);\nALTER TABLE orders ADD COLUMN note TEXT;',
    },
    {
      on: 'mariadb',
      title: 'Each can be run again',
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note TEXT;\nALTER TABLE users ADD COLUMN IF NOT EXISTS memo TEXT;',
    },
  ],
})

/** Does the step touch a table that was there before? */
function isLive({ moments }: StepMoment, at: Pick<ScriptSite, 'table'>): boolean {
  return moments.some((moment: Moment) => {
    const { operation } = moment
    return !('table' in operation) || operation.table === undefined || !at.table(operation.table, moment).fresh
  })
}
