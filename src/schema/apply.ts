import { type Name, showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { applyToColumn } from './apply-column.ts'
import { applyToIndex } from './apply-index.ts'
import { applyToObject } from './apply-object.ts'
import { addColumnTo, addConstraintTo, unknownTable, type When, withoutTable, withTable } from './edit.ts'
import { referrersOf } from './references.ts'
import { keyOf, type Schema } from './schema.ts'
import { isGuarded, type Step } from './step.ts'
import type { Table } from './table.ts'

/**
 * The schema after one operation. Guards make it idempotent; what stands in a `catch` changes nothing (it runs only after a failure);
 * an undecided branch is applied and leaves its table incomplete, so that nothing is argued from absence.
 */
export function apply(schema: Schema, operation: Operation, when: When): Step {
  if (operation.context?.block === 'catch') return { schema }
  const step = dispatch(schema, operation, when)
  const undecided = operation.context?.branches?.some((branch) => branch.on !== 'dialect')
  if (!undecided || step.schema === schema) return isGuarded(operation) ? { schema: step.schema } : step
  const table = 'table' in operation && operation.table !== undefined ? operation.table : undefined
  if (table === undefined) return { schema: step.schema }
  const key = keyOf(schema.naming, table)
  const after = step.schema.tables.get(key)
  if (!after || operation.kind === 'createTable') return { schema: step.schema }
  return { schema: { ...step.schema, tables: step.schema.tables.set(key, { ...after, complete: false }) } }
}

function dispatch(schema: Schema, operation: Operation, when: When): Step {
  switch (operation.kind) {
    case 'createTable': {
      const existing = schema.tables.get(keyOf(schema.naming, operation.table))
      if (existing) {
        if (operation.ifNotExists || isGuarded(operation)) return { schema }
        if (existing.born !== -1 && existing.complete && !operation.temporary)
          return { schema: created(schema, operation, when), conflict: `table ${showName(operation.table)} already exists` }
      }
      return { schema: created(schema, operation, when) }
    }
    case 'dropTable': {
      const left = withoutTriggersOn(schema, operation.table)
      const table = left.tables.get(keyOf(left.naming, operation.table))
      if (!table) return { schema: left }
      return { schema: withoutReferencesTo(withoutTable(left, operation.table), table.name) }
    }
    case 'renameTable':
      return { schema: renamed(schema, operation.table, operation.to) }
    case 'attachPartition':
      return { schema: withTable(schema, operation.partition, (table) => ({ ...table, partitionOf: operation.table })) }
    case 'detachPartition':
      return { schema: withTable(schema, operation.partition, (table) => ({ ...table, partitionOf: undefined })) }
    case 'alterTable':
      return { schema: altered(schema, operation.table, operation.action, operation.value) }
    case 'truncate':
      return { schema: operation.tables.reduce((next, name) => withTable(next, name, (table) => ({ ...table, hasRows: false })), schema) }
    case 'addColumn':
    case 'dropColumn':
    case 'renameColumn':
    case 'alterColumnType':
    case 'modifyColumn':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'update':
      return applyToColumn(schema, operation, when)
    case 'addConstraint':
    case 'dropConstraint':
    case 'validateConstraint':
    case 'renameConstraint':
    case 'createIndex':
    case 'dropIndex':
    case 'renameIndex':
      return applyToIndex(schema, operation, when)
    case 'insert':
    case 'writeRows':
      return { schema: inserted(schema, operation.table, operation.query?.tables ?? []) }
    case 'opaque':
      return { schema: blurred(schema, operation.tables) }
    default:
      return applyToObject(schema, operation, when)
  }
}

function created(schema: Schema, operation: Extract<Operation, { kind: 'createTable' }>, when: When): Schema {
  let table: Table = {
    ...unknownTable(operation.table),
    born: when.born,
    temporary: operation.temporary,
    partitioned: operation.partitioned,
    partitionOf: operation.partitionOf,
    options: operation.options,
    complete: operation.as === undefined && operation.partitionOf === undefined && operation.like === undefined && !operation.inherits,
    copyOf: operation.as?.tables ?? [],
    hasRows: operation.as !== undefined,
  }
  const model = operation.like ?? operation.partitionOf
  const source = model && schema.tables.get(keyOf(schema.naming, model))
  if (source) table = { ...table, columns: source.columns, complete: source.complete && operation.as === undefined }
  for (const column of operation.columns) table = addColumnTo(schema, table, column, when)
  for (const constraint of operation.constraints) table = addConstraintTo(schema, table, constraint, when)
  for (const index of operation.indexes) {
    const state = {
      name: index.name,
      keys: index.keys,
      unique: index.unique,
      where: index.where,
      method: index.method,
      only: false,
      born: when.born,
      constraint: undefined,
    }
    table = { ...table, indexes: [...table.indexes, state] }
  }
  return withTable(withoutTable(schema, operation.table), operation.table, () => table)
}

function withoutReferencesTo(schema: Schema, dropped: Name): Schema {
  const key = keyOf(schema.naming, dropped)
  let next = schema
  for (const table of referrersOf(schema, dropped)) {
    const kept = table.constraints.filter(
      ({ constraint }) => constraint.references === undefined || keyOf(schema.naming, constraint.references.table) !== key,
    )
    next = withTable(next, table.name, (old) => ({ ...old, constraints: kept }))
  }
  return next
}

/** Triggers fall with their table, whether or not its creation was seen. */
function withoutTriggersOn(schema: Schema, dropped: Name): Schema {
  const gone = keyOf(schema.naming, dropped)
  let { triggers } = schema
  for (const [key, table] of schema.triggers) if (keyOf(schema.naming, table) === gone) triggers = triggers.delete(key)
  return triggers === schema.triggers ? schema : { ...schema, triggers }
}

function renamed(schema: Schema, from: Name, to: Name): Schema {
  const old = schema.tables.get(keyOf(schema.naming, from)) ?? unknownTable(from)
  const name: Name = to.schema === undefined && from.schema !== undefined ? { ...to, schema: from.schema } : to
  let next = withTable(withoutTable(schema, from), name, () => ({ ...old, name }))
  const key = keyOf(schema.naming, from)
  for (const table of referrersOf(schema, from)) {
    next = withTable(next, table === old ? name : table.name, (current) => ({
      ...current,
      constraints: current.constraints.map((state) =>
        state.constraint.references && keyOf(schema.naming, state.constraint.references.table) === key
          ? { ...state, constraint: { ...state.constraint, references: { ...state.constraint.references, table: name } } }
          : state,
      ),
    }))
  }
  return next
}

function altered(schema: Schema, name: Name, action: string, value: string | undefined): Schema {
  if (action === 'SET SCHEMA' && value !== undefined) return renamed(schema, name, { ...name, schema: value })
  if (action === 'ENGINE' && value !== undefined)
    return withTable(schema, name, (table) => ({ ...table, options: { ...table.options, ENGINE: value } }))
  return schema
}

function inserted(schema: Schema, name: Name, from: readonly Name[]): Schema {
  return withTable(schema, name, (table) => {
    const fresh = from.filter((source) => !table.copyOf.some((known) => keyOf(schema.naming, known) === keyOf(schema.naming, source)))
    if (fresh.length === 0 && table.hasRows) return table
    return { ...table, hasRows: true, copyOf: [...table.copyOf, ...fresh] }
  })
}

function blurred(schema: Schema, tables: readonly Name[] | undefined): Schema {
  if (tables === undefined || tables.length === 0) return schema.complete ? { ...schema, complete: false } : schema
  return tables.reduce((next, name) => withTable(next, name, (table) => (table.complete ? { ...table, complete: false } : table)), schema)
}
