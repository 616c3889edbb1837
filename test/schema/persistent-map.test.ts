import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PersistentMap } from '../../src/schema/persistent-map.ts'

type Command = { readonly key: string; readonly value: number | undefined }

// Few keys, so that they meet; some of them fall into one part.
const commands = fc.array(
  fc.record({
    key: fc.oneof(fc.constantFrom('a', 'b', 'Aa', 'BB', '', '__proto__'), fc.string({ maxLength: 3 })),
    value: fc.option(fc.nat(), { nil: undefined }),
  }),
  { maxLength: 60 },
)

function step(map: PersistentMap<number>, { key, value }: Command): PersistentMap<number> {
  return value === undefined ? map.delete(key) : map.set(key, value)
}

function run(list: readonly Command[]): { readonly map: PersistentMap<number>; readonly plain: Map<string, number> } {
  const plain = new Map<string, number>()
  for (const { key, value } of list) {
    if (value === undefined) plain.delete(key)
    else plain.set(key, value)
  }
  return { map: list.reduce(step, PersistentMap.empty<number>()), plain }
}

const sorted = (entries: Iterable<readonly [string, number]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

describe('a persistent map', () => {
  it('holds what a plain Map holds', () => {
    fc.assert(
      fc.property(commands, fc.string({ maxLength: 3 }), (list, key) => {
        const { map, plain } = run(list)
        expect(sorted(map)).toEqual(sorted(plain))
        expect([...map.values()].sort()).toEqual([...plain.values()].sort())
        expect(map.size).toBe(plain.size)
        expect(map.get(key)).toBe(plain.get(key))
        expect(map.has(key)).toBe(plain.has(key))
      }),
    )
  })

  it('is not changed by what is made of it', () => {
    fc.assert(
      fc.property(commands, commands, (first, second) => {
        const { map, plain } = run(first)
        second.reduce(step, map)
        expect(sorted(map)).toEqual(sorted(plain))
        expect(map.size).toBe(plain.size)
      }),
    )
  })

  it('is itself when what it lacks is deleted', () => {
    const map = PersistentMap.empty<number>().set('a', 1)
    expect(map.delete('b')).toBe(map)
  })

  it('names every entry in which it may differ from another map', () => {
    fc.assert(
      fc.property(commands, commands, (first, second) => {
        const { map, plain } = run(first)
        const other = second.reduce(step, map)
        const named = new Map(map.notSharedWith(other))
        for (const [key, value] of plain) if (other.get(key) !== value || !other.has(key)) expect(named.has(key)).toBe(true)
      }),
    )
    const map = PersistentMap.empty<number>().set('a', 1)
    expect([...map.notSharedWith(map)]).toEqual([])
  })
})
