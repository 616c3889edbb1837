import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { formOf, runExample, settingsFor } from '../run-example.ts'

/** What only who works with a framework can make sense of. */
const words: Readonly<Record<string, RegExp>> = {
  sequelize: /\bqueryInterface\b|query interface|as a replacement|sequelize|\bumzug\b/i,
  typeorm: /\bqueryRunner\b|typeorm|\bmigrationsTransactionMode\b/i,
  knex: /knex/i,
  prisma: /prisma/i,
  drizzle: /drizzle|statement-breakpoint/i,
}

/** What no other engine takes. */
const engineWords: Readonly<Record<string, readonly string[]>> = {
  CONCURRENTLY: ['postgres'],
  'NOT VALID': ['postgres'],
  'SET LOCAL': ['postgres'],
  'ON CONFLICT': ['postgres', 'sqlite'],
  PRAGMA: ['sqlite'],
  'INSERT IGNORE': ['mysql', 'mariadb'],
  'gh-ost': ['mysql', 'mariadb'],
  lock_wait_timeout: ['mysql', 'mariadb'],
}

/** The example, and the same SQL as a migration of another framework. */
function formsOf({ sql, ...example }: Example & { readonly says: string }): readonly Example[] {
  if (sql === undefined) return [example]
  return [{ ...example, sql }, ...(example.base || example.down !== undefined ? [] : [{ ...example, prisma: sql }])]
}

describe('what a finding says names no other framework and no other engine than its own', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s', async (id, rule) => {
    for (const example of rule.bad.flatMap(formsOf)) {
      const profile = example.profile ?? rule.profile
      const outcome = await runExample(example, settingsFor(rules, profile, { [id]: example.options ?? {} }), rules, profile)
      const { framework } = formOf(example)
      for (const { rule: spoken, message, help } of outcome.findings) {
        const foreign = Object.keys(words).filter((other) => other !== framework && words[other]!.test(`${message} ${help}`))
        // Whose words a statement has is what this rule tells.
        const engines =
          spoken === 'dialect-mismatch' ? [] : Object.keys(engineWords).filter((word) => !engineWords[word]!.includes(example.on))
        const strange = engines.filter((word) => `${message} ${help}`.includes(word))
        const both = [...foreign, ...strange]
        expect(both.length === 0 ? '' : `${spoken} in ${framework} on ${example.on} says ${both}: ${message} ${help}`).toBe('')
      }
    }
  })
})
