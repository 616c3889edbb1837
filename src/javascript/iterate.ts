import type { ArrayValue, Value } from './value.ts'
import { list, text } from './values.ts'
import type { Walk } from './walk.ts'

/** The items that iterating a value gives; undefined when that is not known. */
export function itemsOf(walk: Walk, value: Value): ArrayValue | undefined {
  if (value.kind === 'array') return value
  if (value.kind === 'object') return walk.iterables.get(value)?.()
  if (value.kind === 'string' && value.pieces.length <= 1 && !value.pieces[0]?.hole) {
    const piece = value.pieces[0]
    return list([...(piece?.text ?? '')].slice(0, 5_000).map((character) => text(character, piece?.span)))
  }
  return undefined
}
