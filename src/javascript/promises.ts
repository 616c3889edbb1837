import type { Guard } from '../ir/context.ts'
import type { Span } from '../source/span.ts'
import { waitFor } from './outside.ts'
import { adopted } from './thenables.ts'
import type { Event, PromiseValue, Value } from './value.ts'
import { derived, list, undef } from './values.ts'
import type { Walk } from './walk.ts'

/** Makes a promise; promises inside promises are one. */
export function promiseOf(value: Value, events: readonly Event[], span?: Span): PromiseValue {
  if (value.kind === 'promise')
    return promiseOf(value.value, value.events.length === 0 ? events : [...new Set([...events, ...value.events])], span)
  return span ? { kind: 'promise', value, events, span } : { kind: 'promise', value, events }
}

/** Says what became of a promise: its events are awaited, returned or collected. */
export function settle(walk: Walk, promise: Value, how: Event['awaited']): void {
  suspect(walk, promise)
  // Nobody waits for the promises in a list that is only handed back.
  if (promise.kind === 'array' && how !== 'returned') {
    for (const item of promise.items) if (item.kind === 'promise' || item.kind === 'unknown') settle(walk, item, how)
    return
  }
  if (promise.kind !== 'promise') return
  for (const event of promise.events) {
    const inside = walk.inner.get(event)
    event.awaited = inside === undefined || inside === 'returned' ? how : inside
  }
}

/** Somebody waits for an unknown method that sounds as if it stores something: it may have changed the database. */
export function suspect(walk: Walk, value: Value): void {
  const answer = value.kind === 'promise' ? value.value : value
  const found = walk.suspects.get(answer)
  if (found === undefined) return
  walk.suspects.delete(answer)
  walk.blind(found.span, 'unknown-method', `${found.expression} cannot be read and may change the database`)
}

/** The value that `await` gives. */
export function awaitValue(walk: Walk, given: Value, span?: Span): Value {
  const value = adopted(walk, given, span)
  waitFor(walk, value)
  if (value.kind !== 'array') settle(walk, value, 'awaited')
  return value.kind === 'promise' ? value.value : value
}

/** The promise of an asynchronous function whose body recorded the events from `from` on. */
export function asynchronousResult(walk: Walk, value: Value, from: number, span: Span): PromiseValue {
  const own: Event[] = []
  for (let at = from; at < walk.events.length; at++) {
    const event = walk.events[at]!
    if (event.awaited === 'dropped') continue
    walk.inner.set(event, event.awaited)
    event.awaited = 'dropped'
    event.through = span
    own.push(event)
  }
  if (value.kind === 'promise') {
    for (const event of value.events) if (!own.includes(event)) own.push(event)
    return promiseOf(value.value, own)
  }
  return promiseOf(value, own)
}

/** `Promise.all` and its kin over a value: one promise of all of them. */
export function collect(
  walk: Walk,
  value: Value,
  expression: string,
  span: Span,
  shape: (item: Value) => Value = (item) => item,
): PromiseValue {
  if (value.kind !== 'array') {
    const inner = value.kind === 'promise' ? value : undefined
    return promiseOf(inner?.value ?? derived(expression, span, value), inner?.events ?? [], span)
  }
  const events = new Set<Event>()
  const items = value.items.map((given, at) => {
    const item = adopted(walk, given, span)
    suspect(walk, item)
    if (item.kind !== 'promise') return shape(item)
    for (const event of item.events) {
      events.add(event)
      if (event.context.together === undefined && value.items.length > 1)
        Object.assign(event, { context: { ...event.context, together: { id: span.start, item: at } } })
      const inside = walk.inner.get(event)
      if (inside === undefined || inside === 'returned') walk.inner.set(event, 'collected')
    }
    return shape(item.value)
  })
  return promiseOf(list(items, value.complete, span), [...events], span)
}

/** The promise that follows another one: after its events come those of what the callback gave. */
export function following(first: PromiseValue, result: Value, span: Span): PromiseValue {
  if (result.kind !== 'promise') return promiseOf(result, first.events, span)
  return promiseOf(result.value, [...new Set([...first.events, ...result.events])], span)
}

/** Puts a guard around events that were recorded already: their failure is swallowed. */
export function guardAgainstFailure(events: Iterable<Event>, selective: boolean): void {
  const guard: Guard = { by: 'exception', requires: 'unknown', ...(selective ? { selective } : {}) }
  for (const event of events) {
    const context = { ...event.context, guards: [...(event.context.guards ?? []), guard] }
    Object.assign(event, { context })
  }
}

/** Nobody looks at what this value tells: failures that nothing else tells of are forgotten. */
export function leaveUnread(walk: Walk, value: Value): void {
  const events = walk.outcomes.get(value)
  if (events) guardAgainstFailure(events, false)
}

export const resolved: PromiseValue = { kind: 'promise', value: undef, events: [] }
