import type { Column } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { DropIndex, Operation, Unresolved } from '../../ir/operation.ts'
import { findColumn, findTable, keyOf, type Schema } from '../../schema/schema.ts'
import type { Table } from '../../schema/table.ts'
import type { LoadOptions } from '../framework.ts'
import type { ColumnDetails } from './builder/columns.ts'
import type { ConstraintDetails } from './builder/constraints.ts'

/** What Sequelize 6.37 sends for a call whose SQL it makes from the table as it finds it. */
export function lower(operation: Unresolved, before: Schema, options: LoadOptions): readonly Operation[] {
  const sqlite = options.dialect.name === 'sqlite'
  switch (operation.method) {
    case 'removeColumn':
      return sqlite ? sqliteRemove(operation, before) : mysqlRemove(operation, before)
    case 'renameColumn':
      return sqlite ? sqliteRename(operation, before) : mysqlRename(operation, before)
    case 'changeColumn':
      return sqliteChange(operation, before)
    case 'addConstraint':
      return sqliteAddConstraint(operation, before)
    case 'removeConstraint':
      return removeConstraint(operation, before, sqlite)
    case 'dropAllTables':
      return dropAllTables(operation, before, options.dialect.name === 'postgres')
    case 'dropAllEnums':
      return dropAllEnums(operation, before)
    case 'dropAllSchemas':
      return dropAllSchemas(operation, before, options.dialect.name === 'postgres')
    default:
      return [unknown(operation, `${operation.method} cannot be lowered`)]
  }
}

function base(operation: Unresolved) {
  return { span: operation.span, ...(operation.context ? { context: operation.context } : {}) }
}

function unknown(operation: Unresolved, detail: string): Operation {
  return { kind: 'opaque', ...base(operation), because: 'unsupported', detail, ...(operation.table ? { tables: [operation.table] } : {}) }
}

function columnDetails(operation: Unresolved): ColumnDetails {
  return operation.details as ColumnDetails
}

/** The foreign keys of a column, and those of other tables that point at it: MySQL's removeColumn drops them first. */
function foreignKeysOf(schema: Schema, table: Name, column: string): { readonly table: Name; readonly name: string | undefined }[] {
  const same = (a: string, b: string) => schema.naming.fold(a, 'column') === schema.naming.fold(b, 'column')
  const key = keyOf(schema.naming, table)
  const found: { readonly table: Name; readonly name: string | undefined }[] = []
  for (const other of schema.tables.values()) {
    for (const { constraint } of other.constraints) {
      if (constraint.kind !== 'foreignKey' || constraint.references === undefined) continue
      const own = keyOf(schema.naming, other.name) === key && constraint.columns.some((name) => same(name, column))
      const pointing =
        keyOf(schema.naming, constraint.references.table) === key && constraint.references.columns.some((name) => same(name, column))
      if (own || pointing) found.push({ table: other.name, name: constraint.name })
    }
  }
  return found
}

function mysqlRemove(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  const { column } = columnDetails(operation)
  return [
    ...foreignKeysOf(before, table, column).map(
      (key): Operation => ({
        kind: 'dropConstraint',
        ...base(operation),
        table: key.table,
        name: key.name,
        constraintKind: 'foreignKey',
        columns: [column],
        ifExists: false,
        cascade: false,
      }),
    ),
    { kind: 'dropColumn', ...base(operation), table, column, ifExists: false, cascade: false },
  ]
}

/** CHANGE made from DESCRIBE: type, nullability and default come along; AUTO_INCREMENT, the generated expression, charset and comment do not. */
function mysqlRename(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  const { column, to } = columnDetails(operation)
  const known = findColumn(before, table, column)?.column
  if (known?.type === undefined) return [{ kind: 'renameColumn', ...base(operation), table, column, to: to! }]
  const restated: Column = {
    name: to!,
    type: known.type,
    nullable: known.nullable,
    nullabilityWritten: !known.nullable,
    default: known.default,
    constraints: [],
  }
  return [{ kind: 'modifyColumn', ...base(operation), table, column, to: restated }]
}

/** The copy through `<table>_backup`: indexes that no constraint owns are gone afterwards, and rows of cascade children with the old table. */
function rebuild(operation: Unresolved, found: Table | undefined): Operation[] {
  const table = operation.table!
  const fallen = (found?.indexes ?? []).filter((index) => index.constraint === undefined)
  return [
    { kind: 'alterTable', ...base(operation), table, action: 'REBUILD', value: operation.method },
    ...fallen.flatMap((index): DropIndex[] =>
      index.name === undefined
        ? []
        : [
            {
              kind: 'dropIndex',
              ...base(operation),
              name: { name: index.name },
              table,
              concurrently: false,
              ifExists: false,
              cascade: false,
            },
          ],
    ),
  ]
}

function sqliteRemove(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  return [
    ...rebuild(operation, findTable(before, table)),
    { kind: 'dropColumn', ...base(operation), table, column: columnDetails(operation).column, ifExists: false, cascade: false },
  ]
}

function sqliteRename(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  const { column, to } = columnDetails(operation)
  return [...rebuild(operation, findTable(before, table)), { kind: 'renameColumn', ...base(operation), table, column, to: to! }]
}

/** SQLite: what is not said again is kept as PRAGMA table_info tells it; a bare type clears NOT NULL. */
function sqliteChange(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  const { column, definition, typed, defaultWritten } = columnDetails(operation)
  const known = findColumn(before, table, column)?.column
  if (definition === undefined) return [unknown(operation, 'the specification of changeColumn is not known')]
  const nullability = definition.nullabilityWritten || known === undefined ? definition : known
  const merged: Column = {
    ...definition,
    type: typed ? definition.type : known?.type,
    nullable: nullability.nullable,
    default: defaultWritten ? definition.default : known?.default,
  }
  return [...rebuild(operation, findTable(before, table)), { kind: 'modifyColumn', ...base(operation), table, column, to: merged }]
}

function sqliteAddConstraint(operation: Unresolved, before: Schema): Operation[] {
  const table = operation.table!
  const { constraint } = operation.details as ConstraintDetails
  if (constraint === undefined) return [unknown(operation, 'the constraint is not known')]
  return [...rebuild(operation, findTable(before, table)), { kind: 'addConstraint', ...base(operation), table, constraint }]
}

function removeConstraint(operation: Unresolved, before: Schema, sqlite: boolean): Operation[] {
  const table = operation.table!
  const { name } = operation.details as ConstraintDetails
  const found = findTable(before, table)
  const fold = (text: string) => before.naming.fold(text, 'other')
  const constraint = found?.constraints.find(
    (one) => one.constraint.name !== undefined && fold(one.constraint.name) === fold(name),
  )?.constraint
  const drop: Operation = {
    kind: 'dropConstraint',
    ...base(operation),
    table,
    name,
    ...(constraint ? { constraintKind: constraint.kind } : {}),
    ifExists: false,
    cascade: false,
  }
  if (sqlite) return [...rebuild(operation, found), drop]
  const index = found?.indexes.find((one) => one.name !== undefined && fold(one.name) === fold(name) && one.constraint === undefined)
  if (constraint === undefined && index) {
    return [{ kind: 'dropIndex', ...base(operation), name: { name }, table, concurrently: false, ifExists: false, cascade: false }]
  }
  return [drop]
}

/** What a call destroys beside the things that the history shows: `name` says it in words. */
function rest(operation: Unresolved, name: string): Operation {
  return { kind: 'dropTable', ...base(operation), table: { name, dynamic: true }, ifExists: true, cascade: true }
}

function dropAllTables(operation: Unresolved, before: Schema, postgres: boolean): Operation[] {
  const { skip } = operation.details as { readonly skip: readonly string[] }
  // PostgreSQL: those of the schema public.
  const reached = (name: Name) => !postgres || (name.schema ?? 'public') === 'public'
  const tables = [...before.tables.values()].filter(({ temporary, name }) => !temporary && reached(name) && !skip.includes(name.name))
  const drops = tables.map(
    (table): Operation => ({ kind: 'dropTable', ...base(operation), table: table.name, ifExists: true, cascade: postgres }),
  )
  if (drops.length > 0 && before.complete) return drops
  return [...drops, rest(operation, `every ${drops.length > 0 ? 'other ' : ''}table of the ${postgres ? 'schema public' : 'database'}`)]
}

/** PostgreSQL: every schema but `public` and the engine's own. MariaDB: every database but the engine's own. */
function dropAllSchemas(operation: Unresolved, before: Schema, postgres: boolean): Operation[] {
  const drops = [...before.schemas.values()]
    .filter((name) => name !== 'public')
    .map((name): Operation => ({ kind: 'dropSchema', ...base(operation), name, ifExists: true, cascade: true }))
  const other = drops.length > 0 ? 'other ' : ''
  return [...drops, rest(operation, postgres ? `every table of every ${other}schema beside public` : 'every table of every database')]
}

function dropAllEnums(operation: Unresolved, before: Schema): Operation[] {
  const enums = [...before.types.values()].filter((type) => type.form === 'enum')
  const drop = (name: Name): Operation => ({ kind: 'dropType', ...base(operation), name, ifExists: true, cascade: false })
  return [...enums.map(({ name }) => drop(name)), drop({ name: `every ${enums.length > 0 ? 'other ' : ''}enum type`, dynamic: true })]
}
