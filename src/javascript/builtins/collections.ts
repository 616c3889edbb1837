import { setArray, writeMember } from '../fork.ts'
import { callFunction } from '../functions.ts'
import { itemsOf } from '../iterate.ts'
import { turn } from '../loops.ts'
import { native } from '../native.ts'
import type { ArrayValue, ObjectValue, Value } from '../value.ts'
import { bool, derived, list, num, primitive, record, undef } from '../values.ts'
import type { NativeCall } from '../walk.ts'

/** Map and Set keep their entries as one array of the walk, so that forks can take changes back. */
function collection(call: NativeCall, keyed: boolean): Value {
  const first = call.args[0]
  const given = first && first.kind !== 'undefined' && first.kind !== 'null' ? itemsOf(call.walk, first) : list([])
  const entries: ArrayValue = list([], given?.complete ?? false, call.span)
  const self: ObjectValue = { ...record([], true, call.span), className: keyed ? 'Map' : 'Set' }
  const keyOfEntry = (entry: Value): Value => (keyed && entry.kind === 'array' ? (entry.items[0] ?? undef) : entry)
  const valueOfEntry = (entry: Value): Value => (keyed && entry.kind === 'array' ? (entry.items[1] ?? undef) : entry)
  const find = (key: Value): number => entries.items.findIndex((entry) => same(keyOfEntry(entry), key))
  const put = (at: NativeCall, key: Value, value: Value) => {
    const entry = keyed ? list([key, value]) : key
    const index = find(key)
    const items = [...entries.items]
    if (index < 0) items.push(entry)
    else items[index] = entry
    setArray(at.walk, entries, items, entries.complete)
    writeMember(at.walk, self, 'size', entries.complete ? num(items.length) : derived('size', at.span, first))
    return self
  }
  for (const item of given?.items ?? []) put(call, keyOfEntry(item), valueOfEntry(item))
  if (!self.members.has('size')) self.members.set('size', entries.complete ? num(0) : derived('size', call.span, first))
  const methods: Readonly<Record<string, (at: NativeCall) => Value | undefined>> = {
    has(at) {
      const index = find(at.args[0] ?? undef)
      return index >= 0 || (entries.complete && primitive(at.args[0] ?? undef))
        ? bool(index >= 0)
        : derived(at.expression, at.span, first, at.args[0])
    },
    get(at) {
      const index = find(at.args[0] ?? undef)
      if (index >= 0) return valueOfEntry(entries.items[index]!)
      return entries.complete && primitive(at.args[0] ?? undef) ? undef : derived(at.expression, at.span, first, at.args[0])
    },
    delete(at) {
      const index = find(at.args[0] ?? undef)
      if (index >= 0)
        setArray(
          at.walk,
          entries,
          entries.items.filter((_, position) => position !== index),
          entries.complete,
        )
      return bool(index >= 0)
    },
    clear(at) {
      setArray(at.walk, entries, [], true)
      return undef
    },
    keys: () => list(entries.items.map(keyOfEntry), entries.complete),
    values: () => list(entries.items.map(valueOfEntry), entries.complete),
    entries: () =>
      list(
        entries.items.map((entry) => (keyed ? entry : list([entry, entry]))),
        entries.complete,
      ),
    forEach(at) {
      const [callback] = at.args
      if (callback?.kind !== 'function') return undef
      for (const [index, entry] of entries.items.entries()) {
        if (!turn(at.walk, at.span, index)) break
        callFunction(at.walk, callback, undef, [valueOfEntry(entry), keyOfEntry(entry), self], at.span, callback.name ?? 'callback')
      }
      return undef
    },
    ...(keyed
      ? { set: (at: NativeCall) => put(at, at.args[0] ?? undef, at.args[1] ?? undef) }
      : { add: (at: NativeCall) => put(at, at.args[0] ?? undef, at.args[0] ?? undef) }),
  }
  for (const [name, run] of Object.entries(methods)) self.members.set(name, native(name, run))
  call.walk.iterables.set(self, () => list([...entries.items], entries.complete, call.span))
  return self
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true
  const left = primitive(a)
  const right = primitive(b)
  return left !== undefined && right !== undefined && Object.is(left.value, right.value)
}

const map = (call: NativeCall) => collection(call, true)
const set = (call: NativeCall) => collection(call, false)

export const collectionGlobals: Readonly<Record<string, Value>> = {
  Map: native('Map', map, map),
  WeakMap: native('WeakMap', map, map),
  Set: native('Set', set, set),
  WeakSet: native('WeakSet', set, set),
}
