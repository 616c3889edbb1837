import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { formOf, runExample, settingsFor } from '../run-example.ts'

/** What only who works with a framework can make sense of. */
const words: Readonly<Record<string, RegExp>> = {
  sequelize: /\bqueryInterface\b|sequelize|\bumzug\b/i,
  typeorm: /\bqueryRunner\b|typeorm|\bmigrationsTransactionMode\b/i,
  knex: /knex/i,
  prisma: /prisma/i,
  drizzle: /drizzle|statement-breakpoint/i,
}

/** The example, and the same SQL as a migration of another framework. */
function formsOf({ sql, ...example }: Example & { readonly says: string }): readonly Example[] {
  if (sql === undefined) return [example]
  return [{ ...example, sql }, ...(example.base || example.down !== undefined ? [] : [{ ...example, prisma: sql }])]
}

describe('what a finding says names no other framework than its own', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s', async (id, rule) => {
    for (const example of rule.bad.flatMap(formsOf)) {
      const profile = example.profile ?? rule.profile
      const outcome = await runExample(example, settingsFor(rules, profile, { [id]: example.options ?? {} }), rules, profile)
      const { framework } = formOf(example)
      for (const { rule: spoken, message, help } of outcome.findings) {
        const foreign = Object.keys(words).filter((other) => other !== framework && words[other]!.test(`${message} ${help}`))
        expect(foreign.length === 0 ? '' : `${spoken} in ${framework}: ${message} ${help}`).toBe('')
      }
    }
  })
})
