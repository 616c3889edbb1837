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

/**
 * Does a loop of the program put rows into the table again that were read from it before it was dropped? `together`: nobody sees that it was gone.
 * undefined: it does not.
 */
export function refilledByProgram(
  table: Name,
  at: Pick<Site, 'earlier' | 'later' | 'sameName' | 'transaction'>,
): { readonly together: boolean } | undefined {
  const isIts = (name: Name) => at.sameName(name, table)
  if (!at.earlier.some(({ operation }) => operation.kind === 'select' && operation.query.tables.some(isIts))) return undefined
  const back = at.later.find(
    ({ operation }) =>
      operation.kind === 'insert' &&
      isIts(operation.table) &&
      operation.context?.loops?.some(({ over, tables }) => over === 'rows' && (tables === undefined || tables.some(isIts))),
  )
  return back && { together: at.transaction.open === 'yes' && back.transaction.key === at.transaction.key }
}

/** Was the table partitioned, and its partitions, where its rows are, taken out of it before? */
export function isHollow(name: Name, at: Pick<Site, 'before' | 'earlier' | 'sameName'>): boolean {
  const isPart = (parent: Name | undefined) => parent !== undefined && at.sameName(parent, name)
  const detached = at.earlier.some(({ operation }) => operation.kind === 'detachPartition' && isPart(operation.table))
  return detached && ![...at.before.tables.values()].some(({ partitionOf }) => isPart(partitionOf))
}
