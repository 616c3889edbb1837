import { type Name, showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { applyToColumn } from './apply-column.ts'
import { applyToIndex } from './apply-index.ts'
import { applyToObject, renamedObject, withoutViewsOf } from './apply-object.ts'
import { applyToProperty, applyToRights, attachPartition, detachPartition, settingsOf } from './apply-property.ts'
import { deleted, inserted, truncated } from './apply-rows.ts'
import { addColumnTo, addConstraintTo, addIndexTo, indexName, unknownTable, type When, withoutTable, withTable } from './edit.ts'
import { renameTable } from './rename-table.ts'
import { keyOf, type Schema } from './schema.ts'
import { isGuarded, type Step } from './step.ts'
import type { Table } from './table.ts'
import { withoutTables } from './without-tables.ts'

/**
 * The schema after one operation. Guards make it idempotent; what stands in a `catch` changes nothing (it runs only after a failure);
 * an undecided branch and names that are not sure are applied and leave their table incomplete, so that nothing is argued from absence.
 */
export function apply(schema: Schema, operation: Operation, when: When): Step {
  if (operation.context?.block === 'catch') return { schema }
  const step = dispatch(schema, operation, when)
  const isUnsure = operation.context?.unsureNames === true
  if ((!isUndecided(operation) && !isUnsure) || step.schema === schema)
    return isGuarded(operation) || isUnsure ? { schema: step.schema } : step
  const table = operation.kind === 'renameTable' ? operation.to : 'table' in operation ? operation.table : undefined
  // Rows that only one side changes leave the table as it is, and one that only one side creates is whole where it exists.
  if (table === undefined || isOfRows(operation) || (operation.kind === 'createTable' && !isUnsure)) return { schema: step.schema }
  return { schema: step.schema.tables.has(keyOf(schema.naming, table)) ? blurred(step.schema, [table]) : step.schema }
}

function isUndecided(operation: Operation): boolean {
  return operation.context?.branches?.some((branch) => branch.on !== 'dialect') ?? false
}

function isOfRows({ kind }: Operation): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'writeRows'
}

function dispatch(schema: Schema, operation: Operation, when: When): Step {
  switch (operation.kind) {
    case 'createTable': {
      const existing = schema.tables.get(keyOf(schema.naming, operation.table))
      if (existing) {
        // Two sides of a branch create it, each in its way.
        if (isUndecided(operation) && existing.born === when.born) return { schema: blurred(schema, [operation.table]) }
        if (operation.ifNotExists || isGuarded(operation)) return { schema }
        if (existing.born !== -1 && existing.complete && !operation.temporary)
          return { schema: created(schema, operation, when), conflict: `table ${showName(operation.table)} already exists` }
      }
      return { schema: created(schema, operation, when) }
    }
    case 'dropTable': {
      const left = withoutTables(schema, [operation.table])
      return { schema: operation.cascade ? withoutViewsOf(left, operation.table) : left }
    }
    case 'renameTable':
      return { schema: renameTable(schema, operation.table, operation.to) }
    case 'attachPartition':
      return { schema: attachPartition(schema, operation) }
    case 'detachPartition':
      return { schema: detachPartition(schema, operation) }
    case 'alterTable':
      return { schema: applyToProperty(schema, operation, when) }
    case 'otherStatement':
      if (operation.command === 'USE')
        return { schema: schema.home === undefined && operation.name ? { ...schema, home: operation.name.name } : schema }
      return { schema: operation.details ? applyToRights(schema, operation) : renamedObject(schema, operation) }
    case 'truncate':
      return { schema: truncated(schema, operation, when) }
    case 'delete':
      return { schema: deleted(schema, operation, when) }
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
    case 'attachIndex':
    case 'dropIndex':
    case 'renameIndex':
      return applyToIndex(schema, operation, when)
    case 'insert':
    case 'writeRows':
      return { schema: inserted(schema, operation, when) }
    case 'syncSchema':
      return { schema: blurred(schema, undefined) }
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
    ...(operation.partitionBy ? { partitionBy: operation.partitionBy } : {}),
    ...(operation.bounds ? { bounds: operation.bounds } : {}),
    ...(operation.isDefaultPartition ? { isDefaultPartition: true as const } : {}),
    ...(operation.settings ? { settings: settingsOf(operation.settings, operation.span, when) } : {}),
    options: operation.options,
    complete:
      operation.as === undefined &&
      operation.partitionOf === undefined &&
      operation.like === undefined &&
      !operation.inherits &&
      !operation.virtual,
    copyOf: operation.as?.tables ?? [],
    hasRows: operation.as !== undefined,
  }
  const model = operation.like ?? operation.partitionOf
  const source = model && schema.tables.get(keyOf(schema.naming, model))
  if (source && operation.as === undefined) table = copiedFrom(source, table, schema, operation.like !== undefined)
  for (const column of operation.columns) table = addColumnTo(schema, table, column, when)
  for (const constraint of operation.constraints) table = addConstraintTo(schema, table, constraint, when)
  for (const index of operation.indexes) {
    const state = {
      name: index.name ?? indexName(schema, table, { table: table.name, keys: index.keys }),
      keys: index.keys,
      unique: index.unique,
      where: index.where,
      method: index.method,
      only: false,
      born: when.born,
      constraint: undefined,
    }
    table = addIndexTo(schema, table, state)
  }
  return withTable(withoutTable(schema, operation.table), operation.table, () => table)
}

/**
 * A partition has its parent's indexes and constraints, and so has MySQL's LIKE, without the foreign keys. What PostgreSQL's LIKE copies
 * depends on its INCLUDING clauses: the columns are known, the absence of the rest is not.
 */
function copiedFrom(source: Table, table: Table, schema: Schema, isLike: boolean): Table {
  const next = { ...table, columns: source.columns }
  if (isLike && schema.naming.defaultSchema !== undefined) return next
  const constraints = isLike ? source.constraints.filter(({ constraint }) => constraint.kind !== 'foreignKey') : source.constraints
  // In MySQL names of indexes belong to their table; a partition's are made up by PostgreSQL.
  const indexes = isLike ? source.indexes : source.indexes.map((index) => ({ ...index, name: undefined }))
  return { ...next, constraints, indexes, complete: source.complete }
}

function blurred(schema: Schema, tables: readonly Name[] | undefined): Schema {
  if (tables === undefined || tables.length === 0) return schema.complete ? { ...schema, complete: false } : schema
  return tables.reduce((next, name) => withTable(next, name, (table) => (table.complete ? { ...table, complete: false } : table)), schema)
}
