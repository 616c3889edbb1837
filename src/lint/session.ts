import type { Statement } from '../ir/migration.ts'
import type { Operation, Transaction } from '../ir/operation.ts'
import { durationOf } from '../rule/duration.ts'
import type { SessionState, TransactionState } from '../rule/site.ts'

/** How long a statement timeout may be and still count as a bound on waiting, in ms. */
const longestBound = 60_000

/** Follows SET and RESET through a script. */
export class SessionTracker {
  /** What is set for the connection. */
  #session: Map<string, string>
  /** The state outside of transactions that set something; undefined: not asked since something was set. */
  #rest: SessionState | undefined
  /** What each transaction sets for itself alone, over the connection's settings; undefined: taken back there. */
  readonly #local = new Map<string, Map<string, string | undefined>>()
  /** What each transaction found in force when it first set something: its rollback brings that back. */
  readonly #found = new Map<string, ReadonlyMap<string, string>>()
  /** What was in force at the savepoints of each transaction, the last one last: a rollback to one brings that back. */
  readonly #savepoints = new Map<string, readonly Savepoint[]>()
  readonly #undone: boolean
  /** Calls outside a transaction may each run on another connection of a pool, so that a SET there binds nothing. */
  readonly #pooled: boolean
  readonly #boundByRunner: boolean

  /** `undone`: a rollback takes back what was set. `set`: what the library sets on each connection that it opens. */
  constructor(options: {
    readonly pooled: boolean
    readonly boundByRunner: boolean
    readonly undone: boolean
    readonly set?: Readonly<Record<string, string>>
  }) {
    this.#undone = options.undone
    this.#session = new Map(Object.entries(options.set ?? {}))
    this.#pooled = options.pooled
    this.#boundByRunner = options.boundByRunner
  }

  stateAt(transaction: TransactionState): SessionState {
    const local = this.#local.get(transaction.key)
    if (!local) {
      this.#rest ??= this.#stateOf(new Map(this.#session))
      return this.#rest
    }
    const settings = new Map(this.#session)
    for (const [name, value] of local) {
      if (value === undefined) settings.delete(name)
      else settings.set(name, value)
    }
    return this.#stateOf(settings)
  }

  #stateOf(settings: ReadonlyMap<string, string>): SessionState {
    return { waitsBounded: this.#boundByRunner || isBounded(settings), settings }
  }

  apply(operation: Operation, transaction: TransactionState): void {
    const { key } = transaction
    if (operation.kind === 'transaction') {
      if (this.#undone) this.#follow(operation, key)
      return
    }
    const set = settingOf(operation)
    if (!set || set.scope === 'global') return
    this.#rest = undefined
    // A DO block is one statement in one transaction, whoever opened it.
    const inside = transaction.open === 'yes' || operation.context?.block === 'do'
    const confined = set.scope === 'local' || this.#pooled
    if (confined && !inside) return
    if (inside && !this.#found.has(key)) this.#found.set(key, new Map(this.#session))
    const local = this.#local.get(key) ?? new Map<string, string | undefined>()
    const names = set.name === 'all' && set.value === undefined ? [...this.#session.keys(), ...local.keys()] : [set.name]
    for (const name of names) {
      if (confined) local.set(name, set.value)
      else {
        local.delete(name)
        if (set.value === undefined) this.#session.delete(name)
        else this.#session.set(name, set.value)
      }
    }
    if (local.size > 0) this.#local.set(key, local)
  }

  /** What a transaction's end, or a savepoint of it, does to what was set in it. */
  #follow({ action, savepoint: name }: Transaction, key: string): void {
    const savepoints = this.#savepoints.get(key) ?? []
    const at = savepoints.findLastIndex((one) => one.name === name)
    switch (action) {
      case 'rollback': {
        this.#rest = undefined
        const found = this.#found.get(key)
        if (found) this.#session = new Map(found)
        this.#local.delete(key)
        return
      }
      case 'savepoint': {
        const local = this.#local.get(key)
        this.#savepoints.set(key, [...savepoints, { name, session: new Map(this.#session), local: local && new Map(local) }])
        return
      }
      case 'release':
        if (at >= 0) this.#savepoints.set(key, savepoints.slice(0, at))
        return
      case 'rollback-to': {
        const found = savepoints[at]
        if (!found) return
        this.#rest = undefined
        this.#session = new Map(found.session)
        if (found.local) this.#local.set(key, new Map(found.local))
        else this.#local.delete(key)
        this.#savepoints.set(key, savepoints.slice(0, at + 1))
      }
    }
  }
}

interface Savepoint {
  readonly name: string | undefined
  readonly session: ReadonlyMap<string, string>
  readonly local: ReadonlyMap<string, string | undefined> | undefined
}

/** A bound on waiting of this many seconds or more is none: MySQL's own default is a year, MariaDB's a day. */
const aDay = 86_400

/** Each engine has names of its own: PostgreSQL counts milliseconds, MySQL and MariaDB seconds. `innodb_lock_wait_timeout` bounds row locks alone. */
function isBounded(settings: ReadonlyMap<string, string>): boolean {
  const wait = Number(settings.get('lock_wait_timeout') ?? Number.NaN)
  if (wait >= 0 && wait < aDay) return true
  const whole = Number(settings.get('max_statement_time') ?? Number.NaN)
  if (whole > 0 && whole * 1000 <= longestBound) return true
  const lock = durationOf(settings.get('lock_timeout') ?? '')
  if (lock !== undefined && lock > 0) return true
  const statement = durationOf(settings.get('statement_timeout') ?? '')
  return statement !== undefined && statement > 0 && statement <= longestBound
}

/** MariaDB: does the statement itself say how long it waits (`WAIT 5`, `NOWAIT`)? */
export function waitsBriefly({ sql }: Statement): boolean {
  return sql !== undefined && /^\s*(?:ALTER|CREATE|DROP|OPTIMIZE|RENAME|TRUNCATE)\b[^'"`]{0,200}\b(?:NOWAIT|WAIT\s+\d)/i.test(sql)
}

/** What an operation sets: SET, SET LOCAL, USE, or `SELECT set_config('name', 'value', …)`. */
function settingOf(
  operation: Operation,
): { readonly name: string; readonly value: string | undefined; readonly scope: 'session' | 'local' | 'global' } | undefined {
  if (operation.kind === 'setVariable') return operation
  if (operation.kind === 'otherStatement' && operation.command === 'USE')
    return { name: 'use', value: operation.name?.name, scope: 'session' }
  if (operation.kind !== 'select' || !operation.query.functions.includes('set_config')) return undefined
  const [name, value] = operation.query.literals
  return name === undefined ? undefined : { name: name.toLowerCase(), value, scope: 'session' }
}

/** Does the operation bound how long statements wait for locks? */
export function setsTimeout(operation: Operation): boolean {
  const set = settingOf(operation)
  return set?.value !== undefined && isBounded(new Map([[set.name, set.value]]))
}
