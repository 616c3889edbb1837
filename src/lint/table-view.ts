import type { Name } from '../ir/names.ts'
import type { Age, TableView } from '../rule/site.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born, IndexState, Table } from '../schema/table.ts'
import type { Course } from './walk.ts'

/** How old something is, seen from the migration at `position`. */
export function ageOf(born: Born, position: Born, sameBatch: (born: Born) => boolean): Age {
  if (born === position) return 'this-migration'
  return born !== -1 && sameBatch(born) ? 'this-batch' : 'existing'
}

/** A table as rules ask about it. */
export function viewTable(
  schema: Schema,
  name: Name,
  position: Born,
  { sameBatch, sizeOf }: Pick<Course, 'sameBatch' | 'sizeOf'>,
): TableView {
  const state = findTable(schema, name)
  // A materialised view is indexed, locked and refreshed as a table is.
  const born = state?.born ?? schema.views.get(keyOf(schema.naming, name))?.born
  const age = born === undefined ? 'existing' : ageOf(born, position, sameBatch)
  const temporary = state?.temporary ?? false
  return {
    name,
    state,
    age,
    known: state?.complete === true && schema.complete,
    temporary,
    partitioned: state?.partitioned ?? false,
    fresh: age !== 'existing' || temporary,
    size: age === 'existing' && !temporary ? sizeOf?.(name) : undefined,
  }
}

/** The indexes whose first keys are these columns in any order. A partial index counts when it leaves out only NULLs of them. */
export function indexesLeading(schema: Schema, table: Table, columns: readonly string[]): readonly IndexState[] {
  const wanted = new Set(columns.map((column) => schema.naming.fold(column, 'column')))
  return table.indexes.filter((index) => {
    if (index.keys.length < wanted.size) return false
    if (index.method !== undefined && !['btree', 'hash'].includes(index.method.toLowerCase())) return false
    const partial = index.where?.terms.some((term) => term.operator !== 'is not null' || !wanted.has(foldOf(schema, term.column)))
    if (partial) return false
    return index.keys.slice(0, wanted.size).every((key) => key.column !== undefined && wanted.has(foldOf(schema, key.column)))
  })
}

function foldOf(schema: Schema, column: string | undefined): string {
  return column === undefined ? '' : schema.naming.fold(column, 'column')
}
