import type { Dialect, Version } from '../dialects/dialect.ts'
import type { Statement } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import type { Source } from '../ir/objects.ts'
import type { Operation } from '../ir/operation.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

/** So many routines a call is followed through: they may call one another in any number. */
const mostRoutines = 20
/** What a body must have a word of to change anything. */
const changing = /\b(?:insert|update|delete|merge|truncate|create|alter|drop|execute|call|perform|select)\b/i

/** The operations of a statement that creates a routine, which keeps its text for the calls that follow. */
export function withSource(statement: Statement, { name }: Pick<Dialect, 'name'>): readonly Operation[] {
  const { sql, operations } = statement
  const [created] = operations
  if (name !== 'postgres' || sql === undefined || operations.length !== 1 || created?.kind !== 'createFunction') return operations
  const isFollowed = /^(?:plpgsql|sql)$/i.test(created.language ?? '') && created.returns?.toLowerCase() !== 'trigger' && changing.test(sql)
  return isFollowed ? [{ ...created, source: { sql, span: created.span } }] : operations
}

/**
 * What a call runs of the body of a routine that another text of the history has created, beside the call itself: every step stands at the
 * call. A call that its own text explains is left as it is. `undefined`: nothing is called that is known.
 */
export function calledElsewhere(
  { sql, operations, span }: Statement,
  before: Schema,
  course: { readonly dialect: Dialect; readonly version: Version },
): readonly Operation[] | undefined {
  const [call] = operations
  if (sql === undefined || operations.length !== 1 || before.functions.size === 0) return undefined
  if (call?.kind !== 'call' && call?.kind !== 'select') return undefined
  const names = call.kind === 'call' ? [call.function] : call.query.functions.map((name): Name => ({ name }))
  const routines = routinesOf(names, before)
  const [first] = routines
  if (first === undefined) return undefined
  const text = [...routines.map(({ source }) => source.sql), sql].map((one) => `${one.replace(/;\s*$/, '')};\n`).join('')
  const read = course.dialect.parse({ text, pieces: [{ text, span, verbatim: false }] }, { version: course.version, placeholders: false })
  // What cannot be read of a body is not known of the call either.
  const steps = (read.length === routines.length + 1 ? (read.at(-1)?.operations.slice(1) ?? []) : []).filter(
    ({ kind }) => kind !== 'opaque',
  )
  if (steps.length === 0) return undefined
  const routine = { name: first.name, span: first.source.span }
  return [call, ...steps.map((step) => ({ ...step, context: { ...call.context, ...step.context, routine } }))]
}

/** The routines of these names, and those that their bodies name. One that has several forms is not followed. */
function routinesOf(names: readonly Name[], schema: Schema): readonly { readonly name: string; readonly source: Source }[] {
  const found = new Map<string, { readonly name: string; readonly source: Source }>()
  const take = (key: string) => {
    const known = schema.functions.get(key)
    const source = known?.overloads.length === 1 ? known.overloads[0]!.source : undefined
    if (known === undefined || source === undefined || found.has(key) || found.size >= mostRoutines) return
    found.set(key, { name: known.name.name, source })
    const called = new Set([...source.sql.matchAll(/([\w$]+)"?\s*\(/g)].map(([, word]) => word!.toLowerCase()))
    for (const [other, { name }] of schema.functions) if (called.has(name.name.toLowerCase())) take(other)
  }
  for (const name of names) take(keyOf(schema.naming, name, 'other'))
  return [...found.values()]
}
