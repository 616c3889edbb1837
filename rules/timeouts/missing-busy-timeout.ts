import { defineRule, isStructural } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-busy-timeout',
  title: 'SQLite script that gives up at the first lock',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Most drivers set a timeout of their own, and no file says which.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'One connection writes to a SQLite database at a time. Without a busy timeout a statement that meets another writer fails at once with "database is locked", in the middle of the migration. The sqlite3 shell and SQLite itself have none; some drivers set five seconds.',
  instead: 'PRAGMA busy_timeout = 5000 at the beginning, or set it where the connection is opened.',
  unless: 'It is set, the driver sets one, or the statements are an ORM’s.',
  sources: ['https://www.sqlite.org/pragma.html#pragma_busy_timeout'],
  covers: [293],
  equivalents: [],
  messages: {
    unset: 'Another writer makes this fail at once: no busy_timeout is set.',
    never: 'Another writer makes {count} of the judged migrations fail at once: none of them sets a busy_timeout.',
  },
  on: {
    script(at) {
      if (at.framework !== 'raw-sql') return
      const first = at.walk.moments.find(
        ({ operation, session }) =>
          (isStructural(operation) || ['insert', 'update', 'delete'].includes(operation.kind)) &&
          !session.settings.has('pragma busy_timeout'),
      )
      if (first) at.report(first.operation, 'unset', {}, { oncePerRun: { message: 'never' } })
    },
  },
  bad: [{ on: 'sqlite', says: 'unset', sql: 'ALTER TABLE orders ADD COLUMN note TEXT;' }],
  good: [{ on: 'sqlite', sql: 'PRAGMA busy_timeout = 5000;\nALTER TABLE orders ADD COLUMN note TEXT;' }],
})
