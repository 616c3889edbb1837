import type { Span } from '../source/span.ts'
import type { FunctionValue, Outside, Value } from './value.ts'
import { codeOf, type Walk } from './walk.ts'

const network =
  /^(?:(?:globalThis|window)\.)?fetch$|^(?:node_?fetch|cross_?fetch|axios|got|ky|needle|superagent|undici)(?:\.\w+)?$|^https?\.(?:get|request)$|^(?:axios|got|ky|undici)(?:\.\w+){1,2}$/i
const pause = /^(?:\w+\.)?(?:sleep|delay|pause|setTimeout|wait|waitFor|timeout)$/i

/** What a function that cannot be entered reaches, by the name that it is called by: `fetch`, `axios.get`, `sleep(1000)`. */
export function outsideOf(expression: string, args: readonly Value[]): Outside['what'] | undefined {
  if (network.test(expression)) return 'network'
  return pause.test(expression) && args[0]?.kind === 'number' && args[0].value > 0 ? 'timer' : undefined
}

/** Notes that the program reaches outside the database here. */
export function reachOut(walk: Walk, what: Outside['what'], expression: string, span: Span): Outside {
  const outside: Outside = { what, waits: false }
  walk.blinds.push({ span, because: 'outside', detail: expression, context: walk.context, outside })
  return outside
}

/** The program waits for a value: what it was got from has waited as well. */
export function waitFor(walk: Walk, value: Value, depth = 0): void {
  const inner = value.kind === 'promise' ? value.value : value
  const outside = walk.outside.get(inner) ?? walk.outside.get(value)
  if (outside) outside.waits = true
  if (depth > 4) return
  if (inner.kind === 'unknown') for (const origin of inner.origins ?? []) waitFor(walk, origin, depth + 1)
  else if (inner.kind === 'array' && value.kind === 'promise') for (const item of inner.items) waitFor(walk, item, depth + 1)
}

/** Is this the function by which a promise is settled, or one that calls it at its end? */
export function continues(callback: FunctionValue): boolean {
  const code = codeOf(callback)
  return code?.kind === 'native' ? callback.name === 'resolve' : /^(?:resolve|res|done|r|ok)$/.test(calledIn(code) ?? '')
}

/** `() => resolve()`: the function that an arrow function does nothing but call. */
function calledIn(code: ReturnType<typeof codeOf>): string | undefined {
  if (code?.kind !== 'user' || code.node.type !== 'ArrowFunctionExpression') return undefined
  const { body } = code.node
  const call = body.type === 'CallExpression' ? body : undefined
  return call?.callee.type === 'Identifier' ? call.callee.name : undefined
}
