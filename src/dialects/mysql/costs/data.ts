import type { Query } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { OtherLock } from '../../dialect.ts'
import { manual, type Rows } from './row.ts'

function locked(tables: readonly Name[]): readonly OtherLock[] {
  return tables.map((table) => ({ table, lock: 'ROW', blocks: 'writes', scans: true }))
}

function readBy(query: Query | undefined): readonly OtherLock[] {
  return locked(query?.tables ?? [])
}

const rows = {
  lock: 'ROW',
  because: 'InnoDB locks every row that the statement reads to find the ones it changes, until the transaction ends',
  cite: manual.mysqlLocks,
} as const

/** Rows read and written. Their locks are row locks: they stop writers of the same rows, never the whole table at once. */
export const data: Rows = {
  insert: [
    {
      when: ({ source, query }) => source === 'select' && query !== undefined && query.tables.length > 0,
      lock: 'ROW',
      scans: true,
      others: ({ query }) => readBy(query),
      because: 'INSERT … SELECT locks every row that it reads',
      cite: manual.mysqlLocks,
    },
    { lock: 'ROW', cite: manual.mysqlLocks },
  ],
  update: [{ ...rows, scans: 'unknown', others: ({ from }) => locked(from) }],
  delete: [{ ...rows, scans: 'unknown', others: ({ using }) => locked(using) }],
  select: [
    {
      when: ({ query }) => query.locking,
      lock: 'ROW',
      scans: 'unknown',
      because: 'the SELECT locks every row that it reads',
      cite: manual.mysqlLocks,
    },
    { scans: 'unknown', cite: manual.mysqlLocks },
  ],
  writeRows: [{ lock: 'ROW', others: ({ query }) => readBy(query), cite: manual.mysqlLocks }],
  call: [{ scans: 'unknown', because: 'what a procedure does is not known; DDL in it commits', cite: manual.mysqlCommit }],
}
