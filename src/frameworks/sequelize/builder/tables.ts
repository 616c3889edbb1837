import type { Column, Constraint } from '../../../ir/column.ts'
import type { Guard } from '../../../ir/context.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateTable, CreateType, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { arrayOf, isOpen, member, numberOf, objectOf, shown, textMember, textOf } from '../../values.ts'
import { type Call, flag, isMysql, isPostgres, type Methods, opaque, schemaOption, send, tableOf } from '../call.ts'
import { type Attribute, attribute, foreignKey, withReference } from '../columns.ts'

// What each method sends was measured on Sequelize 6.37.8: https://sequelize.org/docs/v6/other-topics/query-interface/

/** `DO 'BEGIN CREATE TYPE …; EXCEPTION WHEN duplicate_object THEN null; END'`: an existing type of that name is kept as it is. Labels that are not known are left out. */
export function guardedEnum(name: Name, labels: readonly string[] | undefined, span: Span): Operation {
  const guard: Guard = { by: 'exception', requires: 'absent', table: name }
  const type: CreateType = { kind: 'createType', span, name, form: 'enum', labels: labels ?? [], context: { guards: [guard] } }
  return type
}

/** COMMENT ON COLUMN, which PostgreSQL needs as a statement of its own. */
export function columnComment(table: Name, column: string, span: Span): Operation {
  return { kind: 'comment', span, on: 'COLUMN', name: table, column }
}

function createTable(call: Call): ReturnType<Methods[string]> {
  const options = call.args[2]
  const table = tableOf(call, { schema: schemaOption(options) })
  const given = objectOf(call.args[1])
  if (given === undefined) return opaque(call, `createTable: the columns of ${table.name} are not known`, [table])
  const found: Attribute[] = []
  for (const [key, value] of given.members) {
    const one = attribute(value, key, table, call.dialect, value.span ?? call.span)
    if (one) found.push(one)
  }
  const operation = createdTable(call, table, found, options)
  const statements: Operation[][] = []
  for (const one of found) {
    if (one.enumType) statements.push([guardedEnum(one.enumType.name, one.enumType.labels, call.span)])
  }
  const create: Operation[] = [operation]
  if (isOpen(given)) {
    create.push({
      kind: 'opaque',
      span: given.span ?? call.span,
      because: 'unknown-method',
      detail: `createTable: not all columns of ${table.name} are known`,
      tables: [table],
    })
  }
  statements.push(create)
  if (isPostgres(call)) {
    if (textMember(options, 'comment') !== undefined) create.push({ kind: 'comment', span: call.span, on: 'TABLE', name: table })
    for (const one of found) if (one.comment !== undefined) create.push(columnComment(table, one.column.name, one.column.span ?? call.span))
  }
  return send(call, options, ...statements)
}

function createdTable(call: Call, table: Name, found: readonly Attribute[], options: Value | undefined): CreateTable {
  const mysql = isMysql(call)
  const keys = found.filter((one) => one.primaryKey)
  const composite = keys.length > 1
  const constraints: Constraint[] = []
  const columns: Column[] = found.map((one) => {
    // Several `primaryKey: true` are one composite key; MySQL writes foreign keys after the columns.
    const column = mysql ? one.column : withReference(one, one.column.span ?? call.span)
    return composite ? { ...column, constraints: column.constraints.filter((constraint) => constraint.kind !== 'primaryKey') } : column
  })
  for (const [name, value] of objectOf(member(options, 'uniqueKeys'))?.members ?? []) {
    const fields = (arrayOf(member(value, 'fields'))?.items ?? []).map((field) => textOf(field) ?? shown(field))
    constraints.push({ kind: 'unique', name: mysql ? name : undefined, columns: fields, notValid: false, span: value.span ?? call.span })
  }
  if (composite) {
    constraints.push({ kind: 'primaryKey', name: undefined, columns: keys.map((one) => one.column.name), notValid: false, span: call.span })
  }
  if (mysql) for (const one of found) if (one.reference) constraints.push(foreignKey(one, undefined, one.column.span ?? call.span))
  return {
    kind: 'createTable',
    span: call.span,
    table,
    columns,
    constraints,
    indexes: [],
    ifNotExists: true,
    temporary: false,
    partitioned: false,
    options: mysql ? mysqlOptions(options) : {},
  }
}

function mysqlOptions(options: Value | undefined): Readonly<Record<string, string>> {
  const found: Record<string, string> = { ENGINE: textMember(options, 'engine') ?? 'InnoDB' }
  const charset = textMember(options, 'charset')
  const collate = textMember(options, 'collate')
  const rowFormat = textMember(options, 'rowFormat')
  const comment = textMember(options, 'comment')
  const first = numberOf(member(options, 'initialAutoIncrement'))
  if (comment !== undefined) found.COMMENT = comment
  if (charset !== undefined) found.CHARSET = charset
  if (collate !== undefined) found.COLLATE = collate
  if (rowFormat !== undefined) found.ROW_FORMAT = rowFormat
  if (first !== undefined) found.AUTO_INCREMENT = String(first)
  return found
}

export const tableMethods: Methods = {
  createTable,

  dropTable(call) {
    const options = call.args[1]
    const cascade = isPostgres(call) && (flag(options, 'cascade') || flag(options, 'force'))
    return send(call, options, [{ kind: 'dropTable', span: call.span, table: tableOf(call), ifExists: true, cascade }])
  },

  dropAllTables(call) {
    const options = call.args[0]
    const skip = (arrayOf(member(options, 'skip'))?.items ?? []).flatMap((item) => textOf(item) ?? [])
    return send(call, options, [
      { kind: 'unresolved', span: call.span, framework: 'sequelize', method: 'dropAllTables', table: undefined, details: { skip } },
    ])
  },

  renameTable(call) {
    return send(call, call.args[2], [{ kind: 'renameTable', span: call.span, table: tableOf(call), to: tableOf(call, { at: 1 }) }])
  },
}
