import type { Judged } from '../lint/judged.ts'
import type { Outcome } from '../lint/outcome.ts'
import type { Plan } from '../plan/plan.ts'
import { diff } from '../schema/diff.ts'
import type { Schema } from '../schema/schema.ts'
import type { Span } from '../source/span.ts'
import type { TextEdit } from '../source/text-edit.ts'
import type { Planned } from './plans.ts'

/** What one judgement of a project says, as far as it tells whether a change was a good one. */
export interface Run {
  readonly outcome: Outcome
  readonly planned: readonly Planned[]
  readonly findings: readonly Judged[]
  /** The files of what could not be read, one for each place. */
  readonly unread: readonly string[]
  readonly errors: readonly { readonly file: string; readonly message: string }[]
  /** By history: the schema when the last judged migration has run. */
  readonly finals: ReadonlyMap<string, Schema>
  /** Files of migrations that are not judged. */
  readonly history: ReadonlySet<string>
}

/** A finding with the plan that is tried. */
export interface Candidate {
  readonly finding: Judged
  readonly plan: Plan
}

/**
 * What is wrong with a run after some plans were carried out: sentence parts by file, '' where no file is to blame. Empty: their findings are gone, and
 * nothing else is worse than before.
 */
export function compareRuns(before: Run, after: Run, tried: readonly Candidate[]): ReadonlyMap<string, string> {
  const wrong = new Map<string, string>()
  const edits = tried.flatMap(({ plan }) => plan.edits)
  const made = new Set(tried.flatMap(({ plan }) => plan.creates.map(({ path }) => path)))
  const kinds = new Set(tried.map(({ finding }) => kindOf(finding)))
  const was = countOf(before.findings.map(kindOf))
  const is = countOf(after.findings.map(kindOf))
  const places = new Set(after.findings.map((finding) => placeOf(finding, [])))
  for (const { finding, plan } of tried) {
    // What is about a script as a whole stands at its first statement, which may be one that the plan writes.
    const again = after.findings.some((other) => keyOf(other) === keyOf(finding) && isWritten(other, plan.edits, edits))
    // Where its statement is taken away, what stood behind it stands in its place.
    const behind = count(is, kindOf(finding)) < count(was, kindOf(finding)) && plan.edits.some((one) => takesAway(one, finding.span))
    if (again || (places.has(placeOf(finding, edits)) && !behind)) wrong.set(finding.span.file, 'the finding would stay')
  }
  const known = new Set(before.findings.map((finding) => placeOf(finding, edits)))
  for (const finding of after.findings) {
    // A rule that speaks once for a script goes on to the next statement; what is carried to another file takes its findings along.
    const isMore = count(is, kindOf(finding)) > count(was, kindOf(finding)) || (made.has(finding.span.file) && kinds.has(kindOf(finding)))
    if (isMore && !known.has(placeOf(finding, []))) wrong.set(finding.span.file, `it would bring ${finding.rule}: ${finding.message}`)
  }
  const unreadBefore = countOf(before.unread)
  if (after.unread.length > before.unread.length)
    for (const [file, places] of countOf(after.unread))
      if (places > count(unreadBefore, file)) wrong.set(file, 'a statement could not be read any more')
  const errors = new Set(before.errors.map(({ message }) => message))
  for (const { file, message } of after.errors) if (!errors.has(message)) wrong.set(file, message)
  if (wrong.size === 0 && tried.every(({ plan }) => plan.keeps === 'meaning') && !endAlike(before, after))
    wrong.set('', 'the schema would not be the same')
  return wrong
}

/** Names a finding beyond the changes of its file. */
export function keyOf({ rule, messageId, message, span }: Judged): string {
  return JSON.stringify([rule, messageId, message, span.file])
}

function kindOf({ rule, messageId }: Judged): string {
  return `${rule} ${messageId ?? ''}`
}

/** What a finding says and where, after these edits. */
function placeOf(finding: Judged, edits: readonly TextEdit[]): string {
  const { file, start } = finding.span
  return `${kindOf(finding)} ${file}:${moved(file, start, edits)}`
}

/** Where an offset of a file is after these edits. */
function moved(path: string, offset: number, edits: readonly TextEdit[]): number {
  return edits.reduce(
    (sum, { file, start, end, text }) => (file === path && end <= offset ? sum + text.length - (end - start) : sum),
    offset,
  )
}

function takesAway({ file, start, end, text }: TextEdit, span: Span): boolean {
  return file === span.file && start <= span.start && span.end <= end && text.trim() === ''
}

/** Does a finding of the later run stand in what one of the plan's edits wrote? */
function isWritten({ span }: Judged, own: readonly TextEdit[], edits: readonly TextEdit[]): boolean {
  return own.some((edit) => {
    const at = moved(
      edit.file,
      edit.start,
      edits.filter((other) => other !== edit),
    )
    return edit.file === span.file && at <= span.start && span.start < at + edit.text.length
  })
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, count(counts, name) + 1)
  return counts
}

function count(counts: ReadonlyMap<string, number>, name: string): number {
  return counts.get(name) ?? 0
}

function endAlike(before: Run, after: Run): boolean {
  return [...before.finals].every(([history, schema]) => {
    const other = after.finals.get(history)
    return other !== undefined && diff(schema, other).length === 0
  })
}
