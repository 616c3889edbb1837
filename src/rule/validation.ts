import type { Constraint } from '../ir/column.ts'
import type { OperationOf } from '../ir/operation.ts'
import type { Site } from './site.ts'

/** The constraint of a live table that VALIDATE CONSTRAINT meets in the transaction that added it, where the lock of the ADD is still held. */
export function addedInTransaction(
  at: Pick<Site<OperationOf<'validateConstraint'>>, 'operation' | 'earlier' | 'transaction' | 'table' | 'sameName'>,
): Constraint | undefined {
  const { table, name } = at.operation
  if (at.table(table).fresh) return undefined
  for (const { operation, transaction } of at.earlier) {
    if (operation.kind !== 'addConstraint' || transaction.key !== at.transaction.key) continue
    if (operation.constraint.name === name && at.sameName(operation.table, table)) return operation.constraint
  }
  return undefined
}
