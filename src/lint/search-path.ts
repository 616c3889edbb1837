import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

/**
 * The schemas in which PostgreSQL looks for names without one, as `SET search_path` gave them; undefined: as by default
 * (https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH). MySQL has one, which USE gives; the one that the history is
 * at home in needs no name.
 */
export function searchPathOf(settings: ReadonlyMap<string, string>, { home }: Pick<Schema, 'home'>): readonly string[] | undefined {
  const database = settings.get('use')
  if (database !== undefined && database !== home) return [database]
  const value = settings.get('search_path')
  if (value === undefined) return undefined
  const path = value.split(',').map((part) => part.trim().replace(/^["']|["']$/g, ''))
  const named = path.filter((part) => part !== '' && part !== '$user')
  return named.length === 0 ? undefined : named
}

/** The operation with its names in the schemas in which the engine finds or makes what they stand for. A name that is found nowhere stays as it is written. */
export function inSearchPath(operation: Operation, path: readonly string[], schema: Schema): Operation {
  if (namesNoObjects(operation)) return operation
  const created = operation.kind === 'createTable' ? operation.table : isMade(operation) ? operation.name : undefined
  // A table of which nothing is known can only be in the one schema that is looked at.
  const target = path.length === 1 && 'table' in operation ? operation.table : undefined
  const isTemporary = (name: Name) => schema.tables.get(keyOf(schema.naming, name))?.temporary === true

  function found(name: Name): Name {
    if (name.schema !== undefined || name.dynamic || isTemporary(name)) return name
    const own = name === created ? path[0] : path.find((part) => isKnown(schema, { ...name, schema: part }))
    const place = own ?? (name === target && !name.name.startsWith('pg_') ? path[0] : undefined)
    return place === undefined || place === schema.naming.defaultSchema ? name : { ...name, schema: place }
  }

  /** A part that names nothing of these schemas is the same object afterwards. */
  function mapped(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) {
      const items = part.map(mapped)
      return items.some((item, at) => item !== part[at]) ? items : part
    }
    if (isName(part)) return found(part)
    const changed = Object.entries(part).flatMap(([key, value]) => {
      // The new name of an object stays in its schema.
      const next = key === 'span' || key === 'to' ? value : mapped(value)
      return next === value ? [] : [[key, next] as const]
    })
    return changed.length === 0 ? part : { ...part, ...Object.fromEntries(changed) }
  }

  if (operation.kind === 'createTable' && operation.temporary) return operation
  return mapped(operation) as Operation
}

function isMade(
  operation: Operation,
): operation is Extract<Operation, { kind: 'createView' | 'createType' | 'createDomain' | 'createFunction' | 'createSequence' }> {
  return /^create(?:View|Type|Domain|Function|Sequence)$/.test(operation.kind)
}

/** Schemas, databases and roles stand in no schema. */
function namesNoObjects(operation: Operation): boolean {
  if (operation.kind === 'reindex') return operation.target !== 'index' && operation.target !== 'table'
  if (operation.kind !== 'otherStatement' || operation.details?.about !== 'grant') return false
  return !['table', 'function', 'sequence'].includes(operation.details.on)
}

function isName(part: object): part is Name {
  return (
    'name' in part &&
    typeof part.name === 'string' &&
    Object.keys(part).every((key) => key === 'name' || key === 'schema' || key === 'dynamic')
  )
}

function isKnown({ naming, tables, views, types, functions, sequences, indexOwners }: Schema, name: Name): boolean {
  const key = keyOf(naming, name)
  if (tables.has(key) || views.has(key)) return true
  const other = keyOf(naming, name, 'other')
  return types.has(other) || functions.has(other) || sequences.has(other) || indexOwners.has(other)
}
