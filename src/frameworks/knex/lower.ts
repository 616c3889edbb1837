import type { Column, Constraint, DataType } from '../../ir/column.ts'
import type { DropIndex, Operation, Unresolved } from '../../ir/operation.ts'
import { findColumn, findTable, keyOf, type Schema } from '../../schema/schema.ts'
import type { LoadOptions } from '../framework.ts'
import type { RebuildDetails } from './schema/keys.ts'
import type { AlterDetails } from './schema/table.ts'

/** What Knex 3.3 sends for a call whose SQL it makes from the table as it finds it (lib/dialects/sqlite3/schema/ddl.js, mysql-tablecompiler.js). */
export function lower(operation: Unresolved, before: Schema, options: LoadOptions): readonly Operation[] {
  switch (operation.method) {
    case 'alter':
      return sqliteAlter(operation, before)
    case 'dropColumn':
      return sqliteDrop(operation, before)
    case 'rebuild':
      return sqliteRebuild(operation, before)
    case 'renameColumn':
      return mysqlRename(operation, before)
    case 'setNullable':
    case 'dropNullable':
      return changeNullable(operation, before, options)
    default:
      return [{ kind: 'opaque', ...base(operation), because: 'unsupported', detail: `${operation.method} cannot be lowered` }]
  }
}

function base(operation: Unresolved) {
  return { span: operation.span, ...(operation.context ? { context: operation.context } : {}) }
}

/** CREATE TABLE _knex_temp_alter, INSERT … SELECT, DROP TABLE, RENAME; the indexes that were written in SQL are made again, triggers are not. */
function rebuilt(operation: Unresolved, ...then: readonly Operation[]): readonly Operation[] {
  const rebuild: Operation = { kind: 'alterTable', ...base(operation), table: operation.table!, action: 'REBUILD', value: operation.method }
  return [rebuild, ...then]
}

/** The type, the default and NOT NULL are as they are said now; what else the column has stays. */
function sqliteAlter(operation: Unresolved, before: Schema): readonly Operation[] {
  const { columns } = operation.details as AlterDetails
  const changes = columns.map((definition): Operation => {
    const known = findColumn(before, operation.table!, definition.name)?.column
    const to: Column = { ...definition, constraints: known?.constraints ?? [] }
    return { kind: 'modifyColumn', ...base(operation), table: operation.table!, column: definition.name, to }
  })
  return rebuilt(operation, ...changes)
}

/** An index keeps its other columns; one of these columns alone falls. */
function sqliteDrop(operation: Unresolved, before: Schema): readonly Operation[] {
  const table = operation.table!
  const { columns } = operation.details as { readonly columns: readonly string[] }
  const gone = new Set(columns.map((column) => before.naming.fold(column, 'column')))
  const fallen = (findTable(before, table)?.indexes ?? []).flatMap(({ name, keys, constraint }): DropIndex[] => {
    const falls = keys.every(({ column }) => column !== undefined && gone.has(before.naming.fold(column, 'column')))
    if (name === undefined || constraint !== undefined || !falls) return []
    return [{ kind: 'dropIndex', ...base(operation), name: { name }, table, concurrently: false, ifExists: false, cascade: false }]
  })
  const drops = columns.map(
    (column): Operation => ({ kind: 'dropColumn', ...base(operation), table, column, ifExists: false, cascade: false }),
  )
  return rebuilt(operation, ...fallen, ...drops)
}

function sqliteRebuild(operation: Unresolved, before: Schema): readonly Operation[] {
  const table = operation.table!
  const { add, drop } = operation.details as RebuildDetails
  if (add) return rebuilt(operation, { kind: 'addConstraint', ...base(operation), table, constraint: add })
  const found = findTable(before, table)?.constraints.find(({ constraint }) => fits(constraint, drop!, before))?.constraint
  return rebuilt(operation, {
    kind: 'dropConstraint',
    ...base(operation),
    table,
    name: drop!.name ?? found?.name,
    constraintKind: drop!.kind,
    ...(drop!.columns.length > 0 ? { columns: drop!.columns } : {}),
    ifExists: false,
    cascade: false,
  })
}

function fits(constraint: Constraint, drop: NonNullable<RebuildDetails['drop']>, { naming }: Schema): boolean {
  if (constraint.kind !== drop.kind) return false
  if (drop.name !== undefined)
    return constraint.name !== undefined && naming.fold(constraint.name, 'other') === naming.fold(drop.name, 'other')
  if (drop.kind === 'primaryKey') return true
  const names = drop.columns.map((column) => naming.fold(column, 'column'))
  return constraint.columns.some((column) => names.includes(naming.fold(column, 'column')))
}

/**
 * MySQL: foreign keys that point at the table are dropped and made again around a CHANGE that says type, nullability, default, collation and
 * AUTO_INCREMENT of `SHOW FULL FIELDS`; the comment, ON UPDATE and a generated expression are not said again.
 */
function mysqlRename(operation: Unresolved, before: Schema): readonly Operation[] {
  const table = operation.table!
  const { column, to } = operation.details as { readonly column: string; readonly to: string }
  const known = findColumn(before, table, column)?.column
  if (known?.type === undefined) return [{ kind: 'renameColumn', ...base(operation), table, column, to }]
  const { comment: _comment, onUpdate: _onUpdate, generated: _generated, constraints: _constraints, span: _span, ...kept } = known
  const restated: Column = { ...kept, name: to, nullabilityWritten: true, constraints: [] }
  const pointing = [...before.tables.values()].flatMap((other) =>
    other.constraints.flatMap(({ constraint }) =>
      constraint.kind === 'foreignKey' &&
      constraint.references &&
      keyOf(before.naming, constraint.references.table) === keyOf(before.naming, table)
        ? [{ table: other.name, constraint }]
        : [],
    ),
  )
  const renamed = (names: readonly string[]) => names.map((name) => (name === column ? to : name))
  return [
    ...pointing.map(
      ({ table: from, constraint }): Operation => ({
        kind: 'dropConstraint',
        ...base(operation),
        table: from,
        name: constraint.name,
        constraintKind: 'foreignKey',
        columns: constraint.columns,
        ifExists: false,
        cascade: false,
      }),
    ),
    { kind: 'modifyColumn', ...base(operation), table, column, to: restated },
    ...pointing.map(
      ({ table: from, constraint }): Operation => ({
        kind: 'addConstraint',
        ...base(operation),
        table: from,
        constraint: { ...constraint, references: { ...constraint.references!, columns: renamed(constraint.references!.columns) } },
      }),
    ),
  ]
}

/** MySQL restates the column as its `columnInfo()` tells it: type without precision, sign and labels, and the default. SQLite builds the table anew. */
function changeNullable(operation: Unresolved, before: Schema, { dialect }: LoadOptions): readonly Operation[] {
  const table = operation.table!
  const { column } = operation.details as { readonly column: string }
  const nullable = operation.method === 'setNullable'
  const known = findColumn(before, table, column)?.column
  if (dialect.name === 'sqlite' || known?.type === undefined) {
    const change: Operation = { kind: nullable ? 'dropNotNull' : 'setNotNull', ...base(operation), table, column }
    return dialect.name === 'sqlite' ? rebuilt(operation, change) : [change]
  }
  const to: Column = {
    name: known.name,
    type: told(known.type, (text) => dialect.parseType(text)),
    nullable,
    nullabilityWritten: true,
    default: known.default,
    constraints: [],
  }
  return [{ kind: 'modifyColumn', ...base(operation), table, column, to }]
}

/** What is left of a type in DATA_TYPE and CHARACTER_MAXIMUM_LENGTH. */
function told(type: DataType, parse: (text: string) => DataType): DataType {
  const length = /char|binary/.test(type.name) ? type.args[0] : undefined
  return parse(length === undefined ? type.name : `${type.name}(${length})`)
}
