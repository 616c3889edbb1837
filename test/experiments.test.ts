import { afterAll, describe, expect, test } from 'vitest'
import { courts } from '../scripts/experiments/prove.ts'

const all = await courts()
for (const sentence of all.absent) console.warn(`skipped: ${sentence}`)

describe.each(all.courts.map((court) => [court.server, court] as const))('on %s', (_, { claims, close, skipped }) => {
  afterAll(close)
  test.each(claims.map((claim) => [claim.id, claim.text, claim] as const))('%s: %s', async (_, __, claim) => {
    expect(await claim.ask()).toEqual([])
  })
  test.skip.each(skipped.map((line) => [line]))('%s', () => {})
})

describe('not asked', () => {
  test.skip.each(all.absent.length > 0 ? all.absent.map((line) => [line]) : [['nothing: every kind of server is there']])('%s', () => {})
})
