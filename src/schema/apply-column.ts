import type { Column, Expression } from '../ir/column.ts'
import type { Assignment } from '../ir/data.ts'
import { type Name, showName } from '../ir/names.ts'
import type { OperationOf } from '../ir/operation.ts'
import { withoutView, withoutViewsOf } from './apply-object.ts'
import { addColumnTo, changeColumnOf, dropColumnFrom, foldColumn, type When, withTable } from './edit.ts'
import { viewsNaming } from './lookup.ts'
import { referrersOf } from './references.ts'
import { keyOf, type Schema } from './schema.ts'
import { decidersOf } from './sources.ts'
import { isGuarded, lacksColumn, type Step } from './step.ts'
import type { ColumnState, IndexState, Table } from './table.ts'

type ColumnOperation = OperationOf<
  | 'addColumn'
  | 'dropColumn'
  | 'renameColumn'
  | 'alterColumnType'
  | 'modifyColumn'
  | 'setDefault'
  | 'dropDefault'
  | 'setNotNull'
  | 'dropNotNull'
  | 'update'
>

/** The schema after an operation on columns of one table. */
export function applyToColumn(schema: Schema, operation: ColumnOperation, when: When): Step {
  switch (operation.kind) {
    case 'addColumn': {
      const table = schema.tables.get(keyOf(schema.naming, operation.table))
      if (table?.columns.has(foldColumn(schema, operation.column.name))) {
        if (operation.ifNotExists || isGuarded(operation)) return { schema }
        const conflict = `column ${operation.column.name} of ${showName(operation.table)} already exists`
        return table.complete && schema.complete ? { schema, conflict } : { schema }
      }
      return { schema: withTable(schema, operation.table, (old) => addColumnTo(schema, old, operation.column, when)) }
    }
    case 'dropColumn': {
      const left = editReferences(
        operation.cascade ? withoutReaders(schema, operation.table, operation.column) : schema,
        operation.table,
        operation.column,
        () => undefined,
      )
      const next = withTable(left, operation.table, (table) =>
        dropColumnFrom(schema, table, operation.column, schema.naming.defaultSchema === undefined),
      )
      return operation.ifExists ? { schema: next } : missing(schema, next, operation.table, operation.column)
    }
    case 'renameColumn':
      return missing(schema, renameColumn(schema, operation.table, operation.column, operation.to), operation.table, operation.column)
    case 'alterColumnType':
      return change(schema, operation, (state) => ({ ...state, column: { ...state.column, type: operation.type } }))
    case 'modifyColumn': {
      const renamed =
        foldColumn(schema, operation.column) === foldColumn(schema, operation.to.name)
          ? schema
          : renameColumn(schema, operation.table, operation.column, operation.to.name)
      const next = withTable(renamed, operation.table, (table) =>
        changeColumnOf(schema, withMentioned(schema, table, operation.to), operation.to.name, (state) => ({
          ...state,
          column: {
            ...operation.to,
            // A primary key's column stays NOT NULL whether or not that is said again.
            nullable: operation.to.nullable && !inPrimaryKey(schema, table, operation.to.name),
            constraints: state.column.constraints,
          },
        })),
      )
      return missing(schema, next, operation.table, operation.column)
    }
    case 'setDefault':
      return change(schema, operation, (state) => withDefault(state, operation.default))
    case 'dropDefault':
      return change(schema, operation, (state) => withDefault(state, undefined))
    case 'setNotNull':
      return change(schema, operation, (state) => ({ ...state, column: { ...state.column, nullable: false } }))
    case 'dropNotNull':
      if (isKept(schema, operation)) {
        const conflict = `column ${operation.column} of ${showName(operation.table)} is in its primary key and stays NOT NULL`
        return { schema, conflict }
      }
      return change(schema, operation, (state) => ({ ...state, column: { ...state.column, nullable: true } }))
    case 'update':
      return { schema: filled(schema, operation, when) }
  }
}

/** A column that was there before the history is all that its new definition says, but for the keys that it is in: AUTO_INCREMENT needs one. */
function withMentioned(schema: Schema, table: Table, column: Column): Table {
  const key = foldColumn(schema, column.name)
  if ((table.complete && schema.complete) || table.columns.has(key) || column.autoIncrement) return table
  const state: ColumnState = { column: { ...column, constraints: [] }, born: -1, filled: undefined, filledFrom: [] }
  return { ...table, columns: table.columns.set(key, state) }
}

/** PostgreSQL refuses to take NOT NULL off a column of the primary key (42P16). */
function isKept(schema: Schema, { table, column }: OperationOf<'dropNotNull'>): boolean {
  const state = schema.tables.get(keyOf(schema.naming, table))
  return schema.naming.defaultSchema !== undefined && state?.complete === true && schema.complete && inPrimaryKey(schema, state, column)
}

function inPrimaryKey(schema: Schema, table: Table, column: string): boolean {
  const key = foldColumn(schema, column)
  return table.constraints.some(
    ({ constraint }) => constraint.kind === 'primaryKey' && constraint.columns.some((other) => foldColumn(schema, other) === key),
  )
}

function withDefault(state: ColumnState, expression: Expression | undefined): ColumnState {
  return { ...state, column: { ...state.column, default: expression?.isNull ? undefined : expression } }
}

function change(
  schema: Schema,
  operation: { readonly table: Name; readonly column: string },
  edit: (state: ColumnState) => ColumnState,
): Step {
  const next = withTable(schema, operation.table, (table) => changeColumnOf(schema, table, operation.column, edit))
  return missing(schema, next, operation.table, operation.column)
}

function missing(schema: Schema, next: Schema, table: Name, column: string): Step {
  if (!lacksColumn(schema, table, column)) return { schema: next }
  return { schema: next, conflict: `column ${column} of ${showName(table)} does not exist` }
}

function renameColumn(schema: Schema, name: Name, from: string, to: string): Schema {
  const key = foldColumn(schema, from)
  const rename = (column: string) => (foldColumn(schema, column) === key ? to : column)
  const followed = editReferences(renameInViews(schema, name, from, to), name, from, (columns) => columns.map(rename))
  return withTable(followed, name, (table) => {
    const state = table.columns.get(key)
    const columns = state
      ? table.columns.rename(key, foldColumn(schema, to), { ...state, column: { ...state.column, name: to } })
      : table.columns
    const indexes = table.indexes.map((index) =>
      mentions(index, (column) => foldColumn(schema, column) === key) ? renamedIn(index, rename) : index,
    )
    const constraints = table.constraints.map((state) => {
      const { constraint } = state
      const { expression } = constraint
      if (![...constraint.columns, ...(expression?.columns ?? [])].some((column) => foldColumn(schema, column) === key)) return state
      const followed = expression && renamedExpression(expression, rename)
      const columns = constraint.columns.map(rename)
      return { ...state, constraint: { ...constraint, columns, ...(followed ? { expression: followed } : {}) } }
    })
    return { ...table, columns, indexes, constraints }
  })
}

/** The schema without the views that read a column, and those over them. A name that other tables of the view have as well is taken for this. */
function withoutReaders(schema: Schema, table: Name, column: string): Schema {
  const own = foldColumn(schema, column)
  const readers = viewsNaming(schema, table).filter(
    ({ star, columns }) => star || columns.some((other) => foldColumn(schema, other) === own),
  )
  return readers.reduce((next, { name }) => withoutViewsOf(withoutView(next, name), name), schema)
}

/** The views that read a column go on reading it under its new name; those of MySQL ask for the old one. */
function renameInViews(schema: Schema, table: Name, from: string, to: string): Schema {
  if (schema.naming.defaultSchema === undefined) return schema
  const own = foldColumn(schema, from)
  let { views } = schema
  for (const view of viewsNaming(schema, table)) {
    if (!view.columns.some((other) => foldColumn(schema, other) === own)) continue
    // Of several tables another one may be meant.
    const kept = view.uses.length > 1 ? view.columns : view.columns.filter((other) => foldColumn(schema, other) !== own)
    views = views.set(keyOf(schema.naming, view.name), { ...view, columns: [...kept, to] })
  }
  return views === schema.views ? schema : { ...schema, views }
}

/** The foreign keys that point at a column, with what they point at changed; undefined drops them. */
function editReferences(
  schema: Schema,
  name: Name,
  column: string,
  change: (columns: readonly string[]) => readonly string[] | undefined,
): Schema {
  const key = keyOf(schema.naming, name)
  const own = foldColumn(schema, column)
  let next = schema
  for (const table of referrersOf(schema, name)) {
    const constraints = table.constraints.flatMap((state) => {
      const { references } = state.constraint
      if (!references || keyOf(schema.naming, references.table) !== key) return [state]
      if (!references.columns.some((other) => foldColumn(schema, other) === own)) return [state]
      const columns = change(references.columns)
      return columns ? [{ ...state, constraint: { ...state.constraint, references: { ...references, columns } } }] : []
    })
    const same = constraints.length === table.constraints.length && constraints.every((state, at) => state === table.constraints[at])
    if (!same) next = withTable(next, table.name, (old) => ({ ...old, constraints }))
  }
  return next
}

function mentions(index: IndexState, is: (column: string) => boolean): boolean {
  return (
    index.keys.some((part) => (part.column !== undefined && is(part.column)) || part.expression?.columns.some(is)) ||
    (index.where?.columns.some(is) ?? false)
  )
}

/** Names in the text of an expression: quoted, or bare with no parenthesis behind, as a function's has. What stands in quotes is passed over. */
const named = /'(?:[^']|'')*'|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)(?!\s*\(|[\p{L}\p{N}_$])/gu

/** An expression after a column's rename, which the server keeps by number: a CHECK goes on proving what it proved. */
function renamedExpression(expression: Expression, rename: (column: string) => string): Expression {
  const sql = expression.sql.replace(named, (text: string, quoted: string | undefined, bare: string | undefined) => {
    const name = quoted?.replaceAll('""', '"') ?? bare
    const to = name === undefined ? undefined : rename(name)
    if (to === undefined || to === name) return text
    return bare !== undefined && /^[a-z_][a-z0-9_$]*$/.test(to) ? to : `"${to.replaceAll('"', '""')}"`
  })
  return { ...expression, sql, columns: expression.columns.map(rename) }
}

function renamedIn(index: IndexState, rename: (column: string) => string): IndexState {
  const keys = index.keys.map((part) => ({
    ...part,
    column: part.column === undefined ? undefined : rename(part.column),
    ...(part.expression ? { expression: { ...part.expression, columns: part.expression.columns.map(rename) } } : {}),
  }))
  return { ...index, keys, where: index.where && { ...index.where, columns: index.where.columns.map(rename) } }
}

function filled(schema: Schema, operation: OperationOf<'update'>, when: When): Schema {
  return withTable(schema, operation.table, (table) => {
    let next = table
    for (const assignment of operation.set) {
      if (assignment.value === 'null' || assignment.value === 'default') continue
      const deciders = decidersOf(assignment, operation, (column) => inPrimaryKey(schema, table, column))
      const copies = copiesBy(schema, assignment, operation, when)
      next = changeColumnOf(schema, next, assignment.column, (state) => ({
        ...state,
        filled: when.born,
        filledFrom: [...state.filledFrom, ...assignment.columns],
        ...(deciders.length > 0 ? { decidedBy: [...(state.decidedBy ?? []), ...deciders] } : {}),
        ...(copies.length > 0 ? { copies: [...(state.copies ?? []), ...copies] } : {}),
      }))
    }
    return next
  })
}

/** The tables whose column of the same name an assignment of an UPDATE takes. */
function copiesBy(
  schema: Schema,
  { column, columns, value }: Assignment,
  { from, table }: OperationOf<'update'>,
  { born }: When,
): NonNullable<ColumnState['copies']> {
  const own = foldColumn(schema, column)
  if (value === 'constant' || !columns.some((source) => foldColumn(schema, source) === own)) return []
  const others = from.filter((name) => keyOf(schema.naming, name) !== keyOf(schema.naming, table) && !lacksColumn(schema, name, column))
  return others.map((name) => ({ from: name, born, by: 'update' }))
}
