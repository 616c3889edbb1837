import type { Statement } from '../../../ir/migration.ts'
import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findTable } from '../../../schema/schema.ts'
import type { Cost, OtherLock, Version } from '../../dialect.ts'
import { atLeast } from '../../dialect.ts'
import { keepsOut, type LockMode, lockModes } from '../locks.ts'
import { columnType } from './column-type.ts'
import { columns } from './columns.ts'
import { constraints } from './constraints.ts'
import { data } from './data.ts'
import { indexes } from './indexes.ts'
import { maintenance } from './maintenance.ts'
import { objects } from './objects.ts'
import { partitions } from './partitions.ts'
import { distinct, partitionsOf } from './relations.ts'
import type { Costs, Place, Row } from './row.ts'
import { costOf, other, page, unknown } from './row.ts'
import { session } from './session.ts'
import { tables } from './tables.ts'
import { types } from './types.ts'

/** All rows by operation. */
export const costs: Costs = {
  ...tables,
  ...partitions,
  ...columns,
  ...columnType,
  ...constraints,
  ...indexes,
  ...types,
  ...objects,
  ...data,
  ...maintenance,
  ...session,
}

const none: ReadonlyMap<string, string> = new Map()
const noRow: Row<Operation> = { ...unknown, because: 'PostgreSQL has no such operation', cite: page('sql-commands') }

/**
 * What an operation costs: the first row that holds for the version and the schema before it. `blocks` is what other sessions
 * cannot do while the work lasts, `queues` what waits behind the lock; of `others` each says what its lock keeps out until the
 * transaction ends. A temporary table blocks nobody. An operation without a row costs 'unknown'.
 */
export function cost(
  operation: Operation,
  statement: Statement,
  before: Schema,
  version: Version,
  settings: ReadonlyMap<string, string> = none,
): Cost {
  const place: Place = { statement, before, version, settings }
  const rows: readonly Row<Operation>[] = costs[operation.kind] ?? []
  const row = rows.find((candidate) => holds(candidate, operation, place)) ?? noRow
  const alone = costOf(row, operation, place)
  const target = targetOf(operation)
  if (target === undefined) return alone
  const found = lasts(alone) ? { ...alone, ...underLockOf(statement, alone, place) } : alone
  if (findTable(before, target)?.temporary) return { ...found, blocks: 'nothing', queues: 'nothing' }
  return row.recurses && !isOnly(operation) ? { ...found, others: withPartitions(found, row, before, target) } : found
}

/** Is the lock held for longer than an instant? */
function lasts({ scans, rewrites, buildsIndex }: Cost): boolean {
  return scans !== false || rewrites !== false || buildsIndex !== false
}

/**
 * ALTER TABLE takes the strongest lock that one of its clauses needs, before it does the work of the first.
 * https://www.postgresql.org/docs/current/sql-altertable.html, AlterTableGetLockLevel in src/backend/commands/tablecmds.c
 */
function underLockOf(statement: Statement, own: Cost, place: Place): Partial<Cost> {
  if (statement.operations.length < 2 || !/^\s*alter\s+table\b/i.test(statement.sql ?? '')) return {}
  const strongest = strongestOf(statement, place)
  if (own.lock === 'unknown' || lockModes.indexOf(strongest) <= lockModes.indexOf(own.lock as LockMode)) return {}
  return { lock: strongest, blocks: keepsOut(strongest), queues: keepsOut(strongest) }
}

/** The statement that was asked of last: its clauses come one by one. */
let last: { readonly statement: Statement; readonly version: Version; readonly lock: LockMode } | undefined

function strongestOf(statement: Statement, place: Place): LockMode {
  if (last?.statement === statement && last.version === place.version) return last.lock
  let strongest = 0
  for (const clause of statement.operations) {
    const row = (costs[clause.kind] as readonly Row<Operation>[] | undefined)?.find((candidate) => holds(candidate, clause, place))
    if (row && row.lock !== 'unknown') strongest = Math.max(strongest, lockModes.indexOf(row.lock))
  }
  last = { statement, version: place.version, lock: lockModes[strongest]! }
  return last.lock
}

function holds(row: Row<Operation>, operation: Operation, place: Place): boolean {
  if (row.since !== undefined && !atLeast(place.version, row.since)) return false
  return row.when?.(operation, place) ?? true
}

function targetOf(operation: Operation): Name | undefined {
  if ('table' in operation) return operation.table
  if ('tables' in operation) return operation.tables?.[0]
  return undefined
}

function isOnly(operation: Operation): boolean {
  return operation.kind === 'createIndex' && operation.only
}

function withPartitions(found: Cost, row: Row<Operation>, before: Schema, target: Name): readonly OtherLock[] {
  const lock = row.lock
  if (lock === 'unknown') return found.others
  const names = partitionsOf(before, target).map((table) => table.name)
  if (names.length === 0) return found.others
  const listed = found.others.map((entry) => entry.table)
  const added = distinct(before, [...listed, ...names], target).slice(distinct(before, listed, target).length)
  return [...found.others, ...added.map((name) => other(name, lock, found.scans === true))]
}
