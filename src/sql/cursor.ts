import type { Name } from '../ir/names.ts'
import type { Opaque, Unsupported } from '../ir/operation.ts'
import type { Span } from '../source/span.ts'
import { containsHole, locate, showHoles, type Traced } from '../source/traced.ts'
import { ownerOfFunction } from './foreign-functions.ts'
import type { Token } from './split.ts'
import type { Syntax } from './syntax.ts'

/** Reads one statement's tokens from left to right. Offsets are into `traced.text`. */
export interface Cursor {
  readonly traced: Traced
  readonly tokens: readonly Token[]
  readonly syntax: Syntax
  /** Index of the token that is read next. */
  at: number
  /** How many parentheses, subqueries and CASEs are open: nesting is bounded, so that no input overflows the stack. */
  depth: number
  /** Words that were read and that this engine does not have. */
  readonly notes: Unsupported[]
}

/** Thrown inside the readers and caught per statement: the text does not go on as the grammar wants. */
export class Unreadable extends Error {
  readonly because: Opaque['because']
  readonly offset: number

  constructor(detail: string, offset: number, because: Opaque['because'] = 'syntax') {
    super(detail)
    this.because = because
    this.offset = offset
  }
}

/** Nesting beyond this is not read. */
const MAX_DEPTH = 200

const past: Token = { kind: 'operator', start: 0, end: 0, text: '' }

export function peek(c: Cursor, ahead = 0): Token {
  return c.tokens[c.at + ahead] ?? past
}

/** Is the token a bare word or operator with this text (upper case)? */
export function sees(c: Cursor, text: string, ahead = 0): boolean {
  return c.tokens[c.at + ahead]?.text === text
}

/** Do these words stand next, in this order? */
export function seesAll(c: Cursor, ...texts: string[]): boolean {
  for (let i = 0; i < texts.length; i++) if (c.tokens[c.at + i]?.text !== texts[i]) return false
  return true
}

/** Takes these words when all of them stand next. */
export function take(c: Cursor, ...texts: string[]): boolean {
  if (!seesAll(c, ...texts)) return false
  c.at += texts.length
  return true
}

/** Takes one of these words and gives it; undefined when none stands next. */
export function takeOne(c: Cursor, ...texts: string[]): string | undefined {
  const text = c.tokens[c.at]?.text
  if (!text || !texts.includes(text)) return undefined
  c.at++
  return text
}

export function expect(c: Cursor, ...texts: string[]): void {
  for (const text of texts) {
    if (!sees(c, text)) fail(c, `expected ${text}`)
    c.at++
  }
}

/** The token that stands next, as a person would point at it. */
function shown(c: Cursor, token = c.tokens[c.at]): string {
  if (!token) return 'the end of the statement'
  const text = c.traced.text.slice(token.start, token.end)
  return `"${showHoles(text.length > 40 ? `${text.slice(0, 40)}…` : text, c.traced)}"`
}

export function fail(c: Cursor, wanted: string): never {
  const token = c.tokens[c.at]
  // Where a value of the program stands in place of syntax, the text is known only when it runs.
  const dynamic = isHole(c) || isHole(c, -1)
  throw new Unreadable(`${wanted}, found ${shown(c)}`, token?.start ?? c.tokens.at(-1)?.end ?? 0, dynamic ? 'dynamic-sql' : 'syntax')
}

/** Is the token a value of the program, standing where syntax is wanted? */
export function isHole(c: Cursor, ahead = 0): boolean {
  const token = c.tokens[c.at + ahead]
  return token?.kind === 'word' && token.text.startsWith('SUREFOOT_HOLE_')
}

/** Opens a level of nesting; every call is paired with `leave`. */
export function enter(c: Cursor): void {
  if (++c.depth > MAX_DEPTH) throw new Unreadable(`nested deeper than ${MAX_DEPTH} levels`, peek(c).start, 'budget')
}

export function leave(c: Cursor): void {
  c.depth--
}

/** The text between two offsets with its holes as the user wrote them. */
export function slice(c: Cursor, start: number, end: number): string {
  return showHoles(c.traced.text.slice(start, end), c.traced)
}

/** The user's place of a range; where nobody wrote it, the nearest place that somebody wrote. */
export function spanOf(traced: Traced, start: number, end: number): Span {
  return locate(traced, start, end) ?? locate(traced, 0, traced.text.length) ?? { file: '', start: 0, end: 0 }
}

/** The span of the tokens from index `from` up to the one before the cursor. */
export function spanFrom(c: Cursor, from: number): Span {
  const first = c.tokens[Math.min(from, c.tokens.length - 1)]
  const last = c.tokens[Math.max(from, c.at - 1)]
  return spanOf(c.traced, first?.start ?? 0, last?.end ?? first?.end ?? 0)
}

/** The offset at which the last token taken ends. */
export function endOffset(c: Cursor): number {
  return c.tokens[c.at - 1]?.end ?? 0
}

/** Writes down that the tokens from index `from` on are syntax that this engine (or version) does not have. */
export function note(c: Cursor, from: number, feature: string, availableIn: string): void {
  c.notes.push({ kind: 'unsupported', span: spanFrom(c, from), feature, availableIn })
}

/** The same of a call whose tokens begin at index `from`, where the engine does not ship the function. */
export function noteCall(c: Cursor, from: number, name: string): void {
  const owner = ownerOfFunction(name, c.syntax.engine)
  if (owner !== undefined)
    c.notes.push({ kind: 'unsupported', span: spanFrom(c, from), feature: `the function ${name}()`, availableIn: owner, function: name })
}

const reservedEverywhere =
  'SELECT FROM WHERE TABLE INSERT UPDATE DELETE CREATE ALTER DROP INTO VALUES SET ON AND OR NOT NULL JOIN GROUP ORDER HAVING LIMIT UNION CASE WHEN THEN ELSE AS IN IS BETWEEN EXISTS DISTINCT USING DEFAULT PRIMARY UNIQUE FOREIGN REFERENCES CONSTRAINT CHECK ADD INDEX COLLATE'
const reserved = {
  mysql: new Set(
    `${reservedEverywhere} LEFT RIGHT INNER CROSS BY LIKE KEY COLUMN IF ALL CHANGE RENAME TO WITH FOR LOCK KEYS DATABASE PROCEDURE TRIGGER FULLTEXT SPATIAL INTERVAL DESC ASC`.split(
      ' ',
    ),
  ),
  sqlite: new Set(`${reservedEverywhere} TO`.split(' ')),
}

/** May the word stand as a name without quotes? */
export function isReserved(c: Cursor, word: string): boolean {
  return c.syntax.engine !== 'postgres' && reserved[c.syntax.engine].has(word)
}

/** Does a name stand next? */
export function seesName(c: Cursor): boolean {
  const token = c.tokens[c.at]
  if (!token) return false
  if (token.kind === 'word') return !isReserved(c, token.text)
  return token.kind === 'quoted' || (token.kind === 'string' && c.syntax.engine === 'sqlite')
}

/** The text inside quotes, doubled quotes and MySQL's escapes resolved. */
export function unquote(text: string, backslash: boolean): string {
  const quote = text.at(-1) ?? ''
  const open = text.indexOf(quote === ']' ? '[' : quote)
  const inner = text.slice(open + 1, -1)
  if (quote === ']') return inner
  const plain = inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner
  if (!backslash || quote === '`' || !plain.includes('\\')) return plain
  return plain.replace(/\\(.)/gs, (whole, char: string) => (char === '%' || char === '_' ? whole : (escapes[char] ?? char)))
}
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' }

/** The value of a string token. */
export function stringValue(c: Cursor, token: Token): string {
  return showHoles(unquote(c.traced.text.slice(token.start, token.end), c.syntax.engine === 'mysql'), c.traced)
}

/** Takes a string literal's value. */
export function readString(c: Cursor): string {
  const token = c.tokens[c.at]
  if (token?.kind !== 'string') fail(c, 'expected a string')
  c.at++
  return stringValue(c, token)
}

/** Takes one part of a name. `anyWord`: after a dot or in quotes, reserved words are names. */
export function readIdentifier(c: Cursor, what = 'a name', anyWord = false): string {
  const token = c.tokens[c.at]
  if (!token) return fail(c, `expected ${what}`)
  const raw = c.traced.text.slice(token.start, token.end)
  if (token.kind === 'word') {
    if (!anyWord && isReserved(c, token.text)) fail(c, `expected ${what}`)
    c.at++
    return showHoles(raw, c.traced)
  }
  if (token.kind === 'quoted') {
    c.at++
    return showHoles(unquote(raw, false), c.traced)
  }
  if (token.kind === 'string' && (c.syntax.engine === 'sqlite' || raw.startsWith('"'))) {
    c.at++
    if (c.syntax.engine === 'mysql')
      note(c, c.at - 1, 'a name in double quotes', 'PostgreSQL and SQLite (MySQL only with sql_mode ANSI_QUOTES)')
    return showHoles(unquote(raw, false), c.traced)
  }
  return fail(c, `expected ${what}`)
}

function seesHole(c: Cursor, from: number): boolean {
  for (let i = from; i < c.at; i++) {
    const token = c.tokens[i]!
    if (token.end - token.start >= 15 && containsHole(c.traced.text.slice(token.start, token.end))) return true
  }
  return false
}

/** Takes `name` or `schema.name`. */
export function readName(c: Cursor, what = 'a name'): Name {
  const from = c.at
  const first = readIdentifier(c, what)
  const second = take(c, '.') ? readIdentifier(c, what, true) : undefined
  const name: Name = second === undefined ? { name: first } : { schema: first, name: second }
  return seesHole(c, from) ? { ...name, dynamic: true } : name
}

/** Takes `name, name, …`. */
export function readNames(c: Cursor, what = 'a name'): Name[] {
  const names = [readName(c, what)]
  while (take(c, ',')) names.push(readName(c, what))
  return names
}

/** Takes `(column, column, …)`. */
export function readColumnList(c: Cursor): string[] {
  expect(c, '(')
  const columns = [readIdentifier(c, 'a column')]
  while (take(c, ',')) columns.push(readIdentifier(c, 'a column'))
  expect(c, ')')
  return columns
}

/** Skips from `(` past its `)`. */
export function skipParentheses(c: Cursor): void {
  expect(c, '(')
  for (let depth = 1; depth > 0; c.at++) {
    const token = c.tokens[c.at]
    if (!token) fail(c, 'expected )')
    if (token.text === '(') depth++
    else if (token.text === ')') depth--
  }
}
