import type { Query } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { OtherLock } from '../../dialect.ts'
import { volatility } from '../volatility.ts'
import type { Costs } from './row.ts'
import { free, instant, other, page, unknown } from './row.ts'

const locking = page('explicit-locking')

function reads(tables: readonly Name[] | undefined): readonly OtherLock[] {
  return (tables ?? []).map((table) => other(table, 'ACCESS SHARE', true))
}

const readsOf = (query: Query | undefined) => reads(query?.tables)
const rowLocks = 'only the rows that it changes are locked, until the transaction ends'

export const data: Costs = {
  insert: [{ ...instant('ROW EXCLUSIVE'), others: (operation) => readsOf(operation.query), cite: locking, proof: 'insert' }],
  update: [
    {
      when: (operation) => operation.where === undefined,
      ...instant('ROW EXCLUSIVE'),
      scans: true,
      others: (operation) => reads(operation.from),
      because: 'every row is locked until the transaction ends',
      cite: locking,
      proof: 'update',
    },
    {
      ...instant('ROW EXCLUSIVE'),
      scans: 'unknown',
      others: (operation) => reads(operation.from),
      because: rowLocks,
      cite: locking,
      proof: 'update',
    },
  ],
  delete: [
    {
      when: (operation) => operation.where === undefined,
      ...instant('ROW EXCLUSIVE'),
      scans: true,
      others: (operation) => reads(operation.using),
      because: 'every row is locked until the transaction ends',
      cite: locking,
      proof: 'delete',
    },
    {
      ...instant('ROW EXCLUSIVE'),
      scans: 'unknown',
      others: (operation) => reads(operation.using),
      because: rowLocks,
      cite: locking,
      proof: 'delete',
    },
  ],
  select: [
    {
      when: (operation) => operation.query.locking,
      ...instant('ROW SHARE'),
      scans: 'unknown',
      because: rowLocks,
      cite: locking,
      proof: 'select-for-update',
    },
    { when: (operation) => operation.query.tables.length === 0, ...free, cite: locking },
    { ...instant('ACCESS SHARE'), scans: 'unknown', cite: locking, proof: 'select' },
  ],
  writeRows: [
    { ...instant('ROW EXCLUSIVE'), scans: 'unknown', others: (operation) => readsOf(operation.query), cite: locking, proof: 'copy' },
  ],
  call: [
    { when: (operation) => volatility(operation.function.name) !== undefined, ...free, cite: page('functions') },
    { ...unknown, because: 'what the function does when it runs is not read', cite: page('sql-call') },
  ],
}
