import { callFunction } from '../functions.ts'
import { native } from '../native.ts'
import { collect, promiseOf, resolved } from '../promises.ts'
import { recordThrow } from '../statements.ts'
import { eachOf } from '../unknown-calls.ts'
import type { Event, FunctionValue, Value } from '../value.ts'
import { record, text, undef, unknown } from '../values.ts'
import { codeOf, type NativeCall, ThrowSignal } from '../walk.ts'

/** `new Promise((resolve, reject) => …)`: the executor is walked now; what it started belongs to the promise. */
export function newPromise(call: NativeCall): Value {
  const [executor] = call.args
  const { walk, span } = call
  if (executor?.kind !== 'function') return unknown('call', call.expression, span)
  let value: Value | undefined
  const events = new Set<Event>()
  const resolve = native('resolve', ({ args }) => {
    const [first] = args
    if (first?.kind === 'promise') for (const event of first.events) events.add(event)
    value ??= first?.kind === 'promise' ? first.value : (first ?? undef)
    return undef
  })
  const reject = native('reject', () => undef)
  const from = walk.events.length
  const result = callFunction(walk, executor, undef, [resolve, reject], span, 'executor')
  if (result.kind === 'promise') for (const event of result.events) events.add(event)
  for (let at = from; at < walk.events.length; at++) {
    const event = walk.events[at]!
    if (event.awaited !== 'dropped') walk.inner.set(event, event.awaited)
    event.awaited = 'dropped'
    events.add(event)
  }
  return promiseOf(value ?? unknown('call', 'new Promise', span), [...events], span)
}

const iterate = (name: string) => (call: NativeCall) => {
  const [over, callback, ...rest] = call.args
  if (over === undefined || callback?.kind !== 'function') return undefined
  const list = over.kind === 'promise' ? over.value : over
  const result = eachOf(call.walk, list, name, callback, rest, call.span, call.expression)
  return result.kind === 'array'
    ? collect(call.walk, result, call.expression, call.span)
    : result.kind === 'promise'
      ? result
      : promiseOf(result, [])
}

const members: Readonly<Record<string, (call: NativeCall) => Value | undefined>> = {
  resolve(call) {
    call.walk.logs++
    return call.args[0] ? promiseOf(call.args[0], [], call.span) : resolved
  },
  reject(call) {
    const value = call.args[0] ?? undef
    recordThrow(call.walk, value, call.span)
    throw new ThrowSignal(value)
  },
  all: (call) => collect(call.walk, call.args[0] ?? undef, call.expression, call.span),
  race: (call) => collect(call.walk, call.args[0] ?? undef, call.expression, call.span),
  any: (call) => collect(call.walk, call.args[0] ?? undef, call.expression, call.span),
  join: (call) => collect(call.walk, { kind: 'array', items: call.args, complete: true }, call.expression, call.span),
  allSettled(call) {
    const settled = collect(call.walk, call.args[0] ?? undef, call.expression, call.span, (value) =>
      record(
        [
          ['status', text('fulfilled')],
          ['value', value],
        ],
        false,
      ),
    )
    call.walk.outcomes.set(settled.value, settled.events)
    return settled
  },
  map: iterate('map'),
  mapSeries: iterate('mapSeries'),
  each: iterate('each'),
  reduce: iterate('reduce'),
  delay: () => resolved,
  coroutine: (call) => call.args[0],
  method: (call) => call.args[0],
  try(call) {
    const [callback] = call.args
    return callback?.kind === 'function' ? promiseOf(callFunction(call.walk, callback, undef, [], call.span, 'callback'), []) : undefined
  },
}

/** `Promise`, with Bluebird's additions. */
export const promiseGlobal: FunctionValue = native('Promise', newPromise, newPromise)
for (const [name, run] of Object.entries(members)) codeOf(promiseGlobal)?.members.set(name, native(name, run))
