import { blocks, follow, insideBody, resetBlocks } from './blocks.ts'
import { characterClass, isLineEnd, SPACE, WORD } from './characters.ts'
import { type Scanner, scan, scanner, type TokenKind } from './lexer.ts'
import type { Syntax } from './syntax.ts'

/** A token of a statement, without comments. */
export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** Upper case for words, as written for operators, `$$` for PostgreSQL's dollar quotes in other engines' text, '' otherwise. */
  readonly text: string
}

export interface Comment {
  /** A line comment starts with `--` or `#`, a block comment with `/*`. */
  readonly kind: 'line' | 'block'
  /** With its marks. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * A part of a text; the parts lie end to end and cover it. `statement`: one statement with the space and comments before it and its
 * delimiter. `command`: something for the client (DELIMITER, a psql meta command, the data of COPY FROM stdin, Drizzle's breakpoint).
 * `blank`: space and comments, or a lone delimiter.
 */
export interface Part {
  readonly kind: 'statement' | 'command' | 'blank'
  readonly start: number
  readonly end: number
  /** The statement's own text, from its first token to its last; equal when there is none. */
  readonly from: number
  readonly to: number
  /** The statement's tokens, when they were asked for. */
  readonly tokens: readonly Token[]
  /** Where a string or comment without an end starts. */
  readonly broken: number | undefined
  /** Was it ended by a delimiter? */
  readonly terminated: boolean
}

interface SplitOptions {
  /** Keep the tokens of each statement. */
  readonly tokens?: boolean
  /** Called for each comment, in order. */
  readonly onComment?: (comment: Comment) => void
}

/**
 * Splits a text into statements, as the engine's own client would: strings, dollar quotes, comments and routine bodies are respected,
 * `DELIMITER` obeyed. Takes any text, never fails, runs in linear time; offsets are UTF-16 units.
 */
export function* split(text: string, syntax: Syntax, options: SplitOptions = {}): Generator<Part> {
  const s = scanner(text, syntax)
  const body = blocks()
  let tokens: Token[] = []
  let start = 0
  let from = -1
  let to = 0
  let broken: number | undefined
  const mysql = syntax.engine === 'mysql'

  const part = (kind: Part['kind'], end: number, terminated: boolean): Part => {
    const made = { kind, start, end, from: from < 0 ? end : from, to: from < 0 ? end : to, tokens, broken, terminated }
    start = s.end = end
    from = -1
    broken = undefined
    if (tokens.length > 0) tokens = []
    resetBlocks(body)
    return made
  }

  while (scan(s)) {
    const { kind } = s
    if (kind === 'comment') {
      const line = text.charCodeAt(s.start) !== 47
      options.onComment?.({ kind: line ? 'line' : 'block', text: text.slice(s.start, s.end), start: s.start, end: s.end })
      if (line && text.startsWith('--> statement-breakpoint', s.start)) {
        const { start: mark, end } = s
        if (from >= 0) yield part('statement', mark, true)
        s.end = end
        yield part('command', end, true)
      }
      continue
    }
    if (kind === 'meta') {
      const { start: mark, end } = s
      if (from >= 0) yield part('statement', mark, true)
      yield part('command', end, true)
      continue
    }
    const code = text.charCodeAt(s.start)
    const delimited =
      s.delimiter === undefined
        ? code === 59 && kind === 'operator' && !insideBody(body)
        : kind !== 'string' && kind !== 'quoted' && kind !== 'error' && text.startsWith(s.delimiter, s.start)
    if (delimited) {
      const end = s.start + (s.delimiter?.length ?? 1)
      const copies = from >= 0 && copiesFromClient(text, from, to, syntax)
      yield part(from < 0 ? 'blank' : 'statement', end, true)
      const data = copies ? endOfCopy(text, end) : undefined
      if (data !== undefined) yield part('command', data, true)
      continue
    }
    if (mysql && from < 0 && (kind === 'word' || code === 92)) {
      const command = delimiterCommand(s)
      if (command !== undefined) {
        s.delimiter = command.delimiter
        yield part('command', command.end, true)
        continue
      }
    }
    if (from < 0) from = s.start
    to = s.end
    if (kind === 'error') broken ??= s.start
    if (s.delimiter === undefined) follow(body, s)
    if (options.tokens && kind !== 'open' && kind !== 'close') tokens.push(token(s))
  }
  if (start < text.length) yield part(from < 0 ? 'blank' : 'statement', text.length, false)
}

function token(s: Scanner): Token {
  const { kind, start, end } = s
  if (kind === 'string' && s.syntax.engine !== 'postgres' && s.text.charCodeAt(start) === 36) return { kind, start, end, text: '$$' }
  const text = kind === 'word' ? s.text.slice(start, end).toUpperCase() : kind === 'operator' ? s.text.slice(start, end) : ''
  return { kind, start, end, text }
}

/** The mysql client's `DELIMITER x` and `\d x`; `;` gives an undefined delimiter. */
function delimiterCommand(s: Scanner): { readonly delimiter: string | undefined; readonly end: number } | undefined {
  const { text } = s
  const short = text.charCodeAt(s.start) === 92
  if (short ? text.charCodeAt(s.start + 1) !== 100 : s.end - s.start !== 9 || text.slice(s.start, s.end).toUpperCase() !== 'DELIMITER')
    return undefined
  let at = short ? s.start + 2 : s.end
  const gap = at
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++
  if (!short && isLineEnd(text.charCodeAt(at))) at = delimiterBelow(text, at)
  const first = at
  while (at < text.length && text.charCodeAt(at) > 32) at++
  if (first === gap || first === at) return undefined
  const delimiter = text.slice(first, at)
  let end = at
  while (!isLineEnd(text.charCodeAt(end))) end++
  return { delimiter: delimiter === ';' ? undefined : delimiter, end }
}

/** Flyway reads on until it has a delimiter. Where a word is next, a statement begins. */
function delimiterBelow(text: string, from: number): number {
  let at = from
  while (characterClass(text.charCodeAt(at)) === SPACE) at++
  return at < text.length && characterClass(text.charCodeAt(at)) !== WORD ? at : from
}

/** Is this PostgreSQL's COPY … FROM stdin, whose rows follow in the text? */
function copiesFromClient(text: string, from: number, to: number, syntax: Syntax): boolean {
  if (syntax.engine !== 'postgres' || to - from > 20000 || text.slice(from, from + 4).toUpperCase() !== 'COPY') return false
  return /\sFROM\s+STDIN\b/i.test(text.slice(from, to))
}

/** The end of the line `\.` that closes the rows of a COPY; undefined when there is none. */
function endOfCopy(text: string, at: number): number | undefined {
  for (let mark = text.indexOf('\n\\.', at); mark >= 0; mark = text.indexOf('\n\\.', mark + 1)) {
    if (isLineEnd(text.charCodeAt(mark + 3))) return mark + 3
  }
  return undefined
}
