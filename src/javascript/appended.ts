import type { Span } from '../source/span.ts'
import type { Piece } from '../source/traced.ts'
import type { StringValue } from './value.ts'

interface Size {
  readonly units: number
  readonly count: number
}

/** Texts that were put together and whose pieces nobody has asked for yet: their parts. */
const unread = new WeakMap<StringValue, readonly [StringValue, StringValue]>()
const sizes = new WeakMap<StringValue, Size>()

/**
 * A text with another one behind it. Its pieces are put together when they are first asked for: a text that grows line by line would be copied
 * as often otherwise.
 */
export function appended(left: StringValue, right: StringValue, span: Span): StringValue {
  let known: readonly Piece[] | undefined
  const value: StringValue = {
    kind: 'string',
    get pieces() {
      if (known === undefined) {
        known = piecesIn(value)
        unread.delete(value)
      }
      return known
    },
    span,
  }
  const a = sizeOf(left)
  const b = sizeOf(right)
  unread.set(value, [left, right])
  sizes.set(value, { units: a.units + b.units, count: a.count + b.count })
  return value
}

/** How long a text is, in UTF-16 units and in pieces. */
export function sizeOf(value: StringValue): Size {
  const known = sizes.get(value)
  if (known) return known
  let units = 0
  for (const piece of value.pieces) units += piece.text.length
  return { units, count: value.pieces.length }
}

/** The pieces of a text and its parts in order, without recursion: the parts lean as deep as they are many. */
function piecesIn(value: StringValue): readonly Piece[] {
  const pieces: Piece[] = []
  const waiting = [value]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const parts = unread.get(at)
    if (parts) waiting.push(parts[1], parts[0])
    else for (const piece of at.pieces) pieces.push(piece)
  }
  return pieces
}
