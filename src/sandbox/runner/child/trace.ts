import type { Row } from '../protocol.ts'
import { ask, tell } from './channel.ts'
import { describeError, keepWords } from './errors.ts'
import { sender } from './place.ts'

/** One connection of a driver. */
export interface Link {
  readonly number: number
  /** How the server calls the session; 0: not known. */
  session(): number
  state(): 'idle' | 'transaction' | 'failed'
  /** Sends a statement of ours past everything. */
  query(sql: string): Promise<readonly Row[]>
  /** What was sent last; the next waits for it. */
  last: Promise<unknown>
}

const aboutTransactions =
  /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET\s+(?:LOCAL\s+|SESSION\s+)?(?:TRANSACTION|autocommit))\b/i
const begins = /^\s*(?:BEGIN|START\s+TRANSACTION)\b/i

/**
 * Sends one statement of the driver as the parent says: watched, replaced or refused. `send` sends the driver's own call, or `text` in its place. Statements of one
 * connection keep their order.
 */
export function traced<T>(link: Link, sql: string, send: (text?: string) => Promise<T>): Promise<T> {
  const frames = sender()
  const work = async () => {
    if (aboutTransactions.test(sql)) {
      const result = await send()
      if (begins.test(sql) && link.state() === 'transaction') tell({ kind: 'began', connection: link.number, session: link.session(), sql })
      return result
    }
    if (!frames) return send()
    const inTransaction = link.state() !== 'idle'
    const answer = await ask({ kind: 'before', sql, connection: link.number, session: link.session(), inTransaction, frames })
    if (answer.kind === 'refuse') throw new Error(answer.message)
    if (answer.kind !== 'step') return send()
    return step(link, answer, send)
  }
  const result = link.last.then(work, work)
  link.last = result
  return result
}

interface Step {
  readonly index: number
  readonly texts: readonly (string | undefined)[]
  readonly wrap: boolean
  readonly mark: string | undefined
}

async function step<T>(link: Link, { index, texts, wrap, mark }: Step, send: (text?: string) => Promise<T>): Promise<T> {
  let milliseconds = 0
  let text = 0
  let before: readonly Row[] | undefined
  try {
    if (wrap) await link.query('BEGIN')
    // Where nothing can be looked at (under MySQL's LOCK TABLES only the locked ones can be read), the statement runs unseen.
    if (mark !== undefined && link.state() !== 'failed') before = await link.query(mark).catch(() => undefined)
    let result: T
    for (;;) {
      const started = performance.now()
      try {
        result = await send(texts[text])
        milliseconds = performance.now() - started
        break
      } catch (error) {
        milliseconds = performance.now() - started
        if (text === texts.length - 1 || !(await wasRefused(error))) throw error
        text++
      }
    }
    const after = before && mark !== undefined ? await link.query(mark).catch(() => undefined) : undefined
    const marks = before && after ? { before, after } : undefined
    await ask({ kind: 'after', index, milliseconds, text, marks, held: link.state() === 'transaction', failure: undefined })
    if (wrap) await link.query('COMMIT')
    return result
  } catch (error) {
    keepWords(error)
    const failure = describeError(error)
    if (wrap) await link.query('ROLLBACK').catch(() => {})
    await ask({ kind: 'after', index, milliseconds, text, marks: undefined, held: false, failure })
    throw error
  }
}

async function wasRefused(error: unknown): Promise<boolean> {
  const { code, number } = describeError(error)
  const answer = await ask({ kind: 'refused', code, number })
  return answer.kind === 'climb' && answer.on
}
