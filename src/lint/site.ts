import { atLeast, type TypeChange } from '../dialects/dialect.ts'
import type { Declared } from '../frameworks/framework.ts'
import type { DataType, Expression } from '../ir/column.ts'
import type { Migration } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import type { Rule } from '../rule/define.ts'
import type { Profile, Severity } from '../rule/finding.ts'
import type { Age, BaseSite, MigrationSite, Moment, ScriptSite, Site, TableView, Walk } from '../rule/site.ts'
import { findIndex, ownerOf } from '../schema/apply-index.ts'
import { type Difference, diff } from '../schema/diff.ts'
import { findColumn, findFunction, findTable, findType, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { provesNotNull } from '../sql/not-null-proof.ts'
import { isSaid } from './message.ts'
import { ageOf, indexesLeading, viewTable } from './table-view.ts'
import { type Course, walk } from './walk.ts'

/** What the sites of one migration share. */
export interface Scene {
  readonly course: Course
  readonly migration: Migration
  readonly position: Born
  readonly profile: Profile
  readonly up: Walk
  readonly down: Walk | undefined
  readonly declared: () => Declared | undefined
  readonly sameName: (a: Name, b: Name) => boolean
  readonly sameColumn: (a: string, b: string) => boolean
  /** Takes a finding of a rule that was made while `walk`, and of it `moment`, was looked at. */
  readonly report: (setting: RuleSetting, walk: Walk, moment: Moment | undefined, ...finding: Parameters<BaseSite['report']>) => void
}

/** How one rule is to be judged: the profile's choice, changed by configuration and flags. */
export interface RuleSetting {
  readonly rule: Rule
  /** undefined: the rule's own severity, message by message. */
  readonly severity: Severity | undefined
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * One site serves all rules that look at an operation or script, one after the other: `setting` says whose turn it is. A site for each rule
 * would be made by the hundred thousand. Methods stand on the prototype, and hold nothing.
 */
class BaseSiteOf implements BaseSite {
  protected readonly scene: Scene
  protected setting: RuleSetting
  readonly walk: Walk

  constructor(scene: Scene, setting: RuleSetting, walk: Walk) {
    this.scene = scene
    this.setting = setting
    this.walk = walk
  }

  /** Gives the site to the next rule. */
  turnTo(setting: RuleSetting): void {
    this.setting = setting
  }

  get options() {
    return this.setting.options
  }
  report(...finding: Parameters<BaseSite['report']>): void {
    this.scene.report(this.setting, this.walk, undefined, ...finding)
  }

  get dialect() {
    return this.scene.course.dialect.name
  }
  get version() {
    return this.scene.course.version
  }
  get framework() {
    return this.scene.course.framework.name
  }
  get profile() {
    return this.scene.profile
  }
  get migration() {
    return this.scene.migration
  }
  get position() {
    return this.scene.position
  }
  get migrations() {
    return this.scene.course.load.history.entries.length
  }
  get up() {
    return this.scene.up
  }

  atLeast(...version: number[]): boolean {
    return atLeast(this.version, ...version)
  }
  age(born: Born): Age {
    return ageOf(born, this.position, this.scene.course.sameBatch)
  }
  /** This and the next are handed on as functions, and need no `this`. */
  get sameName() {
    return this.scene.sameName
  }
  get sameColumn() {
    return this.scene.sameColumn
  }
  declared(table: Name, column?: string) {
    return declaredIn(this.scene, table, column)
  }
  modelsIn(file: string): readonly string[] {
    const folder = /^(.*\/)?index\.\w+$/.exec(file)?.[1]
    const isThere = (path: string) => path === file || (folder !== undefined && path.startsWith(folder))
    return [...(this.scene.declared()?.tables.values() ?? [])].flatMap((one) => (isThere(one.file) ? [one.model] : []))
  }
  says(message: string): boolean {
    return isSaid(this.setting.rule.messages[message]!, this.setting.severity, this.scene.profile)
  }
  protected viewAt(schema: Schema, name: Name): TableView {
    return viewTable(schema, name, this.position, this.scene.course)
  }
}

function declaredIn(scene: Scene, table: Name, column: string | undefined) {
  const declared = scene.declared()
  if (!declared) return undefined
  const { naming } = scene.up.before
  const key = keyOf(naming, table)
  for (const [name, entry] of declared.tables) {
    const dot = name.indexOf('.')
    const parsed: Name = dot < 0 ? { name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) }
    if (keyOf(naming, parsed) !== key && naming.fold(name, 'table') !== naming.fold(table.name, 'table')) continue
    if (column === undefined) return { file: entry.file, model: entry.model }
    const wanted = naming.fold(column, 'column')
    for (const candidate of entry.columns ?? []) {
      if (naming.fold(candidate, 'column') === wanted) return { file: entry.file, model: entry.model }
    }
  }
  return undefined
}

/** The site of one operation. */
export class OperationSite extends BaseSiteOf implements Site {
  readonly #at: number
  readonly #moment: Moment

  constructor(scene: Scene, setting: RuleSetting, walk: Walk, at: number) {
    super(scene, setting, walk)
    this.#at = at
    this.#moment = walk.moments[at]!
  }

  override report(...finding: Parameters<BaseSite['report']>): void {
    this.scene.report(this.setting, this.walk, this.#moment, ...finding)
  }
  get operation() {
    return this.#moment.operation
  }
  get statement() {
    return this.#moment.statement
  }
  get index() {
    return this.#moment.index
  }
  get before() {
    return this.#moment.before
  }
  get after() {
    return this.#moment.after
  }
  get cost() {
    return this.#moment.cost
  }
  get transaction() {
    return this.#moment.transaction
  }
  get session() {
    return this.#moment.session
  }
  get conflict() {
    return this.#moment.conflict
  }
  get direction() {
    return this.walk.direction
  }
  get earlier() {
    return this.walk.moments.slice(0, this.#at)
  }
  get later() {
    return this.walk.moments.slice(this.#at + 1)
  }

  table(name: Name): TableView {
    return this.viewAt(this.before, name)
  }
  column(table: Name, column: string) {
    return findColumn(this.before, table, column)
  }
  type(name: Name) {
    return findType(this.before, name)
  }
  indexesLeading(name: Name, columns: readonly string[]) {
    const table = findTable(this.before, name)
    return table ? indexesLeading(this.before, table, columns) : []
  }
  indexOwner(index: { readonly name: Name; readonly table?: Name; readonly columns?: readonly string[] }) {
    const owner = ownerOf(this.before, index.name, index.table)
    if (!owner) return index.table ? { table: this.table(index.table), index: undefined } : undefined
    return { table: this.table(owner.name), index: findIndex(this.before, owner, index.name, index.columns) }
  }
  volatility(expression: Expression) {
    return volatilityOf(expression, this.#moment, this.scene.course)
  }
  typeChange(from: DataType, to: DataType, at?: { readonly table: Name; readonly column: string }): TypeChange {
    return this.scene.course.dialect.typeChange(from, to, this.before, this.version, at)
  }
  encodingChange(name: Name, column: string, now = column) {
    const [was, is] = [findTable(this.before, name), findTable(this.after, name)]
    const [from, to] = [this.column(name, column)?.column, findColumn(this.after, name, now)?.column]
    return was && is && from && to ? this.scene.course.dialect.encodingChange(from, was.options, to, is.options) : undefined
  }
  refusals() {
    const { operation, before, after, session } = this.#moment
    return this.scene.course.dialect.refusals(operation, before, after, this.version, session.settings)
  }
  missingType(type: DataType) {
    return this.scene.course.dialect.missingType(type, this.before, this.version)
  }
  costWithout(actions: readonly string[]) {
    const { statement, operation, before, session } = this.#moment
    const operations = statement.operations.filter((one) => one.kind !== 'alterTable' || !actions.includes(one.action))
    const asked = operations.includes(operation) ? operation : operations[0]
    if (asked === undefined || operations.length === statement.operations.length) return this.cost
    const { dialect, version } = this.scene.course
    return dialect.cost(asked, { ...statement, operations }, before, version, session.settings)
  }
  notNullCheck(name: Name, column: string) {
    const table = findTable(this.before, name)
    for (const state of table?.constraints ?? []) {
      const { name: own, kind, enforced, expression } = state.constraint
      const sql = kind === 'check' && enforced !== false ? expression?.sql : undefined
      if (sql === undefined || !provesNotNull(sql, column)) continue
      return { name: own, validated: state.validated }
    }
    return undefined
  }
}

const worst = ['constant', 'stable', 'unknown', 'volatile'] as const

function volatilityOf(expression: Expression, moment: Moment, course: Course): (typeof worst)[number] {
  let found = 0
  for (const name of expression.functions) {
    const own = findFunction(moment.before, nameOf(name))
    let volatility: (typeof worst)[number]
    if (own) volatility = own.constant ? 'constant' : own.volatility === 'immutable' ? 'constant' : own.volatility
    else {
      const shipped = course.dialect.volatility(name)
      volatility = shipped === undefined ? 'unknown' : shipped === 'immutable' ? 'constant' : shipped
    }
    found = Math.max(found, worst.indexOf(volatility))
  }
  return worst[found]!
}

function nameOf(text: string): Name {
  const dot = text.indexOf('.')
  return dot < 0 ? { name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) }
}

/** The site of a whole script. */
export class WholeScriptSite extends BaseSiteOf implements ScriptSite {
  get direction() {
    return this.walk.direction
  }
  table(name: Name, moment: Moment): TableView {
    return this.viewAt(moment.before, name)
  }
  typeChange(from: DataType, to: DataType, before: Schema): TypeChange {
    return this.scene.course.dialect.typeChange(from, to, before, this.scene.course.version)
  }
  indexesAfter(name: Name, columns: readonly string[]) {
    const table = findTable(this.walk.after, name)
    return table ? indexesLeading(this.walk.after, table, columns) : []
  }
}

/** The site of a whole migration. */
export class WholeMigrationSite extends BaseSiteOf implements MigrationSite {
  get down() {
    return this.scene.down
  }
  get leftover() {
    return leftoverOf(this.scene)
  }
  get redo() {
    return redoOf(this.scene)
  }
  table(name: Name, moment: Moment): TableView {
    return this.viewAt(moment.before, name)
  }
}

const leftovers = new WeakMap<Scene, readonly Difference[]>()

/** Asked by several rules of one migration, and worked out for the first of them. */
function leftoverOf(scene: Scene): readonly Difference[] {
  let found = leftovers.get(scene)
  if (!found) {
    found = scene.down ? diff(scene.up.before, scene.down.after) : []
    leftovers.set(scene, found)
  }
  return found
}

const redone = new WeakMap<Scene, Walk>()

/** `up` again, from where `down` leaves the database; walked for the first that asks. */
function redoOf(scene: Scene): Walk | undefined {
  const { migration, position, course, down } = scene
  if (!down) return undefined
  let found = redone.get(scene)
  if (!found) {
    found = walk(migration, 'up', down.after, position, course)
    redone.set(scene, found)
  }
  return found
}
