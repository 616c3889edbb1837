import { ServerError } from '../engine.ts'
import { injectedMark } from './injected.ts'
import type { Failure } from './runner.ts'

/** Anything that was thrown, as data. `message` is never empty. */
export function failureOf(thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown)
  const injected = message.includes(injectedMark)
  if (!(thrown instanceof ServerError)) return { message, code: undefined, injected }
  return { message, code: thrown.code, ...(thrown.number === undefined ? {} : { number: thrown.number }), injected }
}

/** A failure that no server said. */
export function failed(message: string): Failure {
  return { message, code: undefined, injected: false }
}
