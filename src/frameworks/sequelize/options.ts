import { argumentsOf, callAround, isPlace, type Place } from '../../javascript/places.ts'
import type { Span } from '../../source/span.ts'
import { textOf, withOption } from '../program-file.ts'
import type { Change, Unwritable, WriterSite } from '../writer.ts'

/** Where each method takes its options. */
const optionsAt: Readonly<Record<string, number>> = {
  createTable: 2,
  dropTable: 1,
  renameTable: 2,
  addColumn: 3,
  removeColumn: 2,
  changeColumn: 3,
  renameColumn: 3,
  addIndex: 2,
  removeIndex: 2,
  addConstraint: 2,
  removeConstraint: 2,
  bulkInsert: 2,
  bulkUpdate: 3,
  bulkDelete: 2,
  query: 1,
}

export function methodOf(call: Place): string | undefined {
  const { callee } = call
  return isPlace(callee) && isPlace(callee.property) && typeof callee.property.name === 'string' ? callee.property.name : undefined
}

/** Where a call takes its options: addIndex(table, options) and addConstraint(table, options) name their columns in the options. */
export function positionOf(call: Place): number | undefined {
  const method = methodOf(call) ?? ''
  if (!Object.hasOwn(optionsAt, method)) return undefined
  const short = (method === 'addIndex' || method === 'addConstraint') && argumentsOf(call)[1]?.type !== 'ArrayExpression'
  return short ? 1 : optionsAt[method]
}

/** The call with one thing more among its options. */
export function saying(at: WriterSite, span: Span, name: string, value: string): Change | Unwritable {
  const text = textOf(at, span.file)
  const call = callAround(text, span)
  const position = call && positionOf(call)
  return position === undefined ? { because: 'the options of the call are not known' } : withOption(text, span, position, name, value)
}
