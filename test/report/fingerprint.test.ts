import { describe, expect, it } from 'vitest'
import { Fingerprints } from '../../src/report/fingerprint.ts'
import { context, finding } from './outcomes.ts'

/** The name of a finding about the second line of a text, or about the line that is said. */
function named(text: string, more: Partial<typeof finding> = {}): string {
  return new Fingerprints(context({ read: () => text })).finding({ ...finding, ...more })
}

const text = '-- hi\nCREATE INDEX i ON t (c);\n'

describe('a fingerprint', () => {
  it('stays when lines move and words change', () => {
    expect(named(`-- new\n-- lines\n${text}`, { line: 4, endLine: 4 })).toBe(named(text))
    expect(named(text, { message: 'said in other words' })).toBe(named(text))
  })

  it('changes with the rule, the file and the statement', () => {
    const others = [{ rule: 'other' }, { file: 'db/3.sql' }, { fingerprint: 'f'.repeat(32) }].map((more) => named(text, more))
    expect(new Set([named(text), ...others]).size).toBe(4)
  })

  it('tells two of the same words apart, in their order', () => {
    const names = new Fingerprints(context({ read: () => `${text}CREATE INDEX i ON t (c);\n` }))
    const both = [names.finding(finding), names.finding({ ...finding, line: 3, endLine: 3 })]
    expect(new Set(both).size).toBe(2)
    expect(both[0]).toBe(named(text))
  })

  it('needs no text', () => {
    const names = new Fingerprints(context())
    expect(names.finding(finding)).toMatch(/^[0-9a-f]{32}$/)
    expect(names.unread({ file: 'a', line: 1, because: 'syntax', detail: 'x' })).not.toBe(names.unjudged({ file: 'a', message: 'x' }))
  })
})
