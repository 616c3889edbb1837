import type { Constraint } from '../ir/column.ts'
import { type Name, showName } from '../ir/names.ts'
import type { OperationOf } from '../ir/operation.ts'
import {
  addConstraintTo,
  addIndexTo,
  foldColumn,
  foldIndex,
  indexName,
  ownerKeyOf,
  sameColumns,
  type When,
  withOwners,
  withTable,
} from './edit.ts'
import { isUniqueOver } from './foreign-keys.ts'
import { referrersOf } from './references.ts'
import { findTable, keyOf, type Schema } from './schema.ts'
import { isGuarded, type Step } from './step.ts'
import type { ConstraintState, IndexState, Table, ViewState } from './table.ts'

type IndexOperation = OperationOf<
  | 'addConstraint'
  | 'dropConstraint'
  | 'validateConstraint'
  | 'renameConstraint'
  | 'createIndex'
  | 'attachIndex'
  | 'dropIndex'
  | 'renameIndex'
>

/** The schema after an operation on a table's constraints or indexes. */
export function applyToIndex(schema: Schema, operation: IndexOperation, when: When): Step {
  switch (operation.kind) {
    case 'addConstraint': {
      const table = schema.tables.get(keyOf(schema.naming, operation.table))
      const name = operation.constraint.name
      if (name !== undefined && table && findConstraint(schema, table, name)) {
        if (operation.ifNotExists || isGuarded(operation)) return { schema }
        const conflict = `constraint ${name} of ${showName(operation.table)} already exists`
        return table.complete && schema.complete ? { schema, conflict } : { schema }
      }
      return { schema: withTable(schema, operation.table, (old) => addConstraintTo(schema, old, operation.constraint, when)) }
    }
    case 'dropConstraint': {
      const next = { schema: dropConstraint(schema, operation) }
      return lacksConstraint(schema, operation)
        ? { ...next, conflict: `constraint ${operation.name} of ${showName(operation.table)} does not exist` }
        : next
    }
    case 'validateConstraint':
      return {
        schema: withConstraint(schema, operation.table, operation.name, (state) => ({
          ...state,
          validated: true,
        })),
      }
    case 'renameConstraint':
      return { schema: renameConstraint(schema, operation) }
    case 'createIndex': {
      const owner = keyOf(schema.naming, operation.table)
      const there = schema.tables.get(owner)?.indexes ?? schema.views.get(owner)?.indexes ?? []
      if (operation.name !== undefined && hasIndex(schema, there, operation.name)) {
        if (operation.ifNotExists || isGuarded(operation)) return { schema }
      }
      const index: IndexState = {
        name: operation.name ?? indexName(schema, schema.tables.get(owner), operation),
        keys: operation.keys,
        unique: operation.unique,
        where: operation.where,
        method: operation.method,
        only: operation.only,
        born: when.born,
        constraint: undefined,
        span: operation.span,
      }
      const view = schema.views.get(owner)
      if (view) return { schema: withViewIndexes(schema, owner, view, [...view.indexes, index]) }
      return { schema: withTable(schema, operation.table, (table) => addIndexTo(schema, table, index)) }
    }
    case 'attachIndex': {
      const owner = ownerOf(schema, operation.name, undefined)
      const found = owner && findIndex(schema, owner, operation.name, undefined)
      if (!owner || !found) return { schema }
      const attached = { ...found, attached: [...(found.attached ?? []), operation.partition] }
      const indexes = (table: Table) => table.indexes.map((index) => (index === found ? attached : index))
      return { schema: withTable(schema, owner.name, (table) => ({ ...table, indexes: indexes(table) })) }
    }
    case 'dropIndex':
      return { schema: dropIndex(schema, operation) }
    case 'renameIndex': {
      const owner = ownerOf(schema, operation.name, operation.table)
      const found = owner && findIndex(schema, owner, operation.name, undefined)
      return { schema: owner && found ? withTable(schema, owner.name, (table) => renamedIndex(table, found, operation.to)) : schema }
    }
  }
}

/** The table that has an index of this name; the index's own table when the statement names it. */
export function ownerOf(schema: Schema, index: Name, table: Name | undefined): Table | undefined {
  const key = table ? keyOf(schema.naming, table) : ownerKeyOf(schema, index)
  return key === undefined ? undefined : schema.tables.get(key)
}

/**
 * Does a table that is known whole certainly have no constraint of this name? A name that an engine numbers (`orders_ibfk_2`), makes of a
 * NOT NULL or cuts may be another than the one that replay gave it.
 */
function lacksConstraint(schema: Schema, operation: OperationOf<'dropConstraint'>): boolean {
  const { name } = operation
  const table = schema.tables.get(keyOf(schema.naming, operation.table))
  if (name === undefined || operation.ifExists || isGuarded(operation) || operation.context?.block === 'catch') return false
  if (!schema.complete || !table?.complete || /(?:\d|_not_null)$/i.test(name) || name.length >= 60) return false
  const key = schema.naming.fold(name, 'other')
  if (hasIndex(schema, table.indexes, name) || (schema.naming.defaultSchema === undefined && key === 'primary')) return false
  return table.constraints.every(({ constraint }) => constraint.name !== undefined && schema.naming.fold(constraint.name, 'other') !== key)
}

/** The constraint of this name on a table. */
function findConstraint(schema: Schema, table: Table, name: string): ConstraintState | undefined {
  const key = schema.naming.fold(name, 'other')
  return table.constraints.find(({ constraint }) => constraint.name !== undefined && schema.naming.fold(constraint.name, 'other') === key)
}

function withConstraint(schema: Schema, table: Name, name: string, change: (state: ConstraintState) => ConstraintState): Schema {
  if (!schema.tables.has(keyOf(schema.naming, table))) return schema
  return withTable(schema, table, (old) => {
    const found = findConstraint(schema, old, name)
    return found ? { ...old, constraints: old.constraints.map((state) => (state === found ? change(state) : state)) } : old
  })
}

/** The index behind a primary key or unique constraint is renamed with it. */
function renameConstraint(schema: Schema, operation: OperationOf<'renameConstraint'>): Schema {
  if (!schema.tables.has(keyOf(schema.naming, operation.table))) return schema
  return withTable(schema, operation.table, (table) => {
    const found = findConstraint(schema, table, operation.name)
    if (!found) return table
    const index = table.indexes.find((candidate) => candidate.constraint !== undefined && candidate.constraint === found.constraint.name)
    return index ? renamedIndex(table, index, operation.to) : renamedConstraint(table, found, operation.to)
  })
}

function renamedConstraint(table: Table, found: ConstraintState, to: string): Table {
  const renamed = { ...found, constraint: { ...found.constraint, name: to } }
  return { ...table, constraints: table.constraints.map((state) => (state === found ? renamed : state)) }
}

/** An index and the constraint that owns it carry one name. */
function renamedIndex(table: Table, found: IndexState, to: string): Table {
  const owner =
    found.constraint === undefined ? undefined : table.constraints.find(({ constraint }) => constraint.name === found.constraint)
  const renamed: IndexState = { ...found, name: to, constraint: found.constraint === undefined ? undefined : to }
  const next = { ...table, indexes: table.indexes.map((index) => (index === found ? renamed : index)) }
  return owner ? renamedConstraint(next, owner, to) : next
}

function hasIndex(schema: Schema, indexes: readonly IndexState[], name: string): boolean {
  const key = foldIndex(schema, name)
  return indexes.some((index) => index.name !== undefined && foldIndex(schema, index.name) === key)
}

/** A materialised view's indexes are dropped by name alone, as a table's are. */
function withViewIndexes(schema: Schema, key: string, view: ViewState, indexes: readonly IndexState[]): Schema {
  return {
    ...schema,
    views: schema.views.set(key, { ...view, indexes }),
    indexOwners: withOwners(schema, view.name, view.indexes, indexes),
  }
}

function dropConstraint(schema: Schema, operation: OperationOf<'dropConstraint'>): Schema {
  const known = findTable(schema, operation.table)
  const named = known && constraintOf(schema, known, operation)
  const index =
    named && isBacked(named.constraint) ? known?.indexes.find(({ constraint }) => constraint === named.constraint.name) : undefined
  const left = known && index && operation.cascade ? withoutKeysOn(schema, known, index, named?.constraint.kind === 'primaryKey') : schema
  return withTable(left, operation.table, (table) => {
    const found = constraintOf(schema, table, operation)
    if (!found) return table
    const { kind, name, columns } = found.constraint
    const backed = isBacked(found.constraint)
    const next: Table = {
      ...table,
      constraints: table.constraints.filter((state) => state !== found),
      indexes: backed ? table.indexes.filter((index) => index.constraint === undefined || index.constraint !== name) : table.indexes,
    }
    return kind === 'notNull' ? nullableAgain(schema, next, columns) : next
  })
}

function constraintOf(schema: Schema, table: Table, operation: OperationOf<'dropConstraint'>): ConstraintState | undefined {
  if (operation.name !== undefined) return findConstraint(schema, table, operation.name)
  return table.constraints.find(
    ({ constraint }) =>
      (operation.constraintKind === undefined || constraint.kind === operation.constraintKind) &&
      (operation.columns === undefined || sameColumns(schema, constraint.columns, operation.columns)),
  )
}

/** Does the constraint stand on an index of its own? */
function isBacked({ kind }: Constraint): boolean {
  return kind === 'primaryKey' || kind === 'unique'
}

/**
 * CASCADE takes the foreign keys along that need a dropped index. PostgreSQL hangs a key on the oldest index that is unique over its columns:
 * where there is an older one than this, the key stays.
 */
function withoutKeysOn(schema: Schema, parent: Table, dropped: IndexState, isPrimary: boolean): Schema {
  const columns = dropped.keys.flatMap(({ column }) => column ?? [])
  if (parent.indexes.find((index) => isUniqueOver(index, columns, schema)) !== dropped) return schema
  const wanted = new Set(columns.map((column) => foldColumn(schema, column)))
  const key = keyOf(schema.naming, parent.name)
  const needs = ({ references }: Constraint) => {
    if (references === undefined || keyOf(schema.naming, references.table) !== key) return false
    if (references.columns.length === 0) return isPrimary
    return references.columns.length === wanted.size && references.columns.every((column) => wanted.has(foldColumn(schema, column)))
  }
  let next = schema
  for (const { name } of referrersOf(schema, parent.name))
    next = withTable(next, name, (table) => ({ ...table, constraints: table.constraints.filter(({ constraint }) => !needs(constraint)) }))
  return next
}

function nullableAgain(schema: Schema, table: Table, names: readonly string[]): Table {
  let { columns } = table
  for (const name of names) {
    const key = foldColumn(schema, name)
    const old = columns.get(key)
    if (old) columns = columns.set(key, { ...old, column: { ...old.column, nullable: true } })
  }
  return { ...table, columns }
}

function dropIndex(schema: Schema, operation: OperationOf<'dropIndex'>): Schema {
  const owner = ownerOf(schema, operation.name, operation.table)
  if (!owner) {
    const index = foldIndex(schema, operation.name.name)
    const key = ownerKeyOf(schema, operation.name)
    const view = key === undefined ? undefined : schema.views.get(key)
    if (key === undefined || !view) return schema
    const kept = view.indexes.filter(({ name }) => name === undefined || foldIndex(schema, name) !== index)
    return withViewIndexes(schema, key, view, kept)
  }
  const dropped = operation.cascade ? findIndex(schema, owner, operation.name, operation.columns) : undefined
  return withTable(dropped ? withoutKeysOn(schema, owner, dropped, false) : schema, owner.name, (table) => {
    const found = findIndex(schema, table, operation.name, operation.columns)
    if (!found) return table
    return {
      ...table,
      indexes: table.indexes.filter((index) => index !== found),
      constraints:
        found.constraint === undefined
          ? table.constraints
          : table.constraints.filter((state) => state.constraint.name !== found.constraint),
    }
  })
}

/** The index of this name on a table; by its columns when a builder names those instead. */
export function findIndex(schema: Schema, table: Table, name: Name, columns: readonly string[] | undefined): IndexState | undefined {
  const key = foldIndex(schema, name.name)
  const named = table.indexes.find((index) => index.name !== undefined && foldIndex(schema, index.name) === key)
  if (named || columns === undefined) return named
  return table.indexes.find((index) =>
    sameColumns(
      schema,
      index.keys.map((part) => part.column ?? ''),
      columns,
    ),
  )
}
