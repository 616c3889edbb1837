import type { Name } from '../ir/names.ts'
import type { PersistentMap } from './persistent-map.ts'
import { keyOf, type Naming, type Schema } from './schema.ts'
import type { Table } from './table.ts'

/** By the key of a table: the keys of the tables that have, or once had, a foreign key to it. */
export type Referrers = PersistentMap<readonly string[]>

/** The tables with a foreign key that points at this one, its own included. Costs what is found, however many tables there are. */
export function referrersOf({ tables, referrers, naming }: Schema, target: Name): readonly Table[] {
  const key = keyOf(naming, target)
  const candidates = referrers === undefined ? tables.values() : (referrers.get(key) ?? []).map((name) => tables.get(name))
  const found: Table[] = []
  for (const table of candidates) {
    if (table?.constraints.some(({ constraint }) => constraint.references && keyOf(naming, constraint.references.table) === key))
      found.push(table)
  }
  return found
}

/** Takes note of what a table refers to after a change of it. Nothing is taken back: who asks looks at the table. */
export function noteReferences(referrers: Referrers, naming: Naming, name: string, before: Table, after: Table): Referrers {
  if (before.constraints === after.constraints) return referrers
  let noted = referrers
  for (const state of after.constraints) {
    const { references } = state.constraint
    if (references === undefined || before.constraints.includes(state)) continue
    const key = keyOf(naming, references.table)
    const known = noted.get(key) ?? []
    if (!known.includes(name)) noted = noted.set(key, [...known, name])
  }
  return noted
}
