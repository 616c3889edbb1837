import type { Result, Session } from '../engine.ts'
import type { Effects, Observer } from '../observe/observer.ts'
import { failureOf } from './failure.ts'
import type { Failure, RunRequest } from './runner.ts'

/** What one statement came to. */
export interface Sent {
  readonly inTransaction: boolean
  readonly milliseconds: number
  readonly effects: Effects | undefined
  readonly failure: Failure | undefined
}

/** How a statement is to be watched. */
export interface Watch {
  readonly observer: Observer
  readonly trace: boolean
  readonly index: number
  readonly during: RunRequest['during']
}

/** `ALTER TABLE …, ALGORITHM=INPLACE, LOCK=NONE` → `INPLACE, LOCK=NONE`: the rung of the ladder that the server accepted. */
export function rungOf(text: string, written: string): string | undefined {
  if (text === written) return undefined
  const algorithm = /\bALGORITHM\s*=\s*(\w+)\s*(?:,?\s*(LOCK\s*=\s*\w+))?\s*$/i.exec(text)
  if (!algorithm) return undefined
  return [algorithm[1], algorithm[2]?.replace(/\s+/g, '')].filter((word) => word !== undefined).join(', ')
}

/** Sends one statement on a session of our own and says what it did. Never throws for what the server refuses. */
export async function send(session: Session, sql: string, watch: Watch): Promise<Sent> {
  const { observer, trace } = watch
  const inTransaction = session.state !== 'idle'
  const wraps = trace && !inTransaction && observer.wraps(sql)
  let milliseconds = 0
  let effects: Effects | undefined
  try {
    if (wraps) await session.query('BEGIN')
    const before = trace && session.state !== 'failed' ? await look(session, observer) : undefined
    const started = performance.now()
    let accepted = sql
    try {
      accepted = await climb(session, trace ? observer.ladder(sql) : [sql], observer)
    } finally {
      milliseconds = performance.now() - started
    }
    const after = before && session.state !== 'failed' ? await look(session, observer) : undefined
    if (before && after) {
      const seen = observer.effects(before, after, sql)
      const algorithm = seen.algorithm ?? rungOf(accepted, sql)
      effects = algorithm === undefined ? seen : { ...seen, algorithm }
      if (session.state === 'transaction') await watch.during?.({ index: watch.index, sql, effects })
    }
    if (wraps && session.state !== 'idle') await session.query('COMMIT')
    return { inTransaction, milliseconds, effects, failure: undefined }
  } catch (error) {
    if (wraps && session.state !== 'idle') await session.query('ROLLBACK').catch(() => {})
    return { inTransaction, milliseconds, effects, failure: failureOf(error) }
  }
}

/** Where nothing can be looked at (under MySQL's LOCK TABLES only the locked ones can be read), the statement runs unseen. */
async function look(session: Session, { mark }: Observer): Promise<Result['rows'] | undefined> {
  try {
    return (await session.query(mark)).rows
  } catch {
    return undefined
  }
}

/** Tries the texts in turn until one is not refused, and gives that one. */
async function climb(session: Session, texts: readonly string[], observer: Observer): Promise<string> {
  for (const [at, text] of texts.entries()) {
    try {
      await session.query(text)
      return text
    } catch (error) {
      const { code, number } = failureOf(error)
      if (at === texts.length - 1 || !observer.refuses({ code, number })) throw error
    }
  }
  return texts.at(-1) ?? ''
}
