import { describe, expect, it } from 'vitest'
import { compareAll, outcomeOf, pairs, squawkCommand } from './squawk-pairs.ts'

const command = squawkCommand()
if (command === undefined) console.warn('squawk-cli has no binary here: the comparison with squawk is skipped')

describe.skipIf(command === undefined)('beside squawk', async () => {
  const compared = command === undefined ? [] : await compareAll(command)

  it('knows every rule that squawk speaks by on our PostgreSQL fixtures and examples', () => {
    const known = new Set(pairs.map(({ squawk }) => squawk))
    const unknown = new Set(compared.flatMap(({ squawk }) => [...squawk]).filter((id) => !known.has(id)))
    expect([...unknown].sort()).toEqual([])
  })

  it.each(pairs.map((pair) => [pair.squawk, pair] as const))('explains where %s and ours differ', (_, pair) => {
    const { onlySquawk, onlyOurs } = outcomeOf(pair, compared)
    if (pair.theirs === undefined) expect(onlySquawk.map(({ title }) => title)).toEqual([])
    if (pair.alone === undefined) expect(onlyOurs.map(({ title }) => title)).toEqual([])
  })

  it('speaks together with squawk where both know the hazard of a lock', () => {
    const pair = pairs.find(({ squawk }) => squawk === 'require-concurrent-index-creation')!
    expect(outcomeOf(pair, compared).both.length).toBeGreaterThan(10)
  })
})
