import type { Name } from '../ir/names.ts'
import { withOwners } from './edit.ts'
import type { PersistentMap } from './persistent-map.ts'
import { renameTable } from './rename-table.ts'
import { keyOf, type Schema } from './schema.ts'
import { withoutTables } from './without-tables.ts'

/** The schema without a database schema and everything in it. */
export function dropNamespace(schema: Schema, dropped: string): Schema {
  const isIn = inNamespace(schema, dropped)
  const tables = [...schema.tables.values()].filter(({ name }) => isIn(name)).map(({ name }) => name)
  const without = <T extends { readonly name: Name }>(map: PersistentMap<T>): PersistentMap<T> => {
    let next = map
    for (const [key, { name }] of map) if (isIn(name)) next = next.delete(key)
    return next
  }
  const left = withoutTables(schema, tables)
  let { sequences, indexOwners } = left
  for (const [key, name] of sequences) if (isIn(name)) sequences = sequences.delete(key)
  for (const { name, indexes } of left.views.values()) {
    if (isIn(name)) indexOwners = withOwners({ ...left, indexOwners }, name, indexes, [])
  }
  return {
    ...left,
    types: without(left.types),
    views: without(left.views),
    functions: without(left.functions),
    sequences,
    indexOwners,
    schemas: left.schemas.delete(schema.naming.fold(dropped, 'other')),
  }
}

/** The schema with a database schema under another name: what is in it, and what refers to that, follows. */
export function renameNamespace(schema: Schema, from: string, to: string): Schema {
  const { naming } = schema
  const isIn = inNamespace(schema, from)
  const moved = <T extends { readonly name: Name }>(map: PersistentMap<T>, kind: 'table' | 'other'): PersistentMap<T> => {
    let next = map
    for (const [key, value] of map) {
      if (!isIn(value.name)) continue
      const name = { ...value.name, schema: to }
      next = next.delete(key).set(keyOf(naming, name, kind), { ...value, name })
    }
    return next
  }
  let next = schema
  for (const { name } of schema.tables.values()) if (isIn(name)) next = renameTable(next, name, { ...name, schema: to })
  let { sequences } = next
  for (const [key, name] of sequences) {
    const there = { ...name, schema: to }
    if (isIn(name)) sequences = sequences.delete(key).set(keyOf(naming, there, 'other'), there)
  }
  const old = naming.fold(from, 'other')
  const schemas = next.schemas.has(old) ? next.schemas.delete(old).set(naming.fold(to, 'other'), to) : next.schemas
  return {
    ...next,
    types: moved(next.types, 'other'),
    views: moved(next.views, 'table'),
    functions: moved(next.functions, 'other'),
    sequences,
    schemas,
  }
}

function inNamespace({ naming }: Schema, name: string): (object: Name) => boolean {
  const own = naming.fold(name, 'other')
  return ({ schema }) => (schema === undefined ? naming.defaultSchema : naming.fold(schema, 'other')) === own
}
