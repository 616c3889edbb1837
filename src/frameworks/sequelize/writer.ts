import { argumentsOf, around, isPlace, type Place, propertyOf } from '../../javascript/places.ts'
import type { Span } from '../../source/span.ts'
import { literalOf } from '../module-file.ts'
import { numberBehind, slug } from '../names-behind.ts'
import { awaited, commented, type Sender, sentBefore, styleOf, textOf, withoutCall } from '../program-file.ts'
import { newlineOf, nothing } from '../sql-file.ts'
import type { Change, Following, Unwritable, Writer, WriterSite } from '../writer.ts'
import { notValid } from './not-valid.ts'
import { methodOf, positionOf, saying } from './options.ts'
import { wayBack } from './way-back.ts'
import { wrapped } from './wrapped.ts'

/** The name of the transaction object that is open around a place. */
function transactionAround(text: string, span: Span): string | undefined {
  for (const node of around(text, span)) {
    if (node.type === 'CallExpression' && methodOf(node) === 'transaction') {
      const callback = argumentsOf(node).find(({ type, start, end }) => /Function/.test(type) && start <= span.start && span.end <= end)
      const [parameter] = callback && Array.isArray(callback.params) ? callback.params : []
      if (isPlace(parameter)) return parameter.type === 'Identifier' ? String(parameter.name) : undefined
    }
    const begun = declared(node, span)
    if (begun !== undefined) return begun
  }
  return undefined
}

/** `const t = await sequelize.transaction()` above a place, in a block around it. */
function declared(block: Place, span: Span): string | undefined {
  const statements = Array.isArray(block.body) ? block.body.filter(isPlace) : []
  for (const { type, declarations, end } of statements) {
    if (type !== 'VariableDeclaration' || end > span.start || !Array.isArray(declarations)) continue
    for (const { id, init } of declarations.filter(isPlace)) {
      const value = isPlace(init) && init.type === 'AwaitExpression' ? init.argument : init
      if (isPlace(value) && value.type === 'CallExpression' && methodOf(value) === 'transaction' && isPlace(id) && id.type === 'Identifier')
        return String(id.name)
    }
  }
  return undefined
}

/** How SQL is sent on the connection of a call: with its transaction. Without one, every call may take another connection of the pool. */
function senderLike(text: string, call: Place, session: 'same' | 'any'): Sender | Unwritable {
  const position = positionOf(call)
  const options = position === undefined ? undefined : argumentsOf(call)[position]
  const passed = options && propertyOf(options, 'transaction')
  if (!passed && session === 'same') return { because: 'without a transaction each call may use another connection of the pool' }
  const { callee } = call
  const object = isPlace(callee) && isPlace(callee.object) ? text.slice(callee.object.start, callee.object.end) : ''
  const sends = methodOf(call) === 'query' ? `${object}.query(` : `${object}.sequelize.query(`
  return { open: sends, close: passed && session === 'same' ? `, { ${text.slice(passed.start, passed.end)} })` : ')' }
}

/** How migrations of Sequelize are changed. */
export const sequelizeWriter: Writer = {
  outsideTransaction: ({ migration, direction }) => {
    const script = direction === 'down' && migration.down ? migration.down : migration.up
    const isNone = script.ambient === 'none' && script.statements.every(({ segment }) => segment === undefined)
    return isNone ? nothing : { because: 'the migration opens a transaction' }
  },
  following,
  before(at, { span }, sql, session) {
    const text = textOf(at, span.file)
    return sentBefore(text, span, sql, (call) => senderLike(text, call, session))
  },
  wayBack,
  without: (at, { span }) => withoutCall(textOf(at, span.file), span),
  saying(at, operation, wish) {
    const { kind, span } = operation
    if (wish === 'not-valid') return notValid(at, operation)
    if (wish === 'concurrently' && (kind === 'createIndex' || kind === 'dropIndex')) return saying(at, span, 'concurrently', 'true')
    return { because: 'queryInterface cannot say it' }
  },
  wrapped,
  awaited: (at, span) => awaited(textOf(at, span.file), span),
  inTransaction(at, { span }) {
    const name = transactionAround(textOf(at, span.file), span)
    return name === undefined ? { because: 'the transaction has no name at the call' } : saying(at, span, 'transaction', name)
  },
}

/** A file like the migration's own, with a later time in its name. */
function following({ entry, project, load }: WriterSite, { name, up, down, comments }: Following): Change | Unwritable {
  const read = project.read(entry.path)
  const text = 'text' in read ? read.text : ''
  const match = /^(.*\/)?(\d+)([-_.])[^/]*?((?:\.d)?\.[cm]?[jt]s)$/.exec(entry.path)
  const exported = /^(?:module\.exports\s*=|export\s+default)\s*(?=\{)/m.exec(text)
  if (!match || !exported) return { because: 'Surefoot writes new Sequelize migrations only as an object that the module exports' }
  const [, folder = '', number, separator, extension] = match as unknown as [string, string | undefined, string, string, string]
  const taken = new Set(load.history.entries.flatMap(({ path }) => /(?:^|\/)(\d+)[^/]*$/.exec(path)?.[1] ?? []))
  const style = styleOf(text)
  const { unit: step } = style
  const typed = /\btsx?$|ts$/.test(extension) ? ': QueryInterface' : ''
  const imports = typed === '' ? [] : (/^import[^\n]*['"]sequelize['"];?$/m.exec(text)?.slice(0, 1) ?? [])
  const send = (one: string) => `${step}${step}await queryInterface.sequelize.query(${literalOf(one, style)})${style.semicolon}`
  const method = (called: 'up' | 'down', sql: readonly string[]) => [
    `${step}async ${called}(queryInterface${imports[0]?.includes('QueryInterface') ? typed : typed && ': any'}) {`,
    ...commented(sql.map(send), comments?.[called], step + step),
    `${step}},`,
  ]
  const lines = [
    ...imports,
    ...(/^['"]use strict['"]/.test(text) ? [`'use strict'${style.semicolon}`, ''] : imports.length > 0 ? [''] : []),
    `${exported[0].trimEnd()} {`,
    ...method('up', up),
    '',
    ...method('down', down),
    `}${style.semicolon}`,
    '',
  ]
  const path = `${folder}${numberBehind(number, taken)}${separator}${slug(name, separator === '_' ? '_' : '-')}${extension}`
  return { edits: [], creates: [{ path, text: lines.join(newlineOf(text)) }] }
}
