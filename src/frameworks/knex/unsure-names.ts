import { type Draft, withContext } from '../script.ts'
import { isUnsure, type NameMapping } from './name-mapping.ts'

/** Tells of what holds a name that may be another one in the database. */
export function withUnsureNames(drafts: readonly Draft[], mapping: NameMapping | undefined): readonly Draft[] {
  if (mapping?.by !== 'unknown') return drafts
  return drafts.map((draft) => ({
    ...draft,
    operations: draft.operations.map((operation) =>
      namesIn(operation).some((name) => isUnsure(mapping, name)) ? withContext(operation, { unsureNames: true }) : operation,
    ),
  }))
}

const nameKeys: ReadonlySet<string> = new Set(['name', 'schema', 'column', 'columns', 'to'])

/** The names that an operation holds, wherever they stand in it. */
function namesIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return nameKeys.has(key) ? [value] : []
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([member, inner]) => (member === 'context' || member === 'type' ? [] : namesIn(inner, member)))
}
