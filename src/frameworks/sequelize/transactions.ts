import type { Transaction } from '../../ir/operation.ts'
import type { HandleValue, Machine, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { Draft } from '../script.ts'
import { handle, isAbsent, isOpen, member } from './values.ts'

/** A transaction object of the script. */
export interface TransactionSpec {
  /** Its number among the script's segments. */
  readonly segment: number
  /** Given to the migration by its runner: nobody in the file begins or ends it. */
  readonly given: boolean
}

/** The transaction objects of one script. */
export interface Transactions {
  /** The handle that a runner passes to the migration (`up({ transaction })`). */
  given(): HandleValue
  /** `sequelize.transaction(…)`, managed with a callback or not. */
  begin(args: readonly Value[], machine: Machine, span: Span): Value
  /** `t.commit()`, `t.rollback()` and the other methods of a transaction; undefined: there is no such method. */
  method(spec: TransactionSpec, name: string, machine: Machine, span: Span): Value | undefined
  /** How many numbers are taken. */
  readonly count: number
  /** The number of the runner's transaction, when the migration asked for it. */
  readonly fromRunner: number | undefined
}

/** What an event carries. */
export interface Recorded {
  readonly drafts: readonly Draft[]
  /** The transaction that the call was given. */
  readonly passed: number | undefined
  /** The options could not be read as far as this: a transaction may be among them. */
  readonly unclear: boolean
  /** A transaction that begins or ends here. */
  readonly begins?: { readonly segment: number; readonly managed: boolean }
  readonly ends?: number
}

export function transactionSpec(value: Value | undefined): TransactionSpec | undefined {
  return value?.kind === 'handle' && value.name === 'transaction' ? (value.data as TransactionSpec) : undefined
}

/** The transaction that the options of a call name, and whether they could be read that far. */
export function passedIn(options: Value | undefined): Pick<Recorded, 'passed' | 'unclear'> {
  const written = member(options, 'transaction', 'transacting')
  const own = transactionSpec(written)
  if (own) return { passed: own.segment, unclear: false }
  return { passed: undefined, unclear: isOpen(options) || (!isAbsent(written) && written?.kind === 'unknown') }
}

export function transactions(): Transactions {
  let count = 0
  let runner: HandleValue | undefined

  function record(action: Transaction['action'], segment: number, machine: Machine, span: Span, mark: Pick<Recorded, 'begins' | 'ends'>) {
    const operation: Transaction = { kind: 'transaction', span, action }
    const drafts: Draft[] = [{ sql: undefined, span, segment, batch: undefined, operations: [operation] }]
    const recorded: Recorded = { drafts, passed: segment, unclear: false, ...mark }
    return machine.record('transaction', recorded, span)
  }

  return {
    get count() {
      return count
    },
    get fromRunner() {
      return transactionSpec(runner)?.segment
    },

    given() {
      runner ??= handle('transaction', { segment: count++, given: true } satisfies TransactionSpec)
      return runner
    },

    begin(args, machine, span) {
      const callback = args.find((argument) => argument.kind === 'function')
      const outer = passedIn(args.find((argument) => argument.kind === 'object')).passed
      const nested = outer !== undefined
      const segment = outer ?? count++
      const own = handle('transaction', { segment, given: nested } satisfies TransactionSpec, span)
      const begins = nested ? {} : { begins: { segment, managed: callback !== undefined } }
      const begun = record(nested ? 'savepoint' : 'begin', segment, machine, span, begins)
      if (callback === undefined) return machine.promise(own, begun)
      const ends = nested ? {} : { ends: segment }
      let inner: Value
      try {
        const result = machine.invoke(callback, [own], span)
        inner = result.kind === 'promise' ? result.value : result
      } catch (unwinding) {
        // The callback surely throws: Sequelize rolls back.
        record(nested ? 'rollback-to' : 'rollback', segment, machine, span, ends)
        throw unwinding
      }
      const ended = record(nested ? 'release' : 'commit', segment, machine, span, ends)
      return machine.promise(inner, begun, ended)
    },

    method(spec, name, machine, span) {
      if (name === 'commit' || name === 'rollback') {
        const action = spec.given ? (name === 'commit' ? 'release' : 'rollback-to') : name
        return machine.promise({ kind: 'undefined' }, record(action, spec.segment, machine, span, spec.given ? {} : { ends: spec.segment }))
      }
      return name === 'afterCommit' ? { kind: 'undefined' } : undefined
    },
  }
}

/** Where each of the events of a script runs: the segment that it claims, and the transaction that is open around it. */
export interface Place {
  readonly segment: number | undefined
  readonly enclosing: number | undefined
}

/**
 * Follows the transactions of a script from event to event. `cls`: continuation-local storage hands the innermost managed transaction to
 * every call. A rollback in a `catch` belongs to the way that failed: on the other way the transaction stays open.
 */
export function places(
  events: readonly { readonly recorded: Recorded; readonly inCatch: boolean }[],
  state: Transactions,
  cls: boolean,
): readonly Place[] {
  const open: { readonly segment: number; readonly managed: boolean }[] = []
  if (state.fromRunner !== undefined) open.push({ segment: state.fromRunner, managed: true })
  return events.map(({ recorded, inCatch }) => {
    if (recorded.begins) open.push(recorded.begins)
    const innermost = open.at(-1)
    const enclosing = innermost?.segment
    if (recorded.ends !== undefined && !inCatch) {
      const at = open.findLastIndex((one) => one.segment === recorded.ends)
      if (at >= 0) open.splice(at, 1)
    }
    if (recorded.passed !== undefined) return { segment: recorded.passed, enclosing }
    // Where the options cannot be read the call is taken to be given the transaction: saying otherwise would be a guess.
    const taken = innermost !== undefined && (recorded.unclear || (cls && innermost.managed))
    return { segment: taken ? innermost.segment : undefined, enclosing }
  })
}
