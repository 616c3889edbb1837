import { describe, expect, it } from 'vitest'
import { gitlab } from '../../src/report/gitlab.ts'
import { context, finding, hostile, outcome } from './outcomes.ts'

interface Issue {
  readonly description: string
  readonly check_name: string
  readonly fingerprint: string
  readonly severity: string
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } }
}

const printed = (what: typeof hostile) => JSON.parse(gitlab(what, context())) as Issue[]

describe('gitlab', () => {
  // https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
  it('has the members that GitLab asks for, and values that it knows', () => {
    const issues = printed(hostile)
    expect(issues).toHaveLength(6)
    for (const issue of issues) {
      expect(issue.description).toEqual(expect.any(String))
      expect(issue.check_name).toMatch(/^[a-z-]+$/)
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(issue.severity)
      expect(issue.location.path).not.toMatch(/^\.?\//)
      expect(issue.location.lines.begin).toBeGreaterThan(0)
    }
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(6)
    expect(issues.map(({ check_name }) => check_name)).toContain('not-read')
    expect(issues.map(({ check_name }) => check_name)).toContain('not-judged')
  })

  it('tells findings apart that say the same about the same words', () =>
    expect(new Set(printed(outcome({ findings: [finding, finding, finding] })).map(({ fingerprint }) => fingerprint)).size).toBe(3))

  it('is an empty list when there is nothing', () => expect(gitlab(outcome({}), context())).toBe('[]\n'))
})
