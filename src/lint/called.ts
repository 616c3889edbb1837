import type { Dialect, Version } from '../dialects/dialect.ts'
import type { Statement } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import type { Source } from '../ir/objects.ts'
import type { Operation } from '../ir/operation.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

/** So many routines a call is followed through: they may call one another in any number. */
const mostRoutines = 20

/** The operations of a statement that creates a routine, which keeps its text for the calls that follow. */
export function withSource(statement: Statement, dialect: Pick<Dialect, 'followsInto'>): readonly Operation[] {
  const { sql, operations } = statement
  const [created] = operations
  if (sql === undefined || operations.length !== 1 || created?.kind !== 'createFunction') return operations
  return dialect.followsInto?.(created, sql) ? [{ ...created, source: { sql, span: created.span } }] : operations
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
  const sources = routines.flatMap((one) => one.sources)
  const own = { sql, span }
  const steps = stepsOf(
    sources.map((source) => ({ ...source, span })),
    own,
    course,
  )
  if (steps.length === 0) return undefined
  const [only, ...others] = first.sources
  // Of several forms the one that was meant is the one in which its steps stand.
  const body = others.length === 0 ? only! : (stepsOf(sources, own, course)[0] ?? only!)
  const routine = { name: first.name, span: body.span }
  return [call, ...steps.map((step) => ({ ...step, context: { ...call.context, ...step.context, routine } }))]
}

/** What a call runs beside itself when these routines are created before it, each step standing where its text is said to. */
function stepsOf(
  routines: readonly Source[],
  call: Source,
  { dialect, version }: { readonly dialect: Dialect; readonly version: Version },
): readonly Operation[] {
  const pieces = [...routines, call].map(({ sql, span }) => ({ text: `${sql.replace(/;\s*$/, '')};\n`, span, verbatim: false }))
  const text = pieces.map((piece) => piece.text).join('')
  const read = dialect.parse({ text, pieces }, { version, placeholders: false })
  return read.length === pieces.length ? read.at(-1)!.operations.slice(1) : []
}

interface Followed {
  readonly name: string
  /** Its forms: which of them a call means, the dialect's reader sees. */
  readonly sources: readonly Source[]
}

/** The routines of these names, and those that their bodies name. One of whose forms the text is not kept is not followed. */
function routinesOf(names: readonly Name[], schema: Schema): readonly Followed[] {
  const found = new Map<string, Followed>()
  const take = (key: string) => {
    const known = schema.functions.get(key)
    const sources = known?.overloads.flatMap(({ source }) => source ?? []) ?? []
    if (known === undefined || sources.length < known.overloads.length || found.has(key) || found.size >= mostRoutines) return
    found.set(key, { name: known.name.name, sources })
    const called = new Set(sources.flatMap(({ sql }) => [...sql.matchAll(/([\w$]+)"?\s*\(/g)].map(([, word]) => word!.toLowerCase())))
    for (const [other, { name }] of schema.functions) if (called.has(name.name.toLowerCase())) take(other)
  }
  for (const name of names) take(keyOf(schema.naming, name, 'other'))
  return [...found.values()]
}
