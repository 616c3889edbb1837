import type { HandleValue, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { Recorded, TransactionSpec } from '../transactions.ts'
import { handle, isAbsent, isOpen, member } from '../values.ts'

/** A transaction object as the program holds it. */
export function transactionHandle(spec: TransactionSpec, span?: Span): HandleValue {
  return handle('transaction', spec, span)
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
