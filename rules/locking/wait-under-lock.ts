import { defineRule, isStructural, type Operation, type Site, showName, tablesOf } from '../../src/rule/define.ts'

export default defineRule({
  id: 'wait-under-lock',
  title: 'Pause while a lock is held',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Everybody who needs the table waits for a pause that does nothing for them.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
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
      const held = what === undefined ? undefined : heldAt(at)
      if (what === undefined || !held) return
      const { blocked, table } = held
      const related = [{ message: `the lock on ${table} is taken here`, span: held.operation.span }]
      const severity = at.dialect === 'sqlite' ? ({ severity: 'warning' } as const) : {}
      at.report(operation, asks ? 'answers' : 'waits', { blocked, table, what }, { evidence: 'derived', related, ...severity })
    },
  },
  bad: [
    { on: 'mysql', says: 'waits', title: 'Under LOCK TABLES', sql: 'LOCK TABLES settings WRITE;\nSELECT SLEEP(5);\nUNLOCK TABLES;' },
    {
      on: 'sqlite',
      says: 'answers',
      title: 'SQLite has one writer',
      typeorm: "await queryRunner.query('ALTER TABLE orders ADD COLUMN rate REAL')\nawait fetch('https://rates.example.org')",
    },
    {
      on: 'postgres',
      says: 'waits',
      title: 'In a DO block',
      sql: 'DO $$\nBEGIN\n  ALTER TABLE orders ADD COLUMN note text;\n  PERFORM pg_sleep(30);\nEND $$;',
    },
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
      on: 'mysql',
      title: 'Unlocked before',
      sql: 'LOCK TABLES settings READ;\nUNLOCK TABLES;\nSELECT SLEEP(5);',
      also: ['explicit-lock-table'],
    },
    {
      on: 'sqlite',
      title: 'Nothing is written yet',
      typeorm: "await fetch('https://rates.example.org')\nawait queryRunner.query('ALTER TABLE orders ADD COLUMN rate REAL')",
    },
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

interface Held {
  readonly blocked: string
  readonly table: string
  readonly operation: Operation
}

/** The lock that keeps others out while the step runs: of the transaction, of the DO block around it, of LOCK TABLES, or of the SQLite database. */
function heldAt(at: Site): Held | undefined {
  const held = at.transaction.held.find(({ blocks }) => blocks === 'reads-and-writes') ?? at.transaction.held[0]
  if (held) return { blocked: blockedBy(held.blocks), table: showName(held.table), operation: held.operation }
  if (at.dialect === 'sqlite') {
    if (at.transaction.open !== 'yes') return undefined
    const writing = at.earlier.find(({ operation, transaction }) => transaction.key === at.transaction.key && writes(operation))
    return writing && { blocked: 'Writes', table: 'the whole database', operation: writing.operation }
  }
  if (at.dialect === 'postgres') {
    if (at.operation.context?.block !== 'do') return undefined
    const within = at.earlier.filter(({ index, operation }) => index === at.index && 'table' in operation)
    const locking = within.find(({ cost }) => cost.queues === 'reads-and-writes') ?? within.find(({ cost }) => cost.queues === 'writes')
    const name = locking && tablesOf(locking.operation)[0]
    return name && !at.table(name).fresh
      ? { blocked: blockedBy(locking.cost.queues), table: showName(name), operation: locking.operation }
      : undefined
  }
  const last = at.earlier.findLast(({ operation }) => operation.kind === 'lockTable' || isUnlock(operation))
  if (last?.operation.kind !== 'lockTable' || (last.cost.blocks !== 'writes' && last.cost.blocks !== 'reads-and-writes')) return undefined
  const live = last.operation.tables.find((name) => !at.table(name).fresh)
  return live && { blocked: blockedBy(last.cost.blocks), table: showName(live), operation: last.operation }
}

const blockedBy = (blocks: string) => (blocks === 'writes' ? 'Writes' : 'Reads and writes')

const writes = (operation: Operation) => isStructural(operation) || ['insert', 'update', 'delete', 'writeRows'].includes(operation.kind)

function isUnlock(operation: Operation): boolean {
  return operation.kind === 'otherStatement' && operation.command === 'UNLOCK TABLES'
}

const pauses = new Set(['pg_sleep', 'pg_sleep_for', 'pg_sleep_until', 'sleep'])

/** The function by which a statement does nothing for a while. */
function pauseOf(operation: Operation): string | undefined {
  const called =
    operation.kind === 'select' ? operation.query.functions : operation.kind === 'call' ? [operation.function.name.toLowerCase()] : []
  return called.map((name) => name.replace(/^pg_catalog\./, '')).find((name) => pauses.has(name))
}
