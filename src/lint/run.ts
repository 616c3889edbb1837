import type { Declared } from '../frameworks/framework.ts'
import type { Migration, Script } from '../ir/migration.ts'
import type { OperationKind } from '../ir/operation.ts'
import { operationsOf } from '../ir/visit.ts'
import type { Message } from '../rule/define.ts'
import type { Finding, Profile } from '../rule/finding.ts'
import type { BaseSite, Moment, ReportOptions, Walk } from '../rule/site.ts'
import { emptySchema } from '../schema/edit.ts'
import { findColumn, findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { cover, type Span } from '../source/span.ts'
import { fill, helpOf, severityOf, textOf } from './message.ts'
import { setsTimeout } from './session.ts'
import { OperationSite, type RuleSetting, type Scene, WholeMigrationSite, WholeScriptSite } from './site.ts'
import { advance, type Course, walk } from './walk.ts'

export interface JudgeOptions {
  readonly rules: readonly RuleSetting[]
  readonly profile: Profile
  readonly down: 'rollback' | 'full'
  readonly declared: () => Declared | undefined
}

/** A finding with what later steps need to know of it. */
export interface Judged extends Finding {
  /** The whole statement, for a suppression that stands above it. */
  readonly statement: Span
  readonly onceWithoutTimeouts: string | undefined
  readonly atEnd?: NonNullable<ReportOptions['atEnd']>
}

/** How many looks of one operation at another a script may cost: rules look around, and a script may be hostile. */
const looks = 200_000_000

/** What rules look around from; rows that are written and what is merely asked are as many as they like. */
const quiet: ReadonlySet<OperationKind> = new Set(['insert', 'select', 'setVariable', 'transaction', 'createTable', 'otherStatement'])

/** Judges one history, migration after migration, in order. */
export class Judge {
  readonly #course: Course
  readonly #options: JudgeOptions
  /** The rules that speak of this engine, with their options filled up, in `up` and in `down`. */
  readonly #inUp: Listeners
  readonly #inDown: Listeners
  readonly #sameName: Scene['sameName']
  readonly #sameColumn: Scene['sameColumn']
  #schema: Schema
  #timeoutsSet = false
  #findings: Judged[] = []
  readonly #lastStatement = { at: 0 }
  readonly #unjudged: { readonly span: Span; readonly count: number }[] = []

  constructor(course: Course, options: JudgeOptions) {
    this.#course = course
    this.#options = options
    const rules = options.rules
      .filter(({ rule }) => rule.dialects.includes(course.dialect.name))
      .map((setting) => ({ ...setting, options: { ...setting.rule.options, ...setting.options } }))
    this.#inUp = new Listeners(rules)
    this.#inDown = options.down === 'full' ? this.#inUp : new Listeners(rules.filter(({ rule }) => rule.inDown === 'speaks'))
    this.#schema = emptySchema(course.dialect)
    const { naming } = this.#schema
    this.#sameName = (a, b) => keyOf(naming, a) === keyOf(naming, b)
    this.#sameColumn = (a, b) => naming.fold(a, 'column') === naming.fold(b, 'column')
    this.#timeoutsSet = course.boundByRunner
  }

  /** Replays a migration without judging it. */
  pass(migration: Migration, position: Born): void {
    this.#note(migration.up)
    this.#schema = advance(migration.up, this.#schema, position, this.#course)
  }

  /** Replays and judges a migration. */
  judge(migration: Migration, position: Born): void {
    this.#note(migration.up)
    const up = walk(migration, 'up', this.#schema, position, this.#course)
    const down = migration.down ? walk(migration, 'down', up.after, position, this.#course) : undefined
    this.#schema = up.after
    const scene: Scene = {
      course: this.#course,
      migration,
      position,
      profile: this.#options.profile,
      up,
      down,
      declared: this.#options.declared,
      sameName: this.#sameName,
      sameColumn: this.#sameColumn,
      report: (...finding) => this.#report(scene, ...finding),
    }
    this.#ask(this.#inUp, scene, up)
    if (down) this.#ask(this.#inDown, scene, down)
    for (const setting of this.#inUp.migration) setting.rule.on.migration!(new WholeMigrationSite(scene, setting, up))
  }

  /** All findings, in the order in which they were made; what was said once too often is said once. */
  finish(): readonly Judged[] {
    const findings = this.#findings.filter(({ atEnd }) => atEnd === undefined || this.#ends(atEnd))
    return relate(this.#timeoutsSet ? findings : collapse(findings))
  }

  /** Is what a finding depends on so, now that the last migration has been replayed? */
  #ends({ table, column, is }: NonNullable<ReportOptions['atEnd']>): boolean {
    const found = column === undefined ? findTable(this.#schema, table) : findColumn(this.#schema, table, column)
    return (found !== undefined) === (is === 'there')
  }

  /** Where scripts went on beyond what is judged of one, and with how many operations. */
  get unjudged(): readonly { readonly span: Span; readonly count: number }[] {
    return this.#unjudged
  }

  #note(script: Script): void {
    if (this.#timeoutsSet) return
    for (const { operation } of operationsOf(script)) if (setsTimeout(operation)) this.#timeoutsSet = true
  }

  #ask(listeners: Listeners, scene: Scene, walked: Walk): void {
    let left = Math.ceil(looks / walked.moments.length)
    for (let at = 0; at < walked.moments.length; at++) {
      const { operation } = walked.moments[at]!
      if (!quiet.has(operation.kind) && left-- <= 0) {
        this.#unjudged.push({ span: operation.span, count: walked.moments.length - at })
        break
      }
      for (const setting of listeners.of(operation.kind)) {
        const { on } = setting.rule
        const site = new OperationSite(scene, setting, walked, at)
        // The handler's table is keyed by kind: the operation under a kind is of that kind.
        on[operation.kind]?.(operation as never, site)
        on.every?.(operation as never, site)
      }
    }
    for (const setting of listeners.script) setting.rule.on.script!(new WholeScriptSite(scene, setting, walked))
  }

  #report(
    scene: Scene,
    { rule, severity }: RuleSetting,
    walked: Walk,
    moment: Moment | undefined,
    ...[where, id, slots, options = {}]: Parameters<BaseSite['report']>
  ): void {
    const message: Message = rule.messages[id]!
    const span = 'span' in where ? where.span : where
    const direction = directionOf(span, scene, walked)
    this.#findings.push({
      rule: rule.id,
      severity: severity ?? options.severity ?? severityOf(message) ?? rule.severity,
      message: fill(textOf(message), slots),
      help: fill(options.help ?? helpOf(message) ?? rule.instead, slots),
      span,
      migration: scene.migration.id,
      direction,
      evidence: options.evidence ?? 'read',
      related: options.related ?? [],
      statement:
        moment && contains(moment.statement.span, span)
          ? moment.statement.span
          : statementAt(span, walkOf(direction, scene), this.#lastStatement),
      onceWithoutTimeouts:
        options.onceWithoutTimeouts === undefined ? undefined : fill(textOf(rule.messages[options.onceWithoutTimeouts]!), slots),
      ...(options.atEnd === undefined ? {} : { atEnd: options.atEnd }),
    })
  }
}

/** Which rules want to hear of what. */
class Listeners {
  readonly #rules: readonly RuleSetting[]
  readonly #byKind = new Map<OperationKind, readonly RuleSetting[]>()
  readonly script: readonly RuleSetting[]
  readonly migration: readonly RuleSetting[]

  constructor(rules: readonly RuleSetting[]) {
    this.#rules = rules
    this.script = rules.filter(({ rule }) => rule.on.script)
    this.migration = rules.filter(({ rule }) => rule.on.migration)
  }

  of(kind: OperationKind): readonly RuleSetting[] {
    let found = this.#byKind.get(kind)
    if (!found) {
      found = this.#rules.filter(({ rule }) => rule.on[kind] || rule.on.every)
      this.#byKind.set(kind, found)
    }
    return found
  }
}

function directionOf(span: Span, scene: Scene, walked: Walk): 'up' | 'down' {
  if (walked.direction === 'down' || !scene.down) return walked.direction
  return contains(scene.down.script.span, span) && !contains(scene.up.script.span, span) ? 'down' : walked.direction
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end
}

function walkOf(direction: 'up' | 'down', { up, down }: Scene): Walk {
  return direction === 'down' && down ? down : up
}

/** The statement that a place is in. A script's findings come in its order: it is looked for from where the last one was. */
function statementAt(span: Span, { moments }: Walk, from: { at: number }): Span {
  for (let step = 0; step < moments.length; step++) {
    const at = (from.at + step) % moments.length
    const outer = moments[at]!.statement.span
    if (outer.file !== span.file || outer.start > span.start || span.start > outer.end) continue
    from.at = at
    return cover(outer, span)
  }
  return span
}

function collapse(findings: readonly Judged[]): Judged[] {
  const counts = new Map<string, number>()
  for (const finding of findings) {
    if (finding.onceWithoutTimeouts !== undefined) counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1)
  }
  const said = new Set<string>()
  return findings.flatMap((finding) => {
    const count = counts.get(finding.rule) ?? 0
    if (finding.onceWithoutTimeouts === undefined || count < 2) return [finding]
    if (said.has(finding.rule)) return []
    said.add(finding.rule)
    return [{ ...finding, message: fill(finding.onceWithoutTimeouts, { count }) }]
  })
}

/** Findings of different rules about the same words name each other; one that is said once a run is about no statement in particular. */
function relate(findings: readonly Judged[]): readonly Judged[] {
  const byPlace = new Map<string, Judged[]>()
  for (const finding of findings) {
    if (finding.onceWithoutTimeouts !== undefined) continue
    const place = `${finding.span.file}:${finding.span.start}:${finding.span.end}`
    const there = byPlace.get(place)
    if (there) there.push(finding)
    else byPlace.set(place, [finding])
  }
  return findings.map((finding) => {
    if (finding.onceWithoutTimeouts !== undefined) return finding
    const there = byPlace.get(`${finding.span.file}:${finding.span.start}:${finding.span.end}`)!
    if (there.length < 2) return finding
    const others = there.filter((other) => other.rule !== finding.rule)
    return { ...finding, related: [...finding.related, ...others.map(({ message, span, rule }) => ({ message, span, rule }))] }
  })
}
