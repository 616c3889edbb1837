import type { Dialect } from '../dialects/dialect.ts'
import type { Script, Statement } from '../ir/migration.ts'
import { runsBeside } from '../rule/beside.ts'
import type { HeldLock, TransactionState } from '../rule/site.ts'

/**
 * Follows one script and says which transaction the engine really holds for each statement. The script claims (segments, batches, the
 * runner's ambient transaction); an implicit commit ends what it claims.
 */
export class TransactionTracker {
  readonly #dialect: Dialect
  readonly #script: Script
  readonly #prefix: string
  readonly #batchSizes = new Map<number, number>()
  readonly #ended = new Set<string>()
  readonly #held = new Map<string, HeldLock[]>()
  #runnerClosed = false

  /** `prefix` keeps the keys of different scripts apart. */
  constructor(dialect: Dialect, script: Script, prefix: string) {
    this.#dialect = dialect
    this.#script = script
    this.#prefix = prefix
    for (const { batch } of script.statements) {
      if (batch !== undefined) this.#batchSizes.set(batch, (this.#batchSizes.get(batch) ?? 0) + 1)
    }
  }

  stateOf(statement: Statement, index: number): TransactionState {
    const { open, by, key, acrossMigrations } = this.#claimed(statement, index)
    const ended = open === 'yes' && this.#ended.has(key)
    const all = open === 'yes' && !ended ? this.#held.get(key) : undefined
    const count = all?.length ?? 0
    return {
      open: ended ? 'no' : open,
      by: ended ? undefined : by,
      key: ended ? `${this.#prefix}:${index}` : key,
      acrossMigrations: !ended && acrossMigrations,
      assumed: this.#script.ambientAssumed,
      // The list grows with the transaction: a copy for each of its statements would fill the memory.
      get held() {
        return all?.slice(0, count) ?? []
      },
    }
  }

  /** Takes note of what the statement did to its transaction. */
  after(statement: Statement, state: TransactionState, commits: boolean, locks: readonly HeldLock[]): void {
    if (state.open === 'yes') {
      if (commits) this.#ended.add(state.key)
      else if (locks.length > 0) {
        const held = this.#held.get(state.key) ?? []
        this.#held.set(state.key, held)
        for (const lock of locks) held.push(lock)
      }
    }
    // A COMMIT in SQL text ends the runner's own transaction; a query runner's commit only releases the savepoint that it nested.
    if (state.by !== 'runner' || statement.sql === undefined) return
    for (const operation of statement.operations) {
      if (operation.kind !== 'transaction') continue
      const { action } = operation
      // Where a transaction cannot hold DDL, a second BEGIN does not nest: it commits the first one.
      if (action === 'commit' || action === 'rollback' || (action === 'begin' && !this.#dialect.transactionalDdl)) this.#runnerClosed = true
    }
  }

  #claimed(statement: Statement, index: number): Pick<TransactionState, 'open' | 'by' | 'key' | 'acrossMigrations'> {
    const { ambient } = this.#script
    const runner = (ambient === 'all-pending' || ambient === 'migration') && !this.#runnerClosed && !runsBeside(statement)
    if (runner) {
      const key = ambient === 'all-pending' && !this.#prefix.endsWith('down') ? 'all-pending' : `${this.#prefix}:runner`
      return { open: 'yes', by: 'runner', key, acrossMigrations: ambient === 'all-pending' }
    }
    if (statement.segment !== undefined)
      return { open: 'yes', by: 'file', key: `${this.#prefix}:s${statement.segment}`, acrossMigrations: false }
    const implicit = this.#dialect.name === 'postgres'
    if (implicit && ambient === 'script' && this.#script.statements.length > 1)
      return { open: 'yes', by: 'batch', key: `${this.#prefix}:script`, acrossMigrations: false }
    if (implicit && statement.batch !== undefined && (this.#batchSizes.get(statement.batch) ?? 0) > 1)
      return { open: 'yes', by: 'batch', key: `${this.#prefix}:b${statement.batch}`, acrossMigrations: false }
    return { open: ambient === 'unknown' ? 'unknown' : 'no', by: undefined, key: `${this.#prefix}:${index}`, acrossMigrations: false }
  }
}
