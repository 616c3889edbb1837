import type { Name } from '../../../ir/names.ts'
import { referrersOf } from '../../../schema/references.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findTable, keyOf } from '../../../schema/schema.ts'
import type { ConstraintState, Table } from '../../../schema/table.ts'

/** Are these two names one table in this schema? */
function sameTable(before: Schema, a: Name, b: Name): boolean {
  return keyOf(before.naming, a) === keyOf(before.naming, b)
}

/** The partitions of a table, theirs included. Only a partitioned table costs a search. */
export function partitionsOf(before: Schema, table: Name): readonly Table[] {
  if (!findTable(before, table)?.partitioned) return []
  const found: Table[] = []
  const seen = new Set<string>([keyOf(before.naming, table)])
  const parents: Name[] = [table]
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const candidate of before.tables.values()) {
      if (candidate.partitionOf === undefined || !sameTable(before, candidate.partitionOf, parent)) continue
      const key = keyOf(before.naming, candidate.name)
      if (seen.has(key)) continue
      seen.add(key)
      found.push(candidate)
      if (candidate.partitioned) parents.push(candidate.name)
    }
  }
  return found
}

/** The foreign keys of a table, those of its columns' definitions included as the schema keeps them. */
export function foreignKeysOf(table: Table | undefined): readonly ConstraintState[] {
  return table?.constraints.filter((state) => state.constraint.references !== undefined) ?? []
}

export interface Referencing {
  readonly table: Name
  readonly state: ConstraintState
}

/** The foreign keys of other tables that point at a table, at one of these columns when columns are given. */
export function referencesTo(before: Schema, target: Name, columns?: readonly string[]): readonly Referencing[] {
  const found: Referencing[] = []
  const keys = primaryKeyOf(findTable(before, target))
  for (const table of referrersOf(before, target)) {
    if (sameTable(before, table.name, target)) continue
    for (const state of foreignKeysOf(table)) {
      const reference = state.constraint.references
      if (reference === undefined || !sameTable(before, reference.table, target)) continue
      const pointed = reference.columns.length > 0 ? reference.columns : keys
      if (columns === undefined || pointed.some((column) => columns.includes(column))) found.push({ table: table.name, state })
    }
  }
  return found
}

function primaryKeyOf(table: Table | undefined): readonly string[] {
  return table?.constraints.find((state) => state.constraint.kind === 'primaryKey')?.constraint.columns ?? []
}

/** The constraint of a table by its name. */
export function findConstraint(before: Schema, table: Name, name: string | undefined): ConstraintState | undefined {
  if (name === undefined) return undefined
  return findTable(before, table)?.constraints.find((state) => state.constraint.name === name)
}

/** Names without repetitions and without one of them. */
export function distinct(before: Schema, names: readonly Name[], except?: Name): readonly Name[] {
  const seen = new Set<string>(except ? [keyOf(before.naming, except)] : [])
  return names.filter((name) => {
    const key = keyOf(before.naming, name)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
