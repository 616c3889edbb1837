import type { Cost, Dialect, Version } from '../dialects/dialect.ts'
import type { Framework, LoadOptions } from '../frameworks/framework.ts'
import type { Migration, Script, Statement } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { tableOf } from '../ir/visit.ts'
import type { HeldLock, Moment, SessionState, TableSize, TransactionState, Walk } from '../rule/site.ts'
import { apply } from '../schema/apply.ts'
import { ownerOf } from '../schema/apply-index.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { calledElsewhere, withSource } from './called.ts'
import { inSearchPath, searchPathOf } from './search-path.ts'
import { SessionTracker, waitsBriefly } from './session.ts'
import { TransactionTracker } from './transactions.ts'
import { UnreachedSteps } from './unreached.ts'

/** What a walk needs to know of the history that it belongs to. */
export interface Course {
  readonly dialect: Dialect
  readonly version: Version
  readonly framework: Framework
  readonly load: LoadOptions
  /** The runner or the role bounds how long statements wait (configuration `timeouts`). */
  readonly boundByRunner: boolean
  /** Did migrations of these positions ship together with the one that is judged? */
  readonly sameBatch: (born: Born) => boolean
  /** How large a table is, as far as statistics were taken. */
  readonly sizeOf?: (name: Name) => TableSize | undefined
}

/** The operations of a statement as they run: what depends on the schema is lowered by its framework, names are in the schemas where they are looked for. */
function lowered(statement: Statement, before: Schema, course: Course, session: SessionState): readonly Operation[] {
  const path = session.settings.size === 0 ? undefined : searchPathOf(session.settings, before)
  const operations = resolved(statement, before, course)
  return path === undefined ? operations : operations.map((operation) => inSearchPath(operation, path, before))
}

function resolved(statement: Statement, before: Schema, course: Course): readonly Operation[] {
  if (!statement.operations.some((operation) => operation.kind === 'unresolved'))
    return calledElsewhere(statement, before, course) ?? withSource(statement, course.dialect)
  return statement.operations.flatMap((operation) => {
    if (operation.kind !== 'unresolved') return [operation]
    const operations = course.framework.lower(operation, before, course.load)
    return operation.context === undefined
      ? operations
      : operations.map((part) => (part.context === undefined ? { ...part, context: operation.context! } : part))
  })
}

/** The schema after a script whose steps nobody judges. */
export function advance(script: Script, before: Schema, position: Born, course: Course): Schema {
  const tracker = new TransactionTracker(course.dialect, script, `m${position}:up`)
  const session = sessionOf(script, course)
  const unreached = new UnreachedSteps()
  let schema = before
  script.statements.forEach((statement, index) => {
    const transaction = tracker.stateOf(statement, index)
    for (const operation of unreached.reached(lowered(statement, schema, course, session.stateAt(transaction)), schema)) {
      schema = apply(schema, operation, { born: position, transaction: transaction.key }).schema
      session.apply(operation, transaction)
    }
    tracker.after(statement, transaction, false, [])
  })
  return schema
}

/** Does it run only after something before it failed? */
function isHandler({ context }: Operation): boolean {
  return context?.block === 'catch'
}

function sessionOf(script: Script, course: Course): SessionTracker {
  const { session: set } = script
  const { boundByRunner, dialect } = course
  return new SessionTracker({
    pooled: isPooled(course, script),
    boundByRunner,
    undone: dialect.transactionalSettings,
    ...(set ? { set } : {}),
  })
}

/** Does each statement outside a transaction take any connection of the library's pool? Knex's is one connection on SQLite. */
function isPooled({ framework, dialect }: Course, { ambient }: Script): boolean {
  return framework.name === 'sequelize' || (framework.name === 'knex' && ambient === 'none' && dialect.name !== 'sqlite')
}

/** Walks a script step by step: every operation with its cost, its transaction and the schema before and after it. */
export function walk(migration: Migration, direction: 'up' | 'down', before: Schema, position: Born, course: Course): Walk {
  const script = direction === 'up' ? migration.up : (migration.down ?? migration.up)
  const transactions = new TransactionTracker(course.dialect, script, `m${position}:${direction}`)
  const session = sessionOf(script, course)
  const moments: Moment[] = []
  const unreached = new UnreachedSteps()
  let schema = before
  script.statements.forEach((written, index) => {
    const transaction = transactions.stateOf(written, index)
    const all = unreached.reached(lowered(written, schema, course, session.stateAt(transaction)), schema)
    const operations = all.some(isHandler) ? all.filter((operation) => !isHandler(operation)) : all
    const statement = operations === written.operations ? written : { ...written, operations }
    const start = schema
    const locks: HeldLock[] = []
    let commits = false
    for (const operation of operations) {
      const set = session.stateAt(transaction)
      const state = course.dialect.name === 'mariadb' && waitsBriefly(statement) ? { ...set, waitsBounded: true } : set
      const cost = course.dialect.cost(operation, statement, schema, course.version, state.settings)
      const step = apply(schema, operation, { born: position, transaction: transaction.key })
      moments.push({
        operation,
        statement,
        index,
        before: schema,
        after: step.schema,
        cost,
        transaction: underOwnLocks(operation, locks, transaction),
        session: state,
        conflict: step.conflict,
      })
      session.apply(operation, transaction)
      // BEGIN ends the transaction before it, not the one that it opens.
      commits ||= cost.commits && operation.kind !== 'transaction'
      heldBy(operation, cost, start, (name) => isFresh(start, name, position, course), locks)
      schema = step.schema
    }
    transactions.after(statement, transaction, commits, locks)
  })
  return { direction, script, moments, before, after: schema }
}

/** A block of PL/pgSQL changes rows under the locks that its own steps before have taken, but for those of another branch. */
function underOwnLocks(operation: Operation, locks: readonly HeldLock[], state: TransactionState): TransactionState {
  const { kind, context } = operation
  if (locks.length === 0 || (kind !== 'insert' && kind !== 'update' && kind !== 'delete')) return state
  const isElsewhere = ({ operation: taken }: HeldLock) =>
    taken.context?.branches?.some(({ id, side }) => context?.branches?.some((own) => own.id === id && own.side !== side)) === true
  const { open, by, key, acrossMigrations, assumed } = state
  const count = locks.length
  return {
    open,
    by,
    key,
    acrossMigrations,
    assumed,
    // As in the transaction's own state: no list for each step is kept.
    get held() {
      return [...state.held, ...locks.slice(0, count).filter((lock) => !isElsewhere(lock))]
    },
  }
}

/** Does nobody wait for this table: born in this migration or batch, or temporary? */
function isFresh(schema: Schema, name: Name, position: Born, course: Pick<Course, 'sameBatch'>): boolean {
  const table = findTable(schema, name)
  const born = table?.born ?? schema.views.get(keyOf(schema.naming, name))?.born
  return born !== undefined && (table?.temporary === true || born === position || course.sameBatch(born))
}

function heldBy(operation: Operation, cost: Cost, before: Schema, fresh: (name: Name) => boolean, locks: HeldLock[]): void {
  if (operation.kind === 'createTable' || operation.kind === 'select') {
    for (const other of cost.others) {
      if (stops(other.blocks) && !fresh(other.table)) locks.push({ table: other.table, blocks: other.blocks, lock: other.lock, operation })
    }
    return
  }
  const tables =
    operation.kind === 'lockTable' || operation.kind === 'truncate'
      ? operation.tables
      : [operation.kind === 'dropIndex' ? ownerOf(before, operation.name, operation.table)?.name : tableOf(operation)]
  for (const table of tables) {
    if (table && stops(cost.queues) && !fresh(table)) locks.push({ table, blocks: cost.queues, lock: cost.lock, operation })
  }
  for (const other of cost.others) {
    if (stops(other.blocks) && !fresh(other.table)) locks.push({ table: other.table, blocks: other.blocks, lock: other.lock, operation })
  }
}

function stops(blocks: Cost['blocks']): boolean {
  return blocks === 'writes' || blocks === 'reads-and-writes'
}
