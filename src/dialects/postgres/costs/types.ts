import type { Name } from '../../../ir/names.ts'
import type { AlterDomain } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { keyOf } from '../../../schema/schema.ts'
import type { OtherLock } from '../../dialect.ts'
import type { LockMode } from '../locks.ts'
import type { Costs } from './row.ts'
import { free, other, page, work } from './row.ts'

const alterDomain = page('sql-alterdomain')
const alterType = page('sql-altertype')

/** The tables with a column of a type. */
function usersOf(before: Schema, type: Name, lock: LockMode, scans: boolean): readonly OtherLock[] {
  const key = keyOf(before.naming, type, 'other')
  const found: OtherLock[] = []
  for (const table of before.tables.values()) {
    for (const { column } of table.columns.values()) {
      const own = column.type && { name: column.type.name, ...(column.type.schema === undefined ? {} : { schema: column.type.schema }) }
      if (own === undefined || keyOf(before.naming, own, 'other') !== key) continue
      found.push(other(table.name, lock, scans))
      break
    }
  }
  return found
}

/** Clauses of ALTER DOMAIN that test every value of every column of the domain. */
function tests(operation: AlterDomain): boolean {
  const action = operation.action.toUpperCase()
  if (action.startsWith('ADD')) return operation.constraint?.notValid !== true && !/NOT VALID/.test(action)
  return action.startsWith('VALIDATE') || action.startsWith('SET NOT NULL')
}

export const types: Costs = {
  createType: [{ ...free, cite: page('sql-createtype'), proof: 'create-type' }],
  dropType: [
    {
      when: (operation) => operation.cascade,
      ...free,
      lock: 'ACCESS EXCLUSIVE',
      queues: 'reads-and-writes',
      others: (operation, { before }) => usersOf(before, operation.name, 'ACCESS EXCLUSIVE', false),
      because: 'CASCADE drops the columns of that type',
      cite: page('sql-droptype'),
      proof: 'drop-type-cascade',
    },
    { ...free, cite: page('sql-droptype'), proof: 'drop-type' },
  ],
  renameType: [{ ...free, cite: alterType, proof: 'rename-type' }],
  addEnumValue: [
    { since: 12, ...free, because: 'the value cannot be used before the transaction commits', cite: alterType, proof: 'add-enum-value' },
    { ...free, inTransaction: false, cite: 'https://www.postgresql.org/docs/11/sql-altertype.html' },
  ],
  renameEnumValue: [{ ...free, cite: alterType, proof: 'rename-enum-value' }],
  createDomain: [{ ...free, cite: page('sql-createdomain'), proof: 'create-domain' }],
  alterDomain: [
    {
      when: tests,
      ...work('SHARE', 'scan'),
      others: (operation, { before }) => usersOf(before, operation.name, 'SHARE', true),
      because: 'every table with a column of the domain is read while writes to it are blocked',
      cite: alterDomain,
      proof: 'alter-domain-check',
    },
    { ...free, cite: alterDomain, proof: 'alter-domain' },
  ],
}
