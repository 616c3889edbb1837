import type { Judged } from '../lint/judged.ts'
import type { Verdict } from '../rule/finding.ts'
import { LineIndex } from '../source/line-index.ts'
import type { Span } from '../source/span.ts'
import type { TracedStatement } from './runner/runner.ts'
import { failed, type Run, type Trial } from './trial.ts'

/** What an experiment says of a finding, before the engine's version is held against the project's. */
export type Claim = Pick<Verdict, 'verdict' | 'because' | 'query'>

/** How the findings of one rule are proven or refuted. The files of `experiments/` each export one as `default`. */
export interface Experiment {
  readonly rule: string
  /** What is done with a fresh copy, and what is looked at: one sentence for the rule's page. */
  readonly how: string
  /** It judges findings about `down` too; most look at `up` alone. */
  readonly ofDown?: true
  judge(finding: Judged, trial: Trial): Promise<Claim>
}

export function confirmed(because: string): Claim {
  return { verdict: 'confirmed', because }
}

export function refuted(because: string): Claim {
  return { verdict: 'refuted', because }
}

export function notProven(because: string): Claim {
  return { verdict: 'not proven', because }
}

/** `query`: tells on production whether it would happen there; undefined where no query can. */
export function conditional(because: string, query: string | undefined): Claim {
  return { verdict: 'conditional', because, ...(query === undefined ? {} : { query }) }
}

/** The statements of a run that the lines of a finding's statement sent. */
export function statementsOf(finding: Judged, run: Run, trial: Trial): readonly TracedStatement[] {
  const statement = runnerOf(finding, trial)
  const { file, from, to } = linesOf(statement, trial)
  const sent = run.outcome.statements.filter((statement) => statement.file === file && statement.line !== undefined)
  const there = sent.filter(({ line }) => line! >= from && line! <= to)
  if (there.length > 0) return there
  // SQL that begins below the call that sends it: the text says which call that is, or the last call above it that sends such a statement.
  const sql = sqlOf(statement, finding, trial)
  if (sql === undefined) return []
  const same = sent.filter((statement) => plain(statement.sql) === plain(sql))
  if (same.length > 0) return same
  const verb = firstWord(sql)
  const above = sent.filter((statement) => statement.line! < from && firstWord(statement.sql) === verb)
  const nearest = Math.max(...above.map(({ line }) => line!))
  return above.filter(({ line }) => line === nearest)
}

/** The statement that runs what the finding points at: for the body of a routine the one that calls it. */
function runnerOf({ statement, span, direction }: Judged, { migration }: Trial): Span {
  const statements = migration[direction]?.statements ?? []
  const made = statements.find((one) => one.span.file === statement.file && one.span.start === statement.start)
  if (!made?.operations.some(({ kind }) => kind === 'createFunction')) return statement
  const calls = statements.find((one) => one !== made && one.operations.some((operation) => isSame(operation.span, span)))
  return calls?.span ?? statement
}

function isSame(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end
}

function sqlOf(statement: Span, { direction }: Judged, { migration }: Trial): string | undefined {
  return migration[direction]?.statements.find(({ span }) => span.file === statement.file && span.start === statement.start)?.sql
}

function plain(sql: string): string {
  return sql.replace(/;\s*$/, '').replace(/\s+/g, ' ').trim()
}

function firstWord(sql: string): string | undefined {
  return /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase()
}

function linesOf(span: Span, trial: Trial): { readonly file: string; readonly from: number; readonly to: number } {
  const read = trial.stage.read.project.read(span.file)
  const lines = new LineIndex('text' in read ? read.text : '')
  return { file: span.file, from: lines.at(span.start).line, to: lines.at(Math.max(span.start, span.end - 1)).line }
}

/** How it is said that the migration failed before it came to a statement. */
const failedBefore = 'the run failed before'

/** Was the migration's failure that of something before the finding's statement? */
export function standsBehind(finding: Judged, run: Run, trial: Trial): boolean {
  if (!finding.verdict?.because.startsWith(failedBefore)) return false
  return !statementsOf(finding, run, trial).some(({ failure }) => failure !== undefined)
}

/** Why a run says nothing of a statement, when it ended before it. */
export function endedBefore(run: Run): Claim {
  const { failure, killed, deadlock } = run.outcome
  if (killed === 'time') return notProven('the run took longer than its limit and was ended')
  if (killed === 'memory') return notProven('the run took more memory than its limit and was ended')
  if (killed === 'exit') return notProven('the process of the migration ended without a word')
  if (deadlock) return notProven(`two sessions of the migration waited for each other: ${deadlock.waiting}`)
  if (failure) return notProven(`${failedBefore}: ${failure.code === undefined ? '' : `${failure.code}: `}${failure.message}`)
  return notProven('no statement of the run came from this line')
}

/** Did a run come to its end? */
export function ended(run: Run): boolean {
  return !failed(run.outcome)
}
