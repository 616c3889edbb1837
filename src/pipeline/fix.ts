import type { Unwritable } from '../frameworks/writer.ts'
import type { Judged } from '../lint/judged.ts'
import { isUnwritable, type Plan } from '../plan/plan.ts'
import type { Span } from '../source/span.ts'
import { overlaps } from '../source/text-edit.ts'
import type { CheckOptions } from './check.ts'
import { type Candidate, compareRuns, keyOf, type Run } from './compare-runs.ts'
import type { Planned } from './plans.ts'
import { bySeverity, runOver, withPlans, withTexts } from './run-plans.ts'
import { type Steps, whenLoaded } from './steps.ts'

export interface FixOptions {
  readonly check: Omit<CheckOptions, 'planning' | 'memory' | 'prove'>
  /** Also make the changes that decide something. */
  readonly suggestions: boolean
  /** Why a file may not be changed, as a sentence part; undefined: it may. Files that are made are not asked about. */
  readonly forbidden: (path: string) => string | undefined
}

/** A change that was made; the finding stands where it stood before any was. */
export interface Fixed {
  readonly finding: Judged
  readonly title: string
}

/** A finding for which there is a recipe, and that stays. */
export interface Unfixed {
  readonly finding: Judged
  /** A clause that completes "not fixed: …". */
  readonly because: string
}

export interface FixResult {
  /** The files that are other than before, or were not there, by path. */
  readonly texts: ReadonlyMap<string, string>
  readonly fixed: readonly Fixed[]
  readonly unfixed: readonly Unfixed[]
  /** All that is found when the changes are made, each finding by itself. */
  readonly left: readonly Judged[]
}

/** What is known of plans that did not go well. */
interface Trial {
  /** Why, by finding. */
  readonly failed: Map<string, string>
  /** Files in which plans that were tried together did not go well: from then on they are tried one by one. */
  readonly careful: Set<string>
}

/** So many times a run is judged again, at most: a repository may hold thousands of findings. */
const mostRuns = 200

/**
 * Mends what recipes can mend. Every change is judged as a run would judge it, and stays only when its finding is gone, nothing new is found, nothing becomes
 * unreadable and, where it says that it keeps the meaning, the schema at the end is the same. Goes on until nothing changes any more. Writes no file.
 */
export function fix(options: FixOptions): Promise<FixResult> {
  return whenLoaded(fixing(options))
}

function* fixing(options: FixOptions): Steps<FixResult> {
  let texts: ReadonlyMap<string, string> = new Map()
  let now = yield* runOver(withTexts(options.check, texts))
  let runs = 1
  const fixed: Fixed[] = []
  const atFirst = [...now.findings]
  const trial: Trial = { failed: new Map(), careful: new Set() }
  while (runs < mostRuns) {
    let batch = togetherOf(candidatesOf(now, options, trial), trial)
    if (batch.length === 0) break
    while (batch.length > 0 && runs < mostRuns) {
      const changed = withPlans(options.check.project, texts, batch)
      const next = yield* runOver(withTexts(options.check, changed))
      runs++
      const wrong = compareRuns(now, next, batch)
      if (wrong.size === 0) {
        texts = changed
        now = next
        for (const { finding, plan } of batch) fixed.push({ finding: takenFrom(atFirst, finding), title: plan.title })
        break
      }
      batch = fewer(batch, wrong, trial)
    }
  }
  return { texts, fixed, unfixed: unfixedOf(now, options, trial), left: now.findings }
}

/** The finding as it was found before anything was changed, or else itself; each is taken once. */
function takenFrom(atFirst: Judged[], finding: Judged): Judged {
  const key = keyOf(finding)
  const at = atFirst.findIndex((one) => keyOf(one) === key)
  return at < 0 ? finding : atFirst.splice(at, 1)[0]!
}

function candidatesOf(run: Run, options: FixOptions, trial: Trial): readonly Candidate[] {
  return run.planned.toSorted(bySeverity).flatMap((planned) => {
    const plan = planned.plan()
    if (!plan || reasonNotTo(planned, plan, run, options, trial) !== undefined) return []
    return [{ finding: planned.finding, plan: plan as Plan }]
  })
}

/** Why a plan is not carried out; undefined: nothing speaks against trying it. */
function reasonNotTo({ finding }: Planned, plan: Plan | Unwritable, run: Run, options: FixOptions, { failed }: Trial): string | undefined {
  if (isUnwritable(plan)) return plan.because
  const known = failed.get(keyOf(finding))
  if (known !== undefined) return known
  if (plan.keeps === 'structure' && !options.suggestions) return `a suggestion: ${plan.title}`
  for (const { file } of plan.edits) {
    if (run.history.has(file)) return `${file} is deployed`
    const because = options.forbidden(file)
    if (because !== undefined) return because
  }
  const there = plan.creates.find(({ path }) => options.check.project.exists(path))
  return there && `${there.path} is there already`
}

function unfixedOf(run: Run, options: FixOptions, trial: Trial): readonly Unfixed[] {
  return run.planned.flatMap((planned) => {
    const plan = planned.plan()
    if (!plan) return []
    const because = reasonNotTo(planned, plan, run, options, trial) ?? 'there were too many changes for one run; run it again'
    return [{ finding: planned.finding, because }]
  })
}

/** The candidates that can be tried at once: of different statements, their edits apart, all keep the same, and in files that call for care there is one. */
function togetherOf(candidates: readonly Candidate[], { careful }: Trial): readonly Candidate[] {
  const taken: Candidate[] = []
  for (const candidate of candidates) {
    const rivals = taken.filter((other) => touchedBy(other).some((file) => touchedBy(candidate).includes(file)))
    if (taken[0] && taken[0].plan.keeps !== candidate.plan.keeps) continue
    if (rivals.some(({ finding }) => isSame(finding.statement, candidate.finding.statement))) continue
    if (rivals.length > 0 && touchedBy(candidate).some((file) => careful.has(file))) continue
    if (!taken.some((other) => collide(other.plan, candidate.plan))) taken.push(candidate)
  }
  return taken
}

function isSame(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end
}

/** Two migrations that are made at once may get one number: neither knows of the other. */
function collide(a: Plan, b: Plan): boolean {
  const numbers = numbersOf(a)
  return numbersOf(b).some((number) => numbers.includes(number)) || a.edits.some((one) => b.edits.some((other) => overlaps(one, other)))
}

function numbersOf({ creates }: Plan): readonly string[] {
  return creates.flatMap(({ path }) => path.match(/\d+/g) ?? [''])
}

function touchedBy({ plan }: Candidate): readonly string[] {
  return [...plan.edits.map(({ file }) => file), ...plan.creates.map(({ path }) => path)]
}

/**
 * What a batch that did not go well leaves to be tried: without those in whose files something is wrong, which are tried one by one later; where that tells
 * nothing, the half of it.
 */
function fewer(batch: readonly Candidate[], wrong: ReadonlyMap<string, string>, { failed, careful }: Trial): readonly Candidate[] {
  const [first] = batch
  if (batch.length === 1 && first) {
    failed.set(keyOf(first.finding), wrong.values().next().value!)
    return []
  }
  const isWrong = (candidate: Candidate) => touchedBy(candidate).some((file) => wrong.has(file))
  const rest = batch.filter((candidate) => !isWrong(candidate))
  if (rest.length === 0 || rest.length === batch.length) return batch.slice(0, Math.ceil(batch.length / 2))
  for (const candidate of batch.filter(isWrong)) {
    const files = touchedBy(candidate)
    const alone = !batch.some((other) => other !== candidate && touchedBy(other).some((file) => files.includes(file)))
    if (alone) failed.set(keyOf(candidate.finding), wrong.get(files.find((file) => wrong.has(file))!)!)
    for (const file of files) careful.add(file)
  }
  return rest
}
