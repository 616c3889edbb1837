import { callFunction } from '../functions.ts'
import { native } from '../native.ts'
import type { FunctionValue, PromiseValue, Value } from '../value.ts'
import { fn, record, undef } from '../values.ts'
import { codeOf, type NativeCall } from '../walk.ts'
import { newPromise } from './promise-global.ts'
import { promiseMethod } from './promise-methods.ts'

/** Gives an object the methods of a promise whose executor runs when one of them is first called. */
function becomeLazy({ self, args }: NativeCall): void {
  const [executor] = args
  if (self.kind !== 'object') return
  let started: PromiseValue | undefined
  for (const key of ['then', 'catch', 'finally']) {
    const method = native(key, (call) => {
      if (started === undefined) {
        const promise = newPromise({ ...call, args: executor === undefined ? [] : [executor] })
        if (promise.kind !== 'promise') return undefined
        started = promise
      }
      return promiseMethod(call.walk, started, key, call.args, call.span, call.expression)
    })
    self.members.set(key, method)
  }
}

function construct(call: NativeCall): Value {
  const self = record([], true, call.span)
  becomeLazy({ ...call, self })
  return self
}

/** `p-lazy` (https://github.com/sindresorhus/p-lazy): a promise that does nothing until somebody waits for it. */
export const lazyPromise: FunctionValue = fn('PLazy', {
  kind: 'native',
  run: construct,
  construct,
  extend: becomeLazy,
  members: new Map(),
})
codeOf(lazyPromise)?.members.set(
  'from',
  native('from', (call) => {
    const [callback] = call.args
    const executor = native('executor', ({ walk, args, span, expression }) => {
      const given = callback?.kind === 'function' ? callFunction(walk, callback, undef, [], span, expression) : undef
      const [resolve] = args
      return resolve?.kind === 'function' ? callFunction(walk, resolve, undef, [given], span, expression) : undef
    })
    return construct({ ...call, args: [executor] })
  }),
)
