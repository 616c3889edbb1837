import type { ParseResult } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import type { Span } from '../../source/span.ts'
import { containsHole, locate, sliceTraced, type Traced } from '../../source/traced.ts'
import { type Part, split } from '../../sql/split.ts'
import { type Syntax, syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { byteOffsets } from './byte-offsets.ts'
import { trimmed } from './clauses.ts'
import { foreignCalls } from './foreign-functions.ts'
import { attempt } from './parser.ts'
import { prepare } from './placeholders.ts'
import { type Reading, spanOf, written } from './reading.ts'
import { reservedSince, treeOfOlder } from './reserved-since.ts'
import { operationsOf } from './statements.ts'
import { syntaxError } from './syntax-error.ts'

/** The parser keeps the memory of its largest text: longer ones are given to it statement by statement. */
const wholeLimit = 2_000_000

/** Each item of a list costs the parser half a kilobyte, which it does not give back when it runs out: three times as many end it. */
const longestList = 600_000

/**
 * Reads PostgreSQL's SQL. The text is parsed as a whole; when that fails, statement by statement, so that one error costs one
 * statement. A text without statements gives none. Throws nothing but ParserNeeded.
 */
export function parse(sql: Traced, options: ParseOptions): readonly ParsedStatement[] {
  const syntax = syntaxOf('postgres', options.version, { named: options.placeholders ?? false })
  const { text, placeholders } = prepare(sql.text, syntax, options.placeholders ?? false)
  const statements: ParsedStatement[] = []
  const source: Source = {
    sql,
    text,
    syntax,
    options,
    placeholders,
    order: [...placeholders],
    next: 0,
    dynamic: containsHole(sql.text),
    types: new Map(),
    routines: { byName: new Map(), followed: 0 },
  }
  if (text.length <= wholeLimit && !nestsComments(text) && (text.length <= longestList || countOf(text, ',') <= longestList)) {
    const tree = attempt(text)
    if (!(tree instanceof Error)) {
      convertAll(readingOf(source, 0, text.length), tree, statements)
      return statements
    }
    if (tree.message === 'Query cannot be empty') return statements
  }
  for (const part of split(text, syntax)) {
    if (part.kind === 'statement') readPart(source, part, statements)
    else if (part.kind === 'command') readCommand(source, part, statements)
  }
  return statements
}

interface Source {
  readonly sql: Traced
  readonly text: string
  readonly syntax: Syntax
  readonly options: ParseOptions
  readonly placeholders: ReadonlySet<number>
  /** The same in ascending order, and the first that no part has had. */
  readonly order: readonly number[]
  next: number
  readonly dynamic: boolean
  readonly types: Reading['types']
  readonly routines: Reading['routines']
}

function readingOf(source: Source, start: number, end: number): Reading {
  const whole = start === 0 && end === source.text.length
  const text = whole ? source.text : source.text.slice(start, end)
  const placeholders = whole ? source.placeholders : within(source, start, end)
  return {
    text,
    traced: source.sql,
    syntax: source.syntax,
    version: source.options.version,
    base: start,
    fixed: undefined,
    offsets: byteOffsets(text),
    placeholders,
    dynamic: source.dynamic,
    start: 0,
    end: text.length,
    span: locate(source.sql, start, end) ?? anywhere(source.sql),
    unsupported: [],
    types: source.types,
    routines: source.routines,
  }
}

/** The placeholders of one part. Parts are asked for in order, so that each placeholder is looked at once. */
function within(source: Source, start: number, end: number): ReadonlySet<number> {
  const found = new Set<number>()
  const { order } = source
  while (source.next < order.length && order[source.next]! < end) {
    const offset = order[source.next++]!
    if (offset >= start) found.add(offset - start)
  }
  return found
}

function anywhere(sql: Traced): Span {
  return sql.pieces.find((piece) => piece.span)?.span ?? { file: '', start: 0, end: 0 }
}

/** PostgreSQL's scanner reads a run of `/*` again from each of them: a hundred thousand take minutes. */
function nestsComments(text: string): boolean {
  return text.includes('/*/*') && /(?:\/\*[-~!@#^&|`?+%<>=]{0,8}){200}/.test(text)
}

function countOf(text: string, character: string): number {
  let found = 0
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++
  return found
}

function convertAll(reading: Reading, tree: ParseResult, statements: ParsedStatement[]): void {
  const { traced: whole, base } = reading
  for (const raw of tree.stmts ?? []) {
    if (raw.stmt === undefined) continue
    const startByte = raw.stmt_location ?? 0
    const start = at(reading, startByte)
    const end = raw.stmt_len ? at(reading, startByte + raw.stmt_len) : reading.text.length
    const range = trimmed(reading, start, end)
    reading.start = range.start
    reading.end = range.end
    // Places are looked for piece by piece: among the statement's own, where there are many.
    if (whole.pieces.length > 8) {
      reading.traced = sliceTraced(whole, base + range.start, base + range.end)
      reading.base = -range.start
    }
    reading.span = spanOf(reading, range.start, range.end)
    statements.push(finish(reading, base, convert(reading, raw.stmt)))
  }
}

function at(reading: Reading, byte: number): number {
  return reading.offsets === undefined ? byte : (reading.offsets[byte] ?? reading.text.length)
}

function convert(reading: Reading, node: Parameters<typeof operationsOf>[1]): readonly Operation[] {
  reading.unsupported = []
  try {
    const operations = operationsOf(reading, node)
    reading.unsupported.push(...foreignCalls(reading, node))
    return reading.unsupported.length === 0 ? operations : [...operations, ...reading.unsupported]
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return [{ kind: 'opaque', span: reading.span, because: 'budget', detail: 'nested too deeply to be read' }]
  }
}

function finish(reading: Reading, base: number, operations: readonly Operation[]): ParsedStatement {
  const { start, end } = reading
  return { sql: written(reading, start, end), span: reading.span, start: base + start, end: base + end, operations }
}

function readPart(source: Source, part: Part, statements: ParsedStatement[]): void {
  const reading = readingOf(source, part.from, part.to)
  const tooLong = reading.text.length > longestList && countOf(reading.text, ',') > longestList
  if (tooLong || nestsComments(reading.text)) {
    const detail = tooLong ? `a list of more than ${longestList} items` : 'comments nested too deeply to be read'
    statements.push(finish(reading, part.from, [{ kind: 'opaque', span: reading.span, because: 'budget', detail }]))
    return
  }
  const first = attempt(reading.text)
  const numbered = first instanceof Error && source.dynamic ? withNumbers(reading.text) : undefined
  const tree = numbered === undefined || numbered === reading.text ? first : attempt(numbered)
  const older = tree instanceof Error ? treeOfOlder(reading.text, tree) : undefined
  if (older) {
    const from = statements.length
    convertAll(reading, older, statements)
    for (const statement of statements.splice(from)) {
      const { operations } = statement
      statements.push({ ...statement, operations: [...operations, ...reservedSince(reading, operations)] })
    }
  } else if (tree instanceof Error) statements.push(finish(reading, part.from, syntaxError(reading, tree)))
  else convertAll(reading, tree, statements)
}

/** The text with a number of the same length for each hole that stands where the grammar takes nothing else. */
function withNumbers(text: string): string {
  return text.replace(
    /\b((?:RE)?START|INCREMENT|MINVALUE|MAXVALUE|CACHE|STATISTICS)(\s+(?:WITH|BY))?(\s+)(surefoot_hole_\d+_)/gi,
    (_, word: string, preposition = '', space: string, hole: string) => `${word}${preposition}${space}${'1'.padEnd(hole.length)}`,
  )
}

/** A line for psql. COPY's data and the breakpoint marker say nothing; a variable or another file may change what runs. */
function readCommand(source: Source, part: Part, statements: ParsedStatement[]): void {
  const text = source.text.slice(part.start, part.end)
  const at = part.start + text.length - text.trimStart().length
  const command = /^\\(\S{1,20})/.exec(source.text.slice(at, at + 32))?.[1]
  if (command === undefined || command === '.') return
  const reading = readingOf(source, at, part.start + text.trimEnd().length)
  const detail = `\\${command} is a command of psql`
  statements.push(finish(reading, at, [{ kind: 'opaque', span: reading.span, because: 'unsupported', detail }]))
}
