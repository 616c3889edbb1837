import { type Scanner, scan, scanner } from '../../sql/lexer.ts'
import type { Reading } from './reading.ts'

/** A half-open range of offsets into a reading's text. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Does the scanner stand on this word (given in upper case)? */
function isWord(s: Scanner, word: string): boolean {
  return s.kind === 'word' && s.end - s.start === word.length && s.text.slice(s.start, s.end).toUpperCase() === word
}

/** +1 on an opening bracket, -1 on a closing one. */
function nesting(s: Scanner): number {
  if (s.kind !== 'operator') return 0
  const code = s.text.charCodeAt(s.start)
  return code === 40 || code === 91 ? 1 : code === 41 || code === 93 ? -1 : 0
}

/** The parts between the commas of one level, from `start` to the bracket that closes the level, a `;` or `limit`. */
export function commaRanges(reading: Reading, start: number, limit: number): readonly Range[] {
  const s = scanner(reading.text, reading.syntax, start)
  const ranges: Range[] = []
  let from = -1
  let to = start
  let depth = 0
  while (scan(s) && s.start < limit) {
    if (s.kind === 'comment') continue
    const code = s.kind === 'operator' ? s.text.charCodeAt(s.start) : 0
    depth += nesting(s)
    if (depth < 0 || (depth === 0 && code === 59)) break
    if (depth === 0 && code === 44) {
      if (from >= 0) ranges.push({ start: from, end: to })
      from = -1
      continue
    }
    if (from < 0) from = s.start
    to = s.end
  }
  if (from >= 0) ranges.push({ start: from, end: to })
  return ranges
}

/** The clauses of `ALTER TABLE name a, b, c`; `nameAt` is where the name starts. */
export function alterClauses(reading: Reading, nameAt: number): readonly Range[] {
  const s = scanner(reading.text, reading.syntax, nameAt)
  let end = nameAt
  let joined = true
  while (scan(s) && s.start < reading.end) {
    if (s.kind === 'comment') continue
    const dot = s.kind === 'operator' && s.text.charCodeAt(s.start) === 46
    const star = s.kind === 'operator' && s.text.charCodeAt(s.start) === 42
    if (dot) joined = true
    else if (joined) joined = false
    else if (!star) break
    end = s.end
  }
  return commaRanges(reading, end, reading.end)
}

/** Just after the next opening parenthesis from `start`; undefined when there is none before `limit`. */
export function afterParenthesis(reading: Reading, start: number, limit = reading.end): number | undefined {
  const s = scanner(reading.text, reading.syntax, start)
  while (scan(s) && s.start < limit) if (s.kind === 'operator' && s.text.charCodeAt(s.start) === 40) return s.end
  return undefined
}

/** The end of the first of these words (in sequence) at the outermost level from `start`. */
export function afterWords(reading: Reading, start: number, limit: number, ...words: string[]): number | undefined {
  const s = scanner(reading.text, reading.syntax, start)
  let depth = 0
  let matched = 0
  while (scan(s) && s.start < limit) {
    if (s.kind === 'comment') continue
    depth += nesting(s)
    if (depth !== 0 || !isWord(s, words[matched]!)) {
      matched = depth === 0 && isWord(s, words[0]!) ? 1 : 0
      if (matched === words.length) return s.end
      continue
    }
    if (++matched === words.length) return s.end
  }
  return undefined
}

/** The range from `start` to the end of the last token before `limit`: comments and space at both ends are left out. */
export function trimmed(reading: Reading, start: number, limit: number): Range {
  const { text } = reading
  let from = start
  let to = limit
  while (from < to && text.charCodeAt(from) <= 32) from++
  while (to > from && text.charCodeAt(to - 1) <= 32) to--
  const own = text.slice(from, to)
  if (!own.includes('--') && !own.includes('/*')) return { start: from, end: to }
  const s = scanner(text, reading.syntax, from)
  let first = -1
  let last = from
  while (scan(s) && s.start < to) {
    if (s.kind === 'comment') continue
    if (first < 0) first = s.start
    last = Math.min(s.end, to)
  }
  return first < 0 ? { start: from, end: from } : { start: first, end: last }
}

/** What can follow an expression at its own level. */
const ends = new Set([
  'FROM',
  'WHERE',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'OFFSET',
  'FETCH',
  'FOR',
  'RETURNING',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'WINDOW',
  'ON',
  'AND',
  'OR',
  'AS',
  'THEN',
  'WHEN',
  'ELSE',
  'ASC',
  'DESC',
  'NULLS',
  'USING',
  'WITH',
  'TABLESPACE',
  'DO',
  'SET',
])

/**
 * The text range of an expression whose leftmost and rightmost known places are `first` and `last`: from `first` (with the opening
 * parentheses that belong to it) to what ends an expression after `last`. The parser's tree tells starts only.
 */
export function expressionRange(reading: Reading, first: number, last: number, limit: number): Range {
  const s = scanner(reading.text, reading.syntax, first)
  let start = first
  let end = first
  let depth = 0
  while (scan(s) && s.start < limit) {
    if (s.kind === 'comment') continue
    const beyond = s.start > last
    const change = nesting(s)
    if (s.kind === 'operator') {
      const code = s.text.charCodeAt(s.start)
      if (code === 59 || (depth === 0 && beyond && code === 44)) break
    } else if (depth === 0 && beyond && s.kind === 'word' && ends.has(s.text.slice(s.start, s.end).toUpperCase())) break
    if (depth + change < 0) {
      const open = beyond ? -1 : openingBefore(reading.text, start)
      if (open < 0) break
      start = open
    } else depth += change
    end = s.end
  }
  return { start, end }
}

/** The parenthesis that stands directly before an offset, space aside; -1 when something else does. */
function openingBefore(text: string, offset: number): number {
  let at = offset - 1
  while (at >= 0 && text.charCodeAt(at) <= 32) at--
  const code = text.charCodeAt(at)
  return code === 40 || code === 91 ? at : -1
}
