import type { Column, DataType } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { AddColumn, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { shown, textOf } from '../../values.ts'
import { type Call, isMysql, isPostgres, type Method, type Methods, opaque, send, sendTogether, tableOf } from '../call.ts'
import { type Attribute, attribute, foreignKey, withReference } from '../columns.ts'
import { typeSpec } from '../types.ts'
import { columnComment, guardedEnum } from './tables.ts'

/** What `lower` needs of a call whose SQL depends on the table as it is then. */
export interface ColumnDetails {
  readonly column: string
  readonly to?: string
  /** changeColumn: the new specification, and whether each part of it was written. */
  readonly definition?: Column
  readonly typed?: boolean
  readonly defaultWritten?: boolean
}

function columnName(call: Call, at: number): string {
  return textOf(call.args[at]) ?? shown(call.args[at])
}

function specification(
  call: Call,
  table: Name,
  by: 'addColumn' | 'changeColumn',
): { readonly found: Attribute | undefined; readonly unread: boolean } {
  const value = call.args[2]
  if (value === undefined) return { found: undefined, unread: true }
  return { found: attribute(value, columnName(call, 1), table, call.dialect, call.span, by), unread: value.kind === 'unknown' }
}

function unresolved(call: Call, table: Name, details: ColumnDetails): Operation {
  return { kind: 'unresolved', span: call.span, framework: 'sequelize', method: call.method, table, details }
}

const addColumn: Method = (call) => {
  const table = tableOf(call)
  const { found, unread } = specification(call, table, 'addColumn')
  const options = call.args[3]
  if (unread) return opaque(call, `addColumn: the column's specification is not known`, [table])
  if (found === undefined) return send(call, options)
  const mysql = isMysql(call)
  const add: AddColumn = {
    kind: 'addColumn',
    span: call.span,
    table,
    column: mysql ? found.column : withReference(found, call.span),
    ifNotExists: false,
    ...(mysql && found.position ? { position: found.position } : {}),
  }
  const alter: Operation[] = [add]
  if (mysql && found.reference) {
    const name = `${table.name}_${found.column.name}_foreign_idx`
    alter.push({ kind: 'addConstraint', span: call.span, table, constraint: foreignKey(found, name, call.span) })
  }
  const statements: Operation[][] = []
  if (found.enumType) statements.push([guardedEnum(found.enumType.name, found.enumType.labels, call.span)])
  statements.push(alter)
  if (isPostgres(call) && found.comment !== undefined) statements.push([columnComment(table, found.column.name, call.span)])
  return sendTogether(call, options, statements)
}

/** PostgreSQL: what the specification does not say again is taken away. With `references` nothing but the foreign key is added. */
function postgresChange(call: Call, table: Name, found: Attribute): Operation[][] {
  const { span } = call
  const { column } = found
  const base = { span, table, column: column.name }
  const statements: Operation[][] = []
  if (found.column.nullabilityWritten && !column.nullable) statements.push([{ kind: 'setNotNull', ...base }])
  else if (!found.reference)
    statements.push([{ kind: 'dropNotNull', ...base, ...(column.nullabilityWritten ? {} : { implied: true as const }) }])
  if (column.default) statements.push([{ kind: 'setDefault', ...base, default: column.default }])
  else if (!found.reference)
    statements.push([{ kind: 'dropDefault', ...base, ...(column.clientDefault === undefined ? { implied: true as const } : {}) }])
  if (found.enumType) statements.push([guardedEnum({ ...found.enumType.name }, found.enumType.labels, span)])
  if (column.constraints.some((constraint) => constraint.kind === 'unique') && !found.reference) {
    statements.push([
      {
        kind: 'addConstraint',
        span,
        table,
        constraint: { kind: 'unique', name: undefined, columns: [column.name], notValid: false, span },
      },
    ])
  }
  if (found.reference) statements.push([{ kind: 'addConstraint', span, table, constraint: foreignKey(found, undefined, span) }])
  else if (column.type)
    statements.push([{ kind: 'alterColumnType', ...base, type: column.type, ...using(call, column, column.type, found) }])
  if (found.comment !== undefined) statements.push([columnComment(table, column.name, span)])
  return statements
}

function using(call: Call, column: Column, type: DataType, found: Attribute) {
  if (found.enumType) return { using: call.dialect.parseExpression(`"${column.name}"::${type.text}`) }
  return found.using ? { using: found.using } : {}
}

/** `DataTypes.STRING` itself, for which changeColumn sets `allowNull: true`. */
function isBareType(value: Value | undefined): boolean {
  const spec = typeSpec(value)
  return spec !== undefined && spec.made === undefined
}

const changeColumn: Method = (call) => {
  const table = tableOf(call)
  const { found, unread } = specification(call, table, 'changeColumn')
  const options = call.args[3]
  if (unread) return opaque(call, `changeColumn: the column's specification is not known`, [table])
  if (found === undefined) return send(call, options)
  if (call.dialect.name === 'sqlite') {
    return send(call, options, [
      unresolved(call, table, {
        column: found.column.name,
        definition: { ...withReference(found, call.span), ...(isBareType(call.args[2]) ? { nullabilityWritten: true } : {}) },
        typed: found.typed,
        defaultWritten: found.column.default !== undefined,
      }),
    ])
  }
  if (!found.typed) {
    return send(call, options, [
      {
        kind: 'refuse',
        by: 'library',
        span: call.span,
        message: `changeColumn of ${table.name}.${found.column.name} has no "type", and Sequelize cannot go on without one`,
      },
    ])
  }
  if (isPostgres(call)) return sendTogether(call, options, postgresChange(call, table, found))
  if (found.reference) {
    return send(call, options, [{ kind: 'addConstraint', span: call.span, table, constraint: foreignKey(found, undefined, call.span) }])
  }
  return send(call, options, [
    {
      kind: 'modifyColumn',
      span: call.span,
      table,
      column: found.column.name,
      to: found.column,
      ...(found.position ? { position: found.position } : {}),
    },
  ])
}

export const columnMethods: Methods = {
  addColumn,
  changeColumn,

  removeColumn(call) {
    const table = tableOf(call)
    const column = columnName(call, 1)
    if (isPostgres(call)) {
      return send(call, call.args[2], [{ kind: 'dropColumn', span: call.span, table, column, ifExists: false, cascade: false }])
    }
    return send(call, call.args[2], [unresolved(call, table, { column })])
  },

  renameColumn(call) {
    const table = tableOf(call)
    const column = columnName(call, 1)
    const to = columnName(call, 2)
    if (isPostgres(call)) return send(call, call.args[3], [{ kind: 'renameColumn', span: call.span, table, column, to }])
    return send(call, call.args[3], [unresolved(call, table, { column, to })])
  },
}
