import type { DataType } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'

/** How an engine's statements are spelled. */
export interface Spelling {
  readonly quote: '"' | '`'
  /** May the name stand without quotes, as the file at hand writes it? */
  readonly bare: (name: string) => boolean
}

/** A name as SQL; quoted unless it may stand bare. */
export function quoted(name: string, { quote, bare }: Spelling): string {
  return bare(name) ? name : `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

/** A name with its schema, where it has one. */
export function qualified({ schema, name }: Name, spelling: Spelling): string {
  return schema === undefined ? quoted(name, spelling) : `${quoted(schema, spelling)}.${quoted(name, spelling)}`
}

/** Names in parentheses. */
export function list(names: readonly string[], spelling: Spelling): string {
  return `(${names.map((name) => quoted(name, spelling)).join(', ')})`
}

/** A text as a string literal; `backslash`: the engine reads backslashes as escapes. */
export function text(value: string, backslash = false): string {
  const plain = value.replaceAll("'", "''")
  return `'${backslash ? plain.replaceAll('\\', '\\\\') : plain}'`
}

/** A type of PostgreSQL: built-in types stand as they are, a type of the user's whose name needs quotes gets them. */
export function typeSql({ schema, name, text, array }: DataType, spelling: Spelling): string {
  if (schema === undefined && /^"?[a-z_][a-z0-9_ ]*"?$/.test(name)) return text
  return `${qualified({ ...(schema === undefined ? {} : { schema }), name }, spelling)}${array ? '[]' : ''}`
}
