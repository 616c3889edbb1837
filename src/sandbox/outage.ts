import { type Engine, ServerError } from './engine.ts'

/** What is known of an error, whoever said it. */
interface Said {
  readonly message: string
  readonly code?: string | undefined
  readonly number?: number | undefined
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html; https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
const full = {
  codes: ['53100', 'SQLITE_FULL'],
  numbers: [1021, 1114],
  message: /No space left on device|ENOSPC|Can't change size of file|^checkpoint request failed/,
}
const gone = {
  codes: ['57P01', '57P02', '57P03', '08006', '08003', 'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE'],
  numbers: [1053, 2006, 2013],
  message:
    /^(?:Connection terminated unexpectedly|Client (?:has encountered a connection error|was closed)|Connection lost: The server closed|Can't add new command when connection is in closed state|read ECONNRESET|write EPIPE)/,
}

/** Is it the engine that gave out, and how? Then nothing was learnt of what it was asked to do. Undefined: it did what it was there for. */
export function outage(said: Said): 'no space' | 'gone' | undefined {
  if (is(full, said)) return 'no space'
  return is(gone, said) ? 'gone' : undefined
}

function is({ codes, numbers, message }: typeof full, said: Said): boolean {
  return (
    (said.code !== undefined && codes.includes(said.code)) ||
    (said.number !== undefined && numbers.includes(said.number)) ||
    message.test(said.message)
  )
}

export interface Outage {
  readonly kind: 'no space' | 'gone'
  /** For whoever began the rehearsal. */
  readonly because: string
}

/** How an engine gave out; undefined where it did not. */
export function outageOf(error: unknown, { product, outOfSpace }: Engine): Outage | undefined {
  if (!(error instanceof Error)) return undefined
  const kind = outage(error)
  // A server that finds no space for its log goes away, and does not tell its clients why.
  const full = kind === 'gone' ? outOfSpace?.() : error.message
  if (kind === 'gone' && full === undefined) return { kind, because: `${product} went away in the middle: ${error.message}` }
  if (kind === undefined) return undefined
  const because = `no space is left where ${product} keeps its data: ${full}. Rehearse with fewer rows (--rows), or set TMPDIR to a folder that has more`
  return { kind: 'no space', because }
}

/** Throws what a run ended with when that was the engine's failure and not the migration's. */
export function unlessOutage({
  failure,
  killed,
  deadlock,
}: {
  readonly failure: Said | undefined
  readonly killed: unknown
  readonly deadlock?: unknown
}): void {
  if (failure === undefined || killed !== undefined || deadlock !== undefined || outage(failure) === undefined) return
  throw new ServerError(failure.message, failure.code ?? '08006', failure.number === undefined ? {} : { number: failure.number })
}
