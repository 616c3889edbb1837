import type { Guard } from '../ir/context.ts'
import { showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

/**
 * The steps of one script that a question to the catalog keeps from running: a table that is made only where it is not there yet, and is there,
 * and whatever else stands behind the same question. Columns are left alone: a helper that makes the table, which earlier migrations call as
 * well, may name columns by now that it did not when they ran in production. And a constraint whose name its table has, where the error is
 * caught: it is refused before a row is read.
 */
export class UnreachedSteps {
  readonly #answered = new Set<string>()

  /** The operations that run on this schema. */
  reached(operations: readonly Operation[], before: Schema): readonly Operation[] {
    if (!operations.some(({ context }) => context?.guards !== undefined)) return operations
    return operations.filter((operation) => {
      if (isTaken(operation, before)) return false
      // What was begun before the question could be answered is ended.
      if (operation.kind === 'transaction') return true
      const guards = asksForAbsence(operation)
      if (guards.some((guard) => this.#answered.has(keyOfGuard(guard)))) return false
      if (guards.length === 0 || !isThere(operation, before)) return true
      for (const guard of guards) if (guard.table) this.#answered.add(keyOfGuard(guard))
      return false
    })
  }
}

function asksForAbsence({ context }: Operation): readonly Guard[] {
  return context?.guards?.filter(({ by, requires }) => requires === 'absent' && (by === 'describe' || by === 'catalog')) ?? []
}

function keyOfGuard({ by, table, column }: Guard): string {
  return JSON.stringify([by, table && showName(table), column])
}

/** Does it make a table whose making was read before? */
function isThere(operation: Operation, { tables, naming }: Schema): boolean {
  if (operation.kind !== 'createTable') return false
  const table = tables.get(keyOf(naming, operation.table))
  return table?.complete === true && table.born !== -1
}

function isTaken(operation: Operation, { tables, naming }: Schema): boolean {
  if (operation.kind !== 'addConstraint' || !operation.context?.guards?.some(({ by }) => by === 'exception')) return false
  const table = tables.get(keyOf(naming, operation.table))
  const name = operation.constraint.name
  if (name === undefined || !table?.complete) return false
  return table.constraints.some(
    ({ constraint }) => constraint.name !== undefined && naming.fold(constraint.name, 'other') === naming.fold(name, 'other'),
  )
}
