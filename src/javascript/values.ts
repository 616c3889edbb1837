import type { Span } from '../source/span.ts'
import { type HoleReason, joinPieces, type Piece, type RowColumn } from '../source/traced.ts'
import type { ArrayValue, FunctionValue, ObjectValue, StringValue, UnknownValue, Value } from './value.ts'

/** What a native function is told of its call. `W` is the walk; named by the callers to keep this file at the bottom of the room. */
export const undef: Value = { kind: 'undefined' }
export const nul: Value = { kind: 'null' }
export const yes: Value = { kind: 'boolean', value: true }
const no: Value = { kind: 'boolean', value: false }

/** An array whose items the walk may change. */
export interface MutableArray {
  readonly kind: 'array'
  items: Value[]
  complete: boolean
  readonly span?: Span
}

export function bool(value: boolean): Value {
  return value ? yes : no
}
export function num(value: number, span?: Span): Value {
  return span ? { kind: 'number', value, span } : { kind: 'number', value }
}
/** A string that the program computed; `span` is the expression that made it. */
export function text(value: string, span?: Span, verbatim = false): StringValue {
  const pieces: Piece[] = value === '' ? [] : [{ text: value, span, verbatim }]
  return span ? { kind: 'string', pieces, span } : { kind: 'string', pieces }
}
export function str(pieces: readonly Piece[], span?: Span): StringValue {
  return span ? { kind: 'string', pieces, span } : { kind: 'string', pieces }
}
export function list(items: Value[], complete = true, span?: Span): ArrayValue {
  return span ? { kind: 'array', items, complete, span } : { kind: 'array', items, complete }
}
export function record(entries: Iterable<readonly [string, Value]> = [], complete = true, span?: Span): ObjectValue {
  const members = new Map(entries)
  return span ? { kind: 'object', members, complete, span } : { kind: 'object', members, complete }
}
export function unknown(reason: HoleReason, expression: string, span?: Span, origins: readonly Value[] = []): UnknownValue {
  return {
    kind: 'unknown',
    reason,
    expression: expression.length > 200 ? `${expression.slice(0, 197)}...` : expression,
    ...(span ? { span } : {}),
    ...(origins.length > 0 ? { origins } : {}),
  }
}

/** The handles and unknown values that a value was computed from. */
export function originsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return []
  switch (value.kind) {
    case 'handle':
      return [value]
    case 'unknown':
      return value.origins ?? [value]
    case 'promise':
      return originsOf(value.value)
    case 'string':
      return value.pieces.filter((piece) => piece.hole).map((piece) => unknown(piece.hole!.reason, piece.hole!.expression, piece.span))
    case 'array': {
      const found: Value[] = []
      for (const item of value.items.slice(0, 8)) if (item.kind === 'handle' || item.kind === 'unknown') found.push(...originsOf(item))
      return found
    }
    default:
      return []
  }
}

export function mergeOrigins(...values: readonly (Value | undefined)[]): readonly Value[] {
  const seen = new Set<Value>()
  for (const value of values) {
    for (const origin of originsOf(value)) {
      if (seen.size >= 16) return [...seen]
      seen.add(origin)
    }
  }
  return [...seen]
}

/** Why a value computed from these is not known: the first reason that says more than 'unknown'. */
export function reasonOf(values: readonly Value[]): HoleReason {
  let reason: HoleReason = 'unknown'
  for (const value of values) {
    if (value.kind === 'unknown' && value.reason !== 'unknown') {
      if (value.reason === 'environment' || value.reason === 'row') return value.reason
      if (reason === 'unknown') reason = value.reason
    } else if (value.kind === 'handle' && reason === 'unknown') reason = 'call'
  }
  return reason
}

/** The columns that a value is made of; none for what is known or harmless; undefined: other things may stand in it. */
function columnsOf(value: Value, depth = 0): readonly RowColumn[] | undefined {
  switch (value.kind) {
    case 'unknown':
      return value.columns ?? (value.escaped ? [] : undefined)
    case 'string': {
      const found: RowColumn[] = []
      for (const { hole } of value.pieces) {
        if (hole === undefined || hole.escaped) continue
        if (hole.columns === undefined) return undefined
        found.push(...hole.columns)
      }
      return found
    }
    case 'array': {
      // Of a list that is not whole the items that were met stand for all: those of one query's rows are alike.
      if (depth > 2 || (!value.complete && value.items.length === 0)) return undefined
      const found: RowColumn[] = []
      for (const item of value.items) {
        const own = columnsOf(item, depth + 1)
        if (own === undefined) return undefined
        found.push(...own)
      }
      return found
    }
    default:
      return primitive(value) === undefined ? undefined : []
  }
}

/** The value of an operation whose operands are not all known. */
export function derived(expression: string, span: Span | undefined, ...from: readonly (Value | undefined)[]): UnknownValue {
  const origins = mergeOrigins(...from)
  const value = unknown(reasonOf(origins), expression, span, origins)
  const columns: RowColumn[] = []
  for (const one of from) {
    const own = one === undefined ? [] : columnsOf(one)
    if (own === undefined) return value
    columns.push(...own)
  }
  return columns.length > 0 && columns.length <= 16 ? { ...value, columns } : value
}

/** What is not known of the members of an object and of those below them; the value itself when it is none. */
export function partsOf(value: Value, depth = 0): readonly Value[] {
  if (value.kind !== 'object') return [value]
  const parts = depth > 3 ? [] : [...value.members.values()].slice(0, 50).flatMap((member) => partsOf(member, depth + 1))
  return value.rest === undefined ? parts : [...parts, value.rest]
}

/** Marks an object into which something was spread whose members are not known; those of a row stay the row's. */
export function leaveOpen(object: ObjectValue, spread: Value): void {
  object.complete = false
  const rest = spread.kind === 'object' ? spread.rest : spread
  if (rest !== undefined && isOutside(rest)) object.rest = rest
}

function isOutside(value: Value): boolean {
  return value.kind === 'unknown' ? value.reason === 'row' || value.reason === 'environment' : isRow(value)
}

function isRow(value: Value): boolean {
  return value.kind === 'handle' && /(^|\W)rows?$/.test(value.name)
}

/** The text of a string without holes; undefined for anything else. */
export function plain(value: Value | undefined): string | undefined {
  if (value?.kind !== 'string') return undefined
  if (value.pieces.length === 1) return value.pieces[0]!.hole ? undefined : value.pieces[0]!.text
  let result = ''
  for (const piece of value.pieces) {
    if (piece.hole) return undefined
    result += piece.text
  }
  return result
}

/** The text of a string with each hole as its token. */
export function shown(value: StringValue): string {
  return joinPieces(value.pieces).text
}

/** A primitive as JavaScript has it; undefined when it is not a known primitive. */
export function primitive(value: Value): { readonly value: string | number | boolean | null | undefined } | undefined {
  switch (value.kind) {
    case 'undefined':
      return { value: undefined }
    case 'null':
      return { value: null }
    case 'boolean':
    case 'number':
      return { value: value.value }
    case 'string': {
      const known = plain(value)
      return known === undefined ? undefined : { value: known }
    }
    default:
      return undefined
  }
}

/** A JavaScript primitive as a value. */
export function fromPrimitive(value: unknown, span?: Span): Value {
  if (value === undefined) return undef
  if (value === null) return nul
  if (typeof value === 'boolean') return bool(value)
  if (typeof value === 'number') return num(value, span)
  if (typeof value === 'bigint') return num(Number(value), span)
  return text(String(value), span)
}

/** The name under which a value selects a property. */
export function keyOf(value: Value): string | undefined {
  if (value.kind === 'function') return undefined
  const known = primitive(value)
  return known === undefined ? undefined : String(known.value)
}

/** Whether a value counts as true; undefined when that is not known. */
export function truthy(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'undefined':
    case 'null':
      return false
    case 'boolean':
      return value.value
    case 'number':
      return value.value !== 0 && !Number.isNaN(value.value)
    case 'string': {
      if (value.pieces.some((piece) => !piece.hole && piece.text !== '')) return true
      return value.pieces.length === 0 ? false : value.pieces.every((piece) => piece.hole === undefined) ? false : undefined
    }
    case 'array':
    case 'object':
    case 'function':
    case 'promise':
      return true
    default:
      return undefined
  }
}

/** What a value contributes to a text it is put into. `expression` is how the user wrote it there. */
export function piecesOf(value: Value, expression: string, span: Span | undefined): readonly Piece[] {
  switch (value.kind) {
    case 'string':
      return value.pieces
    case 'number':
    case 'boolean':
    case 'undefined':
    case 'null': {
      const written = value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : value.kind
      const from = value.span ?? span
      return [{ text: written, span: from, verbatim: false }]
    }
    case 'array': {
      if (!value.complete && !value.alike) break
      const pieces: Piece[] = []
      value.items.forEach((item, index) => {
        if (index > 0) pieces.push({ text: ',', span: undefined, verbatim: false })
        if (item.kind !== 'undefined' && item.kind !== 'null') pieces.push(...piecesOf(item, expression, span))
      })
      return pieces
    }
    case 'unknown':
      return [hole(value.reason === 'call' ? passedOn(value) : value.reason, expression, value.escaped === true, span, value.columns)]
    case 'handle':
      return value.written ?? [hole('call', expression, false, span)]
    case 'promise':
      return [hole('call', expression, false, span)]
    default:
      break
  }
  return [hole('unknown', expression, false, span)]
}

// encodeURIComponent leaves quotes as they are.
const makesHarmless =
  /escape|quote|ident|literal|hash|digest|uuid|sanit|encode(?!uri)|number|parse(int|float)|tofixed|math\.|length|count|size/i

/** A call gives what it was given (`row.name.trim()`, `slugify(row.name)`), unless its name says that it makes it harmless. */
function passedOn(value: UnknownValue): HoleReason {
  if (makesHarmless.test(value.expression)) return value.reason
  const origins = value.origins ?? []
  const reason = reasonOf(origins)
  if (reason === 'row' || reason === 'environment') return reason
  return origins.some(isRow) ? 'row' : value.reason
}

function hole(reason: HoleReason, expression: string, escaped: boolean, span: Span | undefined, columns?: readonly RowColumn[]): Piece {
  const short = expression.length > 200 ? `${expression.slice(0, 197)}...` : expression
  return { text: '', span, verbatim: false, hole: { reason, expression: short, escaped, ...(columns ? { columns } : {}) } }
}

export function mutable(value: ArrayValue): MutableArray {
  return value as MutableArray
}

function samePiece(left: Piece, right: Piece): boolean {
  return left === right || (left.text === right.text && left.hole?.expression === right.hole?.expression)
}

/** The value when one of two paths was taken and nothing says which. */
export function join(left: Value, right: Value, depth = 0): Value {
  if (left === right) return left
  const a = primitive(left)
  const b = primitive(right)
  if (a && b && Object.is(a.value, b.value)) return left
  if (left.kind === 'handle' && right.kind === 'handle' && left.name === right.name && left.data === right.data) return left
  const aEmpty = left.kind === 'undefined' || left.kind === 'null'
  const bEmpty = right.kind === 'undefined' || right.kind === 'null'
  if (aEmpty && isComplex(right)) return right
  if (bEmpty && isComplex(left)) return left
  if (left.kind === 'promise' || right.kind === 'promise') {
    const events = [...new Set([...(left.kind === 'promise' ? left.events : []), ...(right.kind === 'promise' ? right.events : [])])]
    return { kind: 'promise', value: join(settledValue(left), settledValue(right), depth), events }
  }
  if (left.kind === 'string' && right.kind === 'string') {
    let same = 0
    while (same < left.pieces.length && same < right.pieces.length && samePiece(left.pieces[same]!, right.pieces[same]!)) same++
    if (same > 0) return str([...left.pieces.slice(0, same), hole('unknown', '…', false, left.span ?? right.span)], left.span)
  }
  if (depth < 6 && left.kind === 'array' && right.kind === 'array') {
    const longer = left.items.length >= right.items.length ? left : right
    const shorter = longer === left ? right : left
    return list(
      longer.items.map((item, index) => (shorter.items[index] === undefined ? item : join(item, shorter.items[index]!, depth + 1))),
      false,
      longer.span,
    )
  }
  if (depth < 6 && left.kind === 'object' && right.kind === 'object' && left.className === right.className) {
    const members = new Map<string, Value>()
    for (const [key, value] of left.members)
      members.set(key, right.members.has(key) ? join(value, right.members.get(key)!, depth + 1) : value)
    for (const [key, value] of right.members) if (!left.members.has(key)) members.set(key, value)
    return { ...left, members, complete: false }
  }
  const origins = mergeOrigins(left, right)
  const either = unknown(
    reasonOf(origins),
    expressionOf(left) ?? expressionOf(right) ?? 'one of two values',
    left.span ?? right.span,
    origins,
  )
  // `options.schema || 'public'`: harmless when both are.
  if (isHarmless(left) && isHarmless(right)) return { ...either, escaped: true }
  const ours = columnsOf(left)
  const theirs = columnsOf(right)
  return ours && theirs && ours.length + theirs.length <= 16 ? { ...either, columns: [...ours, ...theirs] } : either
}

/** Cannot what it puts into a text change the meaning of the text? */
export function isHarmless(value: Value): boolean {
  return value.kind === 'unknown' ? value.escaped === true : primitive(value) !== undefined
}

function settledValue(value: Value): Value {
  return value.kind === 'promise' ? value.value : value
}
function isComplex(value: Value): boolean {
  return (
    value.kind === 'handle' || value.kind === 'function' || value.kind === 'object' || value.kind === 'promise' || value.kind === 'array'
  )
}
function expressionOf(value: Value): string | undefined {
  return value.kind === 'unknown' ? value.expression : undefined
}

/** A function of the program; hosts and the walk look into `code`. */
export function fn(name: string | undefined, code: unknown, span?: Span): FunctionValue {
  return span ? { kind: 'function', name, code, span } : { kind: 'function', name, code }
}
