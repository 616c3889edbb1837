import { atLeast, type TypeChange } from '../dialects/dialect.ts'
import type { Declared } from '../frameworks/framework.ts'
import type { DataType, Expression } from '../ir/column.ts'
import type { Migration } from '../ir/migration.ts'
import type { Name } from '../ir/names.ts'
import type { Profile } from '../rule/finding.ts'
import type { BaseSite, MigrationSite, Moment, ScriptSite, Site, TableView, Walk } from '../rule/site.ts'
import { findIndex, ownerOf } from '../schema/apply-index.ts'
import { diff } from '../schema/diff.ts'
import { findColumn, findFunction, findTable, findType, keyOf } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { ageOf, indexesLeading, provesNotNull, viewTable } from './table-view.ts'
import type { Course } from './walk.ts'

type Report = BaseSite['report']

/** What the sites of one migration share. */
export interface Scene {
  readonly course: Course
  readonly migration: Migration
  readonly position: Born
  readonly profile: Profile
  readonly up: Walk
  readonly down: Walk | undefined
  readonly declared: () => Declared | undefined
}

function baseSite(scene: Scene, options: unknown, report: Report): BaseSite {
  const { course, position } = scene
  const { naming } = scene.up.before
  return {
    dialect: course.dialect.name,
    version: course.version,
    atLeast: (...version) => atLeast(course.version, ...version),
    framework: course.framework.name,
    profile: scene.profile,
    options,
    migration: scene.migration,
    position,
    age: (born) => ageOf(born, position, course.sameBatch),
    sameName: (a, b) => keyOf(naming, a) === keyOf(naming, b),
    sameColumn: (a, b) => naming.fold(a, 'column') === naming.fold(b, 'column'),
    declared: (table, column) => declaredIn(scene, table, column),
    report,
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
export function siteOf(scene: Scene, walk: Walk, at: number, options: unknown, report: Report): Site {
  const moment = walk.moments[at]!
  const { course, position } = scene
  const { before } = moment
  const site: Site = {
    ...baseSite(scene, options, report),
    ...moment,
    direction: walk.direction,
    walk,
    up: scene.up,
    get earlier() {
      return walk.moments.slice(0, at)
    },
    get later() {
      return walk.moments.slice(at + 1)
    },
    table: (name) => viewTable(before, name, position, course.sameBatch),
    column: (table, column) => findColumn(before, table, column),
    type: (name) => findType(before, name),
    indexesLeading: (name, columns) => {
      const table = findTable(before, name)
      return table ? indexesLeading(before, table, columns) : []
    },
    indexOwner: (index) => {
      const owner = ownerOf(before, index.name, index.table)
      if (!owner) return index.table ? { table: viewTable(before, index.table, position, course.sameBatch), index: undefined } : undefined
      return {
        table: viewTable(before, owner.name, position, course.sameBatch),
        index: findIndex(before, owner, index.name, index.columns),
      }
    },
    volatility: (expression) => volatilityOf(expression, moment, course),
    typeChange: (from: DataType, to: DataType): TypeChange => course.dialect.typeChange(from, to, before, course.version),
    missingType: (type) => course.dialect.missingType(type, before, course.version),
    notNullCheck: (name, column) => {
      const table = findTable(before, name)
      for (const state of table?.constraints ?? []) {
        const sql = state.constraint.kind === 'check' ? state.constraint.expression?.sql : undefined
        if (sql === undefined || !provesNotNull(sql, column)) continue
        return { validated: state.validated, validatedHere: state.validatedIn?.transaction === moment.transaction.key }
      }
      return undefined
    },
  }
  return site
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
export function scriptSiteOf(scene: Scene, walk: Walk, options: unknown, report: Report): ScriptSite {
  return {
    ...baseSite(scene, options, report),
    direction: walk.direction,
    walk,
    up: scene.up,
    table: tableAt(scene),
    indexesAfter: (name, columns) => {
      const table = findTable(walk.after, name)
      return table ? indexesLeading(walk.after, table, columns) : []
    },
  }
}

/** The site of a whole migration. */
export function migrationSiteOf(scene: Scene, options: unknown, report: Report): MigrationSite {
  const leftover = scene.down ? diff(scene.up.before, scene.down.after) : []
  return { ...baseSite(scene, options, report), up: scene.up, down: scene.down, leftover, table: tableAt(scene) }
}

function tableAt(scene: Scene): (name: Name, moment: Moment) => TableView {
  return (name, moment) => viewTable(moment.before, name, scene.position, scene.course.sameBatch)
}
