import type { Maintain } from '../../../ir/operation.ts'
import { keepsOut, lockModes, parseLockMode } from '../locks.ts'
import type { Costs } from './row.ts'
import { free, instant, other, page, unknown, work } from './row.ts'

const command = (name: string) => (operation: Maintain) => operation.command.toUpperCase().startsWith(name)

/** The tables that one command names beside its first. */
const rest = (lock: 'ACCESS EXCLUSIVE' | 'SHARE UPDATE EXCLUSIVE') => (operation: Maintain) =>
  operation.tables.slice(1).map((table) => other(table, lock, true))

export const maintenance: Costs = {
  maintain: [
    {
      when: (operation) => command('VACUUM')(operation) && (operation.full || operation.command.toUpperCase().includes('FULL')),
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      inTransaction: false,
      others: rest('ACCESS EXCLUSIVE'),
      because: 'every row is written anew',
      cite: page('sql-vacuum'),
      proof: 'vacuum-full',
    },
    {
      when: command('VACUUM'),
      ...work('SHARE UPDATE EXCLUSIVE', 'scan'),
      inTransaction: false,
      others: rest('SHARE UPDATE EXCLUSIVE'),
      cite: page('sql-vacuum'),
      proof: 'vacuum',
    },
    {
      when: command('ANALYZE'),
      ...instant('SHARE UPDATE EXCLUSIVE'),
      others: rest('SHARE UPDATE EXCLUSIVE'),
      because: 'a sample of the rows is read',
      cite: page('sql-analyze'),
      proof: 'analyze',
    },
    {
      when: (operation) => command('CLUSTER')(operation) && operation.tables.length === 0,
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      inTransaction: false,
      because: 'every clustered table of the database is written anew',
      cite: page('sql-cluster'),
      proof: 'cluster-all',
    },
    {
      when: command('CLUSTER'),
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      because: 'every row is written anew',
      cite: page('sql-cluster'),
      proof: 'cluster',
    },
    { when: command('CHECKPOINT'), ...free, cite: page('sql-checkpoint'), proof: 'checkpoint' },
    { ...unknown, because: 'nothing is known about this command', cite: page('sql-commands') },
  ],
  // One row for each mode that LOCK TABLE can ask for: the lock is all the work, and lasts until the transaction ends.
  lockTable: [
    ...lockModes.slice(1).map((mode) => ({
      when: (operation: { readonly mode: string }) => parseLockMode(operation.mode) === mode,
      ...instant(mode),
      blocks: keepsOut(mode),
      recurses: true,
      others: (operation: { readonly tables: Maintain['tables'] }) => operation.tables.slice(1).map((table) => other(table, mode)),
      because: 'the lock is held until the transaction ends',
      cite: page('sql-lock'),
      proof: 'lock-table',
    })),
    { ...unknown, because: 'the mode is not known', cite: page('sql-lock') },
  ],
}
