import type { Operation } from '../../ir/operation.ts'
import { referrersOf } from '../../schema/references.ts'
import { keyOf, type Schema } from '../../schema/schema.ts'

/**
 * The operations with tables that are dropped one after the other in an order in which no foreign key points at the next of them. The reverse
 * of the order in which they were made is one, unless foreign keys were written before what they point at (SQLite, FOREIGN_KEY_CHECKS = 0).
 */
export function childrenFirst(operations: readonly Operation[], schema: Schema): readonly Operation[] {
  const ordered: Operation[] = []
  let run: Operation[] = []
  for (const operation of operations) {
    if (operation.kind === 'dropTable') run.push(operation)
    else {
      ordered.push(...sorted(run, schema), operation)
      run = []
    }
  }
  return [...ordered, ...sorted(run, schema)]
}

function sorted(run: readonly Operation[], schema: Schema): readonly Operation[] {
  const left = [...run]
  const done: Operation[] = []
  while (left.length > 0) {
    const names = new Set(
      left.flatMap((operation) => ('table' in operation && operation.table ? [keyOf(schema.naming, operation.table)] : [])),
    )
    const free = left.findIndex((operation) => !isNeeded(operation, names, schema))
    // A ring of foreign keys has no beginning.
    done.push(...left.splice(Math.max(free, 0), 1))
  }
  return done
}

/** Does a foreign key of another one of these tables point at the one that is dropped? */
function isNeeded(operation: Operation, names: ReadonlySet<string>, schema: Schema): boolean {
  if (operation.kind !== 'dropTable') return false
  const own = keyOf(schema.naming, operation.table)
  return referrersOf(schema, operation.table).some(
    ({ name }) => keyOf(schema.naming, name) !== own && names.has(keyOf(schema.naming, name)),
  )
}
