import type { Column } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { OperationOf } from '../ir/operation.ts'
import type { Span } from '../source/span.ts'
import { changeColumnOf, type When, withTable } from './edit.ts'
import { renameTable } from './rename-table.ts'
import { keyOf, type Schema } from './schema.ts'
import type { Table, TableSetting, ViewState } from './table.ts'

/** The schema after a clause that changes a property of a table. */
export function applyToProperty(schema: Schema, operation: OperationOf<'alterTable'>, when: When): Schema {
  const { table: name, action, value } = operation
  switch (action) {
    case 'SET SCHEMA':
      return value === undefined ? schema : renameTable(schema, name, { ...name, schema: value })
    case 'ENGINE':
      return value === undefined ? schema : withTable(schema, name, (table) => ({ ...table, options: { ...table.options, ENGINE: value } }))
    case 'ROW_FORMAT':
      return value === undefined
        ? schema
        : withTable(schema, name, (table) => ({ ...table, options: { ...table.options, ROW_FORMAT: value } }))
    case 'CHARSET':
    case 'COLLATE':
      return value === undefined ? schema : withTable(schema, name, (table) => withDefault(table, action, value))
    case 'CONVERT TO CHARACTER SET':
      return value === undefined ? schema : withTable(schema, name, (table) => converted(table, value))
    case 'PARTITION BY':
      return withTable(schema, name, ({ partitionBy: _, ...table }) => ({
        ...table,
        partitioned: true,
        ...(operation.partitionBy ? { partitionBy: operation.partitionBy } : {}),
      }))
    case 'ADD IDENTITY':
    case 'DROP IDENTITY':
      return operation.column === undefined
        ? schema
        : withIdentity(schema, name, operation.column, action === 'ADD IDENTITY' ? value : undefined)
    case 'REMOVE PARTITIONING':
      return withTable(schema, name, ({ partitionBy: _, ...table }) => ({ ...table, partitioned: false }))
    case 'ENABLE ROW LEVEL SECURITY':
      return withTable(schema, name, (table) => (table.rowSecurity ? table : { ...table, rowSecurity: 'on' }))
    case 'FORCE ROW LEVEL SECURITY':
      return withTable(schema, name, (table) => ({ ...table, rowSecurity: 'forced' }))
    case 'NO FORCE ROW LEVEL SECURITY':
      return withTable(schema, name, (table) => (table.rowSecurity === 'forced' ? { ...table, rowSecurity: 'on' } : table))
    case 'DISABLE ROW LEVEL SECURITY':
      return withTable(schema, name, ({ rowSecurity: _, ...table }) => table)
    case 'SET':
      return withTable(schema, name, (table) => withSettings(table, value, operation.span, when))
    case 'RESET':
      return withTable(schema, name, (table) => withoutSettings(table, value))
    default:
      return schema
  }
}

/** A column that is numbered from here on, `ALWAYS` or `BY DEFAULT`, or no longer. */
function withIdentity(schema: Schema, name: Name, column: string, value: string | undefined): Schema {
  return withTable(schema, name, (table) =>
    changeColumnOf(schema, table, column, (state) => {
      const { identity: _, ...plain } = state.column
      return { ...state, column: value === undefined ? plain : { ...plain, identity: value === 'ALWAYS' ? 'always' : 'by default' } }
    }),
  )
}

const isText = ({ type }: Column) => type !== undefined && /char$|text$|^enum$|^set$/.test(type.name)

/**
 * Another character set or collation for columns to come; those that are there keep what they had of the table. Where that was not
 * written, the table's stays unwritten too.
 */
function withDefault(table: Table, option: 'CHARSET' | 'COLLATE', value: string): Table {
  const { CHARSET, COLLATE, ...options } = table.options
  if (CHARSET === undefined && COLLATE === undefined) return table
  let { columns } = table
  for (const [key, state] of columns) {
    const { column } = state
    if (!isText(column) || column.charset !== undefined || column.collation !== undefined) continue
    const own = { ...(CHARSET === undefined ? {} : { charset: CHARSET }), ...(COLLATE === undefined ? {} : { collation: COLLATE }) }
    columns = columns.set(key, { ...state, column: { ...column, ...own } })
  }
  // A character set that is named alone brings its own default collation.
  const kept = option === 'COLLATE' && CHARSET !== undefined ? { CHARSET } : {}
  return { ...table, columns, options: { ...options, ...kept, [option]: value } }
}

/** `value`: the character set, with COLLATE behind it where that was written. Every text column takes it. */
function converted(table: Table, value: string): Table {
  const [charset, collation] = value.split(' COLLATE ')
  const { COLLATE: _, ...options } = table.options
  let { columns } = table
  for (const [key, state] of columns) {
    if (!isText(state.column)) continue
    const { collation: __, ...column } = state.column
    columns = columns.set(key, { ...state, column: { ...column, charset: charset!, ...(collation === undefined ? {} : { collation }) } })
  }
  return { ...table, columns, options: { ...options, CHARSET: charset!, ...(collation === undefined ? {} : { COLLATE: collation }) } }
}

function withSettings(table: Table, list: string | undefined, span: Span, when: When): Table {
  const settings = new Map<string, TableSetting>(table.settings)
  for (const part of (list ?? '').split(', ')) {
    const at = part.indexOf('=')
    const name = (at < 0 ? part : part.slice(0, at)).toLowerCase()
    if (name !== '') settings.set(name, { value: at < 0 ? 'true' : part.slice(at + 1), born: when.born, span })
  }
  return settings.size === 0 ? table : { ...table, settings }
}

function withoutSettings({ settings, ...table }: Table, list: string | undefined): Table {
  const left = new Map(settings)
  for (const name of (list ?? '').split(', ')) left.delete(name.toLowerCase())
  return left.size === 0 ? table : { ...table, settings: left }
}

/** The storage parameters that a CREATE TABLE gives. */
export function settingsOf(given: Readonly<Record<string, string>>, span: Span, when: When): ReadonlyMap<string, TableSetting> {
  return new Map(Object.entries(given).map(([name, value]) => [name, { value, born: when.born, span }]))
}

/** A table becomes a partition, with the rows that it then takes. */
export function attachPartition(schema: Schema, operation: OperationOf<'attachPartition'>): Schema {
  return withTable(schema, operation.partition, (table) => ({
    ...table,
    partitionOf: operation.table,
    ...(operation.bounds ? { bounds: operation.bounds } : {}),
    ...(operation.isDefault ? { isDefaultPartition: true as const } : {}),
  }))
}

/** A partition is a table of its own again. */
export function detachPartition(schema: Schema, operation: OperationOf<'detachPartition'>): Schema {
  return withTable(schema, operation.partition, ({ bounds: _, isDefaultPartition: __, ...table }) => ({ ...table, partitionOf: undefined }))
}

/** The schema after a statement that changes who may do what: policies and grants. */
export function applyToRights(schema: Schema, operation: OperationOf<'otherStatement'>): Schema {
  const { details } = operation
  if (details?.about === 'policy') {
    const { table, name } = operation
    if (table === undefined || name === undefined || details.action === 'alter') return schema
    return withTable(schema, table, ({ policies = [], ...old }) => {
      const left = policies.filter((policy) => policy.name !== name.name)
      if (details.action === 'create') left.push({ name: name.name, permissive: details.permissive, command: details.command })
      return left.length === 0 ? old : { ...old, policies: left }
    })
  }
  if (details?.about !== 'grant') return schema
  if (details.on === 'table') return details.objects.reduce((next, name) => granted(next, name, details.to, details.revoke), schema)
  if (details.on !== 'all-tables') return schema
  const schemas = new Set(details.objects.map(({ name }) => schema.naming.fold(name, 'other')))
  let next = schema
  for (const { name } of schema.tables.values()) {
    const own = name.schema === undefined ? schema.naming.defaultSchema : schema.naming.fold(name.schema, 'other')
    if (own !== undefined && schemas.has(own)) next = granted(next, name, details.to, details.revoke)
  }
  return next
}

function granted(schema: Schema, name: Name, roles: readonly string[], revoke: boolean): Schema {
  const key = keyOf(schema.naming, name)
  const view = schema.views.get(key)
  if (view) {
    const next = withGrants(view, roles, revoke)
    return next === view ? schema : { ...schema, views: schema.views.set(key, next) }
  }
  // What is taken from a table that nobody knows changes nothing.
  if (revoke && !schema.tables.has(key)) return schema
  return withTable(schema, name, (table) => withGrants(table, roles, revoke))
}

function withGrants<T extends Table | ViewState>(owner: T, roles: readonly string[], revoke: boolean): T {
  const had = owner.grants ?? []
  const grants = revoke ? had.filter((role) => !roles.includes(role)) : [...had, ...roles.filter((role) => !had.includes(role))]
  return grants.length === had.length ? owner : { ...owner, grants }
}
