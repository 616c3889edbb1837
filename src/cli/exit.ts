import type { Outcome } from '../lint/outcome.ts'

/** What the process tells its caller. */
export const exits = { clean: 0, findings: 1, mistake: 2, bug: 3 } as const

export interface Thresholds {
  readonly unknown: 'allow' | 'warn' | 'block'
  /** undefined: any number of warnings is fine. */
  readonly maxWarnings: number | undefined
}

/** The exit code of a finished run. */
export function exitOf(outcome: Outcome, { unknown, maxWarnings }: Thresholds): number {
  const { summary, errors, rehearsals } = outcome
  if (summary.errors > 0 || errors.length > 0) return exits.findings
  if (rehearsals?.some(({ notRun, observations }) => notRun !== undefined || observations.some(({ said }) => !said))) return exits.findings
  if (maxWarnings !== undefined && summary.warnings > maxWarnings) return exits.findings
  if (unknown === 'block' && summary.opaque > 0) return exits.findings
  return exits.clean
}
