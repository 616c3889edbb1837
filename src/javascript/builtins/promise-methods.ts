import type { Span } from '../../source/span.ts'
import { fork } from '../fork.ts'
import { callFunction } from '../functions.ts'
import { itemsOf } from '../iterate.ts'
import { collect, following, guardAgainstFailure, promiseOf } from '../promises.ts'
import { adopted } from '../thenables.ts'
import { isSelective } from '../tries.ts'
import { eachOf } from '../unknown-calls.ts'
import type { PromiseValue, Value } from '../value.ts'
import { list, undef, unknown } from '../values.ts'
import { codeOf, textOf, type Walk } from '../walk.ts'

/** `promise.then(…)` and the rest, Bluebird's additions included. */
export function promiseMethod(
  walk: Walk,
  promise: PromiseValue,
  key: string,
  args: readonly Value[],
  span: Span,
  expression: string,
): Value {
  const [first, second] = args
  const call = (callback: Value | undefined, values: readonly Value[]): Value =>
    callback?.kind === 'function'
      ? adopted(walk, callFunction(walk, callback, undef, values, span, callback.name ?? 'callback'), span)
      : undef
  switch (key) {
    case 'then': {
      if (second?.kind === 'function') afterFailure(walk, promise, second, span)
      if (first?.kind !== 'function') return promise
      return following(promise, call(first, [promise.value]), span)
    }
    case 'catch': {
      const handler = args[args.length - 1]
      if (handler?.kind !== 'function') return promise
      const result = afterFailure(walk, promise, handler, span)
      return promiseOf(promise.value, [...new Set([...promise.events, ...result])], span)
    }
    case 'finally': {
      const before = walk.context.block
      if (before !== 'catch') walk.context = { ...walk.context, block: 'finally' }
      const result = call(first, [])
      const { block: _, ...rest } = walk.context
      walk.context = before === undefined ? rest : { ...rest, block: before }
      return promiseOf(promise.value, following(promise, result, span).events, span)
    }
    case 'tap': {
      const result = call(first, [promise.value])
      return promiseOf(promise.value, following(promise, result, span).events, span)
    }
    case 'spread': {
      const items = itemsOf(walk, promise.value)
      return following(promise, call(first, items?.items ?? [promise.value]), span)
    }
    case 'return':
    case 'thenReturn':
      return promiseOf(first ?? undef, promise.events, span)
    case 'all':
      return following(promise, collect(walk, promise.value, expression, span), span)
    case 'map':
    case 'each':
    case 'mapSeries':
    case 'filter': {
      if (first?.kind !== 'function') return promise
      const result = eachOf(walk, promise.value, key === 'filter' ? 'each' : key, first, args.slice(1), span, expression)
      return following(promise, result.kind === 'array' ? collect(walk, result, expression, span) : result, span)
    }
    case 'reduce': {
      if (first?.kind !== 'function') return promise
      return following(promise, eachOf(walk, promise.value, 'reduce', first, args.slice(1), span, expression), span)
    }
    case 'delay':
    case 'timeout':
    case 'bind':
      return promise
    default:
      return promiseOf(unknown('call', expression, span), promise.events, span)
  }
}

/** Walks a handler of failures; gives the events that its promise stands for. */
function afterFailure(
  walk: Walk,
  promise: PromiseValue,
  handler: Extract<Value, { kind: 'function' }>,
  span: Span,
): PromiseValue['events'] {
  const before = walk.events.length
  const [end] = fork<Value>(
    walk,
    () => {
      walk.context = { ...walk.context, block: 'catch' }
      return adopted(walk, callFunction(walk, handler, undef, [unknown('unknown', 'error', span)], span, handler.name ?? 'callback'), span)
    },
    () => list([]),
    () => false,
  )
  if (end.thrown === undefined) {
    const code = codeOf(handler)
    const text = code?.kind === 'user' ? textOf(code.scope, code.node) : ''
    guardAgainstFailure(promise.events, isSelective(text, walk.events.slice(before)))
  }
  return end.result?.kind === 'promise' ? end.result.events : []
}
