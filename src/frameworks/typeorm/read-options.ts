import type { ObjectValue, StringValue, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import { joinPieces, showHoles, type Traced } from '../../source/traced.ts'

/** `new Table({…})` and its siblings: the class that was constructed and what it was given. */
interface Constructed {
  readonly className: string
  readonly options: Value | undefined
}

export const constructedHandle = 'typeorm-object'

/** What `new TableColumn(…)` and the like made; undefined for anything else. */
export function constructedOf(value: Value | undefined): Constructed | undefined {
  return value?.kind === 'handle' && value.name === constructedHandle ? (value.data as Constructed) : undefined
}

/** The members of an options object, or of the options that a class was constructed with. */
export function optionsOf(value: Value | undefined): ObjectValue | undefined {
  const constructed = constructedOf(value)
  const options = constructed ? constructed.options : value
  return options?.kind === 'object' ? options : undefined
}

export function member(options: ObjectValue | undefined, name: string): Value | undefined {
  const value = options?.members.get(name)
  return value?.kind === 'undefined' ? undefined : value
}

/** A traced text of a string value; its holes stand in it as tokens. */
function tracedOf(value: StringValue): Traced {
  return joinPieces(value.pieces)
}

/** The text of a string or number with holes shown as the user wrote them; undefined for anything else. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'number' || value?.kind === 'boolean') return String(value.value)
  if (value?.kind !== 'string') return undefined
  const single = value.pieces[0]
  if (value.pieces.length === 1 && single && !single.hole) return single.text
  const traced = tracedOf(value)
  return showHoles(traced.text, traced)
}

/** Is every character of this text known? */
export function isKnownText(value: Value | undefined): boolean {
  return value?.kind === 'string' && value.pieces.every((piece) => piece.hole === undefined)
}

export function textMember(options: ObjectValue | undefined, name: string): string | undefined {
  return textOf(member(options, name))
}

/** A boolean option; `unknown` is what a value that was not read counts as. */
export function flag(value: Value | undefined, absent: boolean, unknown = absent): boolean {
  if (value === undefined || value.kind === 'undefined' || value.kind === 'null') return absent
  return value.kind === 'boolean' ? value.value : unknown
}

export function numberOf(value: Value | undefined): number | undefined {
  if (value?.kind === 'number') return value.value
  const text = textOf(value)
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** The items of an array; a lone value counts as one item; undefined when the list is not known. */
export function listOf(value: Value | undefined): readonly Value[] | undefined {
  if (value === undefined || value.kind === 'undefined' || value.kind === 'null') return []
  if (value.kind === 'array') return value.complete ? value.items : undefined
  return value.kind === 'unknown' ? undefined : [value]
}

/** A list of texts; undefined when there is none, or the list or an item of it is not known. */
export function textsOf(value: Value | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined
  const items = listOf(value)
  if (items === undefined) return undefined
  const texts: string[] = []
  for (const item of items) {
    const text = textOf(item)
    if (text === undefined) return undefined
    texts.push(text)
  }
  return texts
}

/** Where a value was written, or the place given. */
export function spanOf(value: Value | undefined, otherwise: Span): Span {
  return value?.span ?? otherwise
}
