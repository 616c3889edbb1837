import { scan, scanner } from '../../sql/lexer.ts'
import type { Syntax } from '../../sql/syntax.ts'

/** Words after which `?` cannot be a JSON operator: an operand follows. */
const expectOperand = new Set([
  'SELECT',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIMIT',
  'OFFSET',
  'VALUES',
  'SET',
  'THEN',
  'ELSE',
  'WHEN',
  'BY',
  'BETWEEN',
  'LIKE',
  'ILIKE',
  'RETURNING',
  'DEFAULT',
  'IS',
  'FROM',
  'TO',
  'ON',
  'CASE',
  'INTO',
  'UPDATE',
  'TABLE',
  'JOIN',
  'USING',
  'HAVING',
  'ANY',
])

/**
 * The text as PostgreSQL's parser can take it, every character at its place: a byte order mark becomes a space, a NUL (which would
 * end the text) a character that no statement may have, and each placeholder an identifier of the same length, whose offsets are
 * in `placeholders`.
 */
export function prepare(
  text: string,
  syntax: Syntax,
  fill: boolean,
): { readonly text: string; readonly placeholders: ReadonlySet<number> } {
  let clean = cleaned(text)
  if (clean.charCodeAt(0) === 0xfeff) clean = ` ${clean.slice(1)}`
  const placeholders = new Set<number>()
  if (!fill || (!clean.includes('?') && !clean.includes(':'))) return { text: clean, placeholders }
  const pieces: string[] = []
  const s = scanner(clean, syntax)
  let done = 0
  // What stood before: does it end an operand, so that an operator follows?
  let operand = false
  while (scan(s)) {
    if (s.kind === 'comment') continue
    const code = clean.charCodeAt(s.start)
    if (s.kind === 'parameter' && code === 58) {
      pieces.push(clean.slice(done, s.start), '_', clean.slice(s.start + 1, s.end))
      done = s.end
      placeholders.add(s.start)
      operand = true
      continue
    }
    if (s.kind === 'operator') {
      if (code === 63 && !operand) {
        pieces.push(clean.slice(done, s.start), '_')
        done = s.end
        placeholders.add(s.start)
        operand = true
      } else operand = code === 41 || code === 93
    } else operand = s.kind !== 'word' || !expectOperand.has(clean.slice(s.start, s.end).toUpperCase())
  }
  if (placeholders.size === 0) return { text: clean, placeholders }
  pieces.push(clean.slice(done))
  return { text: pieces.join(''), placeholders }
}

/** Halves of surrogate pairs have no UTF-8 form, and a NUL would end the parser's text. */
export function cleaned(text: string): string {
  const whole = text.includes('\0') ? text.replaceAll('\0', '\u0001') : text
  return Buffer.byteLength(whole) === whole.length ? whole : whole.replace(/\p{Surrogate}/gu, '\ufffd')
}
