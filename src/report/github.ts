import type { Severity } from '../rule/finding.ts'
import type { Format } from './format.ts'
import { clean } from './frame.ts'
import { sums, unreadText } from './words.ts'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/**
 * Workflow commands that GitHub Actions shows as annotations, the gravest first, since it keeps ten of each level for a step; then the sums.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const github: Format = (outcome, context) => {
  const { errors, findings, opaque, summary } = outcome
  const file = (path: string) => property(context.inRepository(path))
  const out: string[] = []
  for (const error of errors) {
    const line = error.line === undefined ? '' : `,line=${error.line}`
    out.push(`::error file=${file(error.file)}${line},title=could not be judged::${data(error.message)}`)
  }
  for (const severity of ['error', 'warning', 'info'] as const) {
    for (const finding of findings) {
      if (finding.severity !== severity) continue
      // GitHub shows columns only for what ends on the line where it starts.
      const columns = finding.line === finding.endLine ? `,col=${finding.column},endColumn=${finding.endColumn}` : ''
      const place = `file=${file(finding.file)},line=${finding.line},endLine=${finding.endLine}${columns}`
      const down = finding.direction === 'down' ? ' (in down)' : ''
      out.push(`::${levels[severity]} ${place},title=${property(finding.rule)}::${data(`${finding.message}${down}\n${finding.help}`)}`)
    }
  }
  for (const place of opaque)
    out.push(`::warning file=${file(place.file)},line=${place.line},title=could not be read::${data(unreadText(place))}`)
  return [...out, `surefoot: ${sums(summary)}`, ''].join('\n')
}

function data(text: string): string {
  return clean(text.replaceAll('\r', '')).replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
