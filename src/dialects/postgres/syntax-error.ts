import type { Operation } from '../../ir/operation.ts'
import type { Span } from '../../source/span.ts'
import { holesOf } from '../../source/traced.ts'
import { scan, scanner } from '../../sql/lexer.ts'
import { foreignSyntax } from './foreign-syntax.ts'
import { exhausted, loadedParser } from './parser.ts'
import { type Reading, spanOf } from './reading.ts'

/** What a statement that PostgreSQL refuses becomes: opaque, with the parser's message at its place, and what names another engine. */
export function syntaxError(reading: Reading, error: Error): readonly Operation[] {
  // The grammar of 17 has the words, to say that it cannot be done.
  if (error.message === 'dropping an enum value is not implemented') {
    const { span } = reading
    return [
      { kind: 'otherStatement', span, command: 'ALTER TYPE', name: undefined },
      { kind: 'unsupported', span, feature: 'ALTER TYPE … DROP VALUE', availableIn: 'in no version' },
    ]
  }
  const span = errorSpan(reading, error)
  const hole = reading.dynamic && hasHole(reading)
  const because = error.name === exhausted ? 'budget' : hole ? 'dynamic-sql' : 'syntax'
  const operations: Operation[] = [{ kind: 'opaque', span, because, detail: shortened(error.message) }]
  const foreign = foreignSyntax(reading)
  if (foreign) operations.push({ kind: 'unsupported', ...foreign })
  return operations
}

/** The parser quotes what it stands at, which may be all the rest of the text. */
export function shortened(message: string): string {
  return message.length > 200 ? `${message.slice(0, 199)}…` : message
}

function hasHole(reading: Reading): boolean {
  const end = reading.base + reading.text.length
  return holesOf(reading.traced).some((each) => each.offset < end && each.offset + each.length > reading.base)
}

/** The token at the error's position, which counts code points; the whole statement when the parser tells none. */
function errorSpan(reading: Reading, error: Error): Span {
  const { hasSqlDetails } = loadedParser()
  if (!hasSqlDetails(error) || error.sqlDetails === undefined) return reading.span
  const at = offsetOfCodePoint(reading.text, error.sqlDetails.cursorPosition)
  if (at < 0 || at >= reading.text.length) return reading.span
  const s = scanner(reading.text, reading.syntax, at)
  if (!scan(s)) return reading.span
  // A string or comment without an end: its first line shows where.
  const line = reading.text.indexOf('\n', s.start)
  const end = s.kind === 'error' && line > 0 ? Math.min(s.end, line) : s.end
  return spanOf(reading, s.start, end)
}

function offsetOfCodePoint(text: string, position: number): number {
  let at = 0
  for (let i = 0; i < position && at < text.length; i++) {
    const code = text.charCodeAt(at)
    at += code >= 0xd800 && code <= 0xdbff ? 2 : 1
  }
  return at
}
