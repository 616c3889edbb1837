import type { Name } from '../ir/names.ts'
import type { Table } from '../schema/table.ts'
import { replacementsOf } from './replacement.ts'
import type { Moment, Site } from './site.ts'

/** Is the column added again later in the script? */
export function isAddedAgain(later: readonly Moment[], table: Name, column: string, at: Pick<Site, 'sameName' | 'sameColumn'>): boolean {
  return later.some(
    ({ operation }) =>
      operation.kind === 'addColumn' && at.sameName(operation.table, table) && at.sameColumn(operation.column.name, column),
  )
}

/** The other column of the table that holds the values while the column is gone; `together`: nobody sees that it is. */
export function putBack(
  table: Name,
  column: string,
  state: Table | undefined,
  at: Site,
): { readonly copy: string; readonly together: boolean } | undefined {
  for (const { operation, transaction } of at.later) {
    if (operation.kind !== 'update' || !at.sameName(operation.table, table)) continue
    const read = operation.set.flatMap((assignment) => (at.sameColumn(assignment.column, column) ? assignment.columns : []))
    const copy = replacementsOf(state, column, at).find((other) => read.some((name) => at.sameColumn(name, other.state.column.name)))
    if (copy) return { copy: copy.state.column.name, together: at.transaction.open === 'yes' && transaction.key === at.transaction.key }
  }
  return undefined
}

/** The later step that gives another column of the table this one's name, with what that column is called until then. */
export function swappedIn(
  later: readonly Moment[],
  table: Name,
  column: string,
  at: Pick<Site, 'sameName' | 'sameColumn'>,
): { readonly moment: Moment; readonly column: string } | undefined {
  for (const moment of later) {
    const { operation } = moment
    if (operation.kind !== 'renameColumn' && operation.kind !== 'modifyColumn') continue
    const to = operation.kind === 'renameColumn' ? operation.to : operation.to.name
    const renames = at.sameColumn(to, column) && !at.sameColumn(operation.column, column)
    if (renames && at.sameName(operation.table, table)) return { moment, column: operation.column }
  }
  return undefined
}
