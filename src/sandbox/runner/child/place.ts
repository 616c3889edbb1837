import { AsyncLocalStorage } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'
import type { Frame } from '../protocol.ts'

/** Where the migration last called the framework. */
const inside = new AsyncLocalStorage<readonly Frame[]>()

/** Code of a migration is at work: promises of some libraries lose the store above. */
let active = 0

/** Where the framework was called from last. */
let last: readonly Frame[] = []

/** The store above can be trusted. */
let kept = true

let root = ''

export function placesAreBelow(directory: string): void {
  root = directory
}

/** Promises are at work that call back in the store of others: what was called last is the better guess. */
export function placesAreLost(): void {
  kept = false
}

/** Runs the migration's own code: what is sent until it is done is sent by it. */
export function asMigration<T>(work: () => T): T {
  active++
  const over = () => {
    active--
  }
  try {
    const result = inside.run([], work)
    if (typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function') result.then(over, over)
    else over()
    return result
  } catch (error) {
    over()
    throw error
  }
}

/** A run begins anew, whatever the one before it left behind. */
export function nothingRuns(): void {
  active = 0
  last = []
}

/** Is this a step of the migration, and where did it come from? undefined: the framework's own. */
export function sender(): readonly Frame[] | undefined {
  if (active <= 0) return undefined
  const { frames, together } = sites()
  if (frames.length > 0 && !together) return frames
  const store = (kept ? inside.getStore() : undefined) ?? []
  if (store.length > 0) return store
  return frames.length > 0 ? frames : last
}

/** Calls a function of the framework, and remembers from where. */
export function calledFrom<T>(call: () => T): T {
  const seen = active > 0 ? sites().frames : []
  if (seen.length > 0) last = seen
  return seen.length > 0 ? inside.run(seen, call) : call()
}

/** The places of the project on the stack, the innermost first. `together`: that one awaits several calls, and the stack does not say which. */
function sites(): { readonly frames: readonly Frame[]; readonly together: boolean } {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 60
    Error.prepareStackTrace = (_, all) => all
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, sites)
    const all = Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : []
    const first = all.findIndex((site) => frameOf(site).length > 0)
    return { frames: all.flatMap(frameOf).slice(0, 12), together: all.slice(0, Math.max(0, first)).some((site) => site.isPromiseAll()) }
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

function frameOf(site: NodeJS.CallSite): readonly Frame[] {
  const name = site.getFileName()
  const line = site.getLineNumber()
  if (!name || line === null) return []
  const file = name.startsWith('file:') ? fileURLToPath(name) : name
  if (!file.startsWith(root) || file.includes('node_modules') || file === __filename) return []
  return [{ file, line, column: site.getColumnNumber() ?? 1 }]
}

/**
 * The same object, but each of its methods remembers where it was called from: the stack does not always reach back to the migration when the statement
 * is sent. `others` answers names that the object itself has not.
 */
export function remembering<T extends object>(target: T, others: Readonly<Record<string, unknown>> = {}): T {
  const proxy: T = new Proxy(target, {
    get(_, name) {
      if (typeof name === 'string' && !(name in target) && name in others) {
        const other = others[name]
        return other === undefined ? proxy : other
      }
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || name === 'constructor') return value
      return (...args: unknown[]) => calledFrom(() => Reflect.apply(value, target, args))
    },
  })
  return proxy
}
