import type { Column } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import { findColumn, findTable, type Schema } from '../../schema/schema.ts'
import { atLeast, type EncodingChange, type Version } from '../dialect.ts'
import { bytesOf, type Charsets } from './type-change.ts'
import { charsetOf, type Flavour } from './types.ts'

/** The server that is asked: what it takes for granted differs. */
export interface Server {
  readonly flavour: Flavour
  readonly version: Version
}

type Options = Readonly<Record<string, string>>

/** `utf8` is an alias. */
export const normal = (charset: string) => (charset.toLowerCase() === 'utf8' ? 'utf8mb3' : charset.toLowerCase())
export const normalCollation = (collation: string) => collation.toLowerCase().replace(/^utf8_/, 'utf8mb3_')
export const isText = ({ type }: Column) => type !== undefined && /char$|text$|^enum$|^set$/.test(type.name)
export const collationIn = (column: Column) =>
  (column.collation ?? /\bcollate\s*=?\s*([a-z0-9_]+)/i.exec(column.type?.text ?? '')?.[1])?.toLowerCase()

/** The character set that the column's own definition says, by its collation too. */
export function charsetIn(column: Column): string | undefined {
  return column.charset ?? (column.type && charsetOf(column.type)) ?? column.collation?.split('_')[0]
}

/** The character set that a table's options say. */
export function charsetOption(options: Options): string | undefined {
  const named = options.CHARSET ?? options['DEFAULT CHARSET'] ?? options['CHARACTER SET'] ?? options['DEFAULT CHARACTER SET']
  return named ?? (options.COLLATE ?? options['DEFAULT COLLATE'])?.split('_')[0]
}

/** The character set of a column as it is, for whoever compares its type with another; empty where nothing says it. */
export function charsetsAt(before: Schema, at: { readonly table: Name; readonly column: string } | undefined): Charsets {
  if (at === undefined) return {}
  const column = findColumn(before, at.table, at.column)?.column
  return { from: (column && charsetIn(column)) ?? charsetOption(findTable(before, at.table)?.options ?? {}) }
}

/** The collation that a table's options say. */
export function collationOption(options: Options): string | undefined {
  return (options.COLLATE ?? options['DEFAULT COLLATE'])?.toLowerCase()
}

/** The collations that a character set has by default; a server may be told otherwise. */
function defaultCollation(charset: string, at: Server): string {
  const name = normal(charset)
  if (name === 'latin1') return 'latin1_swedish_ci'
  if (name === 'utf8mb4' && at.flavour === 'mysql' && atLeast(at.version, 8, 0)) return 'utf8mb4_0900_ai_ci'
  if (/^utf/.test(name) && at.flavour === 'mariadb' && atLeast(at.version, 11, 5)) return `${name}_uca1400_ai_ci`
  return name === 'binary' ? 'binary' : `${name}_general_ci`
}

/** The collation of a column: its own, that of its character set, its table's; undefined where none of them says it. */
export function collationOf(column: Column, options: Options, at: Server): string | undefined {
  const own = collationIn(column)
  if (own !== undefined) return normalCollation(own)
  const charset = column.charset ?? (column.type && charsetOf(column.type))
  if (charset !== undefined) return defaultCollation(charset, at)
  const table = collationOption(options)
  if (table !== undefined) return normalCollation(table)
  const tableCharset = charsetOption(options)
  return tableCharset === undefined ? undefined : defaultCollation(tableCharset, at)
}

/** Character sets whose characters every Unicode set has, and those that have all of Unicode. */
const whole = new Set(['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030'])
const firstPlane = new Set(['utf8mb3', 'ucs2'])

/** Has the new character set each character of the old one? Bytes are kept as they are where one side is binary. */
function holds(to: string, from: string): boolean {
  if (to === from || from === 'ascii' || from === 'binary' || to === 'binary' || whole.has(to)) return true
  return firstPlane.has(to) && !whole.has(from)
}

/** How much a collation tells apart: bytes, case, accents, or letters alone. */
function sharpness(collation: string): number {
  if (/_bin$|^binary$/.test(collation)) return 3
  if (/_cs$/.test(collation)) return 2
  return /_as_ci$/.test(collation) ? 1 : 0
}

/**
 * How a text column's character set and collation change between two definitions of it; undefined where nothing does, or too little is
 * written anywhere to say. Measured on MariaDB 10.11 (1366, and ? outside strict mode; 1062);
 * https://dev.mysql.com/doc/refman/8.4/en/charset-conversion.html
 */
export function encodingChange(from: Column, was: Options, to: Column, is: Options): EncodingChange | undefined {
  if (!isText(from) || !isText(to)) return undefined
  const [old, next] = [charsetIn(from) ?? charsetOption(was), charsetIn(to) ?? charsetOption(is)]
  if (old === undefined || next === undefined) return undefined
  const [a, b] = [normal(old), normal(next)]
  const [x, y] = [collationWritten(from, was), collationWritten(to, is) ?? `${b}_general_ci`].map((name) => name && normalCollation(name))
  if (a === b && (x === undefined || x === y)) return undefined
  const coarser = x !== undefined && y !== undefined && sharpness(y) < sharpness(x)
  return { from: a === b ? x! : a, to: a === b ? y! : b, loses: !holds(b, a), coarser, widens: bytesOf(b) > bytesOf(a) }
}

/** The collation that is written for the column, or for its table where the column says nothing of its own. */
export function collationWritten(column: Column, options: Options): string | undefined {
  return collationIn(column) ?? (charsetIn(column) === undefined ? collationOption(options) : undefined)
}
