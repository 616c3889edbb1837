import type { Entry, LoadOptions } from '../frameworks/framework.ts'
import type { Change, Unwritable, Writer, WriterSite } from '../frameworks/writer.ts'
import type { Judged } from '../lint/judged.ts'
import type { Scene } from '../lint/site.ts'
import { isUnwritable, type Plan, type Recipe, type RecipeSite } from '../plan/plan.ts'
import type { Project } from '../project/project.ts'
import type { Moment, Walk } from '../rule/site.ts'
import type { Schema } from '../schema/schema.ts'
import type { Span } from '../source/span.ts'
import { overlaps } from '../source/text-edit.ts'
import type { Work } from './history.ts'

/** A finding, and what may be done about it. `plan` works it out when it is asked for. */
export interface Planned {
  readonly finding: Judged
  readonly plan: () => Plan | Unwritable | undefined
}

/** Hears what a run for plans found: each finding by itself. */
export interface Planning {
  history(judged: JudgedHistory): void
}

/** A history that was judged, for the plans about its findings. */
export interface JudgedHistory {
  readonly work: Work
  readonly load: LoadOptions
  readonly project: Project
  /** The judged migrations by id. */
  readonly scenes: ReadonlyMap<string, Scene>
  readonly findings: readonly Judged[]
  /** The schema when the last judged migration has run. */
  readonly final: Schema
}

/** The findings of a history with what may be done about them; those whose rules have no recipe are left out. */
export function plansOf(judged: JudgedHistory, recipes: Readonly<Record<string, Recipe>>): readonly Planned[] {
  const { work, scenes, findings } = judged
  const entries = new Map(work.history.entries.map((entry) => [entry.id, entry]))
  return findings.flatMap((finding) => {
    const recipe = Object.hasOwn(recipes, finding.rule) ? recipes[finding.rule] : undefined
    const scene = scenes.get(finding.migration)
    const entry = entries.get(finding.migration)
    return recipe && scene && entry ? [{ finding, plan: () => disentangled(recipe(finding, siteOf(finding, scene, entry, judged))) }] : []
  })
}

/** A plan whose own changes meet cannot be carried out. */
function disentangled(plan: Plan | Unwritable | undefined): Plan | Unwritable | undefined {
  if (!plan || isUnwritable(plan)) return plan
  const meet = plan.edits.some((edit, at) => plan.edits.slice(at + 1).some((other) => overlaps(edit, other)))
  return meet ? { because: 'its changes meet each other' } : plan
}

function siteOf(finding: Judged, scene: Scene, entry: Entry, { work: { framework }, load, project }: JudgedHistory): RecipeSite {
  const { migration, up, down, position, course } = scene
  const walk = finding.direction === 'down' && down ? down : up
  const at: WriterSite = { migration, direction: walk.direction, entry, project, load }
  const write = (ask: (writer: Writer) => Change | Unwritable | undefined): Change | Unwritable =>
    (framework.writer && ask(framework.writer)) ?? { because: `Surefoot does not write this into ${framework.name} migrations` }
  return {
    dialect: course.dialect,
    version: course.version,
    framework: framework.name,
    convention: entry.convention,
    migration,
    walk,
    up,
    down,
    moment: momentOf(finding, walk),
    position,
    text: (where) => textOf(project, where),
    outsideTransaction: () => write((writer) => writer.outsideTransaction?.(at)),
    following: (content) => write((writer) => writer.following?.(at, content)),
    before: (statement, sql, session = 'same') => write((writer) => writer.before?.(at, statement, sql, session)),
    without: (statement) => write((writer) => writer.without?.(at, statement)),
    saying: (operation, wish) => write((writer) => writer.saying?.(at, operation, wish)),
    wayBack: (steps, place) => write((writer) => writer.wayBack?.(at, steps, place)),
    wrapped: (sql) => write((writer) => writer.wrapped?.(at, sql)),
    awaited: (call) => write((writer) => writer.awaited?.(at, call)),
    inTransaction: (operation) => write((writer) => writer.inTransaction?.(at, operation)),
  }
}

/** The operation that a finding points at, or else the first of the statement that it does. */
function momentOf({ span, statement }: Judged, { moments }: Walk): Moment | undefined {
  return (
    moments.find(({ operation }) => isSame(operation.span, span)) ??
    moments.find((moment) => isSame(moment.statement.span, span)) ??
    moments.find((moment) => isSame(moment.statement.span, statement))
  )
}

function isSame(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end
}

function textOf(project: Project, where: Span | string): string {
  const result = project.read(typeof where === 'string' ? where : where.file)
  if (!('text' in result)) return ''
  return typeof where === 'string' ? result.text : result.text.slice(where.start, where.end)
}
