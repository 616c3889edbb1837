import { writeMember } from '../fork.ts'
import { itemsOf } from '../iterate.ts'
import { entriesOf, getMember } from '../members.ts'
import { native, nativeObject, nativeWith } from '../native.ts'
import { askedValue } from '../operators.ts'
import { continues, reachOut } from '../outside.ts'
import { unknownCall } from '../unknown-calls.ts'
import type { FunctionValue, Value } from '../value.ts'
import {
  bool,
  derived,
  keyOf,
  leaveOpen,
  list,
  num,
  partsOf,
  piecesOf,
  plain,
  primitive,
  record,
  str,
  text,
  truthy,
  undef,
  unknown,
} from '../values.ts'
import { codeOf, type NativeCall, ThrowSignal } from '../walk.ts'
import { collectionGlobals } from './collections.ts'
import { fromJson, toData } from './json.ts'
import { libraryModule } from './library.ts'
import { promiseGlobal } from './promise-global.ts'

const logged = ({ walk }: NativeCall): Value => {
  walk.logs++
  return undef
}

/** A number made of something that is not known: it cannot carry SQL. */
function numeric(call: NativeCall): Value {
  const [first] = call.args
  const known = first === undefined ? undefined : primitive(first)
  if (known !== undefined && known.value !== undefined) return num(Number(known.value), call.span)
  return { ...derived(call.expression, call.span, first), escaped: true }
}

const environmentCall = (call: NativeCall): Value => ({ ...unknown('call', `${call.expression}()`, call.span), escaped: true })

function objectEntries(call: NativeCall, pick: (key: string, value: Value) => Value): Value {
  const [first] = call.args
  if (first === undefined) return list([])
  const entries = entriesOf(call.walk, first, call.span)
  if (entries)
    return list(
      entries.map(([key, value]) => pick(key, value)),
      true,
      call.span,
    )
  if (first.kind === 'object')
    return list(
      [...first.members].map(([key, value]) => pick(key, value)),
      false,
      call.span,
    )
  const value = derived(call.expression, call.span, first)
  call.walk.keysOf.set(value, first)
  return value
}

function assign(call: NativeCall): Value {
  const [target, ...sources] = call.args
  if (target === undefined) return undef
  for (const source of sources) {
    const entries = entriesOf(call.walk, source, call.span)
    if (target.kind === 'object') {
      if (entries) for (const [key, value] of entries) writeMember(call.walk, target, key, value)
      else leaveOpen(target, source)
    } else if (target.kind === 'function' && entries) for (const [key, value] of entries) codeOf(target)?.members.set(key, value)
  }
  return target
}

const objectGlobal = nativeWith('Object', (call) => call.args[0] ?? record(), {
  keys: (call) => objectEntries(call, (key) => text(key, call.args[0]?.span)),
  values: (call) => objectEntries(call, (_, value) => value),
  entries: (call) => objectEntries(call, (key, value) => list([text(key, call.args[0]?.span), value])),
  getOwnPropertyNames: (call) => objectEntries(call, (key) => text(key, call.args[0]?.span)),
  assign,
  freeze: (call) => call.args[0] ?? undef,
  seal: (call) => call.args[0] ?? undef,
  create: () => record(),
  defineProperty(call) {
    const [target, key, descriptor] = call.args
    const name = key && keyOf(key)
    if (target && name !== undefined && descriptor?.kind === 'object') {
      const value = descriptor.members.get('value')
      const getter = descriptor.members.get('get')
      const given =
        value ??
        (getter?.kind === 'function'
          ? { ...getter, code: { kind: 'accessor', get: getter, set: undefined, members: new Map() } }
          : undefined)
      if (given && target.kind === 'object') writeMember(call.walk, target, name, given)
    }
    return target ?? undef
  },
  fromEntries(call) {
    const items = call.args[0] && itemsOf(call.walk, call.args[0])
    if (!items) return derived(call.expression, call.span, call.args[0])
    const object = record([], items.complete, call.span)
    for (const item of items.items) {
      const key = item.kind === 'array' && item.items[0] ? keyOf(item.items[0]) : undefined
      if (key !== undefined && item.kind === 'array') object.members.set(key, item.items[1] ?? undef)
      else object.complete = false
    }
    return object
  },
  hasOwn: (call) => ownMember(call, call.args[0], call.args[1]),
  is: (call) => {
    const [a, b] = call.args.map((arg) => primitive(arg))
    return a && b ? bool(Object.is(a.value, b.value)) : derived(call.expression, call.span, ...call.args)
  },
})

function ownMember(call: NativeCall, holder: Value | undefined, key: Value | undefined): Value {
  const name = key && keyOf(key)
  if (holder === undefined || name === undefined) return derived(call.expression, call.span, holder, key)
  if (holder.kind === 'object' && holder.complete) return bool(holder.members.has(name))
  return askedValue(call.walk, getMember(call.walk, holder, name, call.span, call.expression), holder, call.expression, call.span)
}
codeOf(objectGlobal)?.members.set(
  'prototype',
  record([
    ['hasOwnProperty', native('hasOwnProperty', (call) => ownMember(call, call.self, call.args[0]))],
    ['toString', native('toString', (call) => derived(call.expression, call.span, call.self))],
  ]),
)

const arrayGlobal = nativeWith(
  'Array',
  (call) => {
    const [first] = call.args
    if (call.args.length !== 1 || first?.kind !== 'number') return list([...call.args], first?.kind !== 'unknown', call.span)
    return list(
      Array.from({ length: Math.min(Math.max(0, Math.floor(first.value)) || 0, 10_000) }, () => undef),
      true,
      call.span,
    )
  },
  {
    isArray: (call) => {
      const [first] = call.args
      if (first?.kind === 'array') return bool(true)
      return first === undefined || first.kind === 'unknown' || first.kind === 'handle'
        ? derived(call.expression, call.span, first)
        : bool(false)
    },
    of: (call) => list([...call.args], true, call.span),
    from(call) {
      const [first, callback] = call.args
      let items = first && itemsOf(call.walk, first)
      const length = first?.kind === 'object' ? first.members.get('length') : undefined
      if (!items && length?.kind === 'number')
        items = { kind: 'array', items: Array.from({ length: Math.min(length.value, 10_000) }, () => undef), complete: true }
      if (!items) return derived(call.expression, call.span, first)
      if (callback?.kind !== 'function') return list([...items.items], items.complete, call.span)
      const map = getMember(call.walk, items, 'map', call.span, 'map')
      return map.kind === 'function'
        ? runNative(map, { ...call, self: items, args: [callback] })
        : derived(call.expression, call.span, first)
    },
  },
)

function runNative(target: FunctionValue, call: NativeCall): Value | undefined {
  const code = codeOf(target)
  return code?.kind === 'native' ? code.run(call) : undefined
}

function errorObject(name: string) {
  const make = (call: NativeCall): Value => ({
    kind: 'object',
    className: name,
    complete: true,
    span: call.span,
    members: new Map<string, Value>([
      ['message', call.args[0] ?? text('')],
      ['name', text(name)],
    ]),
  })
  return native(name, make)
}

/** Number-valued functions of `Math` that are run when their arguments are known. */
const mathNames = ['abs', 'ceil', 'floor', 'round', 'trunc', 'sqrt', 'log', 'log2', 'log10', 'sign'] as const
const math = nativeObject({
  ...Object.fromEntries(
    mathNames.map((name) => [
      name,
      (call: NativeCall) =>
        call.args[0]?.kind === 'number'
          ? num(Math[name](call.args[0].value), call.span)
          : { ...derived(call.expression, call.span, ...call.args), escaped: true },
    ]),
  ),
  max: (call) => extreme(call, Math.max),
  min: (call) => extreme(call, Math.min),
  pow: (call) =>
    call.args[0]?.kind === 'number' && call.args[1]?.kind === 'number'
      ? num(call.args[0].value ** call.args[1].value, call.span)
      : numeric(call),
  random: environmentCall,
})

function extreme(call: NativeCall, pick: (...values: number[]) => number): Value {
  const values = call.args.map((arg) => (arg.kind === 'number' ? arg.value : undefined))
  if (values.includes(undefined)) return { ...derived(call.expression, call.span, ...call.args), escaped: true }
  return num(pick(...(values as number[])), call.span)
}

const json = nativeObject({
  stringify(call) {
    const [first, , indent] = call.args
    if (first === undefined) return undef
    const data = toData(first)
    const spaces = indent?.kind === 'number' ? indent.value : plain(indent)
    if (data.known && data.data !== undefined) return text(JSON.stringify(data.data, undefined, spaces), call.span)
    return derived(`${call.expression}(…)`, call.span, ...partsOf(first))
  },
  parse(call) {
    const content = plain(call.args[0])
    return content === undefined ? derived(`${call.expression}(…)`, call.span, call.args[0]) : fromJson(content, call.span.file)
  },
})

const dateGlobal = nativeWith(
  'Date',
  environmentCall,
  { now: environmentCall, parse: environmentCall, UTC: environmentCall },
  environmentCall,
)
const stringGlobal = nativeWith(
  'String',
  (call) => (call.args[0] ? str(piecesOf(call.args[0], call.expression, call.span), call.span) : text('')),
  {
    fromCharCode: (call) =>
      call.args.every((arg) => arg.kind === 'number')
        ? text(String.fromCharCode(...call.args.map((arg) => (arg.kind === 'number' ? arg.value : 0))), call.span)
        : undefined,
  },
)
const booleanGlobal = native('Boolean', (call) => {
  const [first] = call.args
  if (first === undefined) return bool(false)
  const decided = truthy(first)
  if (decided !== undefined) return bool(decided)
  const value = derived(call.expression, call.span, first)
  const test = call.walk.tests.get(first)
  if (test) call.walk.tests.set(value, test)
  return value
})

/** `process`: what the environment says is not known. */
const processGlobal = record(
  [
    [
      'exit',
      native('exit', () => {
        throw new ThrowSignal(undef)
      }),
    ],
    ['cwd', native('cwd', () => text('/'))],
    ['on', native('on', () => undef)],
    ['stdout', nativeObject({ write: logged })],
    ['stderr', nativeObject({ write: logged })],
  ],
  false,
)

const consoleGlobal = nativeObject(
  Object.fromEntries(
    ['log', 'info', 'warn', 'error', 'debug', 'table', 'trace', 'time', 'timeEnd', 'group', 'groupEnd', 'dir'].map((name) => [
      name,
      logged,
    ]),
  ),
)

const timer = (call: NativeCall): Value => {
  const [callback, ...rest] = call.args
  if (callback !== undefined && callback.kind === 'function' && continues(callback)) {
    // Where the program goes on when the time is up, it waits.
    if (call.expression.endsWith('setTimeout')) reachOut(call.walk, 'timer', call.expression, call.span).waits = true
  }
  if (callback?.kind === 'function') return unknownCall(call.walk, call.expression, undefined, [callback, ...rest], call.span)
  return undef
}

let table: Readonly<Record<string, Value>> | undefined

/** Built at the first use: the modules of this room import each other. */
function globals(): Readonly<Record<string, Value>> {
  table ??= {
    Object: objectGlobal,
    Array: arrayGlobal,
    Promise: promiseGlobal,
    JSON: json,
    Math: math,
    Date: dateGlobal,
    String: stringGlobal,
    Boolean: booleanGlobal,
    Number: nativeWith('Number', numeric, {
      parseInt: numeric,
      parseFloat: numeric,
      isInteger: (call) => (call.args[0]?.kind === 'number' ? bool(Number.isInteger(call.args[0].value)) : undefined),
    }),
    BigInt: native('BigInt', numeric),
    parseInt: native('parseInt', numeric),
    parseFloat: native('parseFloat', numeric),
    console: consoleGlobal,
    process: processGlobal,
    Error: errorObject('Error'),
    TypeError: errorObject('TypeError'),
    RangeError: errorObject('RangeError'),
    Symbol: native('Symbol', (call) => text(`@@${plain(call.args[0]) ?? ''}`)),
    setTimeout: native('setTimeout', timer),
    setImmediate: native('setImmediate', timer),
    encodeURIComponent: native('encodeURIComponent', (call) =>
      plain(call.args[0]) === undefined ? undefined : text(encodeURIComponent(plain(call.args[0])!), call.span),
    ),
    NaN: num(Number.NaN),
    Infinity: num(Number.POSITIVE_INFINITY),
    ...collectionGlobals,
  }
  return table
}

/** A name that no scope declares; undefined when the language has none of that name either. */
export function globalValue(name: string): Value | undefined {
  const known = globals()
  const value = Object.hasOwn(known, name) ? known[name] : undefined
  if (value === undefined) {
    if (name === 'URL') return libraryMember('url', 'URL')
    if (name === 'crypto') return libraryModule('crypto')
    if (name === 'globalThis' || name === 'global') return record([], false)
    return undefined
  }
  if (name === 'process' && value.kind === 'object') {
    if (!value.members.has('env')) value.members.set('env', environment)
    if (!value.members.has('argv')) value.members.set('argv', { kind: 'unknown', reason: 'environment', expression: 'process.argv' })
  }
  return value
}

function libraryMember(module: string, name: string): Value | undefined {
  const value = libraryModule(module)
  return value?.kind === 'object' ? value.members.get(name) : undefined
}

/** Every member of it is unknown, because of the environment. */
const environment: Value = { kind: 'unknown', reason: 'environment', expression: 'process.env' }
