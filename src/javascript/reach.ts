import { isPlace, type Place } from './places.ts'
import { containsHandle } from './unknown-calls.ts'
import type { Value } from './value.ts'
import { codeOf, lookup, type UserCode, type Walk } from './walk.ts'

const most = 100
const named = new WeakMap<object, readonly string[]>()

/** Can a function's code get at the database: with what it is given, with `this`, or with what it finds around itself and in the functions it calls? */
export function reachesDatabase(walk: Walk, code: UserCode, given: readonly Value[]): boolean {
  if (given.some((value) => containsHandle(walk, value))) return true
  const met = new Set<UserCode>([code])
  for (const one of met) {
    for (const name of namesIn(one.node)) {
      const cell = lookup(one.scope, name)
      if (!cell) continue
      if (containsHandle(walk, cell.value)) return true
      const called = cell.value.kind === 'function' ? codeOf(cell.value) : undefined
      if (called?.kind === 'user' && met.size < most) met.add(called)
    }
  }
  return false
}

/** The names that a function's code reads. */
function namesIn(node: object): readonly string[] {
  const known = named.get(node)
  if (known) return known
  const found = new Set<string>()
  const open: Place[] = [node as Place]
  for (let place = open.pop(); place; place = open.pop()) {
    if (place.type === 'Identifier') found.add(String(place.name))
    for (const [key, value] of Object.entries(place)) {
      if ((key === 'property' || key === 'key') && place.computed !== true) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isPlace(child)) open.push(child)
    }
  }
  const names = [...found]
  named.set(node, names)
  return names
}
