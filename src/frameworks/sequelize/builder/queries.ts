import type { Query } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { StringValue, Value } from '../../../javascript/value.ts'
import { joinPieces, type Piece } from '../../../source/traced.ts'
import { answerOf } from '../../rows.ts'
import { draftsOf, withComputedNumbers } from '../../script.ts'
import { isAbsent, isOpen, member, objectOf, shown, stringValue, textOf } from '../../values.ts'
import { type Call, flag, type Methods, type Sent, send } from '../call.ts'
import { sqlSpec } from '../expressions.ts'

/** The text in the first argument: a string, `{ query, values }`, or a literal. */
function textArgument(value: Value | undefined): { readonly sql: StringValue | undefined; readonly values: boolean } {
  if (value?.kind === 'string') return { sql: value, values: false }
  const literal = sqlSpec(value)?.args[0]
  if (literal?.kind === 'string') return { sql: literal, values: false }
  const query = member(value, 'query')
  return { sql: query?.kind === 'string' ? query : undefined, values: !isAbsent(member(value, 'values')) }
}

/** `$name` and, where the engine does not know it, `$1` are turned into placeholders of the same length. */
function withBinds(pieces: readonly Piece[], dialect: string): readonly Piece[] {
  const numbered = dialect !== 'postgres'
  return pieces.map((piece) => {
    if (piece.hole || !piece.text.includes('$')) return piece
    const text = piece.text.replace(/\$(\w+)(?!\w*\$)/g, (whole, name: string) => {
      const isNumber = name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57
      if (isNumber) return numbered ? '?'.padEnd(whole.length, ' ') : whole
      return `:${name}`
    })
    return text === piece.text ? piece : { ...piece, text }
  })
}

/** `$name$` opens a dollar quote; binds are looked for only in a text that has none. */
const dollarQuote = /\$[A-Za-z_]*\$/

function query(call: Call): Sent {
  const options = call.args[1]
  const { sql, values } = textArgument(call.args[0])
  if (sql === undefined) {
    const operation: Operation = {
      kind: 'opaque',
      span: call.span,
      because: 'dynamic-sql',
      detail: `the text of the query is not known: ${shown(call.args[0])}`,
    }
    return {
      drafts: [{ sql: undefined, span: call.span, batch: undefined, operations: [operation] }],
      options,
      result: unknownResult(options),
    }
  }
  const bind = !isAbsent(member(options, 'bind'))
  const plain = joinPieces(withComputedNumbers(sql.pieces))
  const traced = bind && !dollarQuote.test(plain.text) ? joinPieces(withBinds(withComputedNumbers(sql.pieces), call.dialect.name)) : plain
  const placeholders = values || bind || !isAbsent(member(options, 'replacements')) || isOpen(options)
  const parsed = call.dialect.parse(traced, { version: call.options.version, placeholders })
  const drafts = draftsOf(parsed, traced, call.nextBatch())
  return { drafts, options, result: resultOf(options, queriesOf(drafts), traced.text) }
}

function queriesOf(drafts: Sent['drafts']): Query | undefined {
  for (const draft of drafts) for (const operation of draft.operations) if (operation.kind === 'select') return operation.query
  return undefined
}

/** With `type: SELECT` the rows; else a pair of rows and metadata. `plain` gives one row. */
function resultOf(options: Value | undefined, found: Query | undefined, sql?: string): Value {
  const result = answerOf(found, sql)
  const type = textOf(member(options, 'type'))
  if (type === undefined)
    return { kind: 'array', items: [result, { kind: 'unknown', reason: 'call', expression: 'metadata' }], complete: true }
  if (objectOf(options) && member(options, 'plain')?.kind === 'boolean')
    return { ...result, name: result.name === 'rows' ? 'row' : result.name }
  return result
}

function unknownResult(options: Value | undefined): Value {
  return resultOf(options, undefined)
}

/** Methods of the connection that send SQL or compute. Transactions stand in `transactions.ts`. */
export const connectionMethods: Methods = {
  query,
  queryRaw: query,
  escape: (call) => {
    const text = textOf(call.args[0])
    return {
      drafts: [],
      options: undefined,
      result: text === undefined ? escaped(call.args[0]) : stringValue(`'${text.replaceAll("'", "''")}'`),
    }
  },
  authenticate: () => ({ drafts: [], options: undefined }),
  close: () => ({ drafts: [], options: undefined }),
  log: () => ({ drafts: [], options: undefined }),
  validate: () => ({ drafts: [], options: undefined }),
  databaseVersion: () => ({ drafts: [], options: undefined }),
  sync: (call) => modelTables(call, call.args[0], flag(call.args[0], 'force') ? 'drop' : undefined),
  drop: (call) => modelTables(call, call.args[0], 'drop'),
  truncate: (call) => modelTables(call, call.args[0], 'truncate'),
}

/** A call that reaches the tables of all models, which ones only the running program knows: what surely falls is said, the rest is opaque. */
export function modelTables(call: Call, options: Value | undefined, destroys: 'drop' | 'truncate' | undefined): Sent {
  const table: Name = { name: 'every table of a model', dynamic: true }
  const cascade = flag(options, 'cascade')
  const unread: Operation = {
    kind: 'opaque',
    span: call.span,
    because: 'unknown-method',
    detail: `${call.method}() reaches the tables of all models: which these are is not known`,
  }
  const sync: readonly Operation[] = call.method === 'sync' ? [{ kind: 'syncSchema', span: call.span, force: destroys === 'drop' }] : []
  if (destroys === undefined) return send(call, options, [...sync, unread])
  const fall: Operation =
    destroys === 'drop'
      ? { kind: 'dropTable', span: call.span, table, ifExists: true, cascade }
      : { kind: 'truncate', span: call.span, tables: [table], cascade }
  return send(call, options, [...sync, fall, unread])
}

/** A value that was escaped: a hole that cannot change the statement's meaning. */
export function escaped(value: Value | undefined): StringValue {
  const hole = { reason: 'call' as const, expression: shown(value), escaped: true }
  return { kind: 'string', pieces: [{ text: '', span: value?.span, verbatim: false, hole }] }
}
