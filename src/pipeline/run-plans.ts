import type { History } from '../frameworks/framework.ts'
import { isUnwritable, type Plan } from '../plan/plan.ts'
import { overlayProject } from '../project/overlay.ts'
import type { Project } from '../project/project.ts'
import { applyEdits, type TextEdit } from '../source/text-edit.ts'
import { type CheckOptions, checkSteps } from './check.ts'
import { type Candidate, compareRuns, type Run } from './compare-runs.ts'
import { takeRecipes } from './engines.ts'
import { filesOf } from './files-of.ts'
import { type JudgedHistory, type Planned, plansOf } from './plans.ts'
import type { Steps } from './steps.ts'

/** The same judgement over files that have other texts, or are made: what is made is judged. */
export function withTexts<O extends Pick<CheckOptions, 'project' | 'only' | 'named'>>(options: O, texts: ReadonlyMap<string, string>): O {
  const { project, only, named } = options
  const made = new Set([...texts.keys()].filter((path) => !project.exists(path)))
  return {
    ...options,
    project: overlayProject(project, Object.fromEntries(texts)),
    ...(only ? { only: (path: string) => made.has(path) || only(path) } : {}),
    ...(named ? { named: [...named, ...made] } : {}),
  }
}

/** One judgement of a project, with what may be done about its findings. */
export function* runOver(check: Omit<CheckOptions, 'planning'>): Steps<Run> {
  const recipes = yield* takeRecipes()
  const histories: JudgedHistory[] = []
  const { outcome } = yield* checkSteps({ ...check, planning: { history: (judged) => histories.push(judged) } })
  return {
    outcome,
    planned: histories.flatMap((judged) => plansOf(judged, recipes)),
    findings: histories.flatMap(({ findings }) => findings),
    unread: outcome.opaque.map(({ file }) => file),
    errors: outcome.errors.map(({ file, message }) => ({ file, message })),
    finals: new Map(histories.map(({ work, final }) => [keyOf(work.history), final])),
    history: new Set(
      histories.flatMap(({ work }) => work.history.entries.flatMap((entry, at) => (work.judged.has(at) ? [] : filesOf(entry)))),
    ),
  }
}

/** One folder may hold the histories of two engines, or of two runners. */
function keyOf({ framework, directory, dialect, settings }: History): string {
  return [framework, dialect, settings.runner, directory].join(' ')
}

/** The texts with some plans carried out; what is not among them is read from the project. */
export function withPlans(project: Project, texts: ReadonlyMap<string, string>, batch: readonly Candidate[]): ReadonlyMap<string, string> {
  const edits = new Map<string, TextEdit[]>()
  const changed = new Map(texts)
  for (const { plan } of batch) {
    for (const edit of plan.edits) edits.set(edit.file, [...(edits.get(edit.file) ?? []), edit])
    for (const { path, text } of plan.creates) changed.set(path, text)
  }
  for (const [path, own] of edits) {
    const result = project.read(path)
    const text = texts.get(path) ?? ('text' in result ? result.text : '')
    changed.set(path, applyEdits(text, own))
  }
  return changed
}

const severities = ['error', 'warning', 'info']

/** What weighs more goes first: what mends it may settle the rest. */
export function bySeverity(a: Planned, b: Planned): number {
  return severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity)
}

/**
 * The plans that hold when each is carried out by itself, the weightier findings first; of more than `most` that are wanted, the others are not looked at.
 * `now` is the run as things stand, `judge` gives one over some texts in place of the project's own.
 */
export function* provenPlans(
  project: Project,
  now: Run,
  judge: (texts: ReadonlyMap<string, string>) => Steps<Run>,
  isWanted: (plan: Plan) => boolean,
  most: number,
): Steps<readonly Candidate[]> {
  const proven: Candidate[] = []
  let tried = 0
  // All are worked out before the next run: they are about the texts of this one.
  const plans = now.planned.toSorted(bySeverity).map(({ finding, plan }) => ({ finding, plan: plan() }))
  for (const { finding, plan } of plans) {
    if (!plan || isUnwritable(plan) || !isWanted(plan) || plan.edits.some(({ file }) => now.history.has(file))) continue
    if (tried++ >= most) break
    const candidate = { finding, plan }
    const next = yield* judge(withPlans(project, new Map(), [candidate]))
    if (compareRuns(now, next, [candidate]).size === 0) proven.push(candidate)
  }
  return proven
}
