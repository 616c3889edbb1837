import { defineRule, type Operation, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'wait-under-lock',
  title: 'Pause while a lock is held',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Everybody who needs the table waits for a pause that does nothing for them.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A lock is held until its transaction ends. pg_sleep, a timer or a request to another service in between makes everybody who needs the table wait for as long as it lasts: a service that does not answer takes the application down.',
  instead:
    'Pause, or ask the other service, before the first lock or when the transaction has been committed, between batches that each have one of their own.',
  unless: 'No transaction is open, or it holds no lock that keeps others out yet.',
  sources: [
    'https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-DELAY',
    'https://www.postgresql.org/docs/current/explicit-locking.html',
  ],
  covers: [],
  equivalents: [],
  messages: {
    waits: '{blocked} of {table} wait for as long as {what} pauses.',
    answers: '{blocked} of {table} wait until {what} is done, which the database knows nothing of.',
  },
  on: {
    every(operation, at) {
      const asks = operation.kind === 'external' && operation.waits && operation.what !== 'timer'
      const what = operation.kind === 'external' && operation.waits ? operation.expression : pauseOf(operation)
      const held =
        what === undefined ? undefined : (at.transaction.held.find(({ blocks }) => blocks === 'reads-and-writes') ?? at.transaction.held[0])
      if (what === undefined || !held) return
      const table = showName(held.table)
      at.report(
        operation,
        asks ? 'answers' : 'waits',
        { blocked: held.blocks === 'writes' ? 'Writes' : 'Reads and writes', table, what },
        { evidence: 'derived', related: [{ message: `the lock on ${table} is taken here`, span: held.operation.span }] },
      )
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'waits',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nSELECT pg_sleep(30);\nCOMMIT;',
    },
    {
      on: 'postgres',
      says: 'answers',
      title: 'A request to another service',
      typeorm:
        "await queryRunner.query('ALTER TABLE orders ADD COLUMN rate numeric')\nconst response = await fetch('https://rates.example.org')\nconst rates = await response.json()",
    },
    {
      on: 'postgres',
      says: 'waits',
      title: 'A timer',
      typeorm:
        "await queryRunner.query('ALTER TABLE orders ADD COLUMN rate numeric')\nawait new Promise((resolve) => setTimeout(resolve, 5000))",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Asked before the lock',
      typeorm:
        "const { data } = await axios.get('https://rates.example.org')\nawait queryRunner.query('ALTER TABLE orders ADD COLUMN rate numeric')\nawait queryRunner.query('UPDATE orders SET rate = $1 WHERE id = 1', [data.rate])",
    },
    { on: 'postgres', title: 'Before the lock', sql: 'BEGIN;\nSELECT pg_sleep(1);\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;' },
    {
      on: 'postgres',
      title: 'Between transactions',
      sql: 'ALTER TABLE orders ADD COLUMN note text;\nSELECT pg_sleep(1);\nALTER TABLE users ADD COLUMN note text;',
    },
  ],
})

const pauses = new Set(['pg_sleep', 'pg_sleep_for', 'pg_sleep_until'])

/** The function by which a statement does nothing for a while. */
function pauseOf(operation: Operation): string | undefined {
  const called =
    operation.kind === 'select' ? operation.query.functions : operation.kind === 'call' ? [operation.function.name.toLowerCase()] : []
  return called.map((name) => name.replace(/^pg_catalog\./, '')).find((name) => pauses.has(name))
}
