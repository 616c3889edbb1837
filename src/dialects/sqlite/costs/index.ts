import type { Statement } from '../../../ir/migration.ts'
import type { Operation, OperationKind } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { atLeast, type Cost, type Version } from '../../dialect.ts'
import { data } from './data.ts'
import type { Effort, Row, Rows } from './row.ts'
import { session } from './session.ts'
import { tables } from './tables.ts'

const byKind = new Map<OperationKind, readonly Row[]>()
for (const area of [tables, data, session] as readonly Rows[])
  for (const kind of Object.keys(area) as OperationKind[]) byKind.set(kind, area[kind] ?? [])

/** What each effort means: only work over all rows keeps other writers out for longer than an instant. */
const efforts: Readonly<Record<Effort, Pick<Cost, 'lock' | 'blocks' | 'queues' | 'rewrites' | 'scans' | 'buildsIndex'>>> = {
  none: { lock: 'NONE', blocks: 'nothing', queues: 'nothing', rewrites: false, scans: false, buildsIndex: false },
  reads: { lock: 'SHARED', blocks: 'nothing', queues: 'nothing', rewrites: false, scans: true, buildsIndex: false },
  instant: { lock: 'RESERVED', blocks: 'nothing', queues: 'writes', rewrites: false, scans: false, buildsIndex: false },
  writes: { lock: 'RESERVED', blocks: 'writes', queues: 'writes', rewrites: false, scans: 'unknown', buildsIndex: false },
  checks: { lock: 'RESERVED', blocks: 'writes', queues: 'writes', rewrites: false, scans: true, buildsIndex: false },
  builds: { lock: 'RESERVED', blocks: 'writes', queues: 'writes', rewrites: false, scans: true, buildsIndex: true },
  rewrites: { lock: 'RESERVED', blocks: 'writes', queues: 'writes', rewrites: true, scans: true, buildsIndex: false },
  vacuums: { lock: 'EXCLUSIVE', blocks: 'writes', queues: 'reads-and-writes', rewrites: true, scans: true, buildsIndex: true },
  exclusive: {
    lock: 'EXCLUSIVE',
    blocks: 'reads-and-writes',
    queues: 'reads-and-writes',
    rewrites: false,
    scans: false,
    buildsIndex: false,
  },
}

/**
 * What the operation costs on SQLite. There is one write lock for the whole database file: while a statement, and the transaction
 * around it, works, no other connection writes. Readers go on in WAL mode; in the rollback journal they wait only for the commit
 * itself. Nothing ends the transaction implicitly. Never throws; an operation without a row is 'unknown' in everything.
 */
export function cost(operation: Operation, _statement: Statement, before: Schema, version: Version): Cost {
  const row = byKind
    .get(operation.kind)
    ?.find((each) => (each.since === undefined || atLeast(version, ...each.since)) && (each.when?.(operation, before) ?? true))
  if (row === undefined)
    return {
      lock: 'unknown',
      blocks: 'unknown',
      queues: 'unknown',
      rewrites: 'unknown',
      scans: 'unknown',
      buildsIndex: 'unknown',
      others: [],
      inTransaction: true,
      commits: false,
      because: operation.kind === 'opaque' ? 'the statement could not be read' : 'the fact tables have no row for it',
      cite: 'https://www.sqlite.org/lang.html',
    }
  return {
    ...efforts[row.effort],
    others: [],
    inTransaction: row.inTransaction ?? true,
    commits: false,
    ...(row.because === undefined ? {} : { because: row.because }),
    cite: row.cite,
    ...(row.proof === undefined ? {} : { proof: row.proof }),
  }
}
