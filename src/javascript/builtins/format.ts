import { joinPieces, type Piece, sliceTraced } from '../../source/traced.ts'
import { nativeWith } from '../native.ts'
import { checked } from '../templates.ts'
import type { Value } from '../value.ts'
import { derived, piecesOf, plain, str } from '../values.ts'
import type { NativeCall } from '../walk.ts'

/** How a value stands in the text, by the letter of its place. */
type Places = Readonly<Record<string, (value: Value, call: NativeCall) => readonly Piece[]>>

const asIs = (value: Value, call: NativeCall) => piecesOf(value, call.expression, call.span)

/** A text with `%s` and its kin filled in, in order or by number (`%2$s`); a place that gets no value stays as it is. */
function filled(call: NativeCall, places: Places): Value {
  const [pattern, ...values] = call.args
  if (pattern?.kind !== 'string') return derived(call.expression, call.span, ...call.args)
  const traced = joinPieces(pattern.pieces)
  const pieces: Piece[] = []
  let at = 0
  let next = 0
  for (const match of traced.text.matchAll(/%(?:(\d{1,3})\$)?([A-Za-z%])/g)) {
    const [whole, number, letter = ''] = match
    const place = Object.hasOwn(places, letter) ? places[letter] : undefined
    if (place === undefined && letter !== '%') continue
    const value = place && values[number === undefined ? next++ : Number(number) - 1]
    if (place && value === undefined) continue
    pieces.push(...sliceTraced(traced, at, match.index).pieces)
    if (place && value) pieces.push(...place(value, call))
    else pieces.push({ text: '%', span: call.span, verbatim: false })
    at = match.index + whole.length
  }
  pieces.push(...sliceTraced(traced, at, traced.text.length).pieces)
  return checked(call.walk, str(pieces, pattern.span ?? call.span))
}

/** A value between these quotes; one that is not known passes as escaped. */
function quoted(quote: string) {
  return (value: Value, call: NativeCall): readonly Piece[] => {
    const known = plain(value)
    if (known !== undefined)
      return [{ text: quote + known.replaceAll(quote, quote + quote) + quote, span: value.span ?? call.span, verbatim: false }]
    if (value.kind === 'number' || value.kind === 'boolean' || value.kind === 'null') return asIs(value, call)
    return asIs({ ...derived(call.expression, call.span, value), escaped: true }, call)
  }
}

const [identifier, literal] = [quoted('"'), quoted("'")]

/** `util.format`, which leaves a text alone that it is given without values. Values without a place, which it appends, are not followed. */
export function formatText(call: NativeCall): Value | undefined {
  const [pattern, ...values] = call.args
  if (values.length === 0) return pattern
  const places = plain(pattern)?.match(/%[sdi]/g)?.length
  return places !== undefined && places < values.length ? undefined : filled(call, { s: asIs, d: asIs, i: asIs })
}

/** The package pg-format: `%I` is a name, `%L` a value, `%s` stands as it is. */
export const pgFormat = nativeWith('format', (call) => filled(call, { s: asIs, I: identifier, L: literal }), {
  ident: (call) => call.args[0] && str(identifier(call.args[0], call), call.span),
  literal: (call) => call.args[0] && str(literal(call.args[0], call), call.span),
})
