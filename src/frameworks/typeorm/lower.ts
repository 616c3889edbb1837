import type { Operation, Unresolved } from '../../ir/operation.ts'
import { findTable, type Schema } from '../../schema/schema.ts'
import type { LoadOptions } from '../framework.ts'
import { changeColumn } from './change-column.ts'
import { type DropColumnDetails, dropColumn, type Lowering, notKnown } from './lowering.ts'
import { generatedName } from './naming.ts'

type Lower = (lowering: Lowering) => readonly Operation[]

const lowerings: Readonly<Record<string, Lower>> = {
  changeColumn,
  dropColumn: (lowering) => dropColumn(lowering, lowering.operation.details as DropColumnDetails),
  dropConstraintOf,
  dropIndexOf,
  addToPrimaryKey,
}

/** What an unresolved call of TypeORM's builder does to this schema; an `opaque` when that is not known. */
export function lower(operation: Unresolved, before: Schema, { dialect }: LoadOptions): readonly Operation[] {
  if (operation.method === 'clearDatabase') return withContextOf(operation, clearDatabase(operation, before))
  const method = Object.hasOwn(lowerings, operation.method) ? lowerings[operation.method] : undefined
  if (method === undefined || operation.table === undefined) return [notKnown(operation, `What ${operation.method} does is not known`)]
  return withContextOf(operation, method({ operation, table: operation.table, before, dialect }))
}

function withContextOf(from: Unresolved, operations: readonly Operation[]): readonly Operation[] {
  const { context } = from
  return context === undefined
    ? operations
    : operations.map((operation) => ({ ...operation, context: { ...context, ...operation.context } }))
}

interface FoundDetails {
  readonly constraintKind?: 'primaryKey' | 'unique' | 'check' | 'foreignKey' | 'notNull' | 'exclude'
  readonly column?: string
  readonly references?: string
  readonly ifExists: boolean
}

/** `table.foreignKeys.find((key) => key.columnNames.includes('x'))`: the constraint that the schema has on that column. */
function dropConstraintOf({ operation, table, before }: Lowering): readonly Operation[] {
  const { constraintKind, column, references, ifExists } = operation.details as FoundDetails
  const known = (findTable(before, table)?.constraints ?? []).filter(({ constraint }) => constraint.kind === constraintKind)
  const fitting = known.filter(
    ({ constraint }) =>
      (column === undefined ||
        constraint.columns.some((one) => before.naming.fold(one, 'column') === before.naming.fold(column, 'column'))) &&
      (references === undefined || constraint.references?.table.name === references),
  )
  const found = fitting.length === 1 || column !== undefined ? fitting[0]?.constraint : undefined
  if (found === undefined && column === undefined)
    return [notKnown(operation, 'Which constraint is dropped is not known before the migration runs')]
  return [
    {
      kind: 'dropConstraint',
      span: operation.span,
      table,
      name: found?.name,
      ...(constraintKind === undefined ? {} : { constraintKind }),
      columns: found?.columns ?? (column === undefined ? [] : [column]),
      ifExists,
      cascade: false,
    },
  ]
}

function dropIndexOf({ operation, table, before }: Lowering): readonly Operation[] {
  const { column, ifExists } = operation.details as FoundDetails
  const found = findTable(before, table)?.indexes.find((index) => index.keys.some((key) => key.column === column))
  if (found?.name === undefined && column === undefined)
    return [notKnown(operation, 'Which index is dropped is not known before the migration runs')]
  const name = found?.name ?? generatedName('IDX', table, [column ?? ''])
  return [
    {
      kind: 'dropIndex',
      span: operation.span,
      name: table.schema === undefined ? { name } : { schema: table.schema, name },
      table,
      columns: column === undefined ? [] : [column],
      concurrently: false,
      ifExists,
      cascade: false,
    },
  ]
}

/** A primary column that is added: a key that is there is dropped and made again with the column in it. */
function addToPrimaryKey({ operation, table, before }: Lowering): readonly Operation[] {
  const { column, name } = operation.details as { readonly column: string; readonly name?: string }
  const key = findTable(before, table)?.constraints.find(({ constraint }) => constraint.kind === 'primaryKey')?.constraint
  const columns = [...(key?.columns ?? []), column]
  const add: Operation = {
    kind: 'addConstraint',
    span: operation.span,
    table,
    constraint: { kind: 'primaryKey', name: name ?? generatedName('PK', table, columns), columns, notValid: false },
  }
  if (key === undefined) return [add]
  return [
    { kind: 'dropConstraint', span: operation.span, table, name: key.name, constraintKind: 'primaryKey', ifExists: false, cascade: false },
    add,
  ]
}

/** Every table that is known falls; more may exist. */
function clearDatabase(operation: Unresolved, before: Schema): readonly Operation[] {
  const drops = [...before.tables.values()].map(
    (table): Operation => ({ kind: 'dropTable', span: operation.span, table: table.name, ifExists: true, cascade: true }),
  )
  return before.complete && drops.length > 0
    ? drops
    : [...drops, notKnown(operation, 'clearDatabase drops every table, view and type that is there')]
}
