import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaults } from '../../src/config/defaults.ts'
import { defineConfig } from '../../src/config/define-config.ts'
import { checkRuleNames, resolveSettings } from '../../src/config/settings.ts'
import { UserError } from '../../src/errors.ts'
import { editDistance, nearestName } from '../../src/source/nearest.ts'

describe('resolveSettings', () => {
  it('gives the defaults where nothing is said', () => expect(resolveSettings({}, undefined)).toEqual(defaults))

  it('puts the configuration over the defaults and flags over both', () => {
    const config = defineConfig({
      profile: 'strict',
      unknown: 'block',
      projects: [{ dialect: 'mysql', serverVersion: '8.0' }, { dialect: 'sqlite' }],
    })
    expect(resolveSettings({}, config)).toMatchObject({ profile: 'strict', unknown: 'block', configured: true, projects: config.projects })
    expect(
      resolveSettings({ profile: 'safety', unknown: 'allow', serverVersion: '9.1', down: 'full', maxWarnings: 0 }, config),
    ).toMatchObject({
      profile: 'safety',
      unknown: 'allow',
      down: 'full',
      maxWarnings: 0,
      projects: [
        { dialect: 'mysql', serverVersion: '9.1' },
        { dialect: 'sqlite', serverVersion: '9.1' },
      ],
    })
  })

  it("keeps a rule's options when a flag sets its severity", () => {
    const config = defineConfig({ rules: { 'too-many-changes': ['warning', { limit: 3 }], 'missing-down': 'off' } })
    expect(resolveSettings({ rules: { 'too-many-changes': 'error' } }, config).rules).toEqual({
      'too-many-changes': { severity: 'error', options: { limit: 3 } },
      'missing-down': { severity: 'off', options: {} },
    })
  })

  it('leaves out projects of other frameworks than the flag names', () => {
    const config = defineConfig({ projects: [{ framework: 'prisma' }, { paths: ['x'] }] })
    expect(resolveSettings({ framework: 'raw-sql' }, config).projects).toEqual([{ paths: ['x'], framework: 'raw-sql' }])
    expect(() => resolveSettings({ framework: 'raw-sql' }, defineConfig({ projects: [{ framework: 'prisma' }] }))).toThrow(UserError)
  })
})

describe('checkRuleNames', () => {
  it('names the nearest rule', () => {
    const known = ['missing-down', 'rename-breaking']
    expect(() => checkRuleNames(['missing-down'], known, '--rule')).not.toThrow()
    expect(() => checkRuleNames(['mising-down'], known, '--rule')).toThrow(
      '--rule: there is no rule "mising-down". Did you mean "missing-down"?',
    )
    expect(() => checkRuleNames(['qqq'], known, 'surefoot.json')).toThrow('surefoot rules lists them all')
  })
})

describe('the distance between names', () => {
  it('counts what must be added, dropped and replaced', () => {
    expect([editDistance('kitten', 'sitting'), editDistance('', 'abc'), editDistance('a', 'a')]).toEqual([3, 3, 0])
    expect(nearestName('Dialct', ['dialect', 'paths'])).toBe('dialect')
    expect(nearestName('xyz', ['dialect', 'paths'])).toBeUndefined()
  })

  it('is the same both ways and never more than the longer text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})
