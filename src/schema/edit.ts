import type { Column, Constraint, IndexKey } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import { PersistentMap } from './persistent-map.ts'
import { noteReferences } from './references.ts'
import { keyOf, type Naming, type Schema } from './schema.ts'
import type { Born, ColumnState, ConstraintState, IndexState, Table } from './table.ts'

/** When and in which transaction a step happens. `transaction` is a key: the same key means the same transaction. */
export interface When {
  readonly born: Born
  readonly transaction: string
}

/** So many indexes or constraints no one keeps on a table: what comes beyond them is not kept, and the table counts as known in part. */
const mostParts = 2_000

/** A database about which nothing is known yet. */
export function emptySchema(naming: Naming): Schema {
  return {
    naming,
    tables: PersistentMap.empty(),
    referrers: PersistentMap.empty(),
    views: PersistentMap.empty(),
    types: PersistentMap.empty(),
    functions: PersistentMap.empty(),
    indexOwners: PersistentMap.empty(),
    sequences: PersistentMap.empty(),
    triggers: PersistentMap.empty(),
    schemas: PersistentMap.empty(),
    complete: true,
  }
}

/** A table that exists although its creation was not read. */
export function unknownTable(name: Name): Table {
  return {
    name,
    columns: PersistentMap.empty(),
    indexes: [],
    constraints: [],
    born: -1,
    temporary: false,
    partitioned: false,
    partitionOf: undefined,
    options: {},
    complete: false,
    copyOf: [],
    hasRows: false,
  }
}

/** The schema with a table changed; a table that was not known is taken to exist. Index owners follow. */
export function withTable(schema: Schema, name: Name, change: (table: Table) => Table): Schema {
  const key = keyOf(schema.naming, name)
  const old = schema.tables.get(key) ?? unknownTable(name)
  const next = change(old)
  if (next === old) return schema
  const tables = schema.tables.set(key, next)
  const indexOwners = withOwners(schema, next.name, old.indexes, next.indexes)
  const referrers = schema.referrers && noteReferences(schema.referrers, schema.naming, key, old, next)
  return { ...schema, tables, indexOwners, ...(referrers ? { referrers } : {}) }
}

/** The schema without a table; its indexes go with it. */
export function withoutTable(schema: Schema, name: Name): Schema {
  const key = keyOf(schema.naming, name)
  const old = schema.tables.get(key)
  if (!old) return schema
  return { ...schema, tables: schema.tables.delete(key), indexOwners: withOwners(schema, old.name, old.indexes, []) }
}

/** The key of an index beside that of its schema: what an unqualified name may mean under a search path. */
function keyAnywhere(schema: Schema, index: string): string {
  return `*.${foldIndex(schema, index)}`
}

/** The key of the relation that has an index of this name: an index lives in the schema of what it stands on. */
export function ownerKeyOf(schema: Schema, index: Name): string | undefined {
  const key = schema.indexOwners.get(keyOf(schema.naming, index, 'other'))
  return key ?? (index.schema === undefined ? schema.indexOwners.get(keyAnywhere(schema, index.name)) : undefined)
}

/** Who owns which index, when the indexes of one relation change from `before` to `after`. A name that another relation took since stays its. */
export function withOwners(
  schema: Schema,
  owner: Name,
  before: readonly IndexState[],
  after: readonly IndexState[],
): PersistentMap<string> {
  if (before === after) return schema.indexOwners
  const { naming } = schema
  const key = keyOf(naming, owner)
  const keysFor = (name: string) => {
    const own = keyOf(naming, owner.schema === undefined ? { name } : { schema: owner.schema, name }, 'other')
    return own === foldIndex(schema, name) ? [own] : [own, keyAnywhere(schema, name)]
  }
  const stay = new Set(after)
  const were = new Set(before)
  let map = schema.indexOwners
  for (const index of before) {
    if (index.name === undefined || stay.has(index)) continue
    for (const own of keysFor(index.name)) if (map.get(own) === key) map = map.delete(own)
  }
  for (const index of after) {
    if (index.name === undefined || were.has(index)) continue
    for (const own of keysFor(index.name)) map = map.set(own, key)
  }
  return map
}

export function foldIndex(schema: Schema, name: string): string {
  return schema.naming.fold(name, 'other')
}

export function foldColumn(schema: Schema, name: string): string {
  return schema.naming.fold(name, 'column')
}

export function sameColumns(schema: Schema, a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column, i) => foldColumn(schema, column) === foldColumn(schema, b[i]!))
}

const suffixes = { primaryKey: 'pkey', unique: 'key', check: 'check', foreignKey: 'fkey', notNull: 'not_null', exclude: 'excl' } as const

/** The name that PostgreSQL gives a constraint that the user left unnamed; good enough to find it again on other engines. */
export function impliedName(table: Name, constraint: Constraint): string {
  const suffix = suffixes[constraint.kind]
  // A CHECK over several columns is named for its table alone.
  const alone = constraint.kind === 'primaryKey' || (constraint.kind === 'check' && constraint.columns.length > 1)
  return alone ? `${table.name}_${suffix}` : [table.name, ...constraint.columns, suffix].join('_')
}

/** InnoDB numbers its own, one above the highest: https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html */
function innodbName({ name, constraints }: Table): string {
  const prefix = `${name.name}_ibfk_`
  const numbers = constraints.flatMap(({ constraint }) =>
    constraint.name?.startsWith(prefix) ? [Number(constraint.name.slice(prefix.length)) || 0] : [],
  )
  return `${prefix}${Math.max(0, ...numbers) + 1}`
}

/** MySQL and MariaDB call an index that nobody named after its first column, and number those that would be called the same from 2 on. */
function mysqlIndexName(table: Table | undefined, first: string): string {
  const isTaken = (name: string) => table?.indexes.some((index) => index.name?.toLowerCase() === name.toLowerCase())
  let name = first
  for (let number = 2; isTaken(name); number++) name = `${first}_${number}`
  return name
}

/** The name that the engine gives an index of the table that nobody named, or one like it. */
export function indexName(
  schema: Schema,
  table: Table | undefined,
  { table: name, keys }: { readonly table: Name; readonly keys: readonly IndexKey[] },
) {
  const first = keys[0]?.column
  if (schema.naming.defaultSchema === undefined && first !== undefined) return mysqlIndexName(table, first)
  return [name.name, ...keys.map((key) => key.column ?? 'expr'), 'idx'].join('_')
}

/** The name that the engine gives a constraint of the table that the user left unnamed, or one like it. */
function ownName(schema: Schema, table: Table, constraint: Constraint): string {
  if (schema.naming.defaultSchema !== undefined) return impliedName(table.name, constraint)
  if (constraint.kind === 'foreignKey') return innodbName(table)
  if (constraint.kind === 'primaryKey') return 'PRIMARY'
  const first = constraint.kind === 'unique' ? constraint.columns[0] : undefined
  return first === undefined ? impliedName(table.name, constraint) : mysqlIndexName(table, first)
}

function keysOf(columns: readonly string[]): IndexKey[] {
  return columns.map((column) => ({ column }))
}

/** A table with a constraint added, and the index that it brings. */
export function addConstraintTo(schema: Schema, table: Table, constraint: Constraint, when: When): Table {
  if (table.constraints.length >= mostParts) return table.complete ? { ...table, complete: false } : table
  const name = constraint.name ?? ownName(schema, table, constraint)
  // SQLite gives none to a CHECK, and speaks of it by its condition.
  const isNameless = constraint.kind === 'check' && schema.naming.defaultSchema === 'main'
  const state: ConstraintState = {
    constraint: constraint.name === undefined && !isNameless ? { ...constraint, name } : constraint,
    validated: !constraint.notValid,
    born: when.born,
  }
  let { columns, indexes } = table
  if (constraint.kind === 'primaryKey' || constraint.kind === 'notNull') {
    for (const column of columnsOf(schema, table, constraint)) {
      const key = foldColumn(schema, column)
      const old = columns.get(key)
      if (old?.column.nullable) columns = columns.set(key, { ...old, column: { ...old.column, nullable: false } })
    }
  }
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique') {
    const adopted = constraint.usingIndex
    if (adopted !== undefined) {
      const key = foldIndex(schema, adopted)
      indexes = indexes.map((index) =>
        index.name !== undefined && foldIndex(schema, index.name) === key ? { ...index, name, constraint: name } : index,
      )
    } else {
      const keys = constraint.keys ?? keysOf(constraint.columns)
      const own = { name, keys, unique: true, where: undefined, method: undefined, only: false, born: when.born, constraint: name }
      indexes = [...withoutServed(schema, indexes, own), own]
    }
  }
  if (constraint.kind === 'foreignKey' && schema.naming.defaultSchema === undefined) indexes = withIndexFor(schema, table, constraint, when)
  return { ...table, columns, indexes, constraints: [...table.constraints, state] }
}

/** A table with an index added. */
export function addIndexTo(schema: Schema, table: Table, index: IndexState): Table {
  if (table.indexes.length >= mostParts) return table.complete ? { ...table, complete: false } : table
  return { ...table, indexes: [...withoutServed(schema, table.indexes, index), index] }
}

/** Does the index begin with the whole columns of the other, in their order? */
function beginsWith(schema: Schema, index: Pick<IndexState, 'keys' | 'method'>, columns: readonly (string | undefined)[]): boolean {
  if (index.method !== undefined && !/^btree$/i.test(index.method)) return false
  return columns.every((column, i) => {
    const key = index.keys[i]
    return column !== undefined && key?.column !== undefined && !key.prefix && foldColumn(schema, key.column) === foldColumn(schema, column)
  })
}

/**
 * The indexes of a table once another one is made: those that the server made for a foreign key fall when the new one serves as well.
 * https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html, and measured on MariaDB 10.11
 */
function withoutServed(schema: Schema, indexes: readonly IndexState[], by: IndexState): readonly IndexState[] {
  const isServed = ({ generated, keys }: IndexState) =>
    generated &&
    beginsWith(
      schema,
      by,
      keys.map(({ column }) => column),
    )
  return indexes.some(isServed) ? indexes.filter((index) => !isServed(index)) : indexes
}

/** The indexes of a table of MySQL or MariaDB with a foreign key: one over its columns is made where none begins with them. */
function withIndexFor(schema: Schema, table: Table, { name, columns }: Constraint, when: When): readonly IndexState[] {
  const serves = (index: IndexState) => beginsWith(schema, index, columns) && !(index.generated && index.keys.length === columns.length)
  if (columns.length === 0 || table.indexes.some(serves)) return table.indexes
  const others = { unique: false, where: undefined, method: undefined, only: false, constraint: undefined, generated: true as const }
  const index: IndexState = { ...others, name, keys: keysOf(columns), born: when.born }
  const left = withoutServed(schema, table.indexes, index)
  return [...left, { ...index, name: name ?? mysqlIndexName({ ...table, indexes: left }, columns[0]!) }]
}

function columnsOf(schema: Schema, table: Table, constraint: Constraint): readonly string[] {
  if (constraint.usingIndex === undefined) return constraint.columns
  const key = foldIndex(schema, constraint.usingIndex)
  const index = table.indexes.find((candidate) => candidate.name !== undefined && foldIndex(schema, candidate.name) === key)
  return index ? index.keys.flatMap((part) => (part.column === undefined ? [] : [part.column])) : []
}

/** A table with a column added, and the constraints written with it. */
export function addColumnTo(schema: Schema, table: Table, column: Column, when: When): Table {
  const state: ColumnState = { column, born: when.born, filled: undefined, filledFrom: [] }
  let next: Table = { ...table, columns: table.columns.set(foldColumn(schema, column.name), state) }
  for (const constraint of column.constraints) next = addConstraintTo(schema, next, constraint, when)
  return next
}

/** A table without a column; indexes and constraints over it fall (PostgreSQL) or shrink (`shrinksIndexes`: MySQL). */
export function dropColumnFrom(schema: Schema, table: Table, name: string, shrinksIndexes: boolean): Table {
  const key = foldColumn(schema, name)
  const columns = table.columns.delete(key)
  const has = (candidate: string | undefined) => candidate !== undefined && foldColumn(schema, candidate) === key
  const indexes = table.indexes.flatMap((index) => {
    if (index.keys.some((part) => part.expression?.columns.some(has)) || index.where?.columns.some(has)) return []
    if (!index.keys.some((part) => has(part.column))) return [index]
    const keys = shrinksIndexes ? index.keys.filter((part) => !has(part.column)) : []
    return keys.length > 0 ? [{ ...index, keys }] : []
  })
  const constraints = table.constraints.filter(
    ({ constraint }) => !constraint.columns.some(has) && !constraint.expression?.columns.some(has),
  )
  return { ...table, columns, indexes, constraints }
}

/** A table with one column's state replaced; unchanged when the column is not known. */
export function changeColumnOf(schema: Schema, table: Table, name: string, change: (state: ColumnState) => ColumnState): Table {
  const key = foldColumn(schema, name)
  const old = table.columns.get(key)
  if (!old) return table
  return { ...table, columns: table.columns.set(key, change(old)) }
}
