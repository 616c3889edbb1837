import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import { arrayOf, shown, textOf } from '../values.ts'

/** A table, view or type as Knex quotes it: a dot parts the schema from the name. What is not known is shown as the user wrote it. */
export function nameOf(value: Value | undefined, schema?: string): Name {
  const text = textOf(value)
  if (text === undefined) return { ...(schema === undefined ? {} : { schema }), name: shown(value), dynamic: true }
  // An alias is no part of the name: `users as u`.
  const plain = text.replace(/\s+as\s+\S+\s*$/i, '').trim()
  const dot = plain.lastIndexOf('.')
  if (dot > 0) return { schema: plain.slice(0, dot), name: plain.slice(dot + 1) }
  return schema === undefined ? { name: plain } : { schema, name: plain }
}

/** Column names: a text, or a list of texts or of `{ column, order, nulls }`; undefined: not all are known. */
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

/** The name that Knex gives an index or key without one: `users_email_unique` (lib/schema/tablecompiler.js, `_indexCommand`). */
export function defaultName(kind: 'index' | 'unique' | 'foreign', table: Name, columns: readonly string[]): string {
  return `${table.name.replace(/[.-]/g, '_')}_${columns.join('_')}_${kind}`.toLowerCase()
}
