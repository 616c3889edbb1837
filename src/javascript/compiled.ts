import type { Span } from '../source/span.ts'
import { callFunction } from './functions.ts'
import type { FunctionValue, Value } from './value.ts'
import { undef } from './values.ts'
import { codeOf, type Walk } from './walk.ts'

/**
 * What the helpers of compilers mean by which asynchronous functions became generators: `__awaiter(this, …, function* () {…})` of TypeScript
 * and `_asyncToGenerator(function* () {…})` of Babel; undefined: it is none of them.
 */
export function compiledAsync(walk: Walk, name: string, args: readonly Value[], span: Span): Value | undefined {
  if (name === '__awaiter') {
    const target = asynchronous(args[3])
    return target && callFunction(walk, target, args[0] ?? undef, [], span, target.name ?? name)
  }
  return name === '_asyncToGenerator' ? asynchronous(args[0]) : undefined
}

/** A generator whose yields are what an asynchronous function awaits. */
function asynchronous(value: Value | undefined): FunctionValue | undefined {
  const code = value?.kind === 'function' ? codeOf(value) : undefined
  if (value?.kind !== 'function' || code?.kind !== 'user' || !code.node.generator) return undefined
  return { ...value, code: { ...code, node: { ...code.node, generator: false, async: true } } }
}
