import type { Guard } from '../ir/context.ts'
import type { Name } from '../ir/names.ts'
import type { Operation, OperationKind, OperationOf } from '../ir/operation.ts'
import { ownerOf } from '../schema/apply-index.ts'
import { findColumn, findTable } from '../schema/schema.ts'
import { encloses } from '../source/span.ts'
import { isCheckpointName } from './replacement.ts'
import type { Moment, ScriptSite } from './site.ts'

const structural: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'createTable',
  'dropTable',
  'renameTable',
  'alterTable',
  'attachPartition',
  'detachPartition',
  'addColumn',
  'dropColumn',
  'renameColumn',
  'alterColumnType',
  'modifyColumn',
  'setDefault',
  'dropDefault',
  'setNotNull',
  'dropNotNull',
  'addConstraint',
  'dropConstraint',
  'renameConstraint',
  'createIndex',
  'dropIndex',
  'renameIndex',
  'attachIndex',
  'createType',
  'dropType',
  'renameType',
  'renameEnumValue',
  'createDomain',
  'alterDomain',
  'createView',
  'dropView',
  'createFunction',
  'dropFunction',
  'createTrigger',
  'dropTrigger',
  'createSchema',
  'dropSchema',
  'renameSchema',
  'createSequence',
  'dropSequence',
])

/** Does the operation change what objects there are or how they look? Maintenance, comments, validation and rows do not. */
export function isStructural(operation: Operation): boolean {
  return structural.has(operation.kind)
}

const destructive: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'dropTable',
  'dropColumn',
  'dropView',
  'dropType',
  'dropSchema',
  'dropConstraint',
  'renameTable',
  'renameColumn',
  'renameSchema',
  'alterColumnType',
  'modifyColumn',
  'truncate',
])

type Asks = Pick<ScriptSite, 'typeChange'>

/** Does it take something away that the next step, or the old release, may need? */
function isDestructive({ operation, before }: Moment, at: Asks): boolean {
  if (operation.kind === 'delete') return operation.where === undefined
  if (operation.kind === 'alterColumnType' && operation.using === undefined) {
    const from = findColumn(before, operation.table, operation.column)?.column.type
    if (from && at.typeChange(from, operation.type, before).narrows === false) return false
  }
  return destructive.has(operation.kind)
}

/**
 * Does it take rows, values or the name that the old release reads them by? What only checks or shows them is not meant, nor a type that
 * holds every value of the old one; a DELETE of some rows only with `rows`.
 */
export function takesData(moment: Moment, at: Asks, rows = false): boolean {
  const { kind } = moment.operation
  if (rows && kind === 'delete') return true
  return kind !== 'dropConstraint' && kind !== 'dropView' && kind !== 'dropType' && isDestructive(moment, at)
}

/** Does it ask for what it changes? ALTER TABLE IF EXISTS asks for the table, and its second ADD COLUMN fails all the same. */
function isAskedFor(operation: Operation, { by, requires, table, column }: Guard): boolean {
  if (by !== 'if-exists' || requires !== 'exists' || table === undefined || column !== undefined) return true
  return operation.kind === 'renameTable' || operation.kind === 'renameIndex'
}

/** Can the operation be run again after it succeeded once: IF [NOT] EXISTS, OR REPLACE, a question asked before it, or a setting? */
export function isRepeatable(operation: Operation): boolean {
  if (operation.context?.guards?.some((guard) => isAskedFor(operation, guard))) return true
  switch (operation.kind) {
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'alterColumnType':
    case 'alterTable':
    case 'comment':
      return true
    case 'modifyColumn':
      return operation.column.toLowerCase() === operation.to.name.toLowerCase()
    case 'addConstraint':
      return operation.ifNotExists === true
    default:
      return (
        ('ifNotExists' in operation && operation.ifNotExists === true) ||
        ('ifExists' in operation && operation.ifExists === true) ||
        ('orReplace' in operation && operation.orReplace === true)
      )
  }
}

/** Does the engine, or the ORM around it, offer a way to ask first? */
export function canBeGuarded(operation: Operation, dialect: string, framework: string): boolean {
  if (framework === 'sequelize' || framework === 'typeorm' || framework === 'knex') return true
  // SQLite has no ADD COLUMN IF NOT EXISTS, and no statement that asks first.
  if (dialect === 'sqlite')
    return (
      operation.kind !== 'addColumn' &&
      operation.kind !== 'dropColumn' &&
      operation.kind !== 'renameColumn' &&
      operation.kind !== 'renameTable'
    )
  if (dialect === 'mariadb') return operation.kind !== 'dropConstraint' || operation.constraintKind !== 'primaryKey'
  if (dialect !== 'mysql') return true
  switch (operation.kind) {
    case 'createTable':
    case 'dropTable':
    case 'createView':
    case 'dropView':
    case 'dropFunction':
    case 'dropTrigger':
    case 'createSchema':
    case 'dropSchema':
      return true
    default:
      return false
  }
}

/** What happens or fails as one and changes structure: its first structural moment, and whether all of it can be run again. */
export interface StepMoment {
  readonly moment: Moment
  readonly moments: readonly Moment[]
  readonly repeatable: boolean
}

/**
 * The steps of a script, in order: one for each statement that changes structure, or for each query string that PostgreSQL runs as one
 * transaction. Temporary tables are nobody's step.
 */
export function stepsOf(moments: readonly Moment[]): readonly StepMoment[] {
  const steps: { moment: Moment; moments: Moment[]; repeatable: boolean }[] = []
  for (const moment of moments) {
    const { operation } = moment
    if (!isStructural(operation) || isOfTemporary(moment)) continue
    if (operation.kind === 'alterTable' && (operation.action === 'ALGORITHM' || operation.action === 'LOCK')) continue
    const last = steps.at(-1)
    if (last && isOneStep(last.moment, moment)) {
      last.moments.push(moment)
      last.repeatable &&= isRepeatable(operation)
    } else steps.push({ moment, moments: [moment], repeatable: isRepeatable(operation) })
  }
  return steps
}

function isOfTemporary({ operation, before }: Moment): boolean {
  if ('temporary' in operation && operation.temporary) return true
  if (operation.kind === 'dropIndex') return ownerOf(before, operation.name, operation.table)?.temporary === true
  return 'table' in operation && operation.table !== undefined && findTable(before, operation.table)?.temporary === true
}

function isOneStep(a: Moment, b: Moment): boolean {
  if (a.index === b.index || (a.transaction.by === 'batch' && a.transaction.key === b.transaction.key)) return true
  // A builder's call that makes a table sends its keys as statements of their own: nobody can put a question between them.
  return a.operation.kind === 'createTable' && encloses(a.statement.span, b.statement.span)
}

/** May a stop come after this moment: no transaction holds it together with all that follows? A query string that is one transaction ends. */
export function mayStopAfter({ transaction }: Moment): boolean {
  return transaction.open === 'no' || transaction.by === 'batch'
}

/** The tables that an operation needs or changes. */
export function tablesOf(operation: Operation): readonly Name[] {
  const found: Name[] = []
  if ('table' in operation && operation.table !== undefined) found.push(operation.table)
  if ('tables' in operation && operation.tables !== undefined) found.push(...operation.tables)
  if (operation.kind === 'createTable') {
    for (const constraint of [...operation.constraints, ...operation.columns.flatMap((column) => column.constraints)])
      if (constraint.references) found.push(constraint.references.table)
  }
  if (operation.kind === 'addColumn') {
    for (const { references } of operation.column.constraints) if (references) found.push(references.table)
  }
  if (operation.kind === 'addConstraint' && operation.constraint.references) found.push(operation.constraint.references.table)
  return found
}

/**
 * Do the steps hang together, so that a stop between two of them leaves something broken: one takes something away that was there before
 * the script, or one that touches such a thing builds on what an earlier one made? New tables alone are nobody's yet, and a checkpoint
 * is no step: a stop after it leaves a spare copy.
 */
export function areDependent(steps: readonly StepMoment[], at: Asks & Pick<ScriptSite, 'sameName' | 'sameColumn'>): boolean {
  const { sameName, sameColumn } = at
  const made = steps.flatMap(({ moments }) =>
    moments.flatMap(({ operation }) => (operation.kind === 'createTable' ? [operation.table] : [])),
  )
  const isMade = (name: Name) => made.some((other) => sameName(name, other))
  const onOld = steps.map(({ moments }) =>
    moments.filter(({ operation }) => operation.kind !== 'createTable' && !ownTable(operation, isMade)),
  )
  const dropped = steps.flatMap(({ moments }) =>
    moments.flatMap(({ operation }) => (operation.kind === 'dropTable' ? [operation.table] : [])),
  )
  const lasting = steps.filter(
    ({ moments }, i) =>
      onOld[i]!.length > 0 ||
      moments.some(
        ({ operation }) =>
          operation.kind === 'createTable' && !isCheckpoint(operation) && !dropped.some((name) => sameName(name, operation.table)),
      ),
  )
  if (lasting.length < 2) return false
  // What checks or shows rows is missed only until the next step; as the last one it is missed by nobody.
  const harms = (moment: Moment, i: number) => takesData(moment, at) || (isDestructive(moment, at) && i < steps.length - 1)
  if (onOld.some((moments, i) => moments.some((moment) => harms(moment, i)))) return true
  const columns: { readonly table: Name; readonly column: string }[] = []
  for (const moments of onOld) {
    for (const { operation } of moments) {
      if (tablesOf(operation).some(isMade)) return true
      if (operation.kind === 'createIndex' || operation.kind === 'addConstraint') {
        const keys = operation.kind === 'createIndex' ? operation.keys.map((key) => key.column) : operation.constraint.columns
        const isNew = (key: string) => columns.some(({ table, column }) => sameColumn(column, key) && sameName(table, operation.table))
        if (keys.some((key) => key !== undefined && isNew(key))) return true
      }
    }
    for (const { operation } of moments)
      if (operation.kind === 'addColumn') columns.push({ table: operation.table, column: operation.column.name })
  }
  return false
}

/** Rows copied elsewhere by INSERT … SELECT and then deleted where they were: the first moment of such a move. */
export function moveOfRows(moments: readonly Moment[], at: Asks & Pick<ScriptSite, 'sameName'>): Moment | undefined {
  for (const [i, { operation, index }] of moments.entries()) {
    if (operation.kind !== 'insert' || !operation.query) continue
    const from = operation.query.tables
    const gone = moments
      .slice(i + 1)
      .some(
        (later) =>
          later.index > index &&
          !isOneStep(moments[i]!, later) &&
          takesData(later, at, true) &&
          tablesOf(later.operation).some((name) => from.some((source) => at.sameName(source, name))),
      )
    if (gone) return moments[i]
  }
  return undefined
}

/** A copy of the rows of a table that is there, by its name made to be thrown away. */
function isCheckpoint(operation: OperationOf<'createTable'>): boolean {
  return operation.as !== undefined && isCheckpointName(operation.table)
}

function ownTable(operation: Operation, isMade: (name: Name) => boolean): boolean {
  return 'table' in operation && operation.table !== undefined && isMade(operation.table)
}

/** `SELECT 1`, which templates put where an inverse belongs. A function that is called may do anything. */
export function changesNothing({ operation }: Moment): boolean {
  if (operation.kind === 'select') return operation.query.functions.length === 0 && !operation.query.locking
  return operation.kind === 'setVariable' || operation.kind === 'transaction'
}
