import type { Guard } from '../ir/context.ts'
import { showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

/**
 * The steps of one script that a question to the catalog keeps from running: a table that is made only where it is not there yet, and is there,
 * and whatever else stands behind the same question. Columns are left alone: a helper that makes the table, which earlier migrations call as
 * well, may name columns by now that it did not when they ran in production.
 */
export class UnreachedSteps {
  readonly #answered = new Set<string>()

  /** The operations that run on this schema. */
  reached(operations: readonly Operation[], before: Schema): readonly Operation[] {
    if (!operations.some((operation) => asksForAbsence(operation).length > 0)) return operations
    return operations.filter((operation) => {
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
