import type { Reference } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { foreignKeysWritten } from '../schema/foreign-keys.ts'
import { findTable } from '../schema/schema.ts'
import type { ConstraintState, Table } from '../schema/table.ts'
import type { Span } from '../source/span.ts'
import type { Site } from './site.ts'

/** A foreign key that a migration makes over columns that the running release knows. */
interface KeyMadeAnew {
  readonly table: Name
  readonly columns: readonly string[]
  readonly references: Reference
  /** The key over the same columns to the same table before the migration; undefined: none is known. */
  readonly was: Reference | undefined
  readonly span: Span
}

type Asks = Pick<Site, 'walk' | 'earlier' | 'later' | 'sameName' | 'sameColumn' | 'table' | 'age'>

/** The foreign keys that an operation makes on a table and columns of before: ADD CONSTRAINT, or the table that takes the name of one in a rebuild. */
export function keysMadeAnew(operation: Operation, at: Asks): readonly KeyMadeAnew[] {
  const written = foreignKeysWritten(operation)
  const table = written.length === 0 ? undefined : tableOfBefore(operation, at)
  if (table === undefined) return []
  const before = findTable(at.walk.before, table)
  const isOld = (column: string) => {
    const states = [...(before?.columns.values() ?? [])]
    const state = states.find((one) => at.sameColumn(one.column.name, column))
    if (state) return at.age(state.born) === 'existing'
    return !before?.complete && !isMadeHere(table, column, at)
  }
  return written.flatMap(({ columns, references, span }) => {
    if (columns.length === 0 || !columns.every(isOld)) return []
    const keysOf = (state: Table | undefined) => {
      const alike = ({ constraint: { columns: others, references: other } }: ConstraintState) =>
        other !== undefined &&
        at.sameName(other.table, references.table) &&
        others.length === columns.length &&
        columns.every((column) => others.some((one) => at.sameColumn(one, column)))
      return state?.constraints.filter(alike) ?? []
    }
    // Of two keys the older one acts first: beside one that stays the new one changes nothing. Measured on PostgreSQL 15 and MariaDB 10.11.
    if (keysOf(findTable(at.walk.after, table)).length > 1) return []
    return [{ table, columns, references, was: keysOf(before)[0]?.constraint.references, span }]
  })
}

/** The table of before whose keys the operation makes. */
function tableOfBefore(operation: Operation, at: Asks): Name | undefined {
  if (operation.context?.block === 'catch') return undefined
  if (operation.kind === 'addConstraint') return at.table(operation.table).fresh ? undefined : operation.table
  if (operation.kind !== 'createTable' || operation.temporary) return undefined
  const taken = at.later.find(({ operation: later }) => later.kind === 'renameTable' && at.sameName(later.table, operation.table))
  const name = taken?.operation.kind === 'renameTable' ? taken.operation.to : operation.table
  const before = findTable(at.walk.before, name)
  return before && at.age(before.born) === 'existing' ? name : undefined
}

function isMadeHere(table: Name, column: string, at: Asks): boolean {
  return at.earlier.some(({ operation }) => {
    if (operation.kind === 'addColumn') return at.sameName(operation.table, table) && at.sameColumn(operation.column.name, column)
    if (operation.kind === 'renameColumn') return at.sameName(operation.table, table) && at.sameColumn(operation.to, column)
    return (
      operation.kind === 'modifyColumn' &&
      at.sameName(operation.table, table) &&
      at.sameColumn(operation.to.name, column) &&
      !at.sameColumn(operation.column, column)
    )
  })
}

/** What a key does when its parent is deleted, as the engines do where nothing is written. */
export function deleteAction(key: Reference | undefined): string {
  return key?.onDelete?.toUpperCase() ?? 'NO ACTION'
}

/** What a key does when the value that it points at changes. */
export function updateAction(key: Reference | undefined): string {
  return key?.onUpdate?.toUpperCase() ?? 'NO ACTION'
}

/** Does a key with this action refuse the change of a parent that has children? */
export function refuses(action: string): boolean {
  return action === 'NO ACTION' || action === 'RESTRICT'
}
