import type { Expression } from '../ir/column.ts'
import { type Name, showName } from '../ir/names.ts'
import { viewsNaming } from '../schema/lookup.ts'
import { referrersOf } from '../schema/references.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born, ColumnState, ConstraintState, IndexState, Table, ViewState } from '../schema/table.ts'

/** Something that stands on an object of the schema. */
export interface Dependant {
  readonly kind: 'column' | 'generated' | 'default' | 'index' | 'constraint' | 'foreignKey' | 'view'
  readonly name: string
  /** The table that it belongs to; undefined for a view. */
  readonly table: Name | undefined
  readonly born: Born
  /** False where the history shows only that it uses the table, not which column of it. */
  readonly certain: boolean
}

/** What is to go or to change. */
export type DependedOn =
  | { readonly table: Name; readonly column?: string }
  | { readonly function: Name }
  | { readonly type: Name }
  | { readonly sequence: Name }

/**
 * What stops working, or falls with CASCADE, when this goes or changes, as far as the history shows it: what stands nearest first, then
 * views over views. What is part of a table goes with the table and is no dependant of it.
 */
export function dependantsOf(what: DependedOn, schema: Schema): readonly Dependant[] {
  if ('table' in what) {
    const { table, column } = what
    return column === undefined
      ? [...foreignKeysTo(table, undefined, schema), ...viewsOver(table, undefined, schema)]
      : [...withinTable(table, column, schema), ...foreignKeysTo(table, column, schema), ...viewsOver(table, column, schema)]
  }
  if ('function' in what) return inEveryTable(schema, (expression) => callsFunction(expression, what.function, schema))
  if ('sequence' in what) return inEveryTable(schema, (expression) => takesNumbers(expression, what.sequence, schema))
  return columnsOf(what.type, schema)
}

/** Indexes, constraints and generated columns of the table itself. */
function withinTable(name: Name, column: string, schema: Schema): Dependant[] {
  const table = findTable(schema, name)
  if (!table) return []
  const { naming } = schema
  const wanted = naming.fold(column, 'column')
  const has = (columns: readonly string[] | undefined) => columns?.some((other) => naming.fold(other, 'column') === wanted) === true
  const found: Dependant[] = []
  for (const state of table.columns.values()) {
    if (has(state.column.generated?.expression.columns)) found.push(ofColumn('generated', table, state))
  }
  for (const index of table.indexes) {
    const keyed = index.keys.some((key) => (key.column !== undefined && has([key.column])) || has(key.expression?.columns))
    if (index.constraint === undefined && (keyed || has(index.where?.columns))) found.push(ofIndex(table, index))
  }
  for (const state of table.constraints) {
    const { kind, columns, expression } = state.constraint
    if (kind !== 'notNull' && (has(columns) || has(expression?.columns))) found.push(ofConstraint(table, state))
  }
  return found
}

/** Foreign keys of other tables; with a column, those that refer to it. */
function foreignKeysTo(target: Name, column: string | undefined, schema: Schema): Dependant[] {
  const { naming } = schema
  const own = keyOf(naming, target)
  const wanted = column === undefined ? undefined : naming.fold(column, 'column')
  const isKey = findTable(schema, target)?.constraints.some(
    ({ constraint }) => constraint.kind === 'primaryKey' && constraint.columns.some((other) => naming.fold(other, 'column') === wanted),
  )
  return referrersOf(schema, target)
    .filter(({ name }) => keyOf(naming, name) !== own)
    .flatMap((table) =>
      table.constraints
        .filter(({ constraint: { references } }) => {
          if (!references || keyOf(naming, references.table) !== own) return false
          if (wanted === undefined) return true
          // Without columns the primary key is meant.
          return references.columns.length === 0
            ? isKey === true
            : references.columns.some((other) => naming.fold(other, 'column') === wanted)
        })
        .map((state) => ofConstraint(table, state)),
    )
}

/** Views that read the table, or the column of it, and views that read those. */
function viewsOver(name: Name, column: string | undefined, schema: Schema): Dependant[] {
  const { naming } = schema
  const found: Dependant[] = []
  // A map hands out what is added to it while it is walked: the views over views come after those over the table.
  const seen = new Map([[keyOf(naming, name), name]])
  for (const read of seen.values()) {
    for (const view of viewsNaming(schema, read)) {
      const viewKey = keyOf(naming, view.name)
      if (seen.has(viewKey)) continue
      const reads = column === undefined ? true : read === name ? readsColumn(view, name, column, schema) : undefined
      if (reads === false) continue
      seen.set(viewKey, view.name)
      found.push({ kind: 'view', name: showName(view.name), table: undefined, born: view.born, certain: reads === true })
    }
  }
  return found
}

/** Does a view over the table read this column of it? undefined: that cannot be told from the names in its query. */
function readsColumn(view: ViewState, name: Name, column: string, { naming, tables }: Schema): boolean | undefined {
  const table = tables.get(keyOf(naming, name))
  const wanted = naming.fold(column, 'column')
  const state = table?.columns.get(wanted)
  const others = view.uses.filter((used) => keyOf(naming, used) !== keyOf(naming, name)).map((used) => tables.get(keyOf(naming, used)))
  const isNamed = view.columns.some((other) => naming.fold(other, 'column') === wanted)
  // What `*` stands for is what the table had when the view was made.
  if (others.length === 0 && view.star && state !== undefined && state.born < view.born) return true
  if (isNamed) return others.every((other) => other?.complete === true && !other.columns.has(wanted)) ? true : undefined
  const isWhole = table?.complete === true && view.columns.every((other) => table.columns.has(naming.fold(other, 'column')))
  return others.length === 0 && !view.star && isWhole ? false : undefined
}

/** Whatever of any table computes by such an expression. */
function inEveryTable(schema: Schema, uses: (expression: Expression | undefined) => boolean): Dependant[] {
  const found: Dependant[] = []
  for (const table of schema.tables.values()) {
    for (const state of table.columns.values()) {
      if (uses(state.column.generated?.expression)) found.push(ofColumn('generated', table, state))
      if (uses(state.column.default)) found.push(ofColumn('default', table, state))
    }
    for (const index of table.indexes) if (index.keys.some((key) => uses(key.expression))) found.push(ofIndex(table, index))
    for (const state of table.constraints) if (uses(state.constraint.expression)) found.push(ofConstraint(table, state))
  }
  return found
}

function callsFunction(expression: Expression | undefined, name: Name, { naming }: Schema): boolean {
  const wanted = keyOf(naming, name, 'other')
  return expression?.functions.some((called) => keyOf(naming, parsed(called), 'other') === wanted) === true
}

/** nextval('orders_id_seq'): the sequence is named by a literal. */
function takesNumbers(expression: Expression | undefined, name: Name, { naming }: Schema): boolean {
  if (!expression?.functions.some((called) => parsed(called).name.toLowerCase() === 'nextval')) return false
  const wanted = keyOf(naming, name, 'other')
  return expression.literals.some((text) => keyOf(naming, parsed(text.replaceAll('"', '')), 'other') === wanted)
}

function columnsOf(type: Name, schema: Schema): Dependant[] {
  const { naming } = schema
  const wanted = keyOf(naming, type, 'other')
  const found: Dependant[] = []
  for (const table of schema.tables.values()) {
    for (const state of table.columns.values()) {
      const own = state.column.type
      if (own && keyOf(naming, { name: own.name, ...(own.schema ? { schema: own.schema } : {}) }, 'other') === wanted)
        found.push(ofColumn('column', table, state))
    }
  }
  return found
}

function parsed(text: string): Name {
  const dot = text.indexOf('.')
  return dot < 0 ? { name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) }
}

function ofColumn(kind: 'column' | 'generated' | 'default', table: Table, { column, born }: ColumnState): Dependant {
  return { kind, name: column.name, table: table.name, born, certain: true }
}

function ofIndex(table: Table, { name, born }: IndexState): Dependant {
  return { kind: 'index', name: name ?? '(unnamed)', table: table.name, born, certain: true }
}

function ofConstraint(table: Table, { constraint, born }: ConstraintState): Dependant {
  const { kind, columns, name } = constraint
  return {
    kind: kind === 'foreignKey' ? 'foreignKey' : 'constraint',
    name: name ?? `(${columns.join(', ')})`,
    table: table.name,
    born,
    certain: true,
  }
}
