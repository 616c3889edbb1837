import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { recipes } from '../../src/plan/recipes/registry.ts'
import { type FixedExample, fixExample } from '../fix-example.ts'
import { settingsFor } from '../run-example.ts'

// What --fix makes of every example that some recipe may mend, judged by all rules of the strict profile.
const mendable = rules.filter(({ id }) => Object.hasOwn(recipes, id))

const mended: string[] = []

/** How often each rule says what. */
function kindsOf({ left }: FixedExample): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>()
  for (const { rule, messageId } of left) kinds.set(`${rule} ${messageId}`, (kinds.get(`${rule} ${messageId}`) ?? 0) + 1)
  return kinds
}

describe.each(mendable.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  rule.bad.forEach((example, index) => {
    if (example.base) return
    it(`is mended for good, or left as it is: ${example.title ?? `${example.on} example ${index + 1}`}`, async () => {
      const profile = rule.profile === 'style' ? 'style' : 'strict'
      const settings = settingsFor(rules, profile, { [id]: example.options ?? {} })
      const unmended = await fixExample(example, settings, rules, { profile, forbidden: 'it is looked at' })
      expect(unmended.after).toEqual(unmended.before)
      const first = await fixExample(example, settings, rules, { profile })
      const second = await fixExample(example, settings, rules, { profile, files: first.after })
      expect(second.after).toEqual(first.after)
      const before = kindsOf(unmended)
      const more = [...kindsOf(second)].filter(([kind, number]) => number > (before.get(kind) ?? 0))
      expect(more).toEqual([])
      if (first.fixed.length > 0) expect(first.after).not.toEqual(first.before)
      mended.push(...first.fixed.map(({ finding }) => finding.rule))
    })
  })
})

it('mends an example of every rule that has a recipe', () => {
  expect(Object.keys(recipes).filter((id) => id !== 'unused-suppression' && !mended.includes(id))).toEqual([])
})
