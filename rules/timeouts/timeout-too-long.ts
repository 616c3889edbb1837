import {
  defineRule,
  durationOf,
  isStructural,
  lockedBy,
  type Moment,
  type Name,
  type ScriptSite,
  showName,
  tablesOf,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'timeout-too-long',
  title: 'Lock timeout that is too long to help',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'How long an application can stand still is for its team to say; ten seconds is a guess.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A lock_timeout bounds how long everybody else waits behind a statement that waits for its lock. A minute of it is a minute in which the application hangs, longer than most clients wait.',
  instead: 'Set it to a few seconds, and run the migration again when it gives up.',
  unless: 'It is at most `lockSeconds` (an option, 10); the statement makes nobody wait, or its table is new.',
  sources: [
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
    'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_lock_wait_timeout',
  ],
  covers: [289],
  equivalents: ['strong_migrations:lock_timeout_limit', 'pgfence:lock-timeout-too-long', 'pgfence:statement-timeout-too-long'],
  options: { lockSeconds: 10 },
  messages: {
    longWait: 'Queries on {table} may wait {limit} s behind this: that is the lock_wait_timeout in force.',
    long: 'Queries on {table} may wait {limit} behind this: that is the lock_timeout in force.',
  },
  on: {
    script(at) {
      const most = at.options.lockSeconds * 1000
      if (at.dialect !== 'postgres') {
        const long = at.walk.moments.find((moment) => limitOf(moment) * 1000 > most && isStructural(moment.operation) && liveOf(moment, at))
        if (long)
          at.report(long.operation, 'longWait', { table: showName(liveOf(long, at)!), limit: limitOf(long) }, { evidence: 'derived' })
        return
      }
      for (const moment of at.walk.moments) {
        const limit = moment.session.settings.get('lock_timeout')
        const { queues } = moment.cost
        if (limit === undefined || (durationOf(limit) ?? 0) <= most || (queues !== 'writes' && queues !== 'reads-and-writes')) continue
        const locked = lockedBy(moment, at.walk.moments).find(({ name }) => !name || !at.table(name, moment).fresh)
        if (!locked) continue
        at.report(
          moment.operation,
          'long',
          { table: locked.shown, limit: /\D/.test(limit) ? limit : `${limit} ms` },
          { evidence: 'derived' },
        )
        return
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'long', sql: "SET lock_timeout = '2min';\nALTER TABLE orders ADD COLUMN note text;" },
    { on: 'mysql', says: 'longWait', sql: 'SET lock_wait_timeout = 300;\nALTER TABLE orders ADD COLUMN note TEXT NULL;' },
  ],
  good: [
    { on: 'postgres', sql: "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;" },
    {
      on: 'postgres',
      title: 'The team can bear it',
      options: { lockSeconds: 120 },
      sql: "SET lock_timeout = '2min';\nALTER TABLE orders ADD COLUMN note text;",
    },
  ],
})

/** MySQL counts seconds. A limit that nobody set, or of more than a day, is missing-lock-timeout's to tell. */
function limitOf({ session }: Moment): number {
  const seconds = Number(session.settings.get('lock_wait_timeout') ?? 0)
  return seconds < 86_400 ? seconds : 0
}

/** The table that was there before, of those that it touches. */
function liveOf(moment: Moment, at: Pick<ScriptSite, 'table'>): Name | undefined {
  return moment.operation.kind === 'createTable' ? undefined : tablesOf(moment.operation).find((name) => !at.table(name, moment).fresh)
}
