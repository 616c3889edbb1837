import type { Name } from '../ir/names.ts'
import type { PartWork } from './persistent-map.ts'
import { keyOf, type Naming, type Schema } from './schema.ts'
import type { Table } from './table.ts'

/** Tables by the key of a table that they refer to. */
type Referrers = ReadonlyMap<string, readonly Table[]>

/**
 * The tables with a foreign key that points at this one (its own included). It is asked for at many steps of a long history, and each step
 * changes one part of the tables: what the other parts refer to is remembered.
 */
export function referrersOf({ tables, naming }: Schema, target: Name): readonly Table[] {
  let work = works.get(naming)
  if (!work) {
    work = (part) => referrersIn(part, naming)
    works.set(naming, work)
  }
  const key = keyOf(naming, target)
  const found: Table[] = []
  for (const referrers of tables.byParts(work)) {
    const here = referrers.get(key)
    if (here) found.push(...here)
  }
  return found
}

const works = new WeakMap<Naming, PartWork<Table, Referrers>>()

function referrersIn(part: ReadonlyMap<string, Table>, naming: Naming): Referrers {
  const found = new Map<string, Table[]>()
  for (const table of part.values()) {
    for (const { constraint } of table.constraints) {
      if (constraint.references === undefined) continue
      const key = keyOf(naming, constraint.references.table)
      const tables = found.get(key)
      if (!tables) found.set(key, [table])
      else if (tables.at(-1) !== table) tables.push(table)
    }
  }
  return found
}
