import type { Column, IndexKey } from '../../ir/column.ts'
import { showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { findTable, type Schema } from '../../schema/schema.ts'
import type { IndexState, Table } from '../../schema/table.ts'
import { atLeast, type Refusal } from '../dialect.ts'
import { charsetIn, charsetOption, type Server } from './encoding.ts'
import { bytesOf } from './type-change.ts'

/** The bytes of one key column and of a whole key; a COMPACT or REDUNDANT row keeps less. https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html */
const mostKeyBytes = 3072
const mostCompactBytes = 767
/** The bytes of a row without its BLOBs. https://dev.mysql.com/doc/refman/8.4/en/column-count-limit.html */
const mostRowBytes = 65_535

type Makes = Extract<Operation, { kind: 'createTable' | 'addColumn' | 'addConstraint' | 'createIndex' | 'modifyColumn' }>

/** Keys and rows that InnoDB refuses to make. A character set that nobody wrote counts one byte for each character. */
export function keyRefusals(operation: Makes, before: Schema, after: Schema, at: Server): readonly Refusal[] {
  const table = findTable(after, operation.table)
  const engine = table?.options.ENGINE?.toLowerCase()
  if (!table || (engine !== undefined && engine !== 'innodb')) return []
  const refused: Refusal[] = []
  for (const index of indexesMadeBy(operation, table, findTable(before, operation.table), after)) {
    const because = refusalOf(index, table, after, at)
    if (because) refused.push({ of: 'index key', ...because })
  }
  const row = operation.kind === 'addConstraint' || operation.kind === 'createIndex' ? undefined : rowRefusal(table)
  return row ? [...refused, { of: 'row', ...row }] : refused
}

/** The indexes that the operation builds: the new ones, or those over a column that is changed. */
function indexesMadeBy(operation: Makes, table: Table, before: Table | undefined, { naming }: Schema): readonly IndexState[] {
  if (operation.kind !== 'modifyColumn')
    return table.indexes.filter((index) => operation.kind === 'createTable' || !before?.indexes.includes(index))
  const name = naming.fold(operation.to.name, 'column')
  return table.indexes.filter(({ keys }) => keys.some(({ column }) => column !== undefined && naming.fold(column, 'column') === name))
}

type Because = Pick<Refusal, 'because' | 'error'>

function refusalOf(index: IndexState, table: Table, { naming }: Schema, at: Server): Because | undefined {
  if (/^(?:fulltext|spatial|rtree|vector)$/i.test(index.method ?? '')) return undefined
  const primary = table.constraints.some(({ constraint }) => constraint.kind === 'primaryKey' && constraint.name === index.constraint)
  const mariadb = at.flavour === 'mariadb'
  // MariaDB keeps a long unique key as a hash, and cuts a long key that is not unique (measured on 10.11).
  const makesDo = mariadb && !primary && (!index.unique || atLeast(at.version, 10, 4))
  const compact = /^(?:compact|redundant)$/i.test(table.options.ROW_FORMAT ?? '')
  const most = compact ? mostCompactBytes : mostKeyBytes
  let total = 0
  for (const key of index.keys) {
    const column = key.column === undefined ? undefined : table.columns.get(naming.fold(key.column, 'column'))?.column
    if (!column?.type) continue
    const shown = `${showName(table.name)}.${column.name}`
    if (isLarge(column) && key.prefix === undefined) {
      if (makesDo) return undefined
      return {
        because: `${shown} is ${column.type.text}, which a key takes with a length only, as in (${column.name}(100))`,
        error: column.type.name === 'json' && !mariadb ? '3152' : '1170',
      }
    }
    const bytes = keyBytes(column, key, table)
    if (bytes > most && (compact || !makesDo))
      return {
        because: `${shown} takes up to ${bytes} bytes of the key, and ${most} are what there is room for`,
        error: compact && mariadb ? '1709' : '1071',
      }
    total += bytes
  }
  if (total <= mostKeyBytes || (makesDo && index.unique) || (makesDo && index.keys.length === 1)) return undefined
  return { because: `its columns take up to ${total} bytes together, and ${mostKeyBytes} are what a key has room for`, error: '1071' }
}

function isLarge({ type }: Column): boolean {
  return type !== undefined && /(?:text|blob)$|^json$/.test(type.name)
}

const fixedBytes: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
  float: 4,
  double: 8,
  date: 3,
  datetime: 5,
  timestamp: 4,
  time: 3,
  year: 1,
}

function lengthOf({ type }: Column): number {
  const length = Number(type?.args[0] ?? 1)
  return Number.isFinite(length) ? length : 0
}

/** The least bytes that each character may take. */
function characterBytes(column: Column, table: Table): number {
  const charset = charsetIn(column) ?? charsetOption(table.options)
  return charset === undefined ? 1 : bytesOf(charset)
}

function keyBytes(column: Column, key: IndexKey, table: Table): number {
  const name = column.type!.name
  const length = key.prefix ?? lengthOf(column)
  if (/char$|text$/.test(name)) return length * characterBytes(column, table)
  if (/binary$|blob$/.test(name)) return length
  return Object.hasOwn(fixedBytes, name) ? fixedBytes[name]! : 0
}

function rowRefusal(table: Table): Because | undefined {
  let total = 0
  for (const { column } of table.columns.values()) {
    const { type } = column
    if (!type || isLarge(column)) continue
    if (/char$|binary$/.test(type.name)) {
      const bytes = lengthOf(column) * (/char$/.test(type.name) ? characterBytes(column, table) : 1)
      if (/^var/.test(type.name) && bytes > mostRowBytes)
        return {
          because: `${showName(table.name)}.${column.name} takes up to ${bytes} bytes, and a row has ${mostRowBytes}`,
          error: '1074',
        }
      total += bytes
    } else if (Object.hasOwn(fixedBytes, type.name)) total += fixedBytes[type.name]!
  }
  if (total <= mostRowBytes) return undefined
  return {
    because: `a row of ${showName(table.name)} takes up to ${total} bytes without its TEXT and BLOB columns, and ${mostRowBytes} are what there is room for`,
    error: '1118',
  }
}
