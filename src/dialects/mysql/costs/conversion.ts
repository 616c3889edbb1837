import type { AlterTable } from '../../../ir/operation.ts'
import { atLeast } from '../../dialect.ts'
import { charsetIn, charsetOption, collationOf, collationOption, isText, normal, normalCollation } from '../encoding.ts'
import { bytesOf } from '../type-change.ts'
import { effortToModify } from './column-type.ts'
import { type At, copy, type Effort, hasGenerated, instant, tableAt } from './row.ts'

/** The types that CONVERT TO makes larger where characters take more bytes: what they hold is counted in bytes. */
const growing = new Set(['tinytext', 'text', 'mediumtext'])

/**
 * What CONVERT TO CHARACTER SET costs on MariaDB, which changes each text column as MODIFY does: the dearest of them decides. A copy where a
 * column or its character set is not known.
 */
export function conversionEffort({ table: name, value, span }: AlterTable, at: At): Effort {
  const table = tableAt(at, name)
  const [charset, collation] = (value ?? '').toLowerCase().split(/\s+collate\s+/)
  if (at.flavour !== 'mariadb' || !atLeast(at.version, 10, 11) || !table?.complete || !charset || hasGenerated(table, 'stored')) return copy
  let dearest = instant
  for (const { column } of table.columns.values()) {
    if (!isText(column)) continue
    const was = charsetIn(column) ?? charsetOption(table.options)
    if (was === undefined || (growing.has(column.type!.name) && bytesOf(charset) > bytesOf(was))) return copy
    const { charset: _, collation: __, ...bare } = column
    const to = { ...bare, charset, ...(collation === undefined ? {} : { collation }), constraints: [] }
    const effort = effortToModify({ kind: 'modifyColumn', table: name, column: column.name, to, span }, at)
    if (effort === undefined || effort.algorithm === 'COPY') return copy
    if (effort.algorithm !== 'INSTANT') dearest = effort
  }
  return dearest
}

/** Has the table, and each text in it, the character set and the collation that CONVERT TO asks for? */
export function isConverted({ table: name, value }: AlterTable, at: At): boolean {
  const table = tableAt(at, name)
  const [charset, collation] = (value ?? '').toLowerCase().split(/\s+collate\s+/)
  if (!table?.complete || !charset || !collation || collationOption(table.options) !== collation) return false
  if (normal(charsetOption(table.options) ?? '') !== normal(charset)) return false
  return [...table.columns.values()].every(
    ({ column }) => !isText(column) || collationOf(column, table.options, at) === normalCollation(collation),
  )
}
