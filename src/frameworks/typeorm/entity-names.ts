import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import { nameOfPath, snakeCase } from './naming.ts'
import { isKnownText, textOf } from './read-options.ts'

/** Table names by entity class; undefined when no entity of that name is declared. */
export type EntityTable = (className: string) => string | undefined

/** The table that an entity argument means: a class, its name, or a table's name; undefined when it is not known. */
export function entityTableOf(value: Value | undefined, tables: EntityTable): Name | undefined {
  if (value === undefined) return undefined
  if (value.kind === 'string') {
    const text = textOf(value)
    if (text === undefined) return undefined
    if (!isKnownText(value)) return { name: text, dynamic: true }
    return nameOfPath(tables(text) ?? text)
  }
  if (value.kind === 'function' && value.name !== undefined) return nameOfPath(tables(value.name) ?? snakeCase(value.name))
  // A class imported from a package or through a path that was not resolved: its name is what the user wrote.
  if (value.kind === 'unknown' && /^[A-Za-z_$][\w$]*$/.test(value.expression)) {
    const table = tables(value.expression)
    if (table !== undefined) return nameOfPath(table)
    if (/^[A-Z]/.test(value.expression)) return nameOfPath(snakeCase(value.expression))
  }
  return undefined
}
