import type { Column } from '../../ir/column.ts'
import { type Name, showName } from '../../ir/names.ts'
import type { Operation, OperationOf } from '../../ir/operation.ts'
import type { Moment } from '../../rule/site.ts'
import { referrersOf } from '../../schema/references.ts'
import { findTable, keyOf } from '../../schema/schema.ts'
import type { Table } from '../../schema/table.ts'
import { constraintAgain, indexAgain } from './constraints.ts'
import { type Course, goneKey, isOwn, knownTable, nothing, type Undo } from './undo.ts'

export function undoCreateTable(operation: OperationOf<'createTable'>, moment: Moment, course: Course): Undo {
  const { before, statement } = moment
  const { table, span, ifNotExists } = operation
  if (operation.temporary || course.gone.delete(goneKey(moment, 'table', table))) return nothing
  const existing = findTable(before, table)
  if (existing) return existing.born === -1 || !ifNotExists ? `${showName(table)} may be there before` : nothing
  if (ifNotExists && statement.sql !== undefined && !before.complete) return `${showName(table)} may be there before`
  return { operations: [{ kind: 'dropTable', span, table, ifExists: false, cascade: false }] }
}

export function undoDropTable(operation: OperationOf<'dropTable'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table: name, span } = operation
  if (operation.temporary || findTable(before, name)?.temporary) return nothing
  if (isOwn(moment, name, course)) {
    course.gone.add(goneKey(moment, 'table', name))
    return nothing
  }
  const table = knownTable(moment, name)
  if (typeof table === 'string') return table
  const shown = showName(name)
  const isCopied = [...before.tables.values()].some(
    ({ born, copyOf }) => born === course.position && copyOf.some((source) => keyOf(before.naming, source) === keyOf(before.naming, name)),
  )
  if (isCopied) return `the rows of ${shown} are copied into another table, and what copies them back is not known`
  const more = beyondColumns(table)
  if (more !== undefined) return `${shown} had ${more}`
  if ([...before.triggers.values()].some((trigger) => keyOf(before.naming, trigger.table) === keyOf(before.naming, name)))
    return `${shown} had triggers, whose text is not kept`
  if (referrersOf(before, name).some((other) => other !== table)) return `the foreign keys that pointed at ${shown} fell with it`
  if (before.views.size !== after.views.size) return `the views that read ${shown} fell with it`
  const operations: Operation[] = []
  const constraints = []
  for (const state of table.constraints) {
    if (state.constraint.kind === 'notNull') continue
    const again = constraintAgain(table, state, course)
    if (typeof again === 'string') return again
    if (again.notValid) operations.push({ kind: 'addConstraint', span, table: name, constraint: again })
    else constraints.push(again)
  }
  const columns: Column[] = []
  for (const { column } of table.columns.values()) {
    if (column.type === undefined) return `the type of ${shown}.${column.name} is not known`
    columns.push({ ...column, constraints: [] })
  }
  for (const index of table.indexes) {
    if (index.constraint !== undefined || index.generated) continue
    const again = indexAgain(table.name, index, course)
    if (typeof again === 'string') return again
    operations.push({ ...again, span })
  }
  const create: Operation = {
    kind: 'createTable',
    span,
    table: name,
    columns,
    constraints,
    indexes: [],
    ifNotExists: false,
    temporary: false,
    partitioned: false,
    options: table.options,
  }
  return { operations: [create, ...operations], lost: [`the rows of ${shown}`] }
}

/** What a table has that its columns, constraints and indexes do not tell. */
function beyondColumns(table: Table): string | undefined {
  if (table.partitioned || table.partitionOf) return 'partitions'
  if (table.policies?.length || table.rowSecurity) return 'row-level security'
  if (table.grants?.length) return 'grants'
  if (table.settings) return 'storage parameters'
  return undefined
}

export function undoRenameTable(operation: OperationOf<'renameTable'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table, to, span } = operation
  if (to.schema !== undefined && to.schema !== table.schema) return `${showName(table)} moves to another schema`
  const renamed: Name = table.schema === undefined ? { name: to.name } : { schema: table.schema, name: to.name }
  if (course.gone.delete(goneKey(moment, 'table', renamed))) {
    course.gone.add(goneKey(moment, 'table', table))
    return nothing
  }
  if (findTable(before, renamed)) return `${showName(renamed)} is there already`
  return { operations: [{ kind: 'renameTable', span, table: renamed, to: { name: table.name } }] }
}

export function undoAttachPartition({ table, partition, span }: OperationOf<'attachPartition'>): Undo {
  return { operations: [{ kind: 'detachPartition', span, table, partition, concurrently: false }] }
}

export function undoAlterTable(operation: OperationOf<'alterTable'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table: name, action, span } = operation
  if (action === 'ALGORITHM' || action === 'LOCK' || action === 'VALIDATION' || isOwn(moment, name, course)) return nothing
  const table = findTable(before, name)
  const set = (opposite: string, value?: string): Undo => ({
    operations: [{ kind: 'alterTable', span, table: name, action: opposite, ...(value === undefined ? {} : { value }) }],
  })
  const security = table?.complete ? (table.rowSecurity ?? 'off') : 'unknown'
  if (action === 'ENABLE ROW LEVEL SECURITY' && security !== 'unknown')
    return security === 'off' ? set('DISABLE ROW LEVEL SECURITY') : nothing
  if (action === 'FORCE ROW LEVEL SECURITY' && security !== 'unknown')
    return security === 'forced' ? nothing : set('NO FORCE ROW LEVEL SECURITY')
  if (action === 'ENGINE' && table?.options.ENGINE !== undefined) return set('ENGINE', table.options.ENGINE)
  return `what ${action} changed on ${showName(name)} is not known`
}
