import type { Declared } from '../frameworks/framework.ts'
import type { Migration, Script } from '../ir/migration.ts'
import { operationsOf } from '../ir/visit.ts'
import type { Message, Rule } from '../rule/define.ts'
import type { Finding, Profile, Severity } from '../rule/finding.ts'
import type { BaseSite, ReportOptions, Walk } from '../rule/site.ts'
import { emptySchema } from '../schema/edit.ts'
import { findColumn, findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { cover, type Span } from '../source/span.ts'
import { fill, helpOf, severityOf, textOf } from './message.ts'
import { setsTimeout } from './session.ts'
import { OperationSite, type Scene, WholeMigrationSite, WholeScriptSite } from './site.ts'
import { advance, type Course, walk } from './walk.ts'

/** How one rule is to be judged: the profile's choice, changed by configuration and flags. */
export interface RuleSetting {
  readonly rule: Rule
  /** undefined: the rule's own severity, message by message. */
  readonly severity: Severity | undefined
  readonly options: Readonly<Record<string, unknown>>
}

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

/** Judges one history, migration after migration, in order. */
export class Judge {
  readonly #course: Course
  readonly #options: JudgeOptions
  /** The rules that speak of this engine, with their options filled up. */
  readonly #rules: readonly RuleSetting[]
  readonly #sameName: Scene['sameName']
  readonly #sameColumn: Scene['sameColumn']
  #schema: Schema
  #timeoutsSet = false
  #findings: Judged[] = []

  constructor(course: Course, options: JudgeOptions) {
    this.#course = course
    this.#options = options
    this.#rules = options.rules
      .filter(({ rule }) => rule.dialects.includes(course.dialect.name))
      .map((setting) => ({ ...setting, options: { ...setting.rule.options, ...setting.options } }))
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
    }
    for (const setting of this.#rules) this.#dispatch(setting, scene)
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

  #note(script: Script): void {
    if (this.#timeoutsSet) return
    for (const { operation } of operationsOf(script)) if (setsTimeout(operation)) this.#timeoutsSet = true
  }

  #dispatch(setting: RuleSetting, scene: Scene): void {
    const { rule, options } = setting
    this.#walk(setting, scene, scene.up)
    if (scene.down && (rule.inDown === 'speaks' || this.#options.down === 'full')) this.#walk(setting, scene, scene.down)
    const { migration } = rule.on
    if (migration) migration(new WholeMigrationSite(scene, { options, report: this.#reporter(setting, scene, scene.up) }))
  }

  #walk(setting: RuleSetting, scene: Scene, walked: Walk): void {
    const { on } = setting.rule
    const { every, script } = on
    const asking = { options: setting.options, report: this.#reporter(setting, scene, walked) }
    for (let at = 0; at < walked.moments.length; at++) {
      const { operation } = walked.moments[at]!
      const handler = on[operation.kind]
      if (!handler && !every) continue
      const site = new OperationSite(scene, asking, walked, at)
      // The handler's table is keyed by kind: the operation under a kind is of that kind.
      handler?.(operation as never, site)
      every?.(operation as never, site)
    }
    script?.(new WholeScriptSite(scene, asking, walked))
  }

  #reporter({ rule, severity }: RuleSetting, scene: Scene, walked: Walk): BaseSite['report'] {
    return (where, id, slots, options = {}) => {
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
        statement: statementAt(span, direction === 'down' && scene.down ? scene.down : scene.up),
        onceWithoutTimeouts:
          options.onceWithoutTimeouts === undefined ? undefined : fill(textOf(rule.messages[options.onceWithoutTimeouts]!), slots),
        ...(options.atEnd === undefined ? {} : { atEnd: options.atEnd }),
      })
    }
  }
}

function directionOf(span: Span, scene: Scene, walked: Walk): 'up' | 'down' {
  const inside = (outer: Span) => outer.file === span.file && outer.start <= span.start && span.end <= outer.end
  if (walked.direction === 'down' || !scene.down) return walked.direction
  return inside(scene.down.script.span) && !inside(scene.up.script.span) ? 'down' : walked.direction
}

function statementAt(span: Span, walked: Walk): Span {
  for (const { statement } of walked.moments) {
    const outer = statement.span
    if (outer.file === span.file && outer.start <= span.start && span.start <= outer.end) return cover(outer, span)
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
