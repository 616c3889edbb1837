import type { Dialect } from '../../dialects/dialect.ts'
import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import { arrayOf, shown, textOf } from '../values.ts'

/** How names get to the database. */
export interface Names {
  readonly dialect: Dialect
  /** What Knex makes of a name that it quotes: what the project's `wrapIdentifier` says. */
  readonly wrap: (written: string) => string
}

/** What is sent as the user wrote it. */
export const asWritten: Pick<Names, 'wrap'> = { wrap: (written) => written }

/** A table, view or type as Knex quotes it: a dot parts the schema from the name. What is not known is shown as the user wrote it. */
export function nameOf(value: Value | undefined, { wrap }: Pick<Names, 'wrap'>, schema?: string): Name {
  const within = schema === undefined ? {} : { schema: wrap(schema) }
  const text = writtenName(value)
  if (text === undefined) return { ...within, name: shown(value), dynamic: true }
  const dot = text.lastIndexOf('.')
  return dot > 0 ? { schema: wrap(text.slice(0, dot)), name: wrap(text.slice(dot + 1)) } : { ...within, name: wrap(text) }
}

/** A table as the user wrote it, with its schema where that is a part of it; undefined: not known. An alias is no part of the name: `users as u`. */
export function writtenName(value: Value | undefined): string | undefined {
  return textOf(value)
    ?.replace(/\s+as\s+\S+\s*$/i, '')
    .trim()
}

/** Column names as the user wrote them: a text, or a list of texts or of `{ column, order, nulls }`; undefined: not all are known. */
export function columnsOf(value: Value | undefined): readonly string[] | undefined {
  const list = arrayOf(value)
  const items = list ? list.items : value === undefined ? [] : [value]
  const names: string[] = []
  for (const item of items) {
    const name = textOf(item) ?? (item.kind === 'object' ? textOf(item.members.get('column')) : undefined)
    if (name === undefined) return undefined
    names.push(name)
  }
  return list && !list.complete ? undefined : names
}

/**
 * The name that Knex gives an index or key without one: `users_email_unique` (lib/schema/tablecompiler.js, `_indexCommand`). It is made of the names as they are
 * written, and quoted then.
 */
export function defaultName(kind: 'index' | 'unique' | 'foreign', table: string, columns: readonly string[], { wrap }: Names): string {
  return wrap(`${table.replace(/[.-]/g, '_')}_${columns.join('_')}_${kind}`.toLowerCase())
}
