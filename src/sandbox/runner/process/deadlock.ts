import type { DialectName } from '../../../ir/names.ts'
import type { Session } from '../../engine.ts'
import type { Failure, RunOutcome, RunRequest } from '../runner.ts'
import type { Activity, Conversation } from './conversation.ts'

export type Deadlock = NonNullable<RunOutcome['deadlock']>

const every = 200
/** How long a statement has run before anybody asks what it waits for. */
const patience = 600

/**
 * Watches one run for two of its own sessions that wait for each other: one has a transaction open and does nothing, the other waits for what it holds, and the migration
 * waits for the other. `found` settles with it, or never. A session of our own asks the server; it is opened only when a statement takes long.
 */
export function watchForDeadlock(conversation: Conversation, { database }: RunRequest, dialect: DialectName) {
  let found: (deadlock: Deadlock) => void = () => {}
  const promise = new Promise<Deadlock>((resolve) => {
    found = resolve
  })
  let session: Promise<Session> | undefined
  let seen: string | undefined
  let asking = false
  const look = async () => {
    const waiting = pick(conversation, (one) => one.running && performance.now() - one.since > patience)
    const holding = pick(conversation, (one) => !one.running && one.inTransaction)
    if (!waiting || !holding || conversation.busy > 0) {
      seen = undefined
      return
    }
    session ??= database.open()
    const waits = await waitsFor(await session, waiting.session, holding.session, dialect)
    const pair = `${waiting.session} ${holding.session}`
    // Seen twice: in between our own questions may have been what held it up.
    if (waits && seen === pair && conversation.busy === 0) found({ waiting: waiting.sql, blocking: holding.sql })
    seen = waits ? pair : undefined
  }
  const timer = setInterval(() => {
    if (asking) return
    asking = true
    look()
      .catch(() => {})
      .finally(() => {
        asking = false
      })
  }, every)
  const watches = database.wire.kind === 'stream' && database.wire.connections > 1
  if (!watches) clearInterval(timer)
  return {
    found: promise,
    stop: async () => {
      clearInterval(timer)
      await session?.then((one) => one.close()).catch(() => {})
    },
  }
}

function pick(conversation: Conversation, wanted: (one: Activity) => boolean): Activity | undefined {
  return [...conversation.activity.values()].find(wanted)
}

async function waitsFor(session: Session, waiting: number, holding: number, dialect: DialectName): Promise<boolean> {
  if (dialect === 'postgres') {
    const { rows } = await session.query(
      `SELECT count(*)::int AS blocked FROM unnest(pg_catalog.pg_blocking_pids(${waiting})) AS pid WHERE pid = ${holding}`,
    )
    return Number(rows[0]?.blocked) > 0
  }
  // Whom a row lock waits for only an administrator may ask; a metadata lock is told to anyone.
  const { rows } = await session.query('SHOW PROCESSLIST')
  const ofWaiting = rows.find((row) => Number(row.Id) === waiting)
  return /waiting for table metadata lock/i.test(String(ofWaiting?.State ?? ''))
}

/** A run that ended because a second connection could not be had, or a row lock was waited for in vain, while a transaction of its own was open. */
export function deadlockIn(failure: Failure | undefined, conversation: Conversation, connections: number): Deadlock | undefined {
  if (!failure) return undefined
  const holding = pick(conversation, (one) => !one.running && one.inTransaction)
  if (!holding) return undefined
  const alone =
    connections === 1 && /ConnectionAcquireTimeout|Operation timeout|timeout exceeded when trying to connect/i.test(failure.message)
  if (alone) return { waiting: 'a statement outside the transaction, for a second connection', blocking: holding.sql }
  if (failure.number !== 1205) return undefined
  const waiting = conversation.statements.find((statement) => statement.failure?.number === 1205)
  return waiting ? { waiting: waiting.sql, blocking: holding.sql } : undefined
}
