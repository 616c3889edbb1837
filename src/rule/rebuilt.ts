import type { Column } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { findTable } from '../schema/schema.ts'
import type { Table } from '../schema/table.ts'
import { areSimilar } from './replacement.ts'
import type { Site } from './site.ts'

/** A table that another one takes the place of: SQLite’s way to alter it. */
export interface Rebuilt {
  readonly name: Name
  readonly made: Table
  /** The step that puts the new table in the place. */
  readonly operation: Operation
  /** What the old one was called to make room; undefined: it is dropped under its name. */
  readonly aside: Name | undefined
}

/** Tables that another one takes the place of: one that is renamed to it when it is dropped, or one that is made and filled where it was. */
export function rebuiltTables(at: Pick<Site, 'walk' | 'sameName'>): readonly Rebuilt[] {
  const { moments, after } = at.walk
  // Few steps rename, in a script of however many.
  const renames = moments.filter(({ operation }) => operation.kind === 'renameTable')
  const found = moments.flatMap(({ operation, index }): readonly Rebuilt[] => {
    if (operation.kind === 'renameTable') {
      const made = findTable(after, operation.to)
      return made?.complete && isDropped(operation.to, at) ? [{ name: operation.to, made, operation, aside: undefined }] : []
    }
    if (operation.kind !== 'createTable') return []
    const name = operation.table
    const made = findTable(after, name)
    const away = renames.find((earlier) => {
      const { operation: one } = earlier
      return earlier.index < index && one.kind === 'renameTable' && at.sameName(one.table, name)
    })?.operation
    if (away?.kind !== 'renameTable' || !made?.complete || !made.copyOf.some((from) => at.sameName(from, away.to))) return []
    return [{ name, made, operation, aside: away.to }]
  })
  // A table that is rebuilt several times ends as the last one made it.
  return found.filter(({ name }, i) => !found.slice(i + 1).some((later) => at.sameName(later.name, name)))
}

/** Was the old table dropped under its name? Renamed away, it keeps what stands on it. */
function isDropped(name: Name, { walk, sameName }: Pick<Site, 'walk' | 'sameName'>): boolean {
  return walk.moments.some(({ operation }) => operation.kind === 'dropTable' && sameName(operation.table, name))
}

/** A column that a table does not have any more when it was rebuilt. */
export interface LostColumn {
  /** The table, by the name that it has before and after. */
  readonly table: Name
  readonly column: string
  /** Something in the script reads the values, to put them elsewhere or to decide by them. */
  readonly read: boolean
  /** The new column that the values go to, or that is made by them, where that can be told. */
  readonly replacement: string | undefined
}

/**
 * The columns that a table loses by being rebuilt: another one takes its name without them. `name` is what is dropped: the table, or what it
 * was called to make room. Empty where either table is not known whole.
 */
export function lostByRebuild(
  name: Name,
  at: Pick<Site, 'walk' | 'earlier' | 'later' | 'sameName' | 'sameColumn' | 'table' | 'age'>,
): readonly LostColumn[] {
  const { state, known } = at.table(name)
  const aside = at.earlier.find(({ operation }) => operation.kind === 'renameTable' && at.sameName(operation.to, name))
  const table = aside?.operation.kind === 'renameTable' ? aside.operation.table : name
  const successor = findTable(at.walk.after, table)
  const takes = aside
    ? at.earlier.some(
        ({ operation, index }) => index > aside.index && operation.kind === 'createTable' && at.sameName(operation.table, table),
      )
    : at.later.some(({ operation }) => operation.kind === 'renameTable' && at.sameName(operation.to, table))
  if (!state || !known || !takes || !successor?.complete || successor.columns.size === 0) return []
  const reads = at.walk.moments.flatMap(({ operation, index }) => {
    const query = operation.kind === 'insert' ? operation.query : operation.kind === 'createTable' ? operation.as : undefined
    const isOf = (source: Name) => at.sameName(source, name) || (aside !== undefined && index < aside.index && at.sameName(source, table))
    if (!query?.tables.some(isOf)) return []
    const named = operation.kind === 'insert' && operation.columns.length > 0 ? operation.columns : undefined
    return [{ query, into: 'table' in operation && takesName(operation.table as Name, table, at) ? (named ?? 'all') : [] }]
  })
  // Where nothing is copied the rows are made anew, and whoever wrote that knows.
  if (reads.length === 0 || reads.some(({ query }) => query.star)) return []
  const kept = [...successor.columns.values()].map(({ column }) => column.name)
  const has = (columns: readonly string[], column: string) => columns.some((other) => at.sameColumn(other, column))
  const own = [...state.columns.values()].map(({ column }) => column.name)
  const made = kept.filter((column) => !has(own, column))
  return [...state.columns.values()].flatMap(({ column: { name: column, generated }, born }) => {
    if (has(kept, column) || generated || at.age(born) === 'this-migration') return []
    const read = reads.some(({ query }) => has(query.columns, column))
    const given = reads.flatMap(({ query, into }) =>
      (query.selected ?? []).flatMap((one, i) =>
        one !== null && at.sameColumn(one, column) ? ((into === 'all' ? kept : into)[i] ?? []) : [],
      ),
    )
    const to = given.find((one) => has(made, one)) ?? only(made) ?? only(made.filter((one) => areSimilar(one, column)))
    return [{ table, column, read, replacement: read ? to : undefined }]
  })
}

/** Is it the table of this name, or one that is given the name in this script? */
function takesName(table: Name, name: Name, at: Pick<Site, 'walk' | 'sameName'>): boolean {
  if (at.sameName(table, name)) return true
  return at.walk.moments.some(
    ({ operation }) => operation.kind === 'renameTable' && at.sameName(operation.table, table) && at.sameName(operation.to, name),
  )
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined
}

/** Does an INSERT fail that leaves the column out? A primary key may number itself. */
export function isRequired(column: Column, { constraints }: Table, at: Pick<Site, 'sameColumn'>): boolean {
  if (isGiven(column)) return false
  const isKey = [...column.constraints, ...constraints.map(({ constraint }) => constraint)].some(
    ({ kind, columns }) => kind === 'primaryKey' && (columns.length === 0 || columns.some((name) => at.sameColumn(name, column.name))),
  )
  return !isKey
}

/** May an INSERT leave the column out? */
export function isGiven(column: Column): boolean {
  const { nullable, generated, identity, serial, autoIncrement } = column
  return nullable || column.default !== undefined || Boolean(generated || identity || serial || autoIncrement)
}
