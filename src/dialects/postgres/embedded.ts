import type { Node } from 'libpg-query'
import type { Span } from '../../source/span.ts'
import { byteOffsets } from './byte-offsets.ts'
import { attempt } from './parser.ts'
import { offsetOf, type Reading, spanOf } from './reading.ts'

/** The body of a block, in which embedded SQL is looked for. */
export interface Embedded {
  /** Offset of the body in the reading's text; undefined when its characters do not stand there one by one (escapes). */
  readonly start: number | undefined
  readonly end: number
  readonly variables: ReadonlySet<string>
  /** Where the last found text ends: the search goes forward. */
  at: number
}

/** Finds the body's string, whose literal starts near `location`. */
export function startOfBody(reading: Reading, location: number | undefined): Embedded {
  const literal = reading.text.slice(0, reading.end)
  const none: Embedded = { start: undefined, end: 0, variables: new Set(), at: 0 }
  let at = location === undefined ? reading.start : offsetOf(reading, location)
  // The option's location is the string itself, or the word AS before it.
  while (at < literal.length && literal[at] !== '$' && literal[at] !== "'") at++
  if (literal[at] === '$') {
    const tag = literal.indexOf('$', at + 1)
    if (tag < 0) return none
    const end = literal.indexOf(literal.slice(at, tag + 1), tag + 1)
    return end < 0 ? none : { start: tag + 1, end, variables: new Set(), at: tag + 1 }
  }
  const end = literal.indexOf("'", at + 1)
  // A doubled quote or an escape string shifts what follows it.
  if (end < 0 || literal[end + 1] === "'" || /[eE]/.test(literal[at - 1] ?? '')) return none
  return { start: at + 1, end, variables: new Set(), at: at + 1 }
}

/**
 * Where a statement of PL/pgSQL itself stands: from its first word (`EXECUTE`, `RAISE`), looked for from its line on (1: the body's
 * first), to the end of `tail` or of the line. The parser tells no more than the line.
 */
export function statementSpan(outer: Reading, place: Embedded, line: number | undefined, word: string, tail?: string): Span {
  const { text } = outer
  if (place.start === undefined || line === undefined) return outer.span
  let from = place.start
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', from)
    if (next < 0 || next >= place.end) return outer.span
    from = next + 1
  }
  let lineEnd = text.indexOf('\n', from)
  if (lineEnd < 0 || lineEnd > place.end) lineEnd = place.end
  // Several statements may share the line: what was read before is not meant.
  if (place.at > from && place.at < lineEnd) from = place.at
  const start = from + text.slice(from, lineEnd).toUpperCase().indexOf(word)
  if (start < from) return outer.span
  const after = tail === undefined ? -1 : text.indexOf(tail, start)
  const semicolon = text.indexOf(';', start)
  const end =
    tail !== undefined && after >= 0 && after + tail.length <= place.end
      ? after + tail.length
      : Math.min(lineEnd, semicolon < 0 ? lineEnd : semicolon)
  place.at = Math.max(place.at, end)
  return spanOf(outer, start, end)
}

/** The trees of a text; the parser's error when there are none. */
export function embeddedNodes(sql: string): readonly Node[] | Error {
  const tree = attempt(sql)
  return tree instanceof Error ? tree : (tree.stmts ?? []).map((raw) => raw.stmt).filter((node) => node !== undefined)
}

/** Parses SQL that stands in the body and says where. */
export function embed(
  outer: Reading,
  place: Embedded,
  sql: string,
): { readonly reading: Reading; readonly nodes: readonly Node[] } | Error {
  const nodes = embeddedNodes(sql)
  if (nodes instanceof Error) return nodes
  const { offset, length } = find(outer, place, sql)
  const found = offset !== undefined
  const span = found ? spanOf(outer, offset, offset + length) : outer.span
  const reading: Reading = {
    ...outer,
    text: sql,
    // PERFORM became SELECT: one character shorter, so that everything after the word stands one further.
    base: found ? outer.base + offset + (length - sql.length) : outer.base,
    fixed: found ? undefined : outer.span,
    offsets: byteOffsets(sql),
    placeholders: new Set(),
    variables: place.variables,
    start: 0,
    end: sql.length,
    span,
    unsupported: outer.unsupported,
  }
  return { reading, nodes }
}

/** Where the text stands from the last place on. The parser blanks INTO targets and writes SELECT for PERFORM. */
function find(outer: Reading, place: Embedded, sql: string): { readonly offset: number | undefined; readonly length: number } {
  const none = { offset: undefined, length: 0 }
  if (place.start === undefined) return none
  const take = (needle: string, before: number, length: number) => {
    for (const from of [place.at, place.start ?? 0]) {
      const at = outer.text.indexOf(needle, from)
      if (at < 0 || at + needle.length > place.end || at - before < 0) continue
      place.at = at + needle.length
      return { offset: at - before, length }
    }
    return undefined
  }
  const whole = take(sql, 0, sql.length)
  if (whole) return whole
  if (sql.startsWith('SELECT ')) {
    const performed = take(sql.slice(6), 7, sql.length + 1)
    if (performed && outer.text.slice(performed.offset, performed.offset + 7).toUpperCase() === 'PERFORM') return performed
  }
  const gap = / {5,}/.exec(sql)
  if (gap && gap.index > 0) {
    const into = take(sql.slice(0, gap.index), 0, sql.length)
    if (into) {
      place.at = into.offset + sql.length
      return into
    }
  }
  return none
}
