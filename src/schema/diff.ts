import type { Column, DataType, IndexKey } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import { PersistentMap } from './persistent-map.ts'
import { findTable, keyOf, type Naming, type Schema } from './schema.ts'
import type { ConstraintState, IndexState, Table } from './table.ts'

/** One way in which a later schema differs from an earlier one. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed'
  readonly object: 'table' | 'column' | 'index' | 'constraint' | 'view' | 'type' | 'function' | 'trigger' | 'sequence' | 'schema'
  /** The table for parts of tables; the object's own name else. */
  readonly name: Name
  /** The column, index or constraint. */
  readonly part?: string
  /** For `changed`: which property, with its earlier and later value as shown to a person. */
  readonly property?: 'type' | 'nullability' | 'default' | 'definition'
  readonly before?: string
  readonly after?: string
  /** False when incomplete knowledge of either side could explain it. */
  readonly certain: boolean
}

/** What two indexes are compared by. */
type Shape = Pick<IndexState, 'name' | 'unique' | 'where'> & { readonly keys: readonly Pick<IndexKey, 'column' | 'expression'>[] }

/** How `after` differs from `before`: what an `up` followed by its `down` leaves behind or lacks. */
export function diff(before: Schema, after: Schema): Difference[] {
  const found: Difference[] = []
  const certain = before.complete && after.complete
  if (before.tables !== after.tables) diffTables(before, after, found)
  diffValues(before.views, after.views, (change, { name }) => found.push({ change, object: 'view', name, certain }))
  diffValues(before.functions, after.functions, (change, { name }) => found.push({ change, object: 'function', name, certain }))
  diffValues(before.types, after.types, (change, { name, born }) => {
    // A type that was never seen being created is not new: something merely mentioned it.
    if (change === 'removed' || born !== -1) found.push({ change, object: 'type', name, certain })
  })
  diffTriggers(before, after, found)
  diffValues(before.sequences, after.sequences, (change, name) => found.push({ change, object: 'sequence', name, certain }))
  diffValues(before.schemas, after.schemas, (change, name) => found.push({ change, object: 'schema', name: { name }, certain }))
  return found
}

/** Calls `say` for each value that only one of the maps has. */
function diffValues<V>(before: PersistentMap<V>, after: PersistentMap<V>, say: (change: 'added' | 'removed', value: V) => void): void {
  if (before === after) return
  for (const [key, value] of after.notSharedWith(before)) if (!before.has(key)) say('added', value)
  for (const [key, value] of before.notSharedWith(after)) if (!after.has(key)) say('removed', value)
}

function diffTriggers(before: Schema, after: Schema, found: Difference[]): void {
  if (before.triggers === after.triggers) return
  const certain = before.complete && after.complete
  for (const [key, { name: part, table }] of after.triggers.notSharedWith(before.triggers)) {
    // A trigger falls with its table, whether or not the table was known.
    if (!before.triggers.has(key) && (findTable(after, table) || !findTable(before, table)))
      found.push({ change: 'added', object: 'trigger', name: table, part, certain })
  }
  for (const [key, { name: part, table }] of before.triggers.notSharedWith(after.triggers)) {
    if (!after.triggers.has(key)) found.push({ change: 'removed', object: 'trigger', name: table, part, certain })
  }
}

function diffTables(before: Schema, after: Schema, found: Difference[]): void {
  for (const [key, table] of after.tables.notSharedWith(before.tables)) {
    const old = before.tables.get(key)
    if (old === table || table.temporary) continue
    if (old) diffTable(before, old, table, found)
    // A table that was never seen being created is not new: something merely mentioned it.
    else if (table.born !== -1) found.push({ change: 'added', object: 'table', name: table.name, certain: after.complete })
    else diffTable(before, { ...table, columns: PersistentMap.empty(), indexes: [], constraints: [] }, table, found)
  }
  for (const [key, table] of before.tables.notSharedWith(after.tables)) {
    if (!after.tables.has(key) && !table.temporary)
      found.push({ change: 'removed', object: 'table', name: table.name, certain: before.complete && after.complete })
  }
}

function diffTable(before: Schema, old: Table, table: Table, found: Difference[]): void {
  const { naming } = before
  const certain = old.complete && table.complete
  const { name } = table
  for (const [key, state] of table.columns.notSharedWith(old.columns)) {
    const was = old.columns.get(key)
    if (!was) {
      // Neither is a column new that a statement merely mentioned.
      if (state.born !== -1) found.push({ change: 'added', object: 'column', name, part: state.column.name, certain: true })
    } else if (was !== state) diffColumn(name, was.column, state.column, naming, certain, found)
  }
  for (const [key, state] of old.columns.notSharedWith(table.columns)) {
    if (!table.columns.has(key)) found.push({ change: 'removed', object: 'column', name, part: state.column.name, certain })
  }
  const fold = (text: string | undefined) => (text === undefined ? '' : naming.fold(text, 'other'))
  const shape = (index: Shape) =>
    `${index.unique ? 'unique ' : ''}${index.keys.map((key) => (key.column === undefined ? (key.expression?.sql ?? '') : naming.fold(key.column, 'column'))).join(',')}${index.where ? ` where ${index.where.sql}` : ''}`
  const matches = (a: Shape, b: Shape) => (a.name !== undefined && fold(a.name) === fold(b.name)) || shape(a) === shape(b)
  // What the server made for a foreign key is no loss without the key, and serves again when the key comes back.
  const stands = ({ constraint, generated }: IndexState) => constraint === undefined && !generated
  for (const index of table.indexes) {
    if (stands(index) && !old.indexes.some((other) => matches(other, index)))
      found.push({ change: 'added', object: 'index', name, part: index.name ?? shape(index), certain: true })
  }
  for (const index of old.indexes) {
    if (stands(index) && !table.indexes.some((other) => matches(other, index)))
      found.push({ change: 'removed', object: 'index', name, part: index.name ?? shape(index), certain })
  }
  for (const index of table.indexes) {
    const was =
      index.name === undefined ? undefined : old.indexes.find((other) => other.name !== undefined && fold(other.name) === fold(index.name))
    if (!was || was === index || index.constraint !== undefined || was.constraint !== undefined) continue
    // The same expression may be spelled in two ways: only columns are compared.
    if ([...was.keys, ...index.keys].some(({ column }) => column === undefined)) continue
    const bare = (one: Shape) => shape({ ...one, where: undefined })
    if (bare(was) === bare(index)) continue
    const [before, after] = [was, index].map((one) => `${one.unique ? 'unique ' : ''}(${one.keys.map(({ column }) => column).join(', ')})`)
    found.push({
      change: 'changed',
      object: 'index',
      name,
      part: index.name!,
      property: 'definition',
      before: before!,
      after: after!,
      certain,
    })
  }
  const form = ({ constraint }: ConstraintState) =>
    `${constraint.kind}(${constraint.columns.map((column) => naming.fold(column, 'column')).join(',')})${constraint.references ? `→${keyOf(naming, constraint.references.table)}` : ''}${constraint.kind === 'check' ? constraint.expression?.sql : ''}`
  const alike = (a: ConstraintState, b: ConstraintState) =>
    form(a) === form(b) || (a.constraint.name !== undefined && fold(a.constraint.name) === fold(b.constraint.name))
  for (const state of table.constraints) {
    // Whether a column takes NULL is compared with the column.
    if (state.constraint.kind !== 'notNull' && !old.constraints.some((other) => alike(other, state)))
      found.push({ change: 'added', object: 'constraint', name, part: partOf(state, form), certain: true })
  }
  const staysAsIndex = ({ constraint: { kind, name, columns } }: ConstraintState) =>
    naming.uniqueIsIndex === true &&
    kind === 'unique' &&
    table.indexes.some((index) => matches(index, { name, unique: true, keys: columns.map((column) => ({ column })), where: undefined }))
  for (const state of old.constraints) {
    if (state.constraint.kind !== 'notNull' && !table.constraints.some((other) => alike(other, state)) && !staysAsIndex(state))
      found.push({ change: 'removed', object: 'constraint', name, part: partOf(state, form), certain })
  }
}

/** A constraint by its name, a CHECK that has none by its condition. */
function partOf(state: ConstraintState, form: (state: ConstraintState) => string): string {
  const { kind, name, expression } = state.constraint
  return name ?? (kind === 'check' && expression ? `CHECK (${expression.sql})` : form(state))
}

function diffColumn(name: Name, was: Column, is: Column, naming: Naming, certain: boolean, found: Difference[]): void {
  const part = is.name
  const changed = (property: 'type' | 'nullability' | 'default', before: string, after: string) =>
    found.push({ change: 'changed', object: 'column', name, part, property, before, after, certain })
  if (was.type && is.type && !sameType(was.type, is.type, naming)) changed('type', was.type.text, is.type.text)
  if (was.nullable !== is.nullable) changed('nullability', was.nullable ? 'NULL' : 'NOT NULL', is.nullable ? 'NULL' : 'NOT NULL')
  const before = was.default?.sql ?? 'no default'
  const after = is.default?.sql ?? 'no default'
  if (!sameDefault(was, is)) changed('default', before, after)
}

function sameType(a: DataType, b: DataType, naming: Naming): boolean {
  // A varchar without a length is text by another name.
  const nameOf = ({ name, args }: DataType) => (name === 'varchar' && args.length === 0 ? 'text' : name)
  if (a.name !== b.name && nameOf(a) !== nameOf(b)) return false
  const bare = (type: DataType) =>
    `${type.array ? '[]' : ''}${type.unsigned ? ' unsigned' : ''}${type.labels ? `(${type.labels.join(',')})` : ''}`
  if (bare(a) !== bare(b)) return false
  return a.labels !== undefined || (naming.sameArguments?.(a, b) ?? a.args.join() === b.args.join())
}

function sameDefault(a: Column, b: Column): boolean {
  if (!a.default || !b.default) return (a.default === undefined || a.default.isNull) && (b.default === undefined || b.default.isNull)
  const bare = (sql: string) =>
    sql
      .replace(/^\((.*)\)$/s, '$1')
      .replace(/::[\w\s".()[\]]+$/, '')
      .replace(/^array\[\]$/i, '{}')
      .replace(/^'(.*)'$/s, '$1')
      .toLowerCase()
  return bare(a.default.sql) === bare(b.default.sql)
}
