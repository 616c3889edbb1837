import type { Span } from '../source/span.ts'
import { answered } from './answers.ts'
import { newPromise } from './builtins/promise-global.ts'
import { callFunction } from './functions.ts'
import { getMember } from './members.ts'
import { native } from './native.ts'
import type { Value } from './value.ts'
import type { Walk } from './walk.ts'

/** The promise of a builder that nobody waits for, and that is taken to be meant; every other value stays as it is. */
export function started(walk: Walk, value: Value, span: Span): Value {
  return value.kind === 'handle' ? adopted(walk, value, span) : value
}

/**
 * Where a promise is waited for, an object with a `then` of its own (a lazy promise, a builder that runs when it is awaited) is the promise
 * of what its `then` hands on, and a handle the promise that the host gives for it. Every other value stays as it is.
 */
export function adopted(walk: Walk, value: Value, span: Span | undefined): Value {
  if (value.kind === 'handle') {
    const at = value.span ?? span ?? { file: '', start: 0, end: 0 }
    const { context } = walk
    walk.context = walk.listed.get(value) ?? context
    try {
      return (walk.host.awaited && answered(walk, () => walk.host.awaited?.(value, walk, at))) ?? value
    } finally {
      walk.context = context
    }
  }
  if (value.kind !== 'object' || !(value.members.has('then') || walk.classes.has(value))) return value
  const at = span ?? value.span ?? { file: '', start: 0, end: 0 }
  const then = getMember(walk, value, 'then', at, 'then')
  if (then.kind !== 'function') return value
  const executor = native('executor', (call) => callFunction(walk, then, value, call.args, call.span, 'then'))
  return newPromise({ walk, self: value, args: [executor], span: at, expression: 'then' })
}
