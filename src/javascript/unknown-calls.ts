import type { Span } from '../source/span.ts'
import { answered } from './answers.ts'
import { promiseMethod } from './builtins/promise-methods.ts'
import { compiledAsync } from './compiled.ts'
import { callFunction } from './functions.ts'
import { itemsOf } from './iterate.ts'
import { itemOf, loopOver, unroll, walkOnce } from './loops.ts'
import { getMember } from './members.ts'
import { askedValue } from './operators.ts'
import { outsideOf, reachOut } from './outside.ts'
import { promiseOf, suspect } from './promises.ts'
import { started } from './thenables.ts'
import type { Event, FunctionValue, Value } from './value.ts'
import { derived, join, keyOf, list, originsOf, undef, unknown } from './values.ts'
import { codeOf, type Scope, type Walk } from './walk.ts'

const eachMethods = new Set([
  'forEach',
  'map',
  'flatMap',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'reduce',
  'reduceRight',
  'each',
  'mapSeries',
  'eachSeries',
  'forEachSeries',
  'forEachOf',
])
/** `asyncMap`, `forEachLimit`, `pMap`: helpers that call a function for each item of their first argument. */
const eachHelper =
  /^(?:p|async|parallel|concurrent|sequential|batch|limit)_?(?:map|each|foreach)(?:series|limit|parallel)?$|^(?:map|each|foreach)_?(?:async|series|limit|parallel|sequential|concurrent(?:ly)?|of|instance|batch)$/i
const plainMethods = new Set([
  'includes',
  'indexOf',
  'lastIndexOf',
  'join',
  'keys',
  'values',
  'entries',
  'at',
  'pop',
  'shift',
  'push',
  'unshift',
  'concat',
  'slice',
  'splice',
  'sort',
  'reverse',
  'flat',
  'toString',
  'trim',
  'toLowerCase',
  'toUpperCase',
  'split',
  'replace',
  'match',
  'startsWith',
  'endsWith',
  'get',
  'has',
  'padStart',
  'substring',
])

/** What libraries call the methods that store something. */
const storing = new Set([
  'update',
  'updateMany',
  'updateOne',
  'create',
  'createMany',
  'bulkCreate',
  'bulkWrite',
  'insert',
  'insertMany',
  'insertOne',
  'save',
  'destroy',
  'delete',
  'deleteMany',
  'deleteOne',
  'remove',
  'upsert',
  'truncate',
  'drop',
  'sync',
  'restore',
  'increment',
  'decrement',
  'query',
  'execute',
  'exec',
  'raw',
  'transaction',
  'findOrCreate',
  'migrate',
  'seed',
])

/** Calls of a logger that cannot be read. */
const logging = /(?:^|\.|\b)(?:log|logger|console|winston|auditLogger)\.(?:log|info|warn|error|debug|verbose|trace)$/i

/** Methods of arrays, strings and maps: on something unknown they read, and change no database. */
export function isCollectionMethod(key: string): boolean {
  return eachMethods.has(key) || plainMethods.has(key)
}

/** Whether a value is, or holds, a handle that can change the database. */
export function containsHandle(walk: Walk, value: Value, depth = 0): boolean {
  switch (value.kind) {
    case 'handle':
      return walk.host.inert?.(value) !== true
    case 'promise':
      return containsHandle(walk, value.value, depth + 1)
    case 'array':
      return depth < 3 && value.items.some((item) => containsHandle(walk, item, depth + 1))
    case 'object': {
      if (depth >= 3) return false
      for (const member of value.members.values()) if (containsHandle(walk, member, depth + 1)) return true
      return false
    }
    case 'unknown':
      return walk.references.has(value)
    default:
      return false
  }
}

/** Was an unknown value read off something that can change the database? */
function mayBeHandle(walk: Walk, value: Value | undefined): boolean {
  if (value?.kind === 'handle') return containsHandle(walk, value)
  if (value?.kind !== 'unknown' || value.reason !== 'call') return false
  return (value.origins ?? []).some((origin) => containsHandle(walk, origin))
}

const chunking = /^(?:chunk|chunks|chunkArray|toChunks|makeChunks|splitEvery|splitIntoChunks|inBatches|toBatches|batches)$/i

/** `chunk(rows, 100)` of some library: parts of a list that is not known. */
function chunksOf(name: string, [list, size]: readonly Value[], span: Span, expression: string): Value | undefined {
  if (!chunking.test(name) || size === undefined || (list?.kind !== 'unknown' && list?.kind !== 'handle')) return undefined
  return { kind: 'array', items: [{ ...derived(expression, span, list), part: true }], complete: false, alike: true, span }
}

/** A helper by whose name it is plain that it calls a function for each item of a list; undefined: it is none. */
export function eachCall(walk: Walk, name: string, args: readonly Value[], span: Span, expression: string): Value | undefined {
  const [first] = args
  const at = args.findIndex((arg) => arg.kind === 'function')
  const callback = args[at]
  if (!first || at < 1 || callback?.kind !== 'function') return undefined
  if (eachMethods.has(name)) return eachOf(walk, first, name, callback, args.slice(at + 1), span, expression)
  return eachHelper.test(name) ? eachOf(walk, first, 'eachSeries', callback, [], span, expression) : undefined
}

/**
 * A call of something that cannot be entered. Its callbacks are walked; when it is given the database, or may be a part of it, it is a blind.
 */
export function unknownCall(walk: Walk, expression: string, receiver: Value | undefined, args: readonly Value[], span: Span): Value {
  walk.otherCalls++
  const name = /[\w$]+$/.exec(expression)?.[0] ?? ''
  if (logging.test(expression)) {
    walk.logs++
    walk.otherCalls--
    return undef
  }
  const visited =
    compiledAsync(walk, name, args, span) ?? eachCall(walk, name, args, span, expression) ?? chunksOf(name, args, span, expression)
  if (visited !== undefined) return visited
  const origins = originsOf(receiver)
  const known = expression.includes('.')
    ? answered(walk, () => walk.host.unread?.({ expression, method: name, args, origins }, walk, span))
    : undefined
  if (known !== undefined) return known
  const outside = outsideOf(expression, args)
  const reached = outside && reachOut(walk, outside, expression, span)
  const before = walk.blinds.length
  if (mayBeHandle(walk, receiver)) walk.blind(span, 'unknown-method', `${expression} is not known`)
  else if (args.some((arg) => containsHandle(walk, arg))) {
    walk.blind(span, 'unknown-method', `${expression} cannot be read and is given the database`)
  }
  const events: Event[] = []
  for (const arg of args) {
    const callbacks = arg.kind === 'array' ? arg.items.filter((item) => item.kind === 'function') : [arg]
    for (const callback of callbacks) {
      if (callback.kind !== 'function') continue
      const code = codeOf(callback)
      // Nobody knows whether it is called at all: one that hands itself on again tells nothing new.
      if (code?.kind !== 'user' || walk.active.has(code.node)) continue
      const result = callBack(walk, callback, [unknown('call', expression, span)], span)
      if (result.kind === 'promise') events.push(...result.events)
    }
  }
  for (const arg of args) if (arg.kind === 'promise') events.push(...arg.events)
  const value = unknown('call', `${expression}(…)`, span, [...origins, ...args.flatMap((arg) => originsOf(arg))].slice(0, 16))
  if (reached) walk.outside.set(value, reached)
  if (storing.has(name) && expression.includes('.') && walk.blinds.length === before) walk.suspects.set(value, { span, expression })
  return events.length > 0 ? promiseOf(value, events, span) : value
}

/** Walks a callback that something unknown calls: its throws stay in it. */
function callBack(walk: Walk, callback: FunctionValue, args: readonly Value[], span: Span): Value {
  return started(walk, callFunction(walk, callback, undef, args, span, callback.name ?? 'callback'), span)
}

/** `each(list, callback)` of some library, or `list.each(callback)` on a list that is not known. */
export function eachOf(
  walk: Walk,
  over: Value,
  name: string,
  callback: FunctionValue,
  rest: readonly Value[],
  span: Span,
  expression: string,
): Value {
  const results: Value[] = []
  const scope = scopeFor(callback)
  const items = itemsOf(walk, over)
  const reducing = name === 'reduce' || name === 'reduceRight'
  let total: Value = rest[0] ?? undef
  const visit = (item: Value, index: Value): undefined => {
    const result = callBack(walk, callback, reducing ? [total, item, index, over] : [item, index, over], span)
    if (reducing) total = result
    else results.push(result)
    return undefined
  }
  if (items?.complete) unroll(walk, items.items, span, undefined, (item, index) => visit(item, { kind: 'number', value: index }))
  else {
    const loop = loopOver(walk, over, 'unknown')
    const known = items && items.items.length > 0 ? items.items : [itemOf(over, loop, callback.name ?? 'item', span)]
    for (const item of known) {
      const before = total
      const mark = results.length
      const body = () => {
        results.length = mark
        total = before
        return visit(item, unknown('unknown', 'index', span))
      }
      if (scope) walkOnce(walk, scope, loop, body)
      else body()
      if (reducing) total = join(before, total)
    }
  }
  const complete = items?.complete === true
  const alike = !complete && (items === undefined || items.items.length === 0 || items.alike === true)
  switch (name) {
    case 'forEach':
      return undef
    case 'map':
    case 'flatMap':
      return alike ? { ...list(results, complete, span), alike } : list(results, complete, span)
    case 'reduce':
    case 'reduceRight':
      return total
    case 'mapSeries':
    case 'each':
    case 'eachSeries':
    case 'forEachSeries':
    case 'forEachOf': {
      const events = results.flatMap((result) => (result.kind === 'promise' ? result.events : []))
      const values = results.map((result) => (result.kind === 'promise' ? result.value : result))
      return promiseOf(list(values, complete), events, span)
    }
    default:
      return derived(expression, span, over, ...results)
  }
}

function scopeFor(callback: FunctionValue): Scope | undefined {
  const code = codeOf(callback)
  return code?.kind === 'user' ? code.scope : undefined
}

/** A method of a value that is not known. */
export function unknownMethod(walk: Walk, receiver: Value, key: string, args: readonly Value[], span: Span, expression: string): Value {
  if (key === 'then' || key === 'catch' || key === 'finally') {
    suspect(walk, receiver)
    const result = promiseMethod(walk, promiseOf(receiver, []), key, args, span, expression)
    const outside = walk.outside.get(receiver)
    if (outside && result.kind === 'promise') walk.outside.set(result, outside)
    return result
  }
  const callback = args[0]
  if (callback?.kind === 'function' && eachMethods.has(key)) return eachOf(walk, receiver, key, callback, args.slice(1), span, expression)
  if (key === 'includes' || key === 'has' || key === 'hasOwnProperty') {
    const holder = walk.keysOf.get(receiver) ?? (key === 'includes' ? undefined : originsOf(receiver)[0])
    const name = args[0] && keyOf(args[0])
    if (holder && name !== undefined && holder.kind === 'handle') {
      return askedValue(walk, getMember(walk, holder, name, span, expression), holder, expression, span)
    }
  }
  if (isCollectionMethod(key) && outsideOf(expression, args) === undefined) {
    if (args.some((arg) => arg.kind === 'function')) return unknownCall(walk, expression, receiver, args, span)
    if (args.some((arg) => containsHandle(walk, arg)) && key !== 'push' && key !== 'includes')
      return unknownCall(walk, expression, receiver, args, span)
    const value = derived(expression, span, receiver, ...args)
    return (key === 'slice' || key === 'splice') && args.length > 1 ? { ...value, part: true } : value
  }
  return unknownCall(walk, expression, receiver, args, span)
}
