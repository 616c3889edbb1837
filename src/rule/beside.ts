import type { Statement } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import { ownerOf } from '../schema/apply-index.ts'
import type { Moment, ScriptSite, Walk } from './site.ts'
import { tablesOf } from './steps.ts'

/** Asked of a statement once for each of its operations. */
const beside = new WeakMap<Statement, boolean>()

/** Does the statement run on another connection than the transaction that is open around it? */
export function runsBeside(statement: Statement): boolean {
  if (statement.segment !== undefined) return false
  let found = beside.get(statement)
  if (found === undefined) {
    found = statement.operations.some(({ context }) => context?.enclosing !== undefined)
    beside.set(statement, found)
  }
  return found
}

/** Is it one that a transaction refuses, or, SQLite's PRAGMA foreign_keys, passes over? */
export function isOutsideTransactions({ cost, operation }: Pick<Moment, 'cost' | 'operation'>): boolean {
  return !cost.inTransaction || (operation.kind === 'setVariable' && operation.name === 'pragma foreign_keys')
}

/** Does the runner refuse the script, because only some of its statements can run in a transaction? */
export function isRefusedAsMixed({ script, moments }: Pick<Walk, 'script' | 'moments'>): boolean {
  if (!script.refusesMixed) return false
  return moments.some(isOutsideTransactions) && !moments.every(isOutsideTransactions)
}

/** A concurrent build or drop that waits for the transaction around it, as that one waits for the call. */
export interface SelfWait {
  /** In SQL's words. */
  readonly statement: string
  readonly table: Name
  /** Where that transaction first used the table. */
  readonly used: Moment
}

/**
 * Does this moment wait for the very transaction that is open around it? `moments` are those of its script. PostgreSQL lets a build wait for
 * whoever wrote to its table or altered it, a drop, a rebuild and a detach also for those who read it (measured on 15).
 */
export function waitsForItself(moment: Moment, moments: readonly Moment[], at: Pick<ScriptSite, 'sameName'>): SelfWait | undefined {
  if (!runsBeside(moment.statement)) return undefined
  const built = concurrentWork(moment)
  if (!built) return undefined
  const { enclosing } = moment.operation.context ?? {}
  const used = moments.find(
    ({ index, statement, operation }) =>
      index < moment.index &&
      // What has no segment runs in the runner's own transaction, unless it runs beside it too.
      (statement.segment === undefined ? !runsBeside(statement) && isRunners(enclosing, moments) : statement.segment === enclosing) &&
      (operation.kind === 'select' ? (built.readers ? operation.query.tables : []) : tablesOf(operation)).some((name) =>
        at.sameName(name, built.table),
      ),
  )
  return used && { statement: built.statement, table: built.table, used }
}

/** Is the transaction around the call the runner's own, which is no statement's segment? */
function isRunners(enclosing: number | undefined, moments: readonly Moment[]): boolean {
  return moments.every(({ statement }) => statement.segment !== enclosing)
}

function concurrentWork({
  operation,
  before,
}: Moment): { readonly statement: string; readonly table: Name; readonly readers: boolean } | undefined {
  switch (operation.kind) {
    case 'createIndex':
      return operation.concurrently ? { statement: 'CREATE INDEX CONCURRENTLY', table: operation.table, readers: false } : undefined
    case 'dropIndex':
    case 'reindex': {
      if (!operation.concurrently || !operation.name) return undefined
      const ofTable = operation.kind === 'reindex' && operation.target === 'table'
      const table = ofTable ? operation.name : ownerOf(before, operation.name, undefined)?.name
      const statement = operation.kind === 'reindex' ? 'REINDEX CONCURRENTLY' : 'DROP INDEX CONCURRENTLY'
      return table && { statement, table, readers: true }
    }
    case 'detachPartition':
      return operation.concurrently ? { statement: 'DETACH PARTITION CONCURRENTLY', table: operation.table, readers: true } : undefined
    default:
      return undefined
  }
}
