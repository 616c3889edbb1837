import type { Name } from '../../ir/names.ts'
import type { Schema } from '../../schema/schema.ts'
import { findFunction } from '../../schema/schema.ts'
import catalog from './volatility.json' with { type: 'json' }

export type Volatility = 'immutable' | 'stable' | 'volatile'

/**
 * What the catalog of the server in `volatility.json` cannot tell: words of the grammar that call functions, functions of newer
 * versions, and of extensions that are not contrib.
 */
const additions: Readonly<Record<Volatility, readonly string[]>> = {
  volatile: [
    // 16
    'random_normal array_shuffle array_sample',
    // 18
    'uuidv4 uuidv7',
    // pg_uuidv7
    'uuid_generate_v7',
  ],
  stable: [
    'current_timestamp current_date current_time localtime localtimestamp current_user current_role current_catalog current_schema',
    'session_user user system_user',
  ],
  immutable: [
    'coalesce greatest least nullif array row cast extract position overlay trim substring',
    'json_object json_array json json_scalar json_serialize xmlelement xmlforest xmlconcat',
    // 14 to 18
    'any_value array_reverse array_sort casefold crc32 crc32c date_bin erf erfc gamma lgamma ltrim reverse uuid_extract_timestamp uuid_extract_version',
  ],
}

let known: ReadonlyMap<string, Volatility> | undefined

function load(): ReadonlyMap<string, Volatility> {
  const found = new Map<string, Volatility>()
  for (const source of [additions, catalog.contrib, catalog.builtin]) {
    for (const volatility of ['immutable', 'stable', 'volatile'] as const) {
      for (const line of source[volatility]) for (const name of line.split(' ')) found.set(name, volatility)
    }
  }
  return found
}

/**
 * How often a function gives new values, as pg_proc says; where overloads differ, the worst. Takes a lower-case name, with or
 * without its schema (contrib modules are installed into many). undefined: no function that PostgreSQL or its contrib modules ship.
 */
export function volatility(name: string): Volatility | undefined {
  known ??= load()
  return known.get(name.slice(name.lastIndexOf('.') + 1))
}

/** What calling these functions (as in `Expression.functions`) gives in this schema, the worst of all; 'unknown' when one is not known. */
export function volatilityOf(
  functions: readonly string[],
  before: Schema,
): { readonly volatility: Volatility | 'unknown'; readonly by: string } {
  const order = ['immutable', 'stable', 'unknown', 'volatile'] as const
  let worst: { volatility: Volatility | 'unknown'; by: string } = { volatility: 'immutable', by: '' }
  for (const name of functions) {
    const found = volatilityIn(name, before)
    if (order.indexOf(found) > order.indexOf(worst.volatility)) worst = { volatility: found, by: name }
  }
  return worst
}

function volatilityIn(name: string, before: Schema): Volatility | 'unknown' {
  const created = findFunction(before, nameOf(name))
  // An SQL function whose body is a constant is inlined before the server asks for its volatility.
  if (created) return created.constant ? 'immutable' : created.volatility
  return volatility(name) ?? 'unknown'
}

function nameOf(text: string): Name {
  const dot = text.lastIndexOf('.')
  return dot === -1 ? { name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) }
}
