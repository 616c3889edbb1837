import type { Operation, OperationKind } from '../ir/operation.ts'
import { ownerOf } from '../schema/apply-index.ts'
import type { Difference } from '../schema/diff.ts'
import { findColumn, findTable, findView, type Schema } from '../schema/schema.ts'
import { isCheckpointName } from './replacement.ts'
import type { Moment, Site, Walk } from './site.ts'

type Names = Pick<Site, 'sameName' | 'sameColumn'>
type Part = Pick<Difference, 'object' | 'name' | 'part'>

/** What they do to the schema cannot be read from them. */
const unreadable: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'opaque',
  'unresolved',
  'unsupported',
  'external',
  'syncSchema',
  'interpolate',
  'call',
])

/**
 * What `up` takes away or changes and `down` never touches again, told by the statements alone: of a table that no migration makes, comparing
 * what is known before with what is known afterwards shows nothing. `lost` is gone, `changed` is a column left as `up` put it.
 */
export function unrestored(up: Walk, down: Walk, names: Names): { readonly lost: readonly Part[]; readonly changed: readonly Part[] } {
  const lost: Part[] = []
  const changed: Part[] = []
  if ([...up.moments, ...down.moments].some(({ operation }) => unreadable.has(operation.kind))) return { lost, changed }
  for (const moment of up.moments) {
    const { operation } = moment
    if (isUncertain(operation)) continue
    const part = takenBy(operation)
    if (part) {
      const isBack = [...up.moments, ...down.moments].some(({ operation: other }) => other !== operation && brings(other, part, names))
      if (!isBack && !isThere(down.after, part)) add(lost, part, names)
      continue
    }
    const column = changedBy(operation)
    if (!column || isThere(up.before, column)) continue
    const isTouched = (others: readonly Moment[], touches: typeof concerns) =>
      others.some(({ operation: other }) => touches(other, column, names))
    if (!isTouched(up.moments, brings) && !isTouched(up.moments, takes) && !isTouched(down.moments, concerns)) add(changed, column, names)
  }
  return { lost, changed }
}

/** May it find nothing to do, or not run at all? A table is dropped with IF EXISTS as a habit, an index to make it anew. */
function isUncertain(operation: Operation): boolean {
  const { context } = operation
  if (context?.branches?.length || context?.block === 'catch' || context?.loops?.length) return true
  if (operation.kind === 'dropTable' || operation.kind === 'dropColumn') return false
  return ('ifExists' in operation && operation.ifExists === true) || (context?.guards?.length ?? 0) > 0
}

/** What the operation takes away; undefined: nothing that `down` has to bring back. */
function takenBy(operation: Operation): Part | undefined {
  switch (operation.kind) {
    case 'dropTable':
      return operation.temporary || isCheckpointName(operation.table) ? undefined : { object: 'table', name: operation.table }
    case 'renameTable':
      return { object: 'table', name: operation.table }
    case 'dropColumn':
    case 'renameColumn':
      return { object: 'column', name: operation.table, part: operation.column }
    case 'modifyColumn':
      return operation.column === operation.to.name ? undefined : { object: 'column', name: operation.table, part: operation.column }
    case 'dropIndex':
      return operation.table
        ? { object: 'index', name: operation.table, part: operation.name.name }
        : { object: 'index', name: operation.name }
    case 'dropConstraint':
      return operation.name === undefined ? undefined : { object: 'constraint', name: operation.table, part: operation.name }
    case 'dropView':
      return { object: 'view', name: operation.name }
    default:
      return undefined
  }
}

/** The column that the operation changes in place. */
function changedBy(operation: Operation): Part | undefined {
  switch (operation.kind) {
    case 'dropDefault':
    case 'dropNotNull':
      return operation.implied ? undefined : { object: 'column', name: operation.table, part: operation.column }
    case 'alterColumnType':
    case 'modifyColumn':
    case 'setNotNull':
    case 'setDefault':
      return { object: 'column', name: operation.table, part: operation.column }
    default:
      return undefined
  }
}

/** Does the operation make such a thing, under whatever name where names may be chosen by the server? */
function brings(operation: Operation, { object, name, part = '' }: Part, { sameName, sameColumn }: Names): boolean {
  switch (operation.kind) {
    case 'createTable':
      return sameName(operation.table, name)
    case 'renameTable':
      return sameName(operation.to, name) || (object !== 'table' && sameName(operation.table, name))
    case 'createView':
      return (object === 'view' || object === 'table') && sameName(operation.name, name)
    case 'addColumn':
      return sameName(operation.table, name) && (object === 'column' ? sameColumn(operation.column.name, part) : object !== 'table')
    case 'renameColumn':
      return object === 'column' && sameName(operation.table, name) && sameColumn(operation.to, part)
    case 'modifyColumn':
      return (
        object === 'column' &&
        sameName(operation.table, name) &&
        sameColumn(operation.to.name, part) &&
        !sameColumn(operation.column, operation.to.name)
      )
    case 'createIndex':
    case 'addConstraint':
    case 'renameConstraint':
      return object === 'index' || (object === 'constraint' && sameName(operation.table, name))
    case 'renameIndex':
      return object === 'index' || object === 'constraint'
    default:
      return false
  }
}

/** Does the operation take the column or its table away? */
function takes(operation: Operation, { name, part = '' }: Part, { sameName, sameColumn }: Names): boolean {
  const taken = takenBy(operation)
  if (!taken || !sameName(taken.name, name)) return false
  return taken.object === 'table' || (taken.object === 'column' && sameColumn(taken.part ?? '', part))
}

/** Does the operation do anything to the column? */
function concerns(operation: Operation, column: Part, names: Names): boolean {
  const changed = changedBy(operation)
  if (changed && names.sameName(changed.name, column.name) && names.sameColumn(changed.part ?? '', column.part ?? '')) return true
  return brings(operation, column, names) || takes(operation, column, names)
}

/** Is it in the schema as far as that is known? */
function isThere(schema: Schema, { object, name, part }: Part): boolean {
  const table = findTable(schema, name)
  if (object === 'view') return findView(schema, name) !== undefined
  if (object === 'column') return findColumn(schema, name, part ?? '') !== undefined
  if (object === 'constraint') return table?.constraints.some(({ constraint }) => constraint.name === part) ?? false
  if (object === 'table') return table !== undefined
  return part === undefined
    ? ownerOf(schema, name, undefined) !== undefined
    : (table?.indexes.some((index) => index.name === part) ?? false)
}

function add(parts: Part[], { object, name, part }: Part, { sameName, sameColumn }: Names): void {
  const has = parts.some((other) => other.object === object && sameName(other.name, name) && sameColumn(other.part ?? '', part ?? ''))
  if (!has) parts.push({ object, name, ...(part === undefined ? {} : { part }) })
}
