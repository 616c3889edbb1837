import type { Operation, Unsupported } from '../../ir/operation.ts'
import type { Traced } from '../../source/traced.ts'
import { type Cursor, fail, spanOf, Unreadable } from '../../sql/cursor.ts'
import { type Part, split } from '../../sql/split.ts'
import { type Syntax, syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { readStatement } from './parse-statements.ts'
import type { Flavour } from './types.ts'

/**
 * Reads MySQL or MariaDB text. Never throws: a statement that cannot be read is one `opaque` operation, with what was noted about other
 * engines' syntax before it; the others are read. Linear in the text's length.
 */
export function parseMysql(traced: Traced, options: ParseOptions, flavour: Flavour): ParsedStatement[] {
  const syntax = syntaxOf(flavour, options.version, { named: options.placeholders ?? false })
  const statements: ParsedStatement[] = []
  for (const part of split(traced.text, syntax, { tokens: true })) {
    if (part.kind !== 'statement' || part.tokens.length === 0) continue
    statements.push(readPart(traced, part, syntax))
  }
  return statements
}

function readPart(traced: Traced, part: Part, syntax: Syntax): ParsedStatement {
  const span = spanOf(traced, part.from, part.to)
  const sql = traced.text.slice(part.from, part.to)
  return { sql, span, start: part.from, end: part.to, operations: operationsOf(traced, part, syntax) }
}

function operationsOf(traced: Traced, part: Part, syntax: Syntax): readonly Operation[] {
  const span = spanOf(traced, part.from, part.to)
  if (part.broken !== undefined) {
    const detail = 'a string, quoted name or comment that starts here does not end'
    return [{ kind: 'opaque', because: 'syntax', detail, span: spanOf(traced, part.broken, part.to) }]
  }
  const notes: Unsupported[] = []
  const c: Cursor = { traced, tokens: part.tokens, syntax, at: 0, depth: 0, notes }
  try {
    const operations = readStatement(c)
    if (c.at < c.tokens.length) fail(c, 'expected the end of the statement')
    return notes.length > 0 ? [...operations, ...notes] : operations
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return [...notes, { kind: 'opaque', because: error.because, detail: error.message, span }]
  }
}
