import { AsyncLocalStorage } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'
import type { Frame } from '../protocol.ts'

/** Where the migration last called the framework. */
const inside = new AsyncLocalStorage<readonly Frame[]>()

/** Code of a migration is at work: promises of some libraries lose the store above. */
let active = 0

/** Where the framework was called from last. */
let last: readonly Frame[] = []

let root = ''

export function placesAreBelow(directory: string): void {
  root = directory
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
  const now = frames()
  if (now.length > 0) return now
  const store = inside.getStore() ?? []
  return store.length > 0 ? store : last
}

/** Calls a function of the framework, and remembers from where. */
export function calledFrom<T>(call: () => T): T {
  const seen = active > 0 ? frames() : []
  if (seen.length > 0) last = seen
  return seen.length > 0 ? inside.run(seen, call) : call()
}

/** The places of the project on the stack, the innermost first. */
function frames(): readonly Frame[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 60
    Error.prepareStackTrace = (_, sites) => sites
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, frames)
    const sites = holder.stack
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]).flatMap(frameOf).slice(0, 12) : []
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
