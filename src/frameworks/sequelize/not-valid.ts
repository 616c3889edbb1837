import type { Operation } from '../../ir/operation.ts'
import { argumentsOf, around, callAround, isPlace, type Place } from '../../javascript/places.ts'
import { literalOf } from '../module-file.ts'
import { styleOf, textOf } from '../program-file.ts'
import type { Change, Unwritable, WriterSite } from '../writer.ts'
import { constantsOf, isText, isWrittenOut, membersOf } from '../written-out.ts'

const elsewhere: Unwritable = { because: 'the constraint is described elsewhere' }

const member = /^(?:(?:Sequelize|this)\.)?(?:Op|Deferrable)\.\w+$/
const operator = /^(?:Sequelize\.)?Op\.\w+$/

/** What a constraint is described by. */
const described: ReadonlySet<string> = new Set(['fields', 'type', 'name', 'references', 'onDelete', 'onUpdate', 'where', 'deferrable'])
/** What is for the call itself, and is handed on. */
const passedOn: ReadonlySet<string> = new Set(['transaction', 'logging', 'benchmark'])

/** Operators of conditions whose SQL is the same for every value, with NULL and lists told apart. */
const plain: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'like', 'iLike', 'between', 'notBetween'])

/**
 * `addConstraint` as the SQL that it sends, with NOT VALID behind it, for which it has no word: of a foreign key or a CHECK that stands at the call in literals.
 */
export function notValid(at: WriterSite, operation: Operation): Change | Unwritable {
  if (operation.kind !== 'addConstraint') return elsewhere
  const { span, constraint } = operation
  const text = textOf(at, span.file)
  const call = callAround(text, span)
  const callee = call?.callee
  if (!call || !isPlace(callee) || !isPlace(callee.object)) return elsewhere
  const [table, ...given] = argumentsOf(call)
  const listed = given[0]?.type === 'ArrayExpression' ? given.shift() : undefined
  const [options] = given
  const members = options && membersOf(options, /$^/, text)
  if (!table || !members) return elsewhere
  const constants = constantsOf(around(text, span).at(-1))
  const isKnown = (node: Place) =>
    node.type === 'Identifier'
      ? constants.has(String(node.name))
      : node.type === 'MemberExpression' && member.test(text.slice(node.start, node.end))
  const isOut = (node: Place) => isWrittenOut(node, text, isKnown)
  const isDescribed = [...members].every(([name, value]) => {
    if (name === 'where') return constraint.kind !== 'check' || isPlainCondition(value, text, isOut)
    return passedOn.has(name) || (described.has(name) && isOut(value))
  })
  if (!isDescribed || !isOut(table) || (listed && !isOut(listed))) return elsewhere
  if (constraint.kind === 'check' && !members.has('where')) return elsewhere
  const { dialect, version } = at.load
  const [sql] = dialect.write({ ...operation, constraint: { ...constraint, notValid: true } }, { version, bare: () => false }) ?? []
  if (sql === undefined) return elsewhere
  const properties = Array.isArray(options.properties) ? options.properties.filter(isPlace) : []
  const passed = properties
    .filter(({ key }) => isPlace(key) && passedOn.has(String(key.name ?? key.value)))
    .map(({ start, end }) => text.slice(start, end))
  const more = passed.length > 0 ? `, { ${passed.join(', ')} }` : ''
  const object = text.slice(callee.object.start, callee.object.end)
  const sent = `${object}.sequelize.query(${literalOf(sql, styleOf(text))}${more})`
  return { edits: [{ file: span.file, start: call.start, end: call.end, text: sent }], creates: [] }
}

/** A condition whose SQL is certain: columns beside values, lists, or plain operators, joined by AND and OR. */
function isPlainCondition(node: Place, text: string, isOut: (node: Place) => boolean): boolean {
  if (node.type === 'CallExpression') {
    const { callee } = node
    const [first, ...rest] = argumentsOf(node)
    return isPlace(callee) && /\bliteral$/.test(text.slice(callee.start, callee.end)) && isText(first) && rest.length === 0
  }
  const members = membersOf(node, operator, text)
  if (!members || members.size === 0) return false
  return [...members].every(([name, value]) => {
    const symbol = /\bOp\.(\w+)$/.exec(name)?.[1]
    if (symbol === undefined) return /^\w+$/.test(name) && isPlainValue(value, text, isOut)
    if (symbol !== 'and' && symbol !== 'or') return false
    const items = value.type === 'ArrayExpression' && Array.isArray(value.elements) ? value.elements.filter(isPlace) : []
    return items.length > 0 && items.every((item) => isPlainCondition(item, text, isOut))
  })
}

function isPlainValue(value: Place, text: string, isOut: (node: Place) => boolean): boolean {
  if (value.type !== 'ObjectExpression') return isOut(value)
  const members = membersOf(value, operator, text)
  return (
    members !== undefined &&
    members.size > 0 &&
    [...members].every(
      ([name, operand]) => plain.has(/\bOp\.(\w+)$/.exec(name)?.[1] ?? '') && operand.type !== 'ObjectExpression' && isOut(operand),
    )
  )
}
