import type { Unsupported } from '../../ir/program.ts'
import { mayCallForeign, ownerOfFunction } from '../../sql/foreign-functions.ts'
import { offsetOf, type Reading, spanOf, strings } from './reading.ts'

/** Calls of functions that only other engines ship, anywhere in a statement's tree. The body of a routine is a string there, and no part of it. */
export function foreignCalls(reading: Reading, root: unknown): readonly Unsupported[] {
  if (!mayCallForeign(reading.text.slice(reading.start, reading.end), 'postgres')) return []
  const found: Unsupported[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, member] of Object.entries(value)) {
      if (key === 'FuncCall') {
        const [name, ...others] = strings(member.funcname)
        const owner = name !== undefined && others.length === 0 ? ownerOfFunction(name.toLowerCase(), 'postgres') : undefined
        if (owner !== undefined) {
          const start = offsetOf(reading, member.location)
          const span = spanOf(reading, start, start + name!.length)
          found.push({ kind: 'unsupported', span, feature: `the function ${name}()`, availableIn: owner, function: name!.toLowerCase() })
        }
      }
      walk(member)
    }
  }
  walk(root)
  return found
}
