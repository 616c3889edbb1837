import type { Operation } from '../../ir/operation.ts'
import { argumentsOf, around, callAround, isPlace, type Place } from '../../javascript/places.ts'
import type { TextEdit } from '../../source/text-edit.ts'
import { literalOf } from '../module-file.ts'
import { styleOf, textOf } from '../program-file.ts'
import type { Change, Unwritable, WriterSite } from '../writer.ts'
import { constantsOf, isWrittenOut } from '../written-out.ts'

const elsewhere: Unwritable = { because: 'the constraint is described elsewhere' }

/** `createForeignKey` or `createCheckConstraint` as the SQL that it sends, with NOT VALID behind it, where all stands at the call in literals. */
export function notValid(at: WriterSite, operation: Operation): Change | Unwritable {
  if (operation.kind !== 'addConstraint') return elsewhere
  const { span, constraint } = operation
  const text = textOf(at, span.file)
  const call = callAround(text, span)
  const callee = call?.callee
  if (!call || call.start !== span.start || !isPlace(callee) || !isPlace(callee.object)) return elsewhere
  const constants = constantsOf(around(text, span).at(-1))
  const isKnown = (node: Place) => node.type === 'Identifier' && constants.has(String(node.name))
  if (!argumentsOf(call).every((value) => isWrittenOut(value, text, isKnown))) return elsewhere
  const { dialect, version } = at.load
  const [sql] = dialect.write({ ...operation, constraint: { ...constraint, notValid: true } }, { version, bare: () => false }) ?? []
  if (sql === undefined) return elsewhere
  const sent = `${text.slice(callee.object.start, callee.object.end)}.query(${literalOf(sql, styleOf(text), '`')})`
  const edits = [{ file: span.file, start: call.start, end: call.end, text: sent }, ...withoutImport(text, span.file, call)]
  return { edits, creates: [] }
}

/** The class that the call alone had made is imported no more: compilers may refuse imports that nothing uses. */
function withoutImport(text: string, file: string, call: Place): readonly TextEdit[] {
  const made = argumentsOf(call).find(({ type }) => type === 'NewExpression')?.callee
  if (!isPlace(made) || made.type !== 'Identifier') return []
  const name = String(made.name)
  const rest = text.slice(0, call.start) + text.slice(call.end)
  if (rest.match(new RegExp(`\\b${name}\\b`, 'g'))?.length !== 1) return []
  const specifier = new RegExp(`^import\\b[^'";]*?(,\\s*${name}\\b|\\b${name}\\b\\s*,[ \\t]*)`, 'm').exec(text)
  const found = specifier?.[1]
  if (!specifier || found === undefined) return []
  const start = specifier.index + specifier[0].length - found.length
  return [{ file, start, end: start + found.length, text: '' }]
}
