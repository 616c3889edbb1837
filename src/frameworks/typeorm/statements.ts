import type { Context } from '../../ir/context.ts'
import type { Ambient, Statement } from '../../ir/migration.ts'
import type { Operation, Transaction } from '../../ir/operation.ts'
import type { Blind, Event } from '../../javascript/value.ts'
import type { Throw } from '../../javascript/walk.ts'
import { showHoles } from '../../source/traced.ts'
import { withLoops } from '../loops.ts'
import { type Draft, draftsOf, operationOfBlind, withContext } from '../script.ts'
import type { On, Recorded } from './handles.ts'

/** A step of the walk in the order in which it was met. */
export type Step = { readonly event: Event } | { readonly blind: Blind } | { readonly refuses: Throw }

/**
 * Calls that send their one statement before they let go (run on 0.3.20 and 1.1.1): a builder of schemas and `save` ask the database something first,
 * and send the change when the migration is through.
 */
const atOnce: ReadonlySet<string> = new Set(['query', 'update', 'delete', 'insert', 'execute'])

/** Numbers of segments that no statement has: what the runner's own transaction counts as for calls that run beside it. */
const ambientSegment = 0

/**
 * The statements of a script: each event's SQL or builder operations, with the transaction that it claims. TypeORM's query runner counts
 * nested transactions: a second startTransaction is a savepoint, and so is the first one inside the executor's own transaction
 * (https://github.com/typeorm/typeorm/blob/master/src/driver/postgres/PostgresQueryRunner.ts).
 */
export function statementsOf(steps: readonly Step[], ambient: Ambient): readonly Statement[] {
  const statements: Statement[] = []
  const open = new Map<string, number>()
  const inRunner = ambient === 'all-pending' || ambient === 'migration'
  let depth = inRunner ? 1 : 0
  let nextSegment = ambientSegment + 1
  let nextBatch = 0

  const push = (draft: Draft, on: On) => {
    const own = keyOf(on)
    const segment = open.get(own)
    const enclosing = enclosingOf(open, own, inRunner && depth > 0)
    const operations =
      enclosing === undefined
        ? draft.operations
        : draft.operations.map((operation) => ({ ...operation, context: { ...operation.context, enclosing } }))
    statements.push({ ...draft, segment, operations })
  }

  for (const step of steps) {
    if ('blind' in step) {
      push({ sql: undefined, span: step.blind.span, batch: undefined, operations: [operationOfBlind(step.blind)] }, 'runner')
      continue
    }
    if ('refuses' in step) {
      const { span, message } = step.refuses
      push({ sql: undefined, span, batch: undefined, operations: [{ kind: 'refuse', span, message }] }, 'runner')
      continue
    }
    const { data, span, context: around, awaited, through } = step.event
    const recorded = data as Recorded
    const { on } = recorded
    const inTurn = on === 'runner' && atOnce.has(step.event.name)
    const context: Context = {
      ...around,
      awaited,
      ...(awaited !== 'dropped' ? {} : through ? { droppedCall: through } : inTurn ? { inTurn } : {}),
    }
    // What a catch does happens after a failure: it leaves the transactions of the way without failures alone.
    const failed = around.block === 'catch'
    if (recorded.kind === 'transaction') {
      const key = keyOf(on)
      const level = failed ? (inRunner ? 2 : 1) : key === 'runner' ? depth : open.has(key) ? 1 : 0
      const operation: Transaction = { kind: 'transaction', span, action: actionOf(recorded.action, level), context }
      // Ending the executor's own transaction really sends this; a nested one is a savepoint.
      const sql =
        !failed && key === 'runner' && level === 1 && !open.has(key) && recorded.action !== 'begin'
          ? recorded.action.toUpperCase()
          : undefined
      const draft: Draft = { sql, span, batch: undefined, operations: [operation] }
      if (failed) push(draft, on)
      else if (recorded.action === 'begin') {
        if (level === 0) open.set(key, nextSegment++)
        push(draft, on)
        if (key === 'runner') depth++
      } else {
        push(draft, on)
        if (key === 'runner') depth = Math.max(0, depth - 1)
        if (level <= 1) open.delete(key)
      }
    } else if (recorded.kind === 'sql') {
      const batch = recorded.parsed.length > 1 ? nextBatch++ : undefined
      for (const draft of draftsOf(recorded.parsed, recorded.sql, batch, context)) {
        const action = draft.operations.find((operation): operation is Transaction => operation.kind === 'transaction')?.action
        const key = keyOf(on)
        if (action === 'begin' && !failed && !open.has(key) && (key !== 'runner' || depth === 0)) {
          open.set(key, nextSegment++)
          if (key === 'runner') depth++
        }
        push(draft.sql === undefined ? draft : { ...draft, sql: showHoles(draft.sql, recorded.sql) }, on)
        if (!failed && (action === 'commit' || action === 'rollback')) {
          open.delete(key)
          if (key === 'runner') depth = 0
        }
      }
    } else {
      for (const operations of recorded.statements) {
        const first = operations[0]
        if (first === undefined) continue
        push(
          {
            sql: undefined,
            span: first.span,
            batch: undefined,
            operations: operations.map((operation: Operation) => withContext(operation, context)),
          },
          on,
        )
      }
    }
  }
  return withLoops(statements)
}

function keyOf(on: On): string {
  return typeof on === 'string' ? on : `own-${on.id}`
}

/** The transaction of another connection that is open around a call; a call that has none of its own runs beside it. */
function enclosingOf(open: ReadonlyMap<string, number>, own: string, inRunner: boolean): number | undefined {
  for (const [key, segment] of open) if (key !== own) return segment
  return own === 'pool' && inRunner ? ambientSegment : open.get(own)
}

function actionOf(action: 'begin' | 'commit' | 'rollback', level: number): Transaction['action'] {
  if (action === 'begin') return level === 0 ? 'begin' : 'savepoint'
  if (level <= 1) return action
  return action === 'commit' ? 'release' : 'rollback-to'
}
