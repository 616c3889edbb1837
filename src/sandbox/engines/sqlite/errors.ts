import { ServerError } from '../../engine.ts'

/** What sql.js, which gives the message alone, says for each result code. */
const messages: readonly (readonly [RegExp, string])[] = [
  [/constraint failed/i, 'SQLITE_CONSTRAINT'],
  [/datatype mismatch/i, 'SQLITE_MISMATCH'],
  [/database (?:table )?is locked/i, 'SQLITE_BUSY'],
  [/readonly database/i, 'SQLITE_READONLY'],
  [/disk is full/i, 'SQLITE_FULL'],
  [/malformed|not a database/i, 'SQLITE_CORRUPT'],
  [/interrupted/i, 'SQLITE_INTERRUPT'],
  [/too big/i, 'SQLITE_TOOBIG'],
  [/out of memory/i, 'SQLITE_NOMEM'],
]

/** The primary result codes by number, which node:sqlite gives with the extended ones in the bits above. */
const numbers: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  9: 'SQLITE_INTERRUPT',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  26: 'SQLITE_NOTADB',
}

/** A driver's error in the contract's words: its code is the primary result code (`SQLITE_CONSTRAINT`), the message says which kind. */
export function sqliteError(error: unknown): ServerError {
  const { message, code, errcode } = error as { readonly message?: unknown; readonly code?: unknown; readonly errcode?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  return new ServerError(text, codeOf(text, code, errcode))
}

function codeOf(text: string, code: unknown, errcode: unknown): string {
  if (typeof errcode === 'number') return numbers[errcode & 0xff] ?? 'SQLITE_ERROR'
  const primary = typeof code === 'string' ? /^SQLITE_[A-Z]+/.exec(code)?.[0] : undefined
  return primary ?? messages.find(([pattern]) => pattern.test(text))?.[1] ?? 'SQLITE_ERROR'
}
