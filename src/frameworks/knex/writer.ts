import type { Statement } from '../../ir/migration.ts'
import type { Operation } from '../../ir/operation.ts'
import { argumentsOf, around, isPlace, type Place } from '../../javascript/places.ts'
import type { Span } from '../../source/span.ts'
import { literalOf } from '../module-file.ts'
import { awaited, sentBefore, styleOf, textOf, withoutCall } from '../program-file.ts'
import { insertion, newlineOf, nothing } from '../sql-file.ts'
import type { Change, Unwritable, Writer, WriterSite } from '../writer.ts'
import { callbackParts, callOf, chainedBefore, dotBefore, methodOf, objectOf, rawCall, rootOf, schemaOf } from './chains.ts'
import { following, optOut } from './following.ts'
import { mappingOf } from './name-mapping.ts'
import { wayBack } from './way-back.ts'

const apart: Unwritable = { because: 'the statement is not written where it is run' }

function scriptOf({ migration, direction }: WriterSite) {
  return direction === 'down' && migration.down ? migration.down : migration.up
}

/** The statement that an operation is a part of. */
function statementOf(at: WriterSite, operation: Operation): Statement | undefined {
  return scriptOf(at).statements.find(({ operations }) => operations.includes(operation))
}

/** `exports.config = { transaction: false }`, which holds for both directions. */
function outsideTransaction(at: WriterSite): Change | Unwritable {
  const script = scriptOf(at)
  if (script.statements.some(({ segment }) => segment !== undefined)) return { because: 'the migration opens a transaction' }
  if (script.ambient === 'none') return nothing
  const { path } = at.entry
  const text = textOf(at, path)
  if (/\bconfig\b/.test(text)) return { because: 'the migration says something else of its transaction' }
  const style = styleOf(text)
  const newline = newlineOf(text)
  const member = /^module\.exports\s*=\s*\{[ \t]*(\r?\n[ \t]*)/m.exec(text)
  if (member) return insertion(path, member.index + member[0].length, `config: { transaction: false },${member[1]}`)
  const exported = optOut(text, style)
  return exported === undefined
    ? { because: 'the module exports its functions in a way of its own' }
    : insertion(path, text.trimEnd().length, `${newline}${newline}${exported}`)
}

/** SQL before a statement: as a link of the chain that it stands in, else on lines of its own. */
function before(
  at: WriterSite,
  { span, sql: own, segment }: Statement,
  sql: readonly string[],
  session: 'same' | 'any',
): Change | Unwritable {
  const text = textOf(at, span.file)
  const call = callOf(text, span, own !== undefined)
  if (!call) return apart
  const chained = schemaOf(call) && chainedBefore(text, span.file, call, sql)
  if (chained) return chained
  const isHeld = segment !== undefined || scriptOf(at).ambient !== 'none'
  if (session === 'same' && !isHeld) return { because: 'without a transaction each call may use another connection of the pool' }
  const root = rootOf(call)
  if (!root) return apart
  return sentBefore(text, span, sql, () => ({ open: `${text.slice(root.start, root.end)}.raw(`, close: ')' }))
}

/** The part of a table's callback that asks for an operation, alone or among others. */
interface TablePart {
  /** `t.index('a')`, or the last link of `t.string('a').index()`. */
  readonly part: Place
  readonly isLink: boolean
  /** `alterTable(…)`, and what it is chained to. */
  readonly call: Place
  readonly object: Place
  readonly isAlone: boolean
}

function partOf(text: string, statement: Statement, operation: Operation): TablePart | Unwritable {
  const call = callOf(text, statement.span, false)
  const object = call && objectOf(call)
  const part = callOf(text, operation.span, false)
  const parts = call && callbackParts(call)
  if (!call || !object || !schemaOf(call) || !part || part === call || !parts) return apart
  const isLink = objectOf(part)?.type === 'CallExpression'
  const holder = parts.find(({ start, end }) => start <= part.start && part.end <= end)
  const own = holder?.type === 'ExpressionStatement' && isPlace(holder.expression) ? holder.expression : holder
  // Behind it the chain may go on, as that of a foreign key does.
  if (!own || own.end !== part.end || (!isLink && own.start !== part.start)) return { because: 'the call is not written on its own' }
  return { part, isLink, call, object, isAlone: parts.length === 1 && !isLink }
}

/** A statement of a table's callback taken out of it. */
function withoutPart(text: string, file: string, { part, isLink, call, object, isAlone }: TablePart): Change | Unwritable {
  if (isLink) return { edits: [{ file, start: objectOf(part)!.end, end: part.end, text: '' }], creates: [] }
  return isAlone ? withoutLink(text, file, call, object) : withoutCall(text, { file, start: part.start, end: part.end })
}

/** A link taken out of a chain, or the statement that is nothing but this call. */
function withoutLink(text: string, file: string, call: Place, object: Place): Change | Unwritable {
  const isFirst = schemaOf(call)?.end === object.end
  const [above] = around(text, { file, start: call.start, end: call.end }).filter((node) => node.start < call.start || node.end > call.end)
  const isLast = above?.type !== 'MemberExpression'
  if (isFirst && isLast) return withoutCall(text, { file, start: call.start, end: call.end })
  return { edits: [{ file, start: object.end, end: call.end, text: '' }], creates: [] }
}

function without(at: WriterSite, statement: Statement): Change | Unwritable {
  const { span, sql, operations } = statement
  const text = textOf(at, span.file)
  const [operation] = operations
  if (sql === undefined && operation && operations.length === 1 && isInside(operation.span, span)) {
    const part = partOf(text, statement, operation)
    return 'because' in part ? part : withoutPart(text, span.file, part)
  }
  const call = callOf(text, span, sql !== undefined)
  const object = call && schemaOf(call) && objectOf(call)
  return call && object ? withoutLink(text, span.file, call, object) : withoutCall(text, span)
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start > outer.start && inner.end < outer.end
}

/** The builder has no word for CONCURRENTLY: the index is taken out of the table's callback, and SQL is a link behind it or in its place. */
function concurrently(at: WriterSite, operation: Operation): Change | Unwritable {
  const statement = statementOf(at, operation)
  const { dialect, version } = at.load
  const [sql] = dialect.write({ ...operation, concurrently: true } as Operation, { version, bare: () => false }) ?? []
  if (!statement || sql === undefined) return { because: 'the index cannot be written in SQL' }
  const { file } = statement.span
  const text = textOf(at, file)
  const found = partOf(text, statement, operation)
  if ('because' in found) return found
  return linked(text, file, found, sql, found.isAlone ? undefined : withoutPart(text, file, found))
}

/** SQL as a link behind the call that a part is taken out of, `rest`; in place of the call where nothing else is in it. */
function linked(
  text: string,
  file: string,
  { call, object }: Pick<TablePart, 'call' | 'object'>,
  sql: string,
  rest: Change | Unwritable | undefined,
): Change | Unwritable {
  const dot = dotBefore(text, call, object)
  const method = methodOf(call)
  if (dot === undefined || !method) return apart
  const link = rawCall(sql, styleOf(text))
  if (rest === undefined) return { edits: [{ file, start: method.start, end: call.end, text: link }], creates: [] }
  if ('because' in rest) return rest
  return { edits: [...rest.edits, { file, start: call.end, end: call.end, text: `${dot}${link}` }], creates: [] }
}

/** What is chained to a column for the sake of its foreign key. */
const keyLinks: ReadonlySet<string> = new Set(['references', 'on', 'inTable', 'onDelete', 'onUpdate', 'withKeyName', 'deferrable'])

/** The builder has no word for NOT VALID: the foreign key is taken out of the table's callback, or out of its column's chain, and added in SQL. */
function notValid(at: WriterSite, operation: Operation): Change | Unwritable {
  const statement = statementOf(at, operation)
  if (!statement || operation.kind !== 'addConstraint' || operation.constraint.kind !== 'foreignKey') return apart
  const { dialect, version } = at.load
  const added = { ...operation, constraint: { ...operation.constraint, notValid: true } }
  const [sql] = dialect.write(added, { version, bare: () => false }) ?? []
  const { file } = statement.span
  const text = textOf(at, file)
  const call = callOf(text, statement.span, false)
  const object = call && objectOf(call)
  const part = callOf(text, operation.span, false)
  const parts = call && callbackParts(call)
  const holder = part && parts?.find(({ start, end }) => start <= part.start && part.end <= end)
  const chain = holder?.type === 'ExpressionStatement' && isPlace(holder.expression) ? holder.expression : holder
  if (sql === undefined || !object || !schemaOf(call) || part === call || chain?.type !== 'CallExpression') return apart
  const links = linksOf(chain)
  if (links[0] && methodOf(links[0])?.name === 'foreign')
    return linked(
      text,
      file,
      { call, object },
      sql,
      parts?.length === 1 ? undefined : withoutCall(text, { file, start: chain.start, end: chain.end }, 'stay'),
    )
  const edits = links
    .filter((link) => keyLinks.has(String(methodOf(link)?.name)))
    .map((link) => ({ file, start: objectOf(link)!.end, end: link.end, text: '' }))
  return edits.length === 0 ? apart : linked(text, file, { call, object }, sql, { edits, creates: [] })
}

/** The calls of a chain, the first one first. */
function linksOf(chain: Place): readonly Place[] {
  const links: Place[] = []
  for (let call: Place | undefined = chain; call?.type === 'CallExpression'; call = objectOf(call)) links.unshift(call)
  return links
}

const withIfExists: Readonly<Record<string, string>> = {
  dropTable: 'dropTableIfExists',
  dropView: 'dropViewIfExists',
  dropMaterializedView: 'dropMaterializedViewIfExists',
  dropSchema: 'dropSchemaIfExists',
  dropExtension: 'dropExtensionIfExists',
  createSchema: 'createSchemaIfNotExists',
  createExtension: 'createExtensionIfNotExists',
}

/** `dropTable` as `dropTableIfExists` and its like; a question before what the builder has no such word for. */
function guarded(at: WriterSite, operation: Operation): Change | Unwritable {
  const { span } = operation
  const call = callOf(textOf(at, span.file), span, false)
  const method = call && methodOf(call)
  const name = method && String(method.name)
  if (!method || name === undefined || !Object.hasOwn(withIfExists, name)) return asked(at, operation)
  return { edits: [{ file: span.file, start: method.start, end: method.end, text: withIfExists[name]! }], creates: [] }
}

/** `if (!(await knex.schema.hasTable('a')))` before a statement of the program that sends one statement and no more: another could be missing where the first is there. */
function asked(at: WriterSite, operation: Operation): Change | Unwritable {
  const statement = statementOf(at, operation)
  const question = questionOf(operation)
  if (!statement || !question) return { because: 'the builder cannot say it' }
  if (mappingOf(at.load.history)) return { because: 'hasTable asks for a name as it is written' }
  const { span, operations } = statement
  const text = textOf(at, span.file)
  const call = callOf(text, span, false)
  const schema = call && schemaOf(call)
  const [above, outer] = call ? around(text, { ...span, start: call.start, end: call.end }).slice(1) : []
  const isOwn = above?.type === 'AwaitExpression' && outer?.type === 'ExpressionStatement' && schema?.end === objectOf(call!)?.end
  const sent = scriptOf(at).statements.filter((other) => other.span.start === span.start && other.span.file === span.file)
  if (!isOwn || sent.length !== 1 || operations.length !== 1) return { because: 'the call does more than this' }
  const names = question.names.map((name) => literalOf(name, styleOf(text))).join(', ')
  const has = `await ${text.slice(schema!.start, schema!.end)}.${question.method}(${names})`
  return insertion(span.file, outer.start, question.isThere ? `if (${has}) ` : `if (!(${has})) `)
}

interface Question {
  readonly method: 'hasTable' | 'hasColumn'
  readonly names: readonly string[]
  /** The answer with which the step runs. */
  readonly isThere: boolean
}

function questionOf(operation: Operation): Question | undefined {
  if (!('table' in operation) || operation.table?.schema !== undefined || operation.table?.dynamic) return undefined
  switch (operation.kind) {
    case 'createTable':
      return { method: 'hasTable', names: [operation.table.name], isThere: false }
    case 'addColumn':
      return { method: 'hasColumn', names: [operation.table.name, operation.column.name], isThere: false }
    case 'dropColumn':
      return { method: 'hasColumn', names: [operation.table.name, operation.column], isThere: true }
    default:
      return undefined
  }
}

/** The name of the transaction that is open around a place: the parameter of `knex.transaction(async (trx) => …)`. */
function transactionAround(text: string, span: Span): string | undefined {
  for (const node of around(text, span)) {
    if (node.type !== 'CallExpression' || methodOf(node)?.name !== 'transaction') continue
    const callback = argumentsOf(node).find(({ type, start, end }) => /Function/.test(type) && start <= span.start && span.end <= end)
    const [parameter] = callback && Array.isArray(callback.params) ? callback.params : []
    if (isPlace(parameter)) return parameter.type === 'Identifier' ? String(parameter.name) : undefined
  }
  return undefined
}

/** How migrations of Knex are changed. */
export const knexWriter: Writer = {
  outsideTransaction,
  following,
  before,
  without,
  saying(at, operation, wish) {
    if (wish === 'not-valid') return notValid(at, operation)
    return wish === 'concurrently' ? concurrently(at, operation) : guarded(at, operation)
  },
  wayBack,
  awaited: (at, span) => awaited(textOf(at, span.file), span),
  inTransaction(at, operation) {
    const statement = statementOf(at, operation)
    if (!statement) return apart
    const { span, sql } = statement
    const text = textOf(at, span.file)
    const call = callOf(text, span, sql !== undefined)
    const root = call && rootOf(call)
    const name = call && transactionAround(text, { ...span, start: call.start, end: call.end })
    if (!root || name === undefined) return { because: 'the transaction has no name at the call' }
    return { edits: [{ file: span.file, start: root.start, end: root.end, text: name }], creates: [] }
  },
}
