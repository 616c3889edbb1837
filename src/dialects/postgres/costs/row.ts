import type { Statement } from '../../../ir/migration.ts'
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import type { Blocks, Cost, OtherLock, Version } from '../../dialect.ts'
import type { LockMode } from '../locks.ts'
import { keepsOut } from '../locks.ts'

/** Where an operation runs. */
export interface Place {
  readonly statement: Statement
  readonly before: Schema
  readonly version: Version
  /** What the session has set. */
  readonly settings: ReadonlyMap<string, string>
}

/** What a row says of the target; see `Cost` for the members. */
export interface Facts {
  readonly lock: LockMode | 'unknown'
  readonly blocks: Blocks
  readonly queues: Blocks
  readonly rewrites: boolean | 'unknown'
  readonly scans: boolean | 'unknown'
  readonly buildsIndex: boolean | 'unknown'
}

/**
 * One line of the tables. The first row of an operation whose `since` (a major version) and `when` hold is its cost; the last row of
 * every operation has neither. Methods, not properties, so that a table of rows for one operation is a table of rows for any.
 */
export interface Row<O extends Operation> extends Facts {
  readonly since?: number
  when?(operation: O, place: Place): boolean
  /** Locks on relations beside the target. */
  others?(operation: O, place: Place): readonly OtherLock[]
  /** True: partitions of the target get the same lock and the same work. */
  readonly recurses?: boolean
  readonly dropsStatistics?: boolean
  /** Absent: allowed in a transaction block. */
  readonly inTransaction?: false
  readonly because?: string
  /** A `because` that depends on the operation. */
  explain?(operation: O, place: Place): string | undefined
  readonly cite: string
  readonly proof?: string
}

/** The rows of some operations. */
export type Costs = { readonly [K in OperationKind]?: readonly Row<OperationOf<K>>[] }

/** A change of the catalog alone: the lock is held for an instant (and then until the transaction ends), and nothing is read. */
export function instant(lock: LockMode): Facts {
  return { lock, blocks: 'nothing', queues: keepsOut(lock), rewrites: false, scans: false, buildsIndex: false }
}

/** Work that takes as long as the table is large, under the lock. */
export function work(lock: LockMode, what: 'scan' | 'index' | 'rewrite'): Facts {
  const blocks = keepsOut(lock)
  return { lock, blocks, queues: blocks, rewrites: what === 'rewrite', scans: true, buildsIndex: what !== 'scan' }
}

/** The lock is known and the work is not. */
export function unsure(lock: LockMode): Facts {
  return { lock, blocks: 'unknown', queues: keepsOut(lock), rewrites: 'unknown', scans: 'unknown', buildsIndex: 'unknown' }
}

/** Nothing at all. */
export const free: Facts = instant('NONE')

/** Nothing is known. */
export const unknown: Facts = {
  lock: 'unknown',
  blocks: 'unknown',
  queues: 'unknown',
  rewrites: 'unknown',
  scans: 'unknown',
  buildsIndex: 'unknown',
}

/** A lock on another relation; `blocks` is what it keeps out for as long as it is held. */
export function other(table: OtherLock['table'], lock: LockMode, scans = false): OtherLock {
  return { table, lock, blocks: keepsOut(lock), scans }
}

/** The cost that a row gives. */
export function costOf(row: Row<Operation>, operation: Operation, place: Place): Cost {
  const because = row.explain?.(operation, place) ?? row.because
  return {
    lock: row.lock,
    blocks: row.blocks,
    queues: row.queues,
    rewrites: row.rewrites,
    scans: row.scans,
    buildsIndex: row.buildsIndex,
    ...(row.dropsStatistics ? { dropsStatistics: true } : {}),
    others: row.others?.(operation, place) ?? [],
    inTransaction: row.inTransaction ?? true,
    commits: false,
    ...(because === undefined ? {} : { because }),
    cite: row.cite,
    ...(row.proof === undefined ? {} : { proof: row.proof }),
  }
}

/** The pages of the manual that the rows point at. */
const manual = 'https://www.postgresql.org/docs/current/'

/** A page of the manual; the locks in the rows were measured on 12 to 18 as well. */
export function page(name: string): string {
  return `${manual}${name}.html`
}
