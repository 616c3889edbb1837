import type { DialectName, Name } from '../ir/names.ts'
import { referrersOf } from '../schema/references.ts'
import { keyOf } from '../schema/schema.ts'
import type { Moment } from './site.ts'

/**
 * The table whose foreign key keeps the one of this DROP TABLE from being dropped; undefined: none is known. PostgreSQL asks for CASCADE;
 * MySQL and MariaDB refuse while foreign_key_checks is on, and ignore the word (https://dev.mysql.com/doc/refman/8.4/en/drop-table.html).
 * `around` are the moments of its script. SQLite deletes the rows instead of refusing.
 */
export function keptBy(moment: Moment, around: readonly Moment[], dialect: DialectName): Name | undefined {
  const { operation, before, statement } = moment
  if (operation.kind !== 'dropTable' || operation.temporary || dialect === 'sqlite') return undefined
  if (operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  if (
    dialect === 'postgres'
      ? operation.cascade
      : around.some(({ operation: one }) => one.kind === 'setVariable' && /^(?:@@)?(?:session\.)?foreign_key_checks$/.test(one.name))
  )
    return undefined
  const { naming } = before
  const together = statement.operations.flatMap((one) => (one.kind === 'dropTable' ? [keyOf(naming, one.table)] : []))
  return referrersOf(before, operation.table).find(({ name }) => !together.includes(keyOf(naming, name)))?.name
}

/**
 * A table that a TRUNCATE names and the one whose foreign key has it refused, with or without rows in it (PostgreSQL 0A000, MySQL 1701; a table of MySQL
 * may refer to itself). `around` as above; undefined: none is known.
 */
export function truncateKeptBy(
  { operation, before }: Moment,
  around: readonly Moment[],
  dialect: DialectName,
): { readonly table: Name; readonly keeper: Name } | undefined {
  if (operation.kind !== 'truncate' || operation.cascade || dialect === 'sqlite') return undefined
  if (operation.context?.guards?.length || operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  if (dialect !== 'postgres' && around.some(({ operation: one }) => one.kind === 'setVariable' && one.name.endsWith('foreign_key_checks')))
    return undefined
  const { naming } = before
  const together = operation.tables.map((name) => keyOf(naming, name))
  for (const table of operation.tables) {
    const keeper = referrersOf(before, table).find(({ name }) => !together.includes(keyOf(naming, name)))
    if (keeper) return { table, keeper: keeper.name }
  }
  return undefined
}

/** Was foreign_key_checks turned off last? Outside a transaction a pool may hand out another connection, and in practice gives the same one. */
export function isUnchecked(earlier: readonly Moment[]): boolean {
  const last = earlier.findLast(({ operation }) => operation.kind === 'setVariable' && operation.name === 'foreign_key_checks')
  return last?.operation.kind === 'setVariable' && /^(?:0|off|false)$/i.test(last.operation.value ?? '')
}
