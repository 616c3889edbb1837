import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import type { Example } from '../src/rule/define.ts'
import { runExample, settingsFor } from './run-example.ts'

// missing-lock-timeout is right about nearly every PostgreSQL example; an example that is not about it need not repeat the SET.
const ambientRules = new Set(['missing-lock-timeout', 'missing-down'])

function titleOf(example: Example, index: number): string {
  return example.title ?? `${example.on} example ${index + 1}`
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  rule.bad.forEach((example, index) => {
    it(`speaks once: ${titleOf(example, index)}`, async () => {
      const profile = example.profile ?? rule.profile
      const settings = settingsFor(rules, profile, { [id]: example.options ?? {} })
      const outcome = await runExample(example, settings, rules, profile)
      expect(outcome.errors).toEqual([])
      expect(outcome.opaque).toEqual([])
      const own = outcome.findings.filter((finding) => finding.rule === id)
      expect(own.map((finding) => finding.message)).toHaveLength(1)
      const text = rule.messages[example.says]!
      const pattern = (typeof text === 'string' ? text : text.text).split(/\{\w+\}/)
      let at = 0
      for (const part of pattern) {
        at = own[0]!.message.indexOf(part, at)
        expect(at, `${own[0]!.message} does not read as ${example.says}`).toBeGreaterThanOrEqual(0)
        at += part.length
      }
      expect(own[0]!.message).not.toMatch(/\{\w+\}|undefined|\[object/)
    })
  })

  rule.good.forEach((example, index) => {
    it(`is silent: ${titleOf(example, index)}`, async () => {
      const profile = example.profile ?? rule.profile
      const settings = settingsFor(rules, profile, { [id]: example.options ?? {} })
      const outcome = await runExample(example, settings, rules, profile)
      expect(outcome.errors).toEqual([])
      expect(outcome.opaque).toEqual([])
      const safety = new Set(rules.filter((other) => other.profile === 'safety').map((other) => other.id))
      const spoken = outcome.findings.filter(
        (finding) =>
          finding.rule === id || (safety.has(finding.rule) && !ambientRules.has(finding.rule) && !example.also?.includes(finding.rule)),
      )
      expect(spoken.map((finding) => `${finding.rule}: ${finding.message}`)).toEqual([])
    })
  })
})
