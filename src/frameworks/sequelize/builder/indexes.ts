import type { IndexKey } from '../../../ir/column.ts'
import type { CreateIndex, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { arrayOf, isAbsent, member, numberOf, shown, textMember, textOf } from '../../values.ts'
import { type Call, fieldName, flag, isMysql, isPostgres, type Method, type Methods, opaque, send, tableOf } from '../call.ts'
import { predicate } from '../conditions.ts'
import { sqlOfValue, sqlSpec } from '../expressions.ts'
import { defaultIndexName } from '../names.ts'

/** One entry of `fields`: a name, an SQL helper, or `{ name, order, length, collate, operator }`. */
function indexKey(call: Call, value: Value, operator: string | undefined): IndexKey {
  if (sqlSpec(value)) {
    const sql = sqlOfValue(value, call.dialect)
    return { column: undefined, expression: call.dialect.parseExpression(sql) }
  }
  const name = fieldName(value) ?? shown(value)
  const prefix = numberOf(member(value, 'length'))
  const collation = textMember(value, 'collate')
  const operatorClass = textMember(value, 'operator') ?? operator
  return {
    column: name,
    ...(textMember(value, 'order')?.toUpperCase().startsWith('DESC') ? { descending: true } : {}),
    ...(isMysql(call) && prefix !== undefined ? { prefix } : {}),
    ...(collation !== undefined && !isMysql(call) ? { collation } : {}),
    ...(operatorClass !== undefined && isPostgres(call) ? { operatorClass } : {}),
  }
}

const addIndex: Method = (call) => {
  const listed = call.args[1]?.kind === 'array'
  const options = listed ? call.args[2] : call.args[1]
  const fields = listed ? call.args[1] : member(options, 'fields')
  const table = tableOf(call, { dotted: true })
  const list = arrayOf(fields)
  if (list === undefined && fields?.kind !== 'unknown') {
    if (options?.kind === 'object' && options.complete) {
      // Sequelize reads `options.fields` and stops.
      return send(call, options, [{ kind: 'refuse', by: 'library', span: call.span, message: `addIndex of ${table.name} names no fields` }])
    }
    return opaque(call, `addIndex: the fields of the index on ${table.name} are not known`, [table])
  }
  const keys = (list?.items ?? []).map((item) => indexKey(call, item, textMember(options, 'operator')))
  if (list === undefined || !list.complete) keys.push({ column: shown(fields) })
  const type = textMember(options, 'type')
  const unique = flag(options, 'unique') || type?.toUpperCase() === 'UNIQUE'
  const named = member(options, 'name')
  const name = isAbsent(named)
    ? defaultIndexName(
        call.args[0],
        keys.flatMap((key) => key.column ?? []),
      )
    : (textOf(named) ?? shown(named))
  const method = textMember(options, 'using') ?? (type !== undefined && type.toUpperCase() !== 'UNIQUE' && isMysql(call) ? type : undefined)
  const where = isMysql(call) ? undefined : predicate(member(options, 'where'), call.dialect)
  const operation: CreateIndex = {
    kind: 'createIndex',
    span: call.span,
    table,
    name,
    keys,
    unique,
    concurrently: isPostgres(call) && flag(options, 'concurrently'),
    ifNotExists: false,
    only: false,
    ...(where ? { where } : {}),
    ...(method !== undefined && call.dialect.name !== 'sqlite' ? { method: method.toLowerCase() } : {}),
  }
  return send(call, options, [operation])
}

const removeIndex: Method = (call) => {
  const table = tableOf(call, { dotted: true })
  const which = call.args[1]
  const options = call.args[2]
  const postgres = isPostgres(call)
  const list = arrayOf(which) ?? (which?.kind === 'object' ? arrayOf(member(which, 'fields')) : undefined)
  const fields = list?.items.map((item) => fieldName(item) ?? shown(item))
  const written = fields ? defaultIndexName(call.args[0], fields) : (textOf(which) ?? textMember(which, 'name') ?? shown(which))
  // `schema.index` is split at its dot, as addIndex does with tables.
  const dot = postgres ? written.lastIndexOf('.') : -1
  const operation: Operation = {
    kind: 'dropIndex',
    span: call.span,
    name: {
      ...(dot > 0 ? { schema: written.slice(0, dot), name: written.slice(dot + 1) } : { name: written }),
      ...(fields || textOf(which) !== undefined ? {} : { dynamic: true as const }),
    },
    table,
    ...(fields ? { columns: fields } : {}),
    concurrently: postgres && flag(options, 'concurrently'),
    ifExists: !isMysql(call),
    cascade: false,
  }
  return send(call, options, [operation])
}

export const indexMethods: Methods = { addIndex, removeIndex }
