import type { Loop } from '../ir/context.ts'
import type { Predicate } from '../ir/data.ts'
import type { Statement } from '../ir/migration.ts'
import type { Operation } from '../ir/operation.ts'

/** What the statements in a loop say about it. */
interface Turn {
  /** A transaction ends in it. */
  commits: boolean
  /** A statement of it reads or writes a bounded part. */
  bounded: boolean
}

/**
 * The statements of a script with what is only known of their loops when all of them are seen: whether each turn ends in a commit of its
 * own (one that stands in the loop; a transaction that was opened before it lasts through all turns), and whether a batch is bounded.
 */
export function withLoops(statements: readonly Statement[]): readonly Statement[] {
  const turns = turnsOf(statements)
  if (turns.size === 0) return statements
  return statements.map((statement) => {
    if (!statement.operations.some(({ context }) => context?.loops)) return statement
    return { ...statement, operations: statement.operations.map((operation) => withTurns(operation, statement.segment, turns)) }
  })
}

function turnsOf(statements: readonly Statement[]): ReadonlyMap<number, Turn> {
  const turns = new Map<number, Turn>()
  for (const { operations } of statements) {
    for (const operation of operations) {
      const { context } = operation
      for (const { id } of context?.loops ?? []) {
        const turn = turns.get(id) ?? { commits: false, bounded: false }
        turns.set(id, turn)
        // What a catch does happens after a failure.
        if (operation.kind === 'transaction' && operation.action === 'commit' && context?.block !== 'catch') turn.commits = true
        if (isBounded(operation)) turn.bounded = true
      }
    }
  }
  return turns
}

function withTurns(operation: Operation, segment: number | undefined, turns: ReadonlyMap<number, Turn>): Operation {
  const { context } = operation
  if (!context?.loops) return operation
  const loops = context.loops.map((loop): Loop => {
    const turn = turns.get(loop.id)
    if (!turn) return loop
    const commits = loop.commits !== 'unknown' ? loop.commits : turn.commits ? true : segment === undefined ? 'unknown' : false
    return { ...loop, commits, bounded: loop.bounded || (loop.over === 'batches' && turn.bounded) }
  })
  return { ...operation, context: { ...context, loops } }
}

function isBounded(operation: Operation): boolean {
  switch (operation.kind) {
    case 'select':
      return operation.query.limited || endsAtBoth(operation.query.where)
    case 'update':
    case 'delete':
      return operation.limited || endsAtBoth(operation.where)
    default:
      return false
  }
}

/** A range that is closed on both sides, or the rows that a limited query picked. */
function endsAtBoth(where: Predicate | undefined): boolean {
  const terms = where?.terms ?? []
  if (terms.some(({ operator, operand }) => operator === 'between' || operand === 'limited-subquery')) return true
  return terms.some(
    ({ column, operator }) =>
      column !== undefined &&
      operator.startsWith('>') &&
      terms.some((other) => other.column === column && other.operator.startsWith('<') && other.operator !== '<>'),
  )
}
