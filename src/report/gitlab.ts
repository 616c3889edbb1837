import type { Severity } from '../rule/finding.ts'
import { Fingerprints } from './fingerprint.ts'
import type { Format } from './format.ts'
import { unjudgedRule, unreadRule, unreadText } from './words.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' }

/** GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export const gitlab: Format = (outcome, context) => {
  const names = new Fingerprints(context)
  const location = (file: string, begin: number, end = begin) => ({ path: context.inRepository(file), lines: { begin, end } })
  const issues = [
    ...outcome.errors.map((error) => ({
      description: `Could not be judged: ${error.message}`,
      check_name: unjudgedRule,
      fingerprint: names.unjudged(error),
      severity: 'blocker',
      location: location(error.file, error.line ?? 1),
    })),
    ...outcome.findings.map((finding) => ({
      description: `${finding.message} ${finding.help}`,
      check_name: finding.rule,
      fingerprint: names.finding(finding),
      severity: severities[finding.severity],
      location: location(finding.file, finding.line, finding.endLine),
    })),
    ...outcome.opaque.map((place) => ({
      description: unreadText(place),
      check_name: unreadRule,
      fingerprint: names.unread(place),
      severity: 'minor',
      location: location(place.file, place.line),
    })),
  ]
  return `${JSON.stringify(issues, undefined, 2)}\n`
}
