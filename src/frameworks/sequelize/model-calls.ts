import type { Predicate } from '../../ir/data.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Value } from '../../javascript/value.ts'
import { row, rows } from '../rows.ts'
import { isAbsent, member, stringValue } from '../values.ts'
import { assignments, deleteOf, insertOf, queryOf, selected } from './builder/rows.ts'
import { type Call, flag, type Method, opaque, type Sent, send } from './call.ts'
import { predicate } from './conditions.ts'
import { type ModelSpec, modelHandle } from './model-names.ts'

type ModelMethod = (call: Call, table: Name, spec: ModelSpec) => ReturnType<Method>

const find: ModelMethod = (call, table) => selected(call, queryOf(call, table, call.args[0]), call.args[0])

const findOne: ModelMethod = (call, table) => {
  const query = queryOf(call, table, call.args[0], true)
  return selected(call, query, call.args[0], row({ query }))
}

const aggregate: ModelMethod = (call, table) => {
  const options = call.args.at(-1)
  const query = { ...queryOf(call, table, options), aggregate: true }
  return selected(call, query, options, { ...rows({ query }), name: 'count' })
}

const arithmetic: ModelMethod = (call, table) => {
  const options = call.args[1]
  const where = predicate(member(options, 'where'), call.dialect)
  return send(call, options, [{ kind: 'update', span: call.span, table, set: [], where, from: [], limited: false }])
}

const methods: Readonly<Record<string, ModelMethod>> = {
  findAll: find,
  findAndCountAll: find,
  findOne,
  findByPk: (call, table) => {
    const query = queryOf(call, table, call.args[1], true)
    return selected(call, query, call.args[1], row({ query }))
  },
  count: aggregate,
  max: aggregate,
  min: aggregate,
  sum: aggregate,
  create: (call, table) => send(call, call.args[1], [insertOf(call, table, call.args[0])]),
  findOrCreate: (call, table) => send(call, call.args[0], [insertOf(call, table, member(call.args[0], 'defaults'))]),
  upsert: (call, table) => send(call, call.args[1], [insertOf(call, table, call.args[0], true)]),
  bulkCreate: (call, table) =>
    send(call, call.args[1], [
      insertOf(call, table, call.args[0], !isAbsent(member(call.args[1], 'updateOnDuplicate', 'ignoreDuplicates'))),
    ]),
  update(call, table) {
    const options = call.args[1]
    const where = predicate(member(options, 'where'), call.dialect)
    const limited = !isAbsent(member(options, 'limit'))
    return send(call, options, [{ kind: 'update', span: call.span, table, set: assignments(call, call.args[0]), where, from: [], limited }])
  },
  destroy(call, table, spec) {
    const options = call.args[0]
    if (spec.paranoid && !flag(options, 'force') && !flag(options, 'truncate')) {
      const where = predicate(member(options, 'where'), call.dialect)
      const set = [{ column: 'deletedAt', value: 'expression' as const, columns: [], literals: [] }]
      return send(call, options, [{ kind: 'update', span: call.span, table, set, where, from: [], limited: false }])
    }
    if (flag(options, 'truncate')) {
      return send(call, options, [{ kind: 'truncate', span: call.span, tables: [table], cascade: flag(options, 'cascade') }])
    }
    return send(call, options, [
      deleteOf(call, table, predicate(member(options, 'where'), call.dialect), !isAbsent(member(options, 'limit'))),
    ])
  },
  truncate: (call, table) =>
    send(call, call.args[0], [{ kind: 'truncate', span: call.span, tables: [table], cascade: flag(call.args[0], 'cascade') }]),
  increment: arithmetic,
  decrement: arithmetic,
}

/** Methods of a model that only set it up. */
const setup: ReadonlySet<string> = new Set(
  'init belongsTo hasMany hasOne belongsToMany addScope associate addHook beforeCreate afterCreate removeAttribute'.split(' '),
)

/** Is this a method of Sequelize's own models? */
export function isModelMethod(name: string): boolean {
  return Object.hasOwn(methods, name)
}

/** What calling a method of a model does: a builder method, a value, or undefined when nothing is known of it. */
export function modelCall(spec: ModelSpec, name: string): Method | Value | undefined {
  if (name === 'getTableName') return spec.table && !spec.table.dynamic ? stringValue(spec.table.name) : undefined
  if (name === 'scope' || name === 'unscoped' || name === 'schema') return modelHandle(spec)
  if (setup.has(name)) return { kind: 'undefined' }
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  const { table } = spec
  if (method === undefined)
    return (call) => opaque(call, `${spec.name}.${name}() is not a method of models that Surefoot knows`, table ? [table] : [])
  if (table === undefined) return (call) => opaque(call, `${spec.name}.${name}(): the table of the model ${spec.name} could not be read`)
  return (call) => inColumns(method(call, table, spec), spec.renamed)
}

/** What a call sends, told in columns: the migration names the model's attributes. */
function inColumns(sent: Sent, renamed: ReadonlyMap<string, string>): Sent {
  if (renamed.size === 0) return sent
  const columnOf = (name: string) => renamed.get(name) ?? name
  const whereIn = (where: Predicate | undefined): Predicate | undefined =>
    where && {
      ...where,
      terms: where.terms.map((term) => (term.column === undefined ? term : { ...term, column: columnOf(term.column) })),
      columns: where.columns.map(columnOf),
    }
  const told = (operation: Operation): Operation => {
    switch (operation.kind) {
      case 'insert':
        return { ...operation, columns: operation.columns.map(columnOf) }
      case 'update': {
        const set = operation.set.map((one) => ({ ...one, column: columnOf(one.column) }))
        return { ...operation, set, where: whereIn(operation.where) }
      }
      case 'delete':
        return { ...operation, where: whereIn(operation.where) }
      default:
        return operation
    }
  }
  return { ...sent, drafts: sent.drafts.map((draft) => ({ ...draft, operations: draft.operations.map(told) })) }
}

/** UPDATE or DELETE of the one row that an instance stands for. */
function ofRow(call: Call, table: Name, action: 'update' | 'delete', values: Value | undefined): ReturnType<Method> {
  const sql = 'the row of this instance'
  const where = { sql, terms: [{ column: 'id', operator: '=' as const, operand: 'parameter' as const, sql }], columns: ['id'] }
  const options = action === 'update' && call.method !== 'save' ? call.args[1] : call.args[0]
  if (action === 'delete') return send(call, options, [deleteOf(call, table, where)])
  return send(call, options, [{ kind: 'update', span: call.span, table, set: assignments(call, values), where, from: [], limited: false }])
}

/** A method of an instance that a query of a model gave; undefined: it changes nothing or is not known. */
export function instanceCall(table: Name | undefined, name: string): Method | undefined {
  if (table === undefined) return undefined
  if (name === 'update') return (call) => ofRow(call, table, 'update', call.args[0])
  if (name === 'save' || name === 'increment' || name === 'decrement' || name === 'restore')
    return (call) => ofRow(call, table, 'update', undefined)
  return name === 'destroy' ? (call) => ofRow(call, table, 'delete', undefined) : undefined
}
