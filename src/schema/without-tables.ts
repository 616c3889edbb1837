import type { Name } from '../ir/names.ts'
import { withoutTable, withTable } from './edit.ts'
import { referrersOf } from './references.ts'
import { keyOf, type Schema } from './schema.ts'

/**
 * The schema without these tables: their partitions, indexes and triggers fall with them, and the foreign keys that point at them. SQLite
 * keeps those as they are written: they hold again when another table takes the name.
 */
export function withoutTables(schema: Schema, dropped: readonly Name[]): Schema {
  const { naming } = schema
  const gone = new Set(dropped.map((name) => keyOf(naming, name)))
  const all = dropped.map((name) => schema.tables.get(keyOf(naming, name))?.name ?? name)
  // Names are added while they are walked, so that partitions of partitions are met.
  for (const name of all) {
    if (!schema.tables.get(keyOf(naming, name))?.partitioned) continue
    for (const table of schema.tables.values()) {
      const parent = table.partitionOf
      if (!parent || keyOf(naming, parent) !== keyOf(naming, name) || gone.has(keyOf(naming, table.name))) continue
      gone.add(keyOf(naming, table.name))
      all.push(table.name)
    }
  }
  // Triggers fall whether or not the creation of their table was seen.
  let { triggers } = schema
  for (const [key, { table }] of schema.triggers) if (gone.has(keyOf(naming, table))) triggers = triggers.delete(key)
  let next: Schema = triggers === schema.triggers ? schema : { ...schema, triggers }
  for (const name of all) {
    const key = keyOf(naming, name)
    if (!next.tables.has(key)) continue
    next = withoutTable(next, name)
    if (naming.defaultSchema === 'main') continue
    for (const table of referrersOf(next, name)) {
      next = withTable(next, table.name, (old) => ({
        ...old,
        constraints: old.constraints.filter(
          ({ constraint }) => constraint.references === undefined || keyOf(naming, constraint.references.table) !== key,
        ),
      }))
    }
  }
  return next
}
