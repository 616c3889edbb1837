import type { Column } from '../../ir/column.ts'
import { atLeast, type Version } from '../dialect.ts'
import { charsetOf, type Flavour } from './types.ts'

/** The server that is asked: what it takes for granted differs. */
export interface Server {
  readonly flavour: Flavour
  readonly version: Version
}

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
export function charsetOption(options: Readonly<Record<string, string>>): string | undefined {
  const named = options.CHARSET ?? options['DEFAULT CHARSET'] ?? options['CHARACTER SET'] ?? options['DEFAULT CHARACTER SET']
  return named ?? (options.COLLATE ?? options['DEFAULT COLLATE'])?.split('_')[0]
}

/** The collation that a table's options say. */
export function collationOption(options: Readonly<Record<string, string>>): string | undefined {
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
export function collationOf(column: Column, options: Readonly<Record<string, string>>, at: Server): string | undefined {
  const own = collationIn(column)
  if (own !== undefined) return normalCollation(own)
  const charset = column.charset ?? (column.type && charsetOf(column.type))
  if (charset !== undefined) return defaultCollation(charset, at)
  const table = collationOption(options)
  if (table !== undefined) return normalCollation(table)
  const tableCharset = charsetOption(options)
  return tableCharset === undefined ? undefined : defaultCollation(tableCharset, at)
}
