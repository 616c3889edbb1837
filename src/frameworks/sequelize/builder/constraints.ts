import type { Constraint, ConstraintKind, Expression } from '../../../ir/column.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { arrayOf, member, shown, textMember, textOf } from '../../values.ts'
import { type Call, fieldName, isPostgres, type Method, type Methods, opaque, send, tableOf } from '../call.ts'
import { action, deferralOf } from '../columns.ts'
import { predicate } from '../conditions.ts'
import { tableName } from '../names.ts'

/** What `lower` needs of a removeConstraint, and of an addConstraint on SQLite. */
export interface ConstraintDetails {
  readonly name: string
  readonly constraint?: Constraint
}

const kinds: Readonly<Record<string, { readonly kind: ConstraintKind; readonly suffix: string }>> = {
  UNIQUE: { kind: 'unique', suffix: 'uk' },
  CHECK: { kind: 'check', suffix: 'ck' },
  'PRIMARY KEY': { kind: 'primaryKey', suffix: 'pk' },
  'FOREIGN KEY': { kind: 'foreignKey', suffix: 'fk' },
}

/** Before 6 the columns were an argument of their own; its options then stand behind them. */
function optionsOf(call: Call): { readonly options: Value | undefined; readonly fields: Value | undefined } {
  if (call.args[1]?.kind === 'array') return { options: call.args[2], fields: call.args[1] }
  return { options: call.args[1], fields: member(call.args[1], 'fields') }
}

const addConstraint: Method = (call) => {
  const table = tableOf(call, { dotted: true })
  const { options, fields } = optionsOf(call)
  const type = textMember(options, 'type')?.toUpperCase()
  if (type === undefined) {
    if (options?.kind === 'object' && options.complete && member(options, 'type') === undefined) {
      return send(call, options, [
        { kind: 'refuse', by: 'library', span: call.span, message: `addConstraint of ${table.name} names no type` },
      ])
    }
    return opaque(call, `addConstraint: the type of the constraint on ${table.name} is not known`, [table])
  }
  if (type === 'DEFAULT') {
    const message = 'addConstraint: "Default constraints are supported only for MSSQL dialect."'
    return send(call, options, [{ kind: 'refuse', by: 'library', span: call.span, message }])
  }
  const known = kinds[type]
  if (known === undefined)
    return send(call, options, [{ kind: 'refuse', by: 'library', span: call.span, message: `addConstraint: ${type} is invalid.` }])
  const columns = (arrayOf(fields)?.items ?? []).map((item) => fieldName(item) ?? shown(item))
  const references = member(options, 'references')
  const target = member(references, 'table', 'model')
  const targetName = tableName(target, call.dialect.name)
  const middle = known.kind === 'foreignKey' ? `${targetName.name}_` : ''
  const named = member(options, 'name')
  const name = named === undefined ? `${table.name}_${columns.join('_')}_${middle}${known.suffix}` : (textOf(named) ?? shown(named))
  const referenced = arrayOf(member(references, 'fields'))?.items.map((item) => textOf(item) ?? shown(item))
  const constraint: Constraint = {
    kind: known.kind,
    name,
    columns,
    notValid: false,
    ...(known.kind === 'foreignKey'
      ? {
          references: {
            table: targetName,
            columns: referenced ?? [textMember(references, 'field', 'key') ?? shown(member(references, 'field', 'key'))],
            ...action(options, 'onDelete'),
            ...action(options, 'onUpdate'),
          },
        }
      : {}),
    ...(known.kind === 'check' ? { expression: checkExpression(call, member(options, 'where')) } : {}),
    ...(known.kind === 'check' ? {} : deferralOf(member(options, 'deferrable'))),
    span: call.span,
  }
  if (call.dialect.name === 'sqlite') {
    const details: ConstraintDetails = { name, constraint }
    return send(call, options, [{ kind: 'unresolved', span: call.span, framework: 'sequelize', method: 'addConstraint', table, details }])
  }
  return send(call, options, [{ kind: 'addConstraint', span: call.span, table, constraint }])
}

function checkExpression(call: Call, where: Value | undefined): Expression {
  const condition = predicate(where, call.dialect)
  const parsed = call.dialect.parseExpression(condition?.sql ?? 'true')
  // The columns are known from the object even where its SQL shows what only the running program knows.
  return condition === undefined ? parsed : { ...parsed, columns: [...new Set([...parsed.columns, ...condition.columns])] }
}

const removeConstraint: Method = (call) => {
  const table = tableOf(call, { dotted: true })
  const name = textOf(call.args[1]) ?? shown(call.args[1])
  if (isPostgres(call)) {
    return send(call, call.args[2], [{ kind: 'dropConstraint', span: call.span, table, name, ifExists: false, cascade: false }])
  }
  const details: ConstraintDetails = { name }
  const operation: Operation = { kind: 'unresolved', span: call.span, framework: 'sequelize', method: 'removeConstraint', table, details }
  return send(call, call.args[2], [operation])
}

export const constraintMethods: Methods = { addConstraint, removeConstraint }
