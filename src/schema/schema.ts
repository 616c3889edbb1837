import type { DataType } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { PersistentMap } from './persistent-map.ts'
import type { Referrers } from './references.ts'
import type { FunctionState, Table, TriggerState, TypeState, ViewState } from './table.ts'

/** How names and types are compared; given by the dialect, so that this room knows no engine. */
export interface Naming {
  readonly defaultSchema: string | undefined
  fold(name: string, kind: 'table' | 'column' | 'other'): string
  /** Are two types of one name the same, whatever stands in the brackets behind it? Absent: only where the same does. */
  sameArguments?(from: DataType, to: DataType): boolean
  /** Is a UNIQUE constraint nothing but a unique index of that name? */
  readonly uniqueIsIndex?: boolean
}

/** What the database looks like at one moment. An immutable value; `apply` gives the next one and shares what did not change. */
export interface Schema {
  readonly naming: Naming
  readonly tables: PersistentMap<Table>
  /** Who refers to whom, kept up by every change of a table; absent in a schema that was put together by hand. */
  readonly referrers?: Referrers
  readonly views: PersistentMap<ViewState>
  readonly types: PersistentMap<TypeState>
  readonly functions: PersistentMap<FunctionState>
  /** Index key to the key of its table or materialised view. */
  readonly indexOwners: PersistentMap<string>
  readonly sequences: PersistentMap<Name>
  /** By table and name: PostgreSQL names triggers within their table. */
  readonly triggers: PersistentMap<TriggerState>
  readonly schemas: PersistentMap<string>
  /** MySQL: the database of names without one, which the first USE of the history tells; absent: none did. */
  readonly home?: string
  /** False when something opaque may have created or dropped any object, or history starts in the middle. */
  readonly complete: boolean
}

/** The key under which an object is kept: folded, with the default schema left out. */
export function keyOf(naming: Naming, name: Name, kind: 'table' | 'other' = 'table'): string {
  const own = naming.fold(name.name, kind)
  if (name.schema === undefined) return own
  const schema = naming.fold(name.schema, 'other')
  return schema === naming.defaultSchema ? own : `${schema}.${own}`
}

export function triggerKey(naming: Naming, { table, name }: Pick<TriggerState, 'table' | 'name'>): string {
  return `${keyOf(naming, table)} ${naming.fold(name, 'other')}`
}

export function findTable(schema: Schema, name: Name): Table | undefined {
  return schema.tables.get(keyOf(schema.naming, name))
}

export function findView(schema: Schema, name: Name): ViewState | undefined {
  return schema.views.get(keyOf(schema.naming, name))
}

export function findType(schema: Schema, name: Name): TypeState | undefined {
  return schema.types.get(keyOf(schema.naming, name, 'other'))
}

export function findFunction(schema: Schema, name: Name): FunctionState | undefined {
  return schema.functions.get(keyOf(schema.naming, name, 'other'))
}

export function findColumn(schema: Schema, table: Name, column: string) {
  return findTable(schema, table)?.columns.get(schema.naming.fold(column, 'column'))
}
