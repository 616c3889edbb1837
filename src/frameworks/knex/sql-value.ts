import type { Dialect } from '../../dialects/dialect.ts'
import { type Expression, literal } from '../../ir/column.ts'
import type { StringValue, Value } from '../../javascript/value.ts'
import type { Piece } from '../../source/traced.ts'
import { arrayOf, booleanOf, isAbsent, member, shown, textOf } from '../values.ts'
import { type RawSpec, rawSpec } from './handles.ts'
import type { Names } from './names.ts'

/** How Knex quotes a name that the user wrote; a dot parts what is quoted. */
export function quoteName(written: string, { dialect, wrap }: Names): string {
  return written
    .split('.')
    .map((part) => (part === '*' ? part : quoted(wrap(part), dialect)))
    .join('.')
}

/** How the engine quotes a name of the database. */
export function quoted(name: string, { name: engine }: Dialect): string {
  const quote = engine === 'postgres' ? '"' : '`'
  return `${quote}${name.replaceAll(quote, '')}${quote}`
}

/** The SQL of a value that Knex binds or escapes; a raw is its own text. What is not known stands as `${…}`. */
export function sqlOfValue(value: Value | undefined, names: Names): string {
  const raw = rawSpec(value)
  if (raw) return rawText(raw, names)
  if (value === undefined || isAbsent(value)) return 'NULL'
  switch (value.kind) {
    case 'string':
      return `'${shown(value).replaceAll("'", "''")}'`
    case 'boolean':
      return names.dialect.name === 'postgres' ? String(value.value) : value.value ? '1' : '0'
    case 'array':
      return `(${value.items.map((item) => sqlOfValue(item, names)).join(', ')})`
    case 'object':
      return `'${jsonOf(value, 0).replaceAll("'", "''")}'`
    default:
      return shown(value)
  }
}

/** The text of a raw as a piece of another statement. */
export function rawText(raw: RawSpec, names: Names): string {
  if (raw.text === undefined) return shown(raw.given)
  return shown({ ...raw.text, pieces: withBindings(raw.text.pieces, raw.bindings, names, true) })
}

function jsonOf(value: Value, depth: number): string {
  if (depth > 10) return '…'
  switch (value.kind) {
    case 'string':
      return JSON.stringify(shown(value))
    case 'array':
      return `[${value.items.map((item) => jsonOf(item, depth + 1)).join(',')}]`
    case 'object':
      return `{${[...value.members].map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item, depth + 1)}`).join(',')}}`
    default:
      return shown(value)
  }
}

const marks = /\\\?|\?\??|:[A-Za-z_]\w*:|(?<![:\w]):[A-Za-z_]\w*(?![:\w])/g

/**
 * A text with the names among its bindings written in: `??` and `:name:`. Values stay placeholders (`?`, `:name`) unless `inline` asks for
 * them. An escaped `\?` is the operator. Without bindings nothing but that is changed.
 */
export function withBindings(pieces: readonly Piece[], bindings: Value | undefined, names: Names, inline = false): readonly Piece[] {
  const list = arrayOf(bindings)?.items ?? (bindings === undefined || bindings.kind === 'object' ? [] : [bindings])
  let next = 0
  return withWholeEscapes(pieces).flatMap((piece): Piece[] => {
    if (piece.hole || !/[?:]/.test(piece.text)) return [piece]
    const made: Piece[] = []
    let at = 0
    const keep = (to: number) => {
      if (to <= at) return
      const { span } = piece
      const own = piece.verbatim && span ? { ...span, start: span.start + at, end: span.start + to } : span
      made.push({ ...piece, text: piece.text.slice(at, to), span: own })
    }
    const put = (text: Piece, from: number, length: number) => {
      keep(from)
      made.push(text)
      at = from + length
    }
    for (const match of piece.text.matchAll(marks)) {
      const [mark] = match
      const written = (text: string): Piece => ({ text, span: piece.span, verbatim: false })
      if (mark === '\\?') put(written('?'), match.index, 2)
      else if (bindings === undefined) continue
      else if (mark === '??') put(identifier(list[next++], names, piece), match.index, 2)
      else if (mark === '?') {
        const value = list[next++]
        if (inline || rawSpec(value)) put(written(sqlOfValue(value, names)), match.index, 1)
      } else if (bindings.kind === 'object') {
        const value = member(bindings, mark.replaceAll(':', ''))
        if (mark.endsWith(':')) put(identifier(value, names, piece), match.index, mark.length)
        else if (inline || rawSpec(value)) put(written(sqlOfValue(value, names)), match.index, mark.length)
      }
    }
    keep(piece.text.length)
    return made
  })
}

/** A program writes the backslash of `\\?` as an escape, which is a piece of its own: the two are put together. */
function withWholeEscapes(pieces: readonly Piece[]): readonly Piece[] {
  const isSplit = (at: number) => {
    const [before, behind] = [pieces[at], pieces[at + 1]]
    return before?.hole === undefined && behind?.hole === undefined && before?.text === '\\' && behind?.text.startsWith('?') === true
  }
  return pieces.flatMap((piece, at): Piece[] => {
    if (isSplit(at)) return [{ ...piece, text: '\\?' }]
    if (!isSplit(at - 1)) return [piece]
    const { span } = piece
    return [{ ...piece, text: piece.text.slice(1), span: piece.verbatim && span ? { ...span, start: span.start + 1 } : span }]
  })
}

function identifier(value: Value | undefined, names: Names, around: Piece): Piece {
  const parts = arrayOf(value)?.items.map((item) => textOf(item)) ?? [textOf(value)]
  const { span } = around
  if (parts.some((part) => part === undefined))
    return { text: '', span, verbatim: false, hole: { reason: 'unknown', expression: shown(value), escaped: true } }
  return { text: parts.map((part) => quoteName(part!, names)).join(', '), span, verbatim: false }
}

/** A DEFAULT as Knex writes it (lib/formatter/formatterUtils.js, `formatDefault`): a raw as it is, everything else quoted. */
export function defaultExpression(value: Value, type: string, names: Names): Expression {
  const raw = rawSpec(value)
  if (raw) return names.dialect.parseExpression(rawText(raw, names))
  if (value.kind === 'null') return literal(null)
  if (type === 'bool') {
    const given = textOf(value) === 'false' ? false : (booleanOf(value) ?? (value.kind === 'number' ? value.value !== 0 : undefined))
    return given === undefined ? unknownConstant(value) : literal(given ? '1' : '0')
  }
  if (value.kind === 'object' || value.kind === 'array') return literal(jsonOf(value, 0))
  const text = textOf(value) ?? (value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : undefined)
  return text === undefined ? unknownConstant(value) : literal(text)
}

function unknownConstant(value: Value): Expression {
  return { ...literal(null), sql: shown(value), isNull: false }
}

/** A text that nobody wrote in the file, as a string. */
export function textValue(text: string, span: StringValue['span']): StringValue {
  return { kind: 'string', pieces: [{ text, span, verbatim: false }], ...(span ? { span } : {}) }
}
