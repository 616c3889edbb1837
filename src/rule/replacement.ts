import type { DataType } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import { columnsCopiedFrom, copiesOf as copiesIn } from '../schema/lookup.ts'
import { referrersOf } from '../schema/references.ts'
import { findTable, type Schema } from '../schema/schema.ts'
import { sourcesOf } from '../schema/sources.ts'
import type { Born, ColumnState, Table } from '../schema/table.ts'
import type { Moment, Site } from './site.ts'

type Asks = Pick<Site, 'sameName' | 'walk' | 'later'>

interface Replacement {
  readonly state: ColumnState
  readonly filled: Born
}

/** The columns of a table that were filled from another of its columns, or by what that said where none was, with the migration that filled them. */
export function replacementsOf(table: Table | undefined, column: string, at: Pick<Site, 'sameColumn'>): readonly Replacement[] {
  const computed: Replacement[] = []
  const decided: Replacement[] = []
  const has = (columns: readonly string[] | undefined) => columns?.some((source) => at.sameColumn(source, column)) === true
  for (const state of table?.columns.values() ?? []) {
    const { filled } = state
    if (filled === undefined || at.sameColumn(state.column.name, column)) continue
    if (has(state.filledFrom)) computed.push({ state, filled })
    else if (has(state.decidedBy)) decided.push({ state, filled })
  }
  return computed.length > 0 ? computed : decided
}

/** The column of another table that a column's values were copied into under the same name, and by which migration; the last one first. */
export function movedTo(
  table: Name,
  column: string,
  at: Pick<Site, 'before' | 'sameName' | 'sameColumn'>,
): { readonly table: Name; readonly born: Born } | undefined {
  let found: { table: Name; born: Born } | undefined
  // What every table has goes along with a row that is copied, and says nothing.
  const isCommon = commonColumns.test(column)
  for (const other of columnsCopiedFrom(at.before, table)) {
    if (at.sameName(other.name, table)) continue
    for (const state of other.columns.values()) {
      if (!state.copies || !at.sameColumn(state.column.name, column)) continue
      for (const { from, born, by } of state.copies) {
        if ((isCommon && by === 'insert') || !at.sameName(from, table)) continue
        if (found === undefined || born > found.born) found = { table: other.name, born }
      }
    }
  }
  return found
}

/** Tables that rows of this one were copied into. */
export function copiesOf(name: Name, at: Pick<Site, 'before' | 'sameName'>): readonly Table[] {
  return copiesIn(at.before, name).filter((table) => !at.sameName(table.name, name))
}

/** Is the table dropped only to be rebuilt: another one takes its name later in the script? The way of SQLite to alter a table. */
export function isRebuilt(name: Name, at: Asks): boolean {
  return at.later.some(
    ({ operation }) =>
      (operation.kind === 'renameTable' && at.sameName(operation.to, name) && !at.sameName(operation.table, name)) ||
      (operation.kind === 'createTable' && at.sameName(operation.table, name) && (operation.as !== undefined || isRefilled(name, at))),
  )
}

/** Are its rows put aside in another table, and put back? */
export function isRefilled(name: Name, at: Asks): boolean {
  const copies = at.walk.moments.flatMap(({ operation }) => {
    const query = operation.kind === 'insert' ? operation.query : operation.kind === 'createTable' ? operation.as : undefined
    return query && 'table' in operation && typeof operation.table === 'object' ? [{ into: operation.table, from: query.tables }] : []
  })
  return copies.some(
    ({ into, from }) =>
      from.some((source) => at.sameName(source, name)) &&
      copies.some((back) => at.sameName(back.into, name) && back.from.some((source) => at.sameName(source, into))),
  )
}

/** Does the name say that the table is a copy made to be thrown away? `old_` and `staging_` are names of live tables as often as not. */
export function isCheckpointName(name: Name): boolean {
  return /(^|_)(backup|bak|bkp|checkpoint|tmp|temp|temporary)(_|\d|$)|_copy\d*$/i.test(name.name)
}

/** Does a column's name say that it was set aside, as is done where the engine could long not drop one? `unused_seats` are seats. */
export function isSetAside(column: string): boolean {
  return /^_+(unused|obsolete|deprecated)(_|\d|$)/i.test(column)
}

/** Is it what a swap left behind: `events_old` beside the `events` that took its place? */
export function isSwappedOut(name: Name, at: Pick<Site, 'before'>): boolean {
  const base = /^(.+)_(?:old|prev|previous)$/i.exec(name.name)?.[1]
  return base !== undefined && findTable(at.before, { ...name, name: base }) !== undefined
}

/** Did this script give the table, or the column of it, the name that it has now? The old release knows another one. */
export function isRenamedHere(table: Name, column: string | undefined, at: Pick<Site, 'earlier' | 'sameName' | 'sameColumn'>): boolean {
  return at.earlier.some(({ operation }) => {
    if (column === undefined) return operation.kind === 'renameTable' && at.sameName(operation.to, table)
    if (operation.kind === 'renameColumn') return at.sameName(operation.table, table) && at.sameColumn(operation.to, column)
    if (operation.kind !== 'modifyColumn' || !at.sameName(operation.table, table)) return false
    return at.sameColumn(operation.to.name, column) && !at.sameColumn(operation.column, column)
  })
}

/** The column added in this script that a loop over rows fills with what it makes of this one: values computed outside, no copy of it. */
export function filledFromRows(table: Name, column: string, at: Pick<Site, 'walk' | 'sameName' | 'sameColumn'>): string | undefined {
  const added = at.walk.moments.flatMap(({ operation }) =>
    operation.kind === 'addColumn' && at.sameName(operation.table, table) ? [operation.column.name] : [],
  )
  for (const { operation } of at.walk.moments) {
    if (operation.kind !== 'update' || !at.sameName(operation.table, table)) continue
    const reads = operation.context?.loops?.some(
      ({ over, tables, columns }) =>
        over === 'rows' &&
        (tables === undefined || tables.some((name) => at.sameName(name, table))) &&
        (columns === undefined || columns.length === 0 || columns.some((read) => at.sameColumn(read, column))),
    )
    const filled = reads && added.find((name) => operation.set.some((assignment) => at.sameColumn(assignment.column, name)))
    if (filled) return filled
  }
  return undefined
}

/** Does one of these statements write a value into every row, or into those that got the engine's own? */
export function isFilledBy(moments: readonly Moment[], table: Name, column: string, at: Pick<Site, 'sameName' | 'sameColumn'>): boolean {
  return moments.some(
    ({ operation }) =>
      operation.kind === 'update' &&
      at.sameName(operation.table, table) &&
      operation.set.some((assignment) => at.sameColumn(assignment.column, column)) &&
      (operation.where?.columns ?? []).every((other) => at.sameColumn(other, column)),
  )
}

/** The added column that a dropped one became without its data: a rename that was generated as DROP and ADD. */
export function renamedByDropAndAdd(
  table: Name,
  column: string,
  at: Pick<Site, 'walk' | 'sameName' | 'sameColumn' | 'before' | 'declared'>,
): Moment | undefined {
  const here = at.walk.moments.filter(
    ({ operation }) => 'table' in operation && operation.table !== undefined && at.sameName(operation.table as Name, table),
  )
  const dropped = here.flatMap((moment) => (moment.operation.kind === 'dropColumn' ? [{ moment, name: moment.operation.column }] : []))
  const added = here.flatMap((moment) => (moment.operation.kind === 'addColumn' ? [{ moment, column: moment.operation.column }] : []))
  // Renames come in a few pairs; among many drops none can be told.
  if (dropped.length * added.length > 200) return undefined
  // An UPDATE by an object that only the running program knows may well fill the new one.
  const copied = here.some(
    ({ operation }) =>
      operation.kind === 'update' &&
      (operation.set.length === 0 ||
        operation.set.some((assignment) => sourcesOf(assignment, operation).some((source) => at.sameColumn(source, column)))),
  )
  // A column that the application still declares was not renamed in it; one that comes back under its name neither.
  if (
    copied ||
    filledFromRows(table, column, at) ||
    added.some(({ column: { name } }) => at.sameColumn(name, column)) ||
    at.declared(table, column)
  )
    return undefined
  const before = (name: string, moment: Moment) =>
    [...(findTable(moment.before, table)?.columns.values() ?? [])].find((state) => at.sameColumn(state.column.name, name))?.column
  const alike = (from: (typeof dropped)[number], to: (typeof added)[number]) => {
    if (pointElsewhere(table, from.name, to.column.name, at)) return false
    const was = before(from.name, from.moment)
    const similar = areSimilar(from.name, to.column.name)
    if (!was?.type) return similar
    // What is added first stands beside the old one, and is meant to.
    const alone = dropped.length === 1 && added.length === 1 && here.indexOf(from.moment) < here.indexOf(to.moment)
    const sameType = was.type.name === to.column.type?.name && was.type.array === to.column.type.array
    const sameRules = was.nullable === to.column.nullable && (was.default === undefined) === (to.column.default === undefined)
    return sameType && (similar || (alone && sameRules && !isFlag(was.type)))
  }
  const own = dropped.find(({ name }) => at.sameColumn(name, column))
  const taken = own && added.filter((to) => alike(own, to))
  const only = taken?.length === 1 ? taken[0]! : undefined
  return only && dropped.filter((from) => alike(from, only)).length === 1 ? only.moment : undefined
}

/** Does a foreign key of the new column lead to another table than that of the old one did: another thing's key? */
function pointElsewhere(table: Name, from: string, to: string, at: Pick<Site, 'walk' | 'sameName' | 'sameColumn'>): boolean {
  const { before, after, moments } = at.walk
  const targets = (schema: Schema, column: string) =>
    (findTable(schema, table)?.constraints ?? []).flatMap(({ constraint: { references, columns } }) =>
      references && columns.length === 1 && at.sameColumn(columns[0]!, column) ? [references.table] : [],
    )
  const isRenamed = (target: Name) =>
    moments.some(({ operation }) => operation.kind === 'renameTable' && at.sameName(operation.table, target))
  const [were, are] = [targets(before, from), targets(after, to)]
  return are.length > 0 && were.length > 0 && !were.some((old) => isRenamed(old) || are.some((target) => at.sameName(old, target)))
}

/** A column of yes and no: nearly all of them are declared alike, whatever they tell. */
function isFlag({ name, args, array }: DataType): boolean {
  return !array && (name === 'boolean' || name === 'tinyint' || (name === 'bit' && (args[0] ?? '1') === '1'))
}

/** Columns that nearly every table has: they make no two tables alike. */
const commonColumns = /^(?:id|uuid|(?:created|updated|deleted)_?(?:at|on|date)?)$/i

/**
 * The table that this script makes out of nearly the same columns as the one that it drops, and to which nobody copies its rows: a rename
 * that was generated as DROP and CREATE. Three columns at least are the same, and three in five of those that tell tables apart.
 */
export function recreatedAs(
  name: Name,
  at: Pick<Site, 'walk' | 'sameName' | 'sameColumn' | 'before' | 'table' | 'declared' | 'operation'>,
): Moment | undefined {
  const { state, known, fresh } = at.table(name)
  if (!state || !known || fresh || isCheckpointName(name) || at.declared(name)) return undefined
  const columns = [...state.columns.values()].map(({ column }) => column.name)
  const own = columns.filter((column) => !commonColumns.test(column))
  const made = at.walk.moments.filter(({ operation }) => operation.kind === 'createTable')
  const isDropped = (other: Name) =>
    at.walk.moments.some(({ operation }) => operation.kind === 'dropTable' && at.sameName(operation.table, other))
  // Many tables that come and go at once are no rename.
  if (own.length === 0 || columns.length > 200 || made.length > 20) return undefined
  const alike = made.filter(({ operation, before }) => {
    if (operation.kind !== 'createTable' || operation.temporary || operation.as || operation.like || operation.partitionOf) return false
    if (at.sameName(operation.table, name) || findTable(before, operation.table) || isDropped(operation.table)) return false
    const has = (column: string) => operation.columns.some((other) => at.sameColumn(other.name, column))
    const shared = own.filter(has).length
    return columns.filter(has).length >= 3 && shared >= 2 && shared >= 0.6 * own.length
  })
  if (made.some(({ operation }) => operation.kind === 'createTable' && at.sameName(operation.table, name))) return undefined
  const only = alike.length === 1 && alike[0]!.operation.kind === 'createTable' ? alike[0]! : undefined
  if (only?.operation.kind !== 'createTable') return undefined
  // A DROP that asks the table itself asks whether there is anything to lose.
  if (at.operation.context?.guards?.some(({ by, table }) => by === 'condition' && table && (table.dynamic || at.sameName(table, name))))
    return undefined
  const copy = findTable(at.walk.after, only.operation.table)
  return copy && copy.copyOf.length === 0 ? only : undefined
}

/** Are two names spelt alike: the same but for case and underscores, one within the other, or with half of their words in common? */
export function areSimilar(a: string, b: string): boolean {
  const bare = (name: string) => name.replaceAll('_', '').toLowerCase()
  const [shorter, longer] = a.length < b.length ? [bare(a), bare(b)] : [bare(b), bare(a)]
  if (shorter === longer || (shorter.length > 2 && longer.includes(shorter))) return true
  const words = (name: string) =>
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .split('_')
      .filter((word) => word.length > 2)
  const [own, others] = [words(a), words(b)]
  const common = own.filter((word) => others.includes(word)).length
  return common > 0 && 2 * common >= Math.min(own.length, others.length)
}

/** The tables with a foreign key to one of these; through those too when it cascades. */
export function referringTables(names: readonly Name[], at: Pick<Site, 'before' | 'sameName'>, deep: boolean): readonly Name[] {
  const found: Name[] = []
  const queue = [...names]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const target = next
    for (const table of referrersOf(at.before, target)) {
      if (at.sameName(table.name, target) || found.some((name) => at.sameName(name, table.name))) continue
      found.push(table.name)
      if (deep) queue.push(table.name)
    }
  }
  return found
}

/** Was the schema created by this very script? */
export function isSchemaBornHere(at: Pick<Site, 'earlier'>, name: string): boolean {
  return at.earlier.some(({ operation }) => operation.kind === 'createSchema' && operation.name.toLowerCase() === name.toLowerCase())
}

/** The columns that history shows to have a type: DROP TYPE … CASCADE drops them. Columns of tables that this migration made are left out. */
export function columnsOfType(
  type: Name,
  at: Pick<Site, 'before' | 'sameName' | 'table'>,
): readonly { readonly table: Name; readonly column: string }[] {
  const found: { table: Name; column: string }[] = []
  for (const table of at.before.tables.values()) {
    if (at.table(table.name).fresh) continue
    for (const { column } of table.columns.values()) {
      const own = column.type && { name: column.type.name, ...(column.type.schema === undefined ? {} : { schema: column.type.schema }) }
      if (own && at.sameName(own, type)) found.push({ table: table.name, column: column.name })
    }
  }
  return found
}
