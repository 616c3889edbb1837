import type { Name } from '../ir/names.ts'
import type { Operation, Unsupported } from '../ir/operation.ts'
import type { Span } from '../source/span.ts'
import { showHoles, type Traced } from '../source/traced.ts'
import { type Cursor, fail, note, readName, spanOf, take, Unreadable } from './cursor.ts'
import { split, type Token } from './split.ts'
import type { Syntax } from './syntax.ts'

/** One statement of a text. `start` and `end` are offsets into the traced text. */
interface ReadStatement {
  readonly sql: string
  readonly span: Span
  readonly start: number
  readonly end: number
  readonly operations: readonly Operation[]
}

/**
 * Splits a text and gives each statement's tokens to `read`. Never throws: a statement that cannot be read is one `opaque` operation,
 * with what was noted about other engines' syntax before it; its neighbours are read. Linear in the text's length.
 */
export function readStatements(traced: Traced, syntax: Syntax, read: (c: Cursor) => readonly Operation[]): ReadStatement[] {
  const statements: ReadStatement[] = []
  for (const part of split(traced.text, syntax, { tokens: true })) {
    if (part.kind !== 'statement' || part.tokens.length === 0) continue
    const span = spanOf(traced, part.from, part.to)
    const sql = showHoles(traced.text.slice(part.from, part.to), traced)
    const operations =
      part.broken === undefined ? operationsOf(traced, part.tokens, syntax, span, read) : [unended(spanOf(traced, part.broken, part.to))]
    statements.push({ sql, span, start: part.from, end: part.to, operations })
  }
  return statements
}

function unended(span: Span): Operation {
  return { kind: 'opaque', because: 'syntax', detail: 'a string, quoted name or comment that starts here does not end', span }
}

/** Reads the tokens of one statement; `span` is the whole statement's. */
export function operationsOf(
  traced: Traced,
  tokens: readonly Token[],
  syntax: Syntax,
  span: Span,
  read: (c: Cursor) => readonly Operation[],
): readonly Operation[] {
  const notes: Unsupported[] = []
  const c: Cursor = { traced, tokens, syntax, at: 0, depth: 0, notes }
  try {
    const operations = read(c)
    if (c.at < tokens.length) fail(c, 'expected the end of the statement')
    if (tokens[0]?.text === 'CREATE' || tokens[0]?.text === 'DO') noteDollars(c)
    return notes.length > 0 ? [...operations, ...notes] : operations
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    noteDollars(c)
    const opaque = { kind: 'opaque', because: error.because, detail: error.message, span } as const
    const tables = tablesNamed(c)
    return [...notes, tables.length > 0 ? { ...opaque, tables } : opaque]
  }
}

function noteDollars(c: Cursor): void {
  const at = c.tokens.findIndex((token) => token.text === '$$')
  if (at >= 0) note({ ...c, at: at + 1 }, at, 'a string in dollar quotes', 'PostgreSQL')
}

/** The table that a statement changes, as far as its first words tell: ALTER TABLE t, UPDATE t, INSERT INTO t, CREATE INDEX i ON t. */
function tablesNamed(c: Cursor): Name[] {
  const first = c.tokens[0]?.text ?? ''
  const before = targetWords[first]
  if (!before) return []
  const at = c.tokens.findIndex((token, i) => i < 12 && before.includes(token.text))
  if (at < 0) return []
  const reader: Cursor = { ...c, at: at + 1, depth: 0, notes: [] }
  take(reader, 'IF', 'NOT', 'EXISTS') || take(reader, 'IF', 'EXISTS') || take(reader, 'ONLY')
  try {
    return [readName(reader)]
  } catch (error) {
    if (error instanceof Unreadable) return []
    throw error
  }
}
const targetWords: Readonly<Record<string, readonly string[]>> = {
  ALTER: ['TABLE'],
  CREATE: ['TABLE', 'ON'],
  DROP: ['TABLE', 'ON'],
  TRUNCATE: ['TABLE'],
  RENAME: ['TABLE'],
  INSERT: ['INTO'],
  REPLACE: ['INTO'],
  UPDATE: ['UPDATE'],
  DELETE: ['FROM'],
}
