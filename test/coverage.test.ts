import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import { type Catalogue, coveragePage, readCatalogue } from '../scripts/coverage.ts'

const hazard = (row: number, peers: Record<string, string[]> = {}) => ({
  row,
  hazard: `hazard ${row}`,
  dialects: ['postgres'],
  decidable: ['file'],
  peers,
})
const catalogue: Catalogue = {
  hazards: [hazard(1, { squawk: ['one', 'both'] }), hazard(2, { squawk: ['both'] }), hazard(3), hazard(4, { atlas: ['X4'] })],
  answered: { 2: 'The runner does.', 3: 'The reader does.' },
  notCovered: { 4: 'Nobody can.' },
}
const rule = (id: string, covers: number[], equivalents: string[] = []) => ({
  rule: { id, covers, equivalents },
  file: `rules/locking/${id}.ts`,
})
const first = '[`first`](locking/first.md)'

describe('the page of what is covered', () => {
  it('gives each row its rules, or why there is none', () => {
    const page = coveragePage(catalogue, [rule('first', [1])])
    expect(page).toContain('Of 4 known hazards 1 are covered by a rule, and 3 are answered elsewhere or left out')
    expect(page).toContain(`| 1 | hazard 1 | postgres | ${first} |`)
    expect(page).toContain('| 2 | hazard 2 | postgres | The runner does. |')
    expect(page).toContain('| 3 | hazard 3 | postgres | The reader does. |')
    expect(page).toContain('| 4 | hazard 4 | postgres | Nobody can. |')
  })
  it('gives the rule alone where a row is answered elsewhere too', () =>
    expect(coveragePage(catalogue, [rule('first', [1, 2])])).toContain(`| 2 | hazard 2 | postgres | ${first} |`))
  it('gives the names of other linters the rules that claim them, else all of the rows that go by them', () => {
    expect(coveragePage(catalogue, [rule('first', [1])])).toContain(`| \`both\` | ${first} |`)
    expect(coveragePage(catalogue, [rule('first', [1], ['squawk:both'])])).toContain(`| \`both\` | ${first} |`)
    expect(coveragePage(catalogue, [rule('first', [1])])).toContain('| `X4` | Nobody can. |')
  })
  it.each([
    ['a row without an answer', [], 'row 1 (hazard 1) is not covered'],
    ['a row that is left out and covered', [rule('first', [1, 4])], 'row 4 is left out, and first covers it'],
    ['a row that is not there', [rule('first', [1, 9])], 'first covers row 9, which there is not'],
    ['a name that no covered row knows', [rule('first', [1], ['atlas:X4'])], 'first is called atlas:X4'],
  ])('is refused for %s', (_, filed, sentence) => expect(() => coveragePage(catalogue, filed)).toThrow(sentence))
})

describe('the catalogue', () => {
  const { hazards } = readCatalogue(join(import.meta.dirname, '../scripts/hazards.json'))
  it('numbers its rows from 1 on', () => expect(hazards.map(({ row }) => row)).toEqual(hazards.map((_, at) => at + 1)))
})

describe.each(rules.map((one) => [one.id, one] as const))('%s', (_, { covers, profileBecause }) => {
  it('says in one sentence why it is of its profile', () => expect(profileBecause).toMatch(/^[A-Z].{10,}\.$/))
  it('names the rows that it covers once, in order', () => expect(covers).toEqual([...new Set(covers)].sort((a, b) => a - b)))
})
