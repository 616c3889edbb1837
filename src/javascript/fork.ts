import { either } from './choices.ts'
import { not, testedValue, valuesOf } from './conditions.ts'
import type { ArrayValue, ObjectValue, Value } from './value.ts'
import { join, list, mutable } from './values.ts'
import { type Cell, type Completion, type Segment, type Test, ThrowSignal, type Walk, type WalkContext } from './walk.ts'

/** How one side of a fork ended. */
export interface SideEnd<T> {
  readonly result: T | undefined
  readonly thrown: ThrowSignal | undefined
  readonly context: WalkContext
}

export function newSegment(): Segment {
  return { cells: new Map(), members: new Map(), arrays: new Map() }
}

/** Assigns a variable; an open fork can take it back. */
export function writeCell(walk: Walk, cell: Cell, value: Value): void {
  const segment = walk.segments[walk.segments.length - 1]
  if (segment !== undefined && !segment.cells.has(cell)) segment.cells.set(cell, cell.value)
  cell.value = value
  cell.lazy = undefined
}

/** Sets a member (undefined removes it); an open fork can take it back. */
export function writeMember(walk: Walk, object: ObjectValue, key: string, value: Value | undefined): void {
  const segment = walk.segments[walk.segments.length - 1]
  if (segment !== undefined) {
    let keys = segment.members.get(object)
    if (keys === undefined) {
      keys = new Map()
      segment.members.set(object, keys)
    }
    if (!keys.has(key)) keys.set(key, object.members.get(key))
  }
  if (value === undefined) object.members.delete(key)
  else object.members.set(key, value)
}

/** Announces that an array is about to change. */
export function touchArray(walk: Walk, array: ArrayValue): void {
  const segment = walk.segments[walk.segments.length - 1]
  if (segment !== undefined && !segment.arrays.has(array)) {
    segment.arrays.set(array, { items: [...array.items], complete: array.complete })
  }
}

/** What stands at the places that a segment has written. */
function capture(segment: Segment): Segment {
  const now = newSegment()
  for (const cell of segment.cells.keys()) now.cells.set(cell, cell.value)
  for (const [object, keys] of segment.members) {
    now.members.set(object, new Map([...keys.keys()].map((key) => [key, object.members.get(key)])))
  }
  for (const array of segment.arrays.keys()) now.arrays.set(array, { items: [...array.items], complete: array.complete })
  return now
}

/** Puts the values of a segment in place, unrecorded. */
export function restore(segment: Segment): void {
  for (const [cell, value] of segment.cells) cell.value = value
  for (const [object, keys] of segment.members) {
    for (const [key, value] of keys) {
      if (value === undefined) object.members.delete(key)
      else object.members.set(key, value)
    }
  }
  for (const [array, state] of segment.arrays) {
    const target = mutable(array)
    target.items = [...state.items]
    target.complete = state.complete
  }
}

/** Writes a captured state through the open segment. */
export function replay(walk: Walk, after: Segment): void {
  for (const [cell, value] of after.cells) writeCell(walk, cell, value)
  for (const [object, keys] of after.members) for (const [key, value] of keys) writeMember(walk, object, key, value)
  for (const [array, state] of after.arrays) setArray(walk, array, state.items, state.complete)
}

export function setArray(walk: Walk, array: ArrayValue, items: readonly Value[], complete: boolean): void {
  touchArray(walk, array)
  const target = mutable(array)
  target.items = [...items]
  target.complete = complete
}

/** The value of a variable after either side; `exists = true` on one side and false on the other is the answer of the test. */
function joinUnder(walk: Walk, left: Value, right: Value, test: Test | undefined): Value {
  if (test === undefined) return join(left, right)
  if (left.kind !== 'boolean' || right.kind !== 'boolean' || left.value === right.value) return either(walk, left, right, test)
  return testedValue(walk, left.value ? test : not(test), 'flag', undefined, ...valuesOf(test))
}

/** Writes what holds when either of two states may have come about. */
function replayJoined(walk: Walk, a: Segment, b: Segment, test?: Test): void {
  for (const cell of new Set([...a.cells.keys(), ...b.cells.keys()])) {
    writeCell(walk, cell, joinUnder(walk, a.cells.get(cell) ?? cell.value, b.cells.get(cell) ?? cell.value, test))
  }
  for (const object of new Set([...a.members.keys(), ...b.members.keys()])) {
    const left = a.members.get(object)
    const right = b.members.get(object)
    for (const key of new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])) {
      const before = object.members.get(key)
      const one = left?.has(key) ? left.get(key) : before
      const other = right?.has(key) ? right.get(key) : before
      writeMember(walk, object, key, one === undefined ? other : other === undefined ? one : join(one, other))
    }
  }
  for (const array of new Set([...a.arrays.keys(), ...b.arrays.keys()])) {
    const one = a.arrays.get(array) ?? array
    const other = b.arrays.get(array) ?? array
    const joined = join(list([...one.items], one.complete), list([...other.items], other.complete))
    if (joined.kind === 'array') {
      const same = one.complete && other.complete && one.items.length === other.items.length
      setArray(walk, array, joined.items, same)
    }
  }
}

/** Runs one side from the present state and takes its writes back; gives how it ended and what it had written. */
export function tentative<T>(walk: Walk, side: () => T): { readonly end: SideEnd<T>; readonly after: Segment } {
  const segment = newSegment()
  walk.segments.push(segment)
  const context = walk.context
  let result: T | undefined
  let thrown: ThrowSignal | undefined
  try {
    result = side()
  } catch (signal) {
    if (!(signal instanceof ThrowSignal)) {
      restore(segment)
      throw signal
    }
    thrown = signal
  } finally {
    walk.segments.pop()
  }
  const end = { result, thrown, context: walk.context }
  walk.context = context
  const after = capture(segment)
  restore(segment)
  return { end, after }
}

/**
 * Runs two sides from the same state. `ended` says whether a side that gave this result goes no further; the state afterwards is that of the
 * sides that go on, joined. `test` is what decides between them, when that can be said: a flag that they set differently then asks it.
 */
export function fork<T>(
  walk: Walk,
  first: () => T,
  second: () => T,
  ended: (result: T | undefined) => boolean,
  test?: Test,
): readonly [SideEnd<T>, SideEnd<T>] {
  const a = tentative(walk, first)
  const b = tentative(walk, second)
  const aEnded = a.end.thrown !== undefined || ended(a.end.result)
  const bEnded = b.end.thrown !== undefined || ended(b.end.result)
  if (aEnded && !bEnded) replay(walk, b.after)
  else if (bEnded && !aEnded) replay(walk, a.after)
  else replayJoined(walk, a.after, b.after, test)
  return [a.end, b.end]
}

/** Walks something that may run or not (a loop's body, a catch): the state afterwards is joined with the state before. */
export function maybe(walk: Walk, side: () => Completion): SideEnd<Completion> {
  const [end] = fork<Completion>(
    walk,
    side,
    () => undefined,
    () => false,
  )
  return end
}

/** The places that a side writes, without keeping its writes. */
export function writtenBy(after: Segment): boolean {
  return after.cells.size + after.members.size + after.arrays.size > 0
}

/** Makes what a loop changes unknown before its body is walked: any turn may be the one that is read. */
export function widen(walk: Walk, after: Segment): void {
  replayJoined(walk, after, newSegment())
}
