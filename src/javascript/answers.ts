import { promiseOf } from './promises.ts'
import type { Value } from './value.ts'
import type { Walk } from './walk.ts'

/** Lets the host answer a call: what it records stands for the promise that it gives, else it is settled at once. */
export function answered(walk: Walk, ask: () => Value | undefined): Value | undefined {
  const { invoked, direct } = walk
  walk.invoked = []
  walk.direct = []
  walk.otherCalls++
  try {
    const result = ask()
    const settled = result === undefined ? undefined : adopt(walk, result)
    const answer = settled?.kind === 'promise' ? settled.value : settled
    if (answer?.kind === 'handle' || answer?.kind === 'unknown') walk.answer = answer
    for (const event of walk.direct) {
      if (event.awaited === 'dropped' && !(settled?.kind === 'promise' && settled.events.includes(event))) event.awaited = 'awaited'
    }
    return settled
  } finally {
    walk.invoked = invoked
    walk.direct = direct
  }
}

/** The promise that a host returns stands for the callbacks that it walked, too. */
function adopt(walk: Walk, result: Value): Value {
  if (result.kind !== 'promise' || walk.invoked.length === 0) return result
  const events = new Set(result.events)
  for (const promise of walk.invoked) for (const event of promise.events) events.add(event)
  return promiseOf(result.value, [...events], result.span)
}
