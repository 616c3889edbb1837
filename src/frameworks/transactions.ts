import type { Transaction } from '../ir/operation.ts'
import type { HandleValue, Machine, Value } from '../javascript/value.ts'
import type { Span } from '../source/span.ts'
import type { Draft } from './script.ts'

/** A transaction object of the script. */
export interface TransactionSpec {
  /** Its number among the script's segments; undefined: a savepoint of the one that the runner opened around the script. */
  readonly segment: number | undefined
  /** Given to the migration by its runner: nobody in the file begins or ends it. */
  readonly given: boolean
}

/** The transaction objects of one script. */
export interface Transactions {
  /** The handle that a runner passes to the migration (`up({ transaction })`). */
  given(): HandleValue
  /** A transaction begins, managed with a callback or not; `outer`: the number of the one that it is a savepoint of, or the runner's own. */
  begin(callback: Value | undefined, outer: number | 'ambient' | undefined, machine: Machine, span: Span): Value
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

/** `handleOf`: what stands for a transaction in the program. */
export function transactions(handleOf: (spec: TransactionSpec, span?: Span) => HandleValue): Transactions {
  let count = 0
  let runner: TransactionSpec | undefined

  function record(
    action: Transaction['action'],
    segment: number | undefined,
    machine: Machine,
    span: Span,
    mark: Pick<Recorded, 'begins' | 'ends'>,
  ) {
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
      return runner?.segment
    },

    given() {
      runner ??= { segment: count++, given: true }
      return handleOf(runner)
    },

    begin(callback, outer, machine, span) {
      const nested = outer !== undefined
      const segment = outer === 'ambient' ? undefined : (outer ?? count++)
      const own = handleOf({ segment, given: nested }, span)
      const begins = nested || segment === undefined ? {} : { begins: { segment, managed: callback !== undefined } }
      const begun = record(nested ? 'savepoint' : 'begin', segment, machine, span, begins)
      if (callback === undefined) return machine.promise(own, begun)
      const ends = nested || segment === undefined ? {} : { ends: segment }
      let inner: Value
      try {
        const result = machine.invoke(callback, [own], span)
        inner = result.kind === 'promise' ? result.value : result
      } catch (unwinding) {
        // The callback surely throws: the library rolls back.
        record(nested ? 'rollback-to' : 'rollback', segment, machine, span, ends)
        throw unwinding
      }
      const ended = record(nested ? 'release' : 'commit', segment, machine, span, ends)
      return machine.promise(inner, begun, ended)
    },

    method(spec, name, machine, span) {
      if (name === 'commit' || name === 'rollback') {
        const action = spec.given ? (name === 'commit' ? 'release' : 'rollback-to') : name
        const ends = spec.given || spec.segment === undefined ? {} : { ends: spec.segment }
        return machine.promise({ kind: 'undefined' }, record(action, spec.segment, machine, span, ends))
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
