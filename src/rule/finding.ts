import type { Span } from '../source/span.ts'

export type Severity = 'error' | 'warning' | 'info'
/** The profiles, the mildest first: each judges with its own rules and those of the ones before it. */
export const profiles = ['safety', 'strict', 'style'] as const
export type Profile = (typeof profiles)[number]

/** Does a run under `profile` say what is said from `wanted` on? */
export function reaches(profile: Profile, wanted: Profile): boolean {
  return profiles.indexOf(wanted) <= profiles.indexOf(profile)
}

/** How we know: from the text, from the replayed history, from the fact tables for this engine, from a run. */
export type Evidence = 'read' | 'replayed' | 'derived' | 'observed'

/** Another place, or another rule's finding, that belongs to the same cause. */
export interface Related {
  readonly message: string
  readonly span: Span
  readonly rule?: string
}

/** What the engine does to run the statement of a finding: its row of the dialect's facts. */
export interface CostDetails {
  readonly lock: string
  readonly algorithm?: string
  readonly rewrites: boolean | 'unknown'
  readonly scans: boolean | 'unknown'
  readonly because?: string
  /** Where the facts come from: a manual page, or `measured: …`. */
  readonly cite: string
}

/** What a run of the migration on a real database said of a finding. */
export interface Verdict {
  /**
   * `confirmed`: seen on clean, plausible rows. `conditional`: seen only where rows like those that were planted exist. `refuted`: not seen, on the version and
   * settings that the project declares. `not proven`: the run could not decide it.
   */
  readonly verdict: 'confirmed' | 'conditional' | 'refuted' | 'not proven'
  /** What was seen, or why it could not be, in one sentence. */
  readonly because: string
  /** What ran: engine, version, settings, rows. */
  readonly on: string
  /** Conditional: the query that tells on production whether such rows exist. */
  readonly query?: string
}

/** A hazard in a migration. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  /** Which of the rule's messages it is; absent when no rule made it (an unused suppression). */
  readonly messageId?: string
  /** What will happen, to which thing, in one sentence. */
  readonly message: string
  /** What to do instead, in one line. */
  readonly help: string
  readonly span: Span
  readonly migration: string
  readonly direction: 'up' | 'down'
  readonly evidence: Evidence
  readonly related: readonly Related[]
  /** Absent when nothing waits for the statement, or the finding is about no single one. */
  readonly details?: CostDetails
  /** Absent when nothing was run. */
  readonly verdict?: Verdict
}
