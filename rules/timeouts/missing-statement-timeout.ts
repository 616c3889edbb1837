import { defineRule, durationOf, lockedBy, type Moment } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-statement-timeout',
  title: 'Work under a lock without a limit',
  severity: 'warning',
  profile: 'style',
  profileBecause:
    'What locks and works is told by a rule of its own, statement for statement; this is the net under it, for teams that want both limits everywhere.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'lock_timeout bounds how long a statement waits for its lock, nothing bounds how long it works once it has it. A scan or an index build that was quick on a copy keeps the table locked for as long as it takes on the real one.',
  instead: 'SET statement_timeout to what the application can bear, or transaction_timeout (PostgreSQL 17 and later), beside lock_timeout.',
  unless:
    'One of them is in force; lock_timeout is not either, which is missing-lock-timeout\'s to say; the runner or the role sets the timeouts (configuration: "timeouts": "set-by-runner"); the table is new; CONCURRENTLY, which wants it off.',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT'],
  covers: [286, 291],
  equivalents: [
    'squawk:require-statement-timeout',
    'pgfence:missing-statement-timeout',
    'pgsafe:require-timeout',
    'safemigrate-lint:timeout-settings-required',
    'strong_migrations:transaction_timeout',
  ],
  messages: {
    unbounded: 'Nothing bounds how long this keeps {table} locked: no statement_timeout is in force.',
    never: 'No statement_timeout is in force where {count} of the judged migrations work under a lock: nothing bounds how long that lasts.',
  },
  on: {
    script(at) {
      for (const moment of at.walk.moments) {
        const { operation, cost } = moment
        if ((cost.blocks !== 'writes' && cost.blocks !== 'reads-and-writes') || cost.scans !== true || isBounded(moment)) continue
        const locked = lockedBy(moment, at.walk.moments).find(({ name }) => !name || !at.table(name, moment).fresh)
        if (!locked) continue
        at.report(operation, 'unbounded', { table: locked.shown }, { evidence: 'derived', oncePerRun: { message: 'never' } })
        return
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'unbounded',
      sql: "SET lock_timeout = '5s';\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: "SET lock_timeout = '5s';\nSET statement_timeout = '30s';\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
      also: ['set-not-null-scan'],
    },
    {
      on: 'postgres',
      title: 'No limit of any kind: one finding, of missing-lock-timeout',
      sql: 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL;',
      also: ['set-not-null-scan', 'missing-lock-timeout'],
    },
    { on: 'postgres', title: 'Only the catalog', sql: "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;" },
  ],
})

function isBounded({ session }: Moment): boolean {
  const { settings, waitsBounded } = session
  // Nothing is bounded: missing-lock-timeout says so. Bounded, and not by this script: the runner is trusted with both limits.
  if (!waitsBounded || !settings.has('lock_timeout')) return true
  return ['statement_timeout', 'transaction_timeout'].some((name) => (durationOf(settings.get(name) ?? '') ?? 0) > 0)
}
