import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { OpaqueReason } from '../ir/operation.ts'
import type { CostDetails, Evidence, Severity, Verdict } from '../rule/finding.ts'
import type { BaselineEntry } from './baseline.ts'
import type { ReportedMigration } from './described.ts'
import type { InlineSuppression } from './suppress.ts'

/** A place in a file: 1-based lines and columns, columns in UTF-16 units, the end exclusive; paths relative to the working directory with `/`. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface ReportedRelated extends Place {
  readonly message: string
  readonly rule?: string
}

export interface ReportedFinding extends Place {
  readonly rule: string
  readonly severity: Severity
  /** Which of the rule's messages it is: it stays when the words change. Absent for an unused suppression. */
  readonly messageId?: string
  readonly message: string
  readonly help: string
  readonly migration: string
  readonly direction: 'up' | 'down'
  readonly evidence: Evidence
  readonly related?: readonly ReportedRelated[]
  /** What the engine does to run the statement; absent when nothing waits for it, or the finding is about no single one. */
  readonly details?: CostDetails
  /** What a run on a real database said; absent when nothing was run. */
  readonly verdict?: Verdict
  /** Names the finding for a baseline: the rule and the words of the statement, wherever it stands. Findings about the same words share it. */
  readonly fingerprint: string
  readonly url: string
  /** `--with-fixes`: how it can be mended; absent where Surefoot knows no way that holds. */
  readonly fix?: ReportedFix
}

/** A change that mends one finding, tried by itself. */
export interface ReportedFix {
  readonly title: string
  /** `meaning`: nothing is decided by it; `structure`: a person should look at it. */
  readonly keeps: 'meaning' | 'structure'
  readonly edits: readonly ReportedEdit[]
  /** Files that are made. */
  readonly creates: readonly { readonly file: string; readonly text: string }[]
}

/** What stands at the place becomes the text. */
export interface ReportedEdit extends Place {
  readonly text: string
}

/** Why a finding is left out: a comment in its file, or the project's baseline. */
export type Suppression = InlineSuppression | { readonly kind: 'baseline' }

export interface SuppressedFinding extends ReportedFinding {
  readonly suppression: Suppression
}

/** What a baseline did in a run. */
export interface ReportedBaseline {
  readonly file: string
  /** Findings that it left out. */
  readonly findings: number
  /** Entries that no finding answers to any more, where the whole project was judged. */
  readonly stale: readonly BaselineEntry[]
}

/** Something that could not be read. */
export interface ReportedOpaque {
  readonly file: string
  readonly line: number
  readonly because: OpaqueReason
  readonly detail: string
}

/** An input that could not be judged at all. */
export interface ReportedError {
  readonly file: string
  readonly line?: number
  readonly message: string
}

/** One history that was read, and why it was taken for what it is. */
export interface ReportedHistory {
  readonly directory: string
  readonly framework: FrameworkName
  readonly dialect: DialectName | undefined
  readonly serverVersion: string | undefined
  readonly migrations: number
  readonly judged: number
  readonly reasons: readonly string[]
}

export interface Summary {
  readonly errors: number
  readonly warnings: number
  readonly infos: number
  /** Findings left out by comments. */
  readonly suppressed: number
  /** Absent: there is no baseline. */
  readonly baseline?: ReportedBaseline
  /** Migrations judged, and all that were read for history. */
  readonly migrations: number
  readonly migrationsRead: number
  /** Statements of the judged migrations. */
  readonly statements: number
  readonly opaque: number
  /** What was taken for granted: the server's version, the runner's transactions. */
  readonly assumptions: readonly string[]
  /** Files passed over, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  readonly histories: readonly ReportedHistory[]
  /** Wall time of the run in ms. */
  readonly milliseconds: number
}

/** One statement of a rehearsed migration. Relations are named as people write them. */
export interface ReportedStep {
  /** Where the migration's code sent it; absent: a step of the framework's own. */
  readonly file?: string
  readonly line?: number
  readonly sql: string
  readonly inTransaction: boolean
  readonly milliseconds: number
  /** Locks that it took and that its session went on to hold. */
  readonly locks: readonly { readonly relation: string; readonly mode: string }[]
  /** What waits while it runs, in words, for its locks and for those that statements of its transaction before it took: `reads and writes of orders`. */
  readonly blocks: readonly string[]
  readonly rewritten: readonly string[]
  /** Rows read by whole-table scans and rows written, by relation. */
  readonly scanned: Readonly<Record<string, number>>
  readonly written: Readonly<Record<string, number>>
  readonly algorithm?: string
  /** False: nothing could be seen of what it holds. */
  readonly observed: boolean
  readonly failure?: string
}

/** What running a migration showed. `said`: a finding of a rule says as much. */
export interface ReportedObservation {
  readonly kind: string
  readonly message: string
  readonly said: boolean
  readonly query?: string
}

/** A migration that was run on a throwaway database. */
export interface ReportedRehearsal {
  readonly migration: string
  readonly file: string
  /** What ran: `PostgreSQL 15.20 (binary)`. */
  readonly engine: string
  /** What ran the migration: `sequelize 6.37.5 of the project`. */
  readonly runner: string
  readonly settings: readonly string[]
  readonly rows: number
  /** Set when it could not be run at all, and why. */
  readonly notRun?: string
  readonly steps: readonly ReportedStep[]
  readonly observations: readonly ReportedObservation[]
  /** What limits the proof: tables that stayed empty, what was not shut out. */
  readonly notes: readonly string[]
  readonly milliseconds: number
}

/** A change that `--fix` made, at the place where the finding stood before. */
export interface ReportedChange {
  readonly rule: string
  readonly migration: string
  readonly file: string
  readonly line: number
  readonly title: string
}

/** A finding that `--fix` knows how to mend and did not, and why, as a clause. */
export interface ReportedRefusal extends Omit<ReportedChange, 'title'> {
  readonly because: string
}

/** Everything a run found out, as plain data. The `json` format prints it. */
export interface Outcome {
  readonly version: string
  readonly findings: readonly ReportedFinding[]
  /** Findings that comments and the baseline leave out; they count nowhere else. */
  readonly suppressed: readonly SuppressedFinding[]
  readonly opaque: readonly ReportedOpaque[]
  readonly errors: readonly ReportedError[]
  /** What the judged migrations do, in their order; absent unless it was asked for. */
  readonly migrations?: readonly ReportedMigration[]
  readonly summary: Summary
  /** What was run, by `rehearse` and `check --prove`. */
  readonly rehearsals?: readonly ReportedRehearsal[]
  /** With `--fix`: what was changed, and what could not be. */
  readonly fixed?: readonly ReportedChange[]
  readonly unfixed?: readonly ReportedRefusal[]
}
