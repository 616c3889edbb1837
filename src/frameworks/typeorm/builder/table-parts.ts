import type { Name } from '../../../ir/names.ts'
import type { Value } from '../../../javascript/value.ts'
import { listOf } from '../read-options.ts'

/** A part of a table that was found by a predicate: `table.foreignKeys.find((key) => key.columnNames.includes('x'))`. */
interface TablePart {
  readonly table: Name
  readonly part: string
  readonly name?: string
  readonly column?: string
  readonly references?: string
}

export const tablePartHandle = 'typeorm-table-part'
/** All parts of a kind, or those that a filter left: `table.foreignKeys`. */
export const tablePartsHandle = 'typeorm-table-parts'
/** The member by which an object remembers the column that it is a clone of. */
export const cloneMark = '@clone'

export function partOf(value: Value | undefined): TablePart | undefined {
  return value?.kind === 'handle' && value.name === tablePartHandle ? (value.data as TablePart) : undefined
}

/** The parts that a value goes through: the collection itself, or an item of it in a loop. */
export function partsOf(value: Value | undefined): TablePart | undefined {
  if (value?.kind === 'handle') return value.name === tablePartsHandle ? (value.data as TablePart) : undefined
  if (value?.kind !== 'unknown') return undefined
  for (const origin of value.origins ?? []) {
    const parts = partsOf(origin)
    if (parts) return parts
  }
  return undefined
}

/** What a drop method is given: parts one by one, or a collection of which only the schema knows the parts. */
export function droppedItems(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === 'unknown' && partsOf(value) ? [value] : listOf(value)
}

/** What `column.clone()` gives: an object whose members are set one by one, and which remembers its column. */
export function cloneOf(part: Value & { readonly kind: 'handle' }): Value {
  const { name } = part.data as TablePart
  const members = new Map<string, Value>([[cloneMark, part]])
  if (name !== undefined) members.set('name', { kind: 'string', pieces: [{ text: name, span: undefined, verbatim: false }] })
  return { kind: 'object', members, complete: true, ...(part.span ? { span: part.span } : {}) }
}
