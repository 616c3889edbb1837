import { AsyncLocalStorage } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'
import type { Frame } from '../protocol.ts'

/** Set while code of a migration runs: where it last called the framework. */
const inside = new AsyncLocalStorage<{ readonly frames: readonly Frame[] }>()

let root = ''

export function placesAreBelow(directory: string): void {
  root = directory
}

/** Runs the migration's own function: what is sent from here on is sent by it. */
export function asMigration<T>(work: () => T): T {
  return inside.run({ frames: [] }, work)
}

/** Is this a step of the migration, and where did it come from? undefined: the framework's own. */
export function sender(): readonly Frame[] | undefined {
  const store = inside.getStore()
  if (!store) return undefined
  const now = frames()
  return now.length > 0 ? now : store.frames
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
      return (...args: unknown[]) => {
        const seen = inside.getStore() ? frames() : []
        const call = () => Reflect.apply(value, target, args)
        return seen.length > 0 ? inside.run({ frames: seen }, call) : call()
      }
    },
  })
  return proxy
}
