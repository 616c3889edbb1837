import type { Guard } from '../../../ir/context.ts'
import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { type ColumnSpec, columnOf, columnSpecOf, isEnum } from '../column-spec.ts'
import { enumTypeName, generatedName } from '../naming.ts'
import { constructedOf, flag, isKnownText, listOf, member, optionsOf, spanOf, textMember, textOf } from '../read-options.ts'
import { type Call, isMysql, type Method, type Statements, unread, unresolved, withTable } from './call.ts'
import { partOf } from './table-parts.ts'

/** The CREATE TYPE that TypeORM sends before a column of an enum on PostgreSQL, unless the type is there. */
export function enumTypesOf(specs: readonly ColumnSpec[], table: Name, call: Pick<Call, 'span' | 'dialect'>): Statements {
  if (call.dialect.name !== 'postgres') return []
  const seen = new Set<string>()
  return specs.filter(isEnum).flatMap((spec): Statements => {
    const name = enumTypeName(table, spec.name, spec.enumName)
    const key = `${name.schema}.${name.name}`
    if (seen.has(key)) return []
    seen.add(key)
    const guard: Guard = { by: 'catalog', requires: 'absent' }
    return [[{ kind: 'createType', span: spec.span, name, form: 'enum', labels: spec.enum ?? [], context: { guards: [guard] } }]]
  })
}

/** One column added: its type, the column, then key, unique and comment as statements of their own. */
function addColumnStatements(spec: ColumnSpec, table: Name, call: Call): Statements {
  const mysql = isMysql(call)
  const column = columnOf(spec, table, call.dialect)
  const inline = mysql && spec.primary ? [{ kind: 'primaryKey', name: undefined, columns: [spec.name], notValid: false } as const] : []
  const statements: Operation[][] = [
    [
      {
        kind: 'addColumn',
        span: call.span,
        table,
        column: { ...column, constraints: [...column.constraints, ...inline] },
        ifNotExists: false,
      },
    ],
  ]
  if (spec.primary && !mysql)
    statements.push([
      unresolved(call, 'addToPrimaryKey', table, { column: spec.name, ...(spec.primaryKeyName ? { name: spec.primaryKeyName } : {}) }),
    ])
  if (spec.unique) {
    if (mysql)
      statements.push([
        {
          kind: 'createIndex',
          span: call.span,
          table,
          name: generatedName('IDX', table, [spec.name]),
          keys: [{ column: spec.name }],
          unique: true,
          concurrently: false,
          ifNotExists: false,
          only: false,
        },
      ])
    else
      statements.push([
        {
          kind: 'addConstraint',
          span: call.span,
          table,
          constraint: { kind: 'unique', name: generatedName('UQ', table, [spec.name]), columns: [spec.name], notValid: false },
        },
      ])
  }
  if (spec.comment && call.dialect.name === 'postgres')
    statements.push([{ kind: 'comment', span: call.span, on: 'COLUMN', name: table, column: spec.name }])
  return [...enumTypesOf([spec], table, call), ...statements]
}

const addColumn: Method = (call) =>
  withTable(call, (table) => {
    const items = listOf(call.args[1])
    if (items === undefined || items.length === 0) return unread(call, 'The column', [table])
    return items.flatMap((item): Statements => {
      const at = items.length === 1 ? call : { ...call, span: spanOf(item, call.span) }
      const spec = columnSpecOf(item, at.span)
      return spec ? addColumnStatements(spec, table, at) : unread(call, 'The column', [table])
    })
  })

/** The column's name in a `TableColumn | string` argument. */
function columnNameOf(value: Value | undefined): string | undefined {
  const part = partOf(value)
  if (part) return part.name
  return constructedOf(value) ? textMember(optionsOf(value), 'name') : textOf(value)
}

const dropColumn: Method = (call) =>
  withTable(call, (table) => {
    const items = listOf(call.args[1])
    if (items === undefined || items.length === 0) return unread(call, 'The column', [table])
    const ifExists = flag(call.args[2], false)
    return items.flatMap((item): Statements => {
      const column = columnNameOf(item)
      if (column === undefined) return unread(call, 'The column', [table])
      const at = items.length === 1 ? call : { ...call, span: spanOf(item, call.span) }
      // On PostgreSQL an enum column takes its type along; which type that is stands in the schema.
      if (call.dialect.name === 'postgres') {
        const spec = constructedOf(item) ? columnSpecOf(item, at.span) : undefined
        return [[unresolved(at, 'dropColumn', table, { column, ifExists, ...(spec ? { spec } : {}) })]]
      }
      return [[{ kind: 'dropColumn', span: at.span, table, column, ifExists, cascade: false }]]
    })
  })

function change(call: Call, table: Name, from: Value | undefined, to: Value | undefined): Statements {
  const column = columnNameOf(from)
  const spec = columnSpecOf(to, call.span)
  if (column === undefined || spec === undefined) return unread(call, 'The column', [table])
  const old = constructedOf(from) ? columnSpecOf(from, call.span) : undefined
  return [[unresolved(call, 'changeColumn', table, { column, ...(old ? { old } : {}), to: spec })]]
}

export const columnMethods: Readonly<Record<string, Method>> = {
  addColumn,
  addColumns: addColumn,
  dropColumn,
  dropColumns: dropColumn,
  renameColumn: (call) =>
    withTable(call, (table) => {
      const [, from, to] = call.args
      if (constructedOf(to)) return change(call, table, from, to)
      const column = columnNameOf(from)
      const name = textOf(to)
      if (column === undefined || name === undefined) return unread(call, 'The column', [table])
      const dynamic = !isKnownText(to) || (from?.kind === 'string' && !isKnownText(from))
      if (dynamic) return unread(call, 'The name', [table])
      return [[{ kind: 'renameColumn', span: call.span, table, column, to: name }]]
    }),
  changeColumn: (call) => withTable(call, (table) => change(call, table, call.args[1], call.args[2])),
  changeColumns: (call) =>
    withTable(call, (table) => {
      const items = listOf(call.args[1])
      if (items === undefined || items.length === 0) return unread(call, 'The list of columns', [table])
      return items.flatMap((item) => {
        const pair = optionsOf(item)
        return change({ ...call, span: spanOf(item, call.span) }, table, member(pair, 'oldColumn'), member(pair, 'newColumn'))
      })
    }),
}
