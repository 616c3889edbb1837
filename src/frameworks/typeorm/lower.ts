import type { Name } from '../../ir/names.ts'
import type { Operation, Unresolved } from '../../ir/operation.ts'
import { findTable, type Schema } from '../../schema/schema.ts'
import type { IndexState } from '../../schema/table.ts'
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
  /** Every one that fits, not the first. */
  readonly all?: boolean
}

/** `table.foreignKeys.find((key) => key.columnNames.includes('x'))`: the constraint that the schema has on that column. */
function dropConstraintOf({ operation, table, before }: Lowering): readonly Operation[] {
  const { constraintKind, column, references, ifExists, all } = operation.details as FoundDetails
  const state = findTable(before, table)
  const fitting = (state?.constraints ?? []).filter(
    ({ constraint }) =>
      constraint.kind === constraintKind &&
      (column === undefined ||
        constraint.columns.some((one) => before.naming.fold(one, 'column') === before.naming.fold(column, 'column'))) &&
      (references === undefined || constraint.references?.table.name === references),
  )
  const drop = (name: string | undefined, columns: readonly string[]): Operation => ({
    kind: 'dropConstraint',
    span: operation.span,
    table,
    name,
    ...(constraintKind === undefined ? {} : { constraintKind }),
    columns,
    ifExists,
    cascade: false,
  })
  if (all) {
    const drops = fitting.map(({ constraint }) => drop(constraint.name, constraint.columns))
    return state?.complete ? drops : [...drops, notKnown(operation, `Which constraints ${table.name} has is not known from the history`)]
  }
  const found = fitting.length === 1 || column !== undefined ? fitting[0]?.constraint : undefined
  if (found === undefined && column === undefined)
    return [notKnown(operation, 'Which constraint is dropped is not known before the migration runs')]
  return [drop(found?.name, found?.columns ?? (column === undefined ? [] : [column]))]
}

function dropIndexOf({ operation, table, before }: Lowering): readonly Operation[] {
  const { column, ifExists, all } = operation.details as FoundDetails
  const state = findTable(before, table)
  const drop = (name: string, columns: readonly string[]): Operation => ({
    kind: 'dropIndex',
    span: operation.span,
    name: table.schema === undefined ? { name } : { schema: table.schema, name },
    table,
    columns,
    concurrently: false,
    ifExists,
    cascade: false,
  })
  // MySQL: an index that is called like a foreign key of the server counts as that key's (loadTables of MysqlQueryRunner).
  const isOfKey = ({ generated, name }: IndexState) =>
    generated && state?.constraints.some(({ constraint }) => constraint.kind === 'foreignKey' && constraint.name === name)
  const own = (state?.indexes ?? []).filter((index) => index.constraint === undefined && !isOfKey(index))
  const fitting = own.filter((index) => column === undefined || index.keys.some((key) => key.column === column))
  if (all) {
    const drops = fitting.flatMap((index) =>
      index.name === undefined
        ? []
        : [
            drop(
              index.name,
              index.keys.flatMap((key) => key.column ?? []),
            ),
          ],
    )
    return state?.complete ? drops : [...drops, notKnown(operation, `Which indexes ${table.name} has is not known from the history`)]
  }
  const name = column === undefined && fitting.length !== 1 ? undefined : fitting[0]?.name
  if (name === undefined && column === undefined)
    return [notKnown(operation, 'Which index is dropped is not known before the migration runs')]
  return [drop(name ?? generatedName('IDX', table, [column ?? '']), column === undefined ? [] : [column])]
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
  const drop = (table: Name): Operation => ({ kind: 'dropTable', span: operation.span, table, ifExists: true, cascade: true })
  const drops = [...before.tables.values()].map(({ name }) => drop(name))
  if (before.complete && drops.length > 0) return drops
  return [...drops, drop({ name: `every ${drops.length > 0 ? 'other ' : ''}table of the database`, dynamic: true })]
}
