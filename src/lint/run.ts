import type { Declared, Entry, ProjectFacts } from '../frameworks/framework.ts'
import type { Migration, Script } from '../ir/migration.ts'
import { type Name, showName } from '../ir/names.ts'
import type { OperationKind } from '../ir/operation.ts'
import { operationsOf } from '../ir/visit.ts'
import type { Message } from '../rule/define.ts'
import type { Profile } from '../rule/finding.ts'
import type { BaseSite, HistoryChanges, HistoryEntry, HistorySite, Moment, ReportOptions, Walk } from '../rule/site.ts'
import { emptySchema } from '../schema/edit.ts'
import { holdsOneRow } from '../schema/one-row.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { cover, encloses, type Span } from '../source/span.ts'
import { isSoAtEnd } from './at-end.ts'
import { callerOf } from './caller.ts'
import { WholeHistorySite } from './history-site.ts'
import { collapse, type Judged, relate } from './judged.ts'
import { type Listeners, listenersAmong } from './listeners.ts'
import { detailsOf, fill, helpOf, isAllowed, isSaid, severityOf, textOf } from './message.ts'
import { setsTimeout } from './session.ts'
import { OperationSite, type RuleSetting, type Scene, WholeMigrationSite, WholeScriptSite } from './site.ts'
import { bySize, showSize } from './size.ts'
import { walkBoth } from './told-by-down.ts'
import { advance, type Course } from './walk.ts'

export interface JudgeOptions {
  readonly rules: readonly RuleSetting[]
  readonly profile: Profile
  readonly down: 'rollback' | 'full'
  readonly declared: () => Declared | undefined
  readonly facts: () => ProjectFacts
  /** What the branch does to migrations of its base; undefined: not compared with one. */
  readonly changes: () => HistoryChanges | undefined
  /** Told of each migration when it has been judged. */
  readonly judged?: (scene: Scene) => void
}

/** Of a judged migration, what a finding about it needs that is made when the history has been replayed. */
interface Past {
  readonly migration: string
  readonly up: Pick<Script, 'span'> & { readonly statements: readonly Span[] }
  readonly down: Past['up'] | undefined
}

/** Where a replay stands between two migrations; plain data that may be kept. */
export interface Checkpoint {
  readonly schema: Schema
  readonly timeoutsSet: boolean
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
  /** By position; kept only for rules that judge the history as a whole. */
  readonly #past = new Map<Born, Past>()

  constructor(course: Course, options: JudgeOptions) {
    this.#course = course
    this.#options = options
    const { inUp, inDown } = listenersAmong(options.rules, course.dialect.name)
    this.#inUp = inUp
    this.#inDown = options.down === 'full' ? inUp : inDown
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
    const undo = this.#undo(position)
    const { up, down, after } = walkBoth(migration, this.#schema, { position, course: this.#course }, undo)
    this.#schema = after
    if (this.asksAtEnd) this.#past.set(position, { migration: migration.id, up: pastOf(up), down: down && pastOf(down) })
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
    if (down) this.#ask(this.#inDown, { ...scene, ...undo }, down)
    for (const setting of this.#inUp.migration) setting.rule.on.migration!(new WholeMigrationSite(scene, setting, up))
    this.#options.judged?.(scene)
  }

  /** Where the replay stands. */
  get checkpoint(): Checkpoint {
    return { schema: this.#schema, timeoutsSet: this.#timeoutsSet }
  }

  /** Goes on from where a replay of the same history stood, in place of passing the migrations before. */
  resume({ schema, timeoutsSet }: Checkpoint): void {
    this.#schema = schema
    this.#timeoutsSet = timeoutsSet
  }

  /**
   * All findings, each by itself, in the order in which they were made. `settle` says what becomes of each: undefined leaves it out.
   */
  finish(settle: (finding: Judged) => Judged | undefined = (finding) => finding): readonly Judged[] {
    if (this.asksAtEnd) this.#askAtEnd()
    const findings = this.#findings.flatMap((finding) => {
      if (finding.atEnd !== undefined && !isSoAtEnd(finding.atEnd, this.#schema)) return []
      return settle(finding) ?? []
    })
    return relate(findings)
  }

  /** The findings as people are told of them: what was said once too often is said once. */
  told(findings: readonly Judged[]): readonly Judged[] {
    return collapse(findings, this.#timeoutsSet)
  }

  /** Does a rule judge the history as a whole? Then it must be replayed to its end, past the last migration that is judged. */
  get asksAtEnd(): boolean {
    return this.#inUp.history.length > 0
  }

  /** Where scripts went on beyond what is judged of one, and with how many operations. */
  get unjudged(): readonly { readonly span: Span; readonly count: number }[] {
    return this.#unjudged
  }

  /** Judged in full, `down` is a deployment of its own, later than all that its `up` and the files shipped with it made. */
  #undo(position: Born): Pick<Scene, 'course' | 'position'> {
    if (this.#options.down !== 'full') return { course: this.#course, position }
    return { course: { ...this.#course, sameBatch: () => false }, position: position + 0.5 }
  }

  #askAtEnd(): void {
    const scene = {
      course: this.#course,
      profile: this.#options.profile,
      sameName: this.#sameName,
      sameColumn: this.#sameColumn,
      final: this.#schema,
      migrations: this.#course.load.history.entries.map((entry, position) => entryOf(entry, position, this.#past.has(position))),
      facts: this.#options.facts,
      changes: this.#options.changes,
      report: (setting: RuleSetting, ...[where, id, slots, options]: Parameters<HistorySite['report']>) => {
        const span = 'span' in where ? where.span : where
        const past = options.migration === 'whole' ? this.#newest(span) : this.#past.get(options.migration)
        if (past) this.#reportPast(past, setting, span, id, slots, options)
      },
    }
    for (const setting of this.#inUp.history) setting.rule.on.history!(new WholeHistorySite(scene, setting))
  }

  /** Under what a finding of the whole history is filed. */
  #newest(span: Span): Past {
    return { migration: this.#course.load.history.entries.at(-1)?.id ?? '', up: { span, statements: [] }, down: undefined }
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
      const interested = listeners.of(operation.kind)
      if (interested.length === 0) continue
      const site = new OperationSite(scene, interested[0]!.setting, walked, at)
      for (const { setting, hear } of interested) {
        site.turnTo(setting)
        // The handler's table is keyed by kind: the operation under a kind is of that kind.
        hear(operation as never, site)
      }
    }
    if (listeners.script.length === 0) return
    const site = new WholeScriptSite(scene, listeners.script[0]!.setting, walked)
    for (const { setting, hear } of listeners.script) {
      site.turnTo(setting)
      hear(site)
    }
  }

  #report(
    scene: Scene,
    setting: RuleSetting,
    walked: Walk,
    moment: Moment | undefined,
    ...[where, id, slots, options = {}]: Parameters<BaseSite['report']>
  ): void {
    if (moment && options.grows && (isEmpty(options.grows, moment, scene.position) || isSingle(options.grows, moment))) return
    const { onDevice } = setting.rule
    if (onDevice && scene.course.load.history.onDevice && !onDevice.includes(id)) return
    const said = this.#said(setting, id, slots, options)
    if (!said) return
    const span = 'span' in where ? where.span : where
    const direction = directionOf(span, scene, walked)
    const details = moment && detailsOf(moment.cost)
    const body = moment?.operation.context?.routine
    const from = body ? [{ message: `in the body of ${body.name}, which is called here`, span: body.span }] : []
    const { path } = scene.course.load.history.entries[scene.position] ?? {}
    const caller = callerOf(scene.migration, path, walkOf(direction, scene).moments, moment?.operation ?? where, span)
    this.#findings.push({
      ...said,
      related: [...caller, ...said.related, ...from],
      span,
      migration: scene.migration.id,
      direction,
      statement:
        moment && encloses(moment.statement.span, span)
          ? moment.statement.span
          : statementAt(span, walkOf(direction, scene), this.#lastStatement),
      ...(details ? { details } : {}),
    })
  }

  #reportPast(
    { migration, up, down }: Past,
    setting: RuleSetting,
    span: Span,
    ...[id, slots, options]: [id: string, slots: Slots, options: ReportOptions]
  ): void {
    const said = this.#said(setting, id, slots, options)
    if (!said) return
    const isUndo = down !== undefined && encloses(down.span, span) && !encloses(up.span, span)
    const outer = (isUndo ? down : up).statements.find(
      ({ file, start, end }) => file === span.file && start <= span.start && span.start <= end,
    )
    const direction = isUndo ? 'down' : 'up'
    this.#findings.push({ ...said, span, migration, direction, statement: outer ? cover(outer, span) : span })
  }

  /** What a rule's message says; undefined when the run's profile leaves it out. */
  #said(
    { rule, severity, options: { allow } }: RuleSetting,
    id: string,
    slots: Slots,
    options: ReportOptions,
  ): Omit<Judged, 'span' | 'migration' | 'direction' | 'statement'> | undefined {
    const message: Message = rule.messages[id]!
    if (!isSaid(message, severity, this.#options.profile)) return undefined
    if (rule.profile === 'style' && isAllowed(allow, slots)) return undefined
    const once = options.oncePerRun
    const own = options.severity ?? severityOf(message) ?? rule.severity
    const size = options.grows && this.#course.sizeOf?.(options.grows)
    const sized = size ? ` ${showName(options.grows!)} holds ${showSize(size)}.` : ''
    return {
      rule: rule.id,
      severity: severity ?? (size ? bySize(own, size) : own),
      messageId: id,
      message: fill(textOf(message), slots) + sized,
      help: fill(options.help ?? helpOf(message) ?? rule.instead, slots),
      evidence: options.evidence ?? 'read',
      related: options.related ?? [],
      ...(once === undefined ? {} : { once: { message: fill(textOf(rule.messages[once.message]!), slots), unless: once.unless } }),
      ...(options.atEnd === undefined ? {} : { atEnd: options.atEnd }),
    }
  }
}

/** Did the migration leave nothing in the table that could take time? What DELETE took out still goes into an index that is built over it. */
function isEmpty(table: Name, { before, operation }: Moment, position: Born): boolean {
  const emptied = findTable(before, table)?.emptied
  if (emptied?.born !== position) return false
  const builds =
    operation.kind === 'createIndex' ||
    (operation.kind === 'addConstraint' && ['primaryKey', 'unique', 'exclude'].includes(operation.constraint.kind))
  return emptied.by === 'truncate' || !builds
}

/** Can the table hold one row at most, before the step or from it on? A CHECK that says so fails at the second row that it meets. */
function isSingle(name: Name, { before, after }: Moment): boolean {
  return [before, after].some((schema) => {
    const table = findTable(schema, name)
    return table !== undefined && holdsOneRow(table, schema.naming)
  })
}

function entryOf({ id, path, exportName, convention, repeatable, overtakenBy }: Entry, position: Born, judged: boolean): HistoryEntry {
  return {
    id,
    path,
    position,
    judged,
    ...(exportName === undefined ? {} : { exportName }),
    ...(convention === undefined ? {} : { convention }),
    ...(repeatable ? { repeatable } : {}),
    ...(overtakenBy === undefined ? {} : { overtakenBy }),
  }
}

type Slots = Readonly<Record<string, string | number>>

function pastOf({ script, moments }: Walk): Past['up'] {
  return { span: script.span, statements: [...new Set(moments.map(({ statement }) => statement.span))] }
}

function directionOf(span: Span, scene: Scene, walked: Walk): 'up' | 'down' {
  if (walked.direction === 'down' || !scene.down) return walked.direction
  return encloses(scene.down.script.span, span) && !encloses(scene.up.script.span, span) ? 'down' : walked.direction
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
