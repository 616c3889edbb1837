import type { Piece } from '../../source/traced.ts'
import { setArray, touchArray } from '../fork.ts'
import { callFunction } from '../functions.ts'
import { itemsOf } from '../iterate.ts'
import { turn } from '../loops.ts'
import { native } from '../native.ts'
import { checked } from '../templates.ts'
import { started } from '../thenables.ts'
import { eachOf } from '../unknown-calls.ts'
import type { ArrayValue, FunctionValue, Value } from '../value.ts'
import { bool, derived, list, mutable, num, piecesOf, primitive, str, truthy, undef } from '../values.ts'
import type { NativeCall } from '../walk.ts'

type Method = (call: NativeCall, self: ArrayValue) => Value | undefined

const integer = (value: Value | undefined, otherwise: number): number => (value?.kind === 'number' ? value.value : otherwise)

function visit(call: NativeCall, self: ArrayValue, from: (results: readonly Value[], items: readonly Value[]) => Value): Value {
  const [callback] = call.args
  if (callback?.kind !== 'function') return derived(call.expression, call.span, self)
  if (!self.complete)
    return derived(call.expression, call.span, self, eachOf(call.walk, self, 'each', callback, [], call.span, call.expression))
  const results = self.items.map((item, index) => {
    if (!turn(call.walk, call.span, index)) return derived(call.expression, call.span, item)
    return callFunction(call.walk, callback, undef, [item, num(index), self], call.span, callback.name ?? 'callback')
  })
  return from(results, self.items)
}

/** Items whose answers are all known to be true, with what was not decided kept and the list left open. */
function kept(results: readonly Value[], items: readonly Value[], self: ArrayValue): Value {
  const answers = results.map((result) => truthy(result))
  const left = list(
    items.filter((_, index) => answers[index] !== false),
    self.complete && !answers.includes(undefined),
    self.span,
  )
  return self.alike ? { ...left, alike: true } : left
}

function joined(call: NativeCall, self: ArrayValue): Value {
  const separator = call.args[0] ?? { kind: 'undefined' as const }
  const between =
    separator.kind === 'undefined' ? [{ text: ',', span: undefined, verbatim: false }] : piecesOf(separator, 'separator', call.span)
  const pieces: Piece[] = []
  self.items.forEach((item, index) => {
    if (index > 0) pieces.push(...between)
    if (item.kind !== 'undefined' && item.kind !== 'null') pieces.push(...piecesOf(item, call.expression, item.span ?? call.span))
  })
  if (!self.complete && !self.alike) {
    if (self.items.length > 0) pieces.push(...between)
    pieces.push(...piecesOf(derived(call.expression, call.span, self), call.expression, call.span))
  }
  return checked(call.walk, str(pieces, call.span))
}

function same(a: Value, b: Value | undefined): boolean | undefined {
  if (b === undefined) return false
  if (a === b) return true
  const left = primitive(a)
  const right = primitive(b)
  if (left && right) return left.value === right.value
  return a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'handle' || b.kind === 'handle'
    ? undefined
    : a.kind === 'string' && b.kind === 'string'
      ? undefined
      : false
}

function search(call: NativeCall, self: ArrayValue): number | undefined {
  let sure = self.complete
  for (let index = 0; index < self.items.length; index++) {
    const answer = same(self.items[index]!, call.args[0])
    if (answer === true) return index
    if (answer === undefined) sure = false
  }
  return sure ? -1 : undefined
}

/** The items with arrays among them opened, up to a depth; cut, and then not complete, when there are very many. */
function flattened(items: readonly Value[], depth: number, complete: boolean): Value {
  const result: Value[] = []
  let whole = complete
  const add = (parts: readonly Value[], left: number): void => {
    for (const item of parts) {
      if (result.length >= 20_000) {
        whole = false
        return
      }
      if (item.kind === 'array' && left > 0) {
        whole &&= item.complete
        add(item.items, left - 1)
      } else result.push(item)
    }
  }
  add(items, depth)
  return list(result, whole)
}

const methods: Readonly<Record<string, Method>> = {
  push(call, self) {
    // In place: a list that grows item by item would be copied as often.
    touchArray(call.walk, self)
    for (const arg of call.args) if (arg.kind === 'handle') call.walk.listed.set(arg, call.walk.context)
    mutable(self).items.push(...call.args)
    return num(self.items.length, call.span)
  },
  unshift(call, self) {
    setArray(call.walk, self, [...call.args, ...self.items], self.complete)
    return num(self.items.length, call.span)
  },
  pop(call, self) {
    const last = self.items[self.items.length - 1]
    setArray(call.walk, self, self.items.slice(0, -1), self.complete)
    return last ?? undef
  },
  shift(call, self) {
    const first = self.items[0]
    setArray(call.walk, self, self.items.slice(1), self.complete)
    return first ?? (self.complete ? undef : derived(call.expression, call.span, self))
  },
  splice(call, self) {
    const start = integer(call.args[0], 0)
    const items = [...self.items]
    const removed = items.splice(start, integer(call.args[1], items.length), ...call.args.slice(2))
    setArray(call.walk, self, items, self.complete)
    return list(removed, self.complete)
  },
  reverse(call, self) {
    setArray(call.walk, self, [...self.items].reverse(), self.complete)
    return self
  },
  sort(call, self) {
    const known = self.items.map((item) => primitive(item))
    if (call.args.length > 0 || known.includes(undefined)) return self
    setArray(
      call.walk,
      self,
      [...self.items].sort((a, b) => (String(primitive(a)?.value) < String(primitive(b)?.value) ? -1 : 1)),
      self.complete,
    )
    return self
  },
  toSorted: (_call, self) => list([...self.items], self.complete),
  toReversed: (_call, self) => list([...self.items].reverse(), self.complete),
  slice: (call, self) =>
    list(
      self.items.slice(integer(call.args[0], 0), call.args[1] ? integer(call.args[1], self.items.length) : undefined),
      self.complete,
      self.span,
    ),
  concat(call, self) {
    const items = [...self.items]
    let complete = self.complete
    for (const arg of call.args) {
      if (arg.kind === 'array') {
        items.push(...arg.items)
        complete &&= arg.complete
      } else if (arg.kind === 'unknown' || arg.kind === 'handle') complete = false
      else items.push(arg)
    }
    return list(items, complete, call.span)
  },
  flat: (call, self) => flattened(self.items, integer(call.args[0], 1), self.complete),
  join: joined,
  toString: (call: NativeCall, self: ArrayValue) => joined({ ...call, args: [] }, self),
  at: (call, self) => {
    const index = integer(call.args[0], 0)
    return self.items[index < 0 ? self.items.length + index : index] ?? undef
  },
  includes(call, self) {
    const index = search(call, self)
    return index === undefined ? derived(call.expression, call.span, self, ...call.args) : bool(index >= 0)
  },
  indexOf(call, self) {
    const index = search(call, self)
    return index === undefined ? derived(call.expression, call.span, self, ...call.args) : num(index, call.span)
  },
  keys: (_call, self) =>
    list(
      self.items.map((_, index) => num(index)),
      self.complete,
    ),
  values: (_call, self) => list([...self.items], self.complete),
  entries: (_call, self) =>
    list(
      self.items.map((item, index) => list([num(index), item])),
      self.complete,
    ),
  forEach(call, self) {
    if (!self.complete && call.args[0]?.kind === 'function')
      return eachOf(call.walk, self, 'forEach', call.args[0], [], call.span, call.expression)
    visit(call, self, (results) => {
      for (const result of results) started(call.walk, result, call.span)
      return undef
    })
    return undef
  },
  map(call, self) {
    if (!self.complete && call.args[0]?.kind === 'function')
      return eachOf(call.walk, self, 'map', call.args[0], [], call.span, call.expression)
    return visit(call, self, (results) => list([...results], self.complete, call.span))
  },
  flatMap: (call, self) => visit(call, self, (results) => flattened(results, 1, self.complete)),
  filter: (call, self) => visit(call, self, (results, items) => kept(results, items, self)),
  find: (call, self) =>
    visit(call, self, (results, items) => {
      const answers = results.map((result) => truthy(result))
      const first = answers.findIndex((answer) => answer !== false)
      if (first < 0) return undef
      return answers[first] === true ? items[first]! : derived(call.expression, call.span, ...results)
    }),
  findIndex: (call, self) =>
    visit(call, self, (results) => {
      const answers = results.map((result) => truthy(result))
      const first = answers.findIndex((answer) => answer !== false)
      return first >= 0 && answers[first] !== true ? derived(call.expression, call.span, ...results) : num(first)
    }),
  some: (call, self) => visit(call, self, (results) => decided(call, results, true)),
  every: (call, self) => visit(call, self, (results) => decided(call, results, false)),
  reduce: (call, self) => reduced(call, self, self.items),
  reduceRight: (call, self) => reduced(call, self, [...self.items].reverse()),
  fill: (call, self) => {
    setArray(
      call.walk,
      self,
      self.items.map(() => call.args[0] ?? undef),
      self.complete,
    )
    return self
  },
}

function decided(call: NativeCall, results: readonly Value[], wanted: boolean): Value {
  const answers = results.map((result) => truthy(result))
  if (answers.includes(wanted)) return bool(wanted)
  return answers.includes(undefined) ? derived(call.expression, call.span, ...results) : bool(!wanted)
}

function reduced(call: NativeCall, self: ArrayValue, items: readonly Value[]): Value {
  const [callback, initial] = call.args
  if (callback?.kind !== 'function') return derived(call.expression, call.span, self)
  if (!self.complete) return eachOf(call.walk, self, 'reduce', callback, initial ? [initial] : [], call.span, call.expression)
  let total = initial ?? items[0] ?? undef
  for (let index = initial ? 0 : 1; index < items.length; index++) {
    if (!turn(call.walk, call.span, index)) break
    total = callFunction(call.walk, callback, undef, [total, items[index]!, num(index), self], call.span, callback.name ?? 'callback')
  }
  return total
}

const natives = new Map<string, FunctionValue>(
  Object.entries(methods).map(([name, method]) => [
    name,
    native(name, (call) => {
      const self = call.self.kind === 'array' ? call.self : itemsOf(call.walk, call.self)
      return self ? method(call, self) : derived(call.expression, call.span, call.self)
    }),
  ]),
)

/** A method of arrays; undefined when there is none of that name. */
export function arrayMember(name: string): FunctionValue | undefined {
  return natives.get(name)
}
