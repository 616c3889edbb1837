import type { Column } from '../../../ir/column.ts'
import type { AlterColumnType, ModifyColumn } from '../../../ir/operation.ts'
import type { Table } from '../../../schema/table.ts'
import { atLeast } from '../../dialect.ts'
import { charsetIn, charsetOption, collationIn, collationOf, isText, normal, normalCollation } from '../encoding.ts'
import { type Route, routeOf } from '../type-change.ts'
import { isReferenced } from './columns.ts'
import {
  type At,
  columnAt,
  copy,
  counts,
  type Effort,
  hasGenerated,
  inPrimaryKey,
  instant,
  instantOrRebuild,
  isIndexed,
  manual,
  measured,
  metadataInPlace,
  nocopy,
  type Row,
  type Rows,
  rebuild,
  rowFormat,
  tableAt,
} from './row.ts'

/** In what a column that is stated anew differs from the one that is there. */
interface Change {
  readonly route: Route
  readonly charset: boolean
  /** It is converted to another character set, and no value needs other bytes for it. */
  readonly recoded: boolean
  readonly collation: boolean
  /** ENUM or SET: their labels are part of the type, and so is how they compare. */
  readonly labelled: boolean
  readonly inKey: boolean
  readonly nullability: 'same' | 'not null' | 'null'
  readonly moved: boolean
  readonly renamed: boolean
  readonly autoIncrement: 'same' | 'added' | 'removed'
  readonly generated: 'same' | 'virtual' | 'stored'
  readonly indexed: boolean
  readonly key: 'primaryKey' | 'unique' | undefined
  readonly check: boolean
}

/** The rows below ask about one operation after the other: only the last answer is kept. */
let last:
  | { readonly operation: ModifyColumn; readonly before: At['before']; readonly key: string; readonly change: Change | undefined }
  | undefined

/** undefined: the column or its type as it is now is not known. */
function changeOf(operation: ModifyColumn, at: At): Change | undefined {
  const key = `${at.flavour} ${at.version.join('.')}`
  if (last?.operation !== operation || last.before !== at.before || last.key !== key)
    last = { operation, before: at.before, key, change: compare(operation, at) }
  return last.change
}

function compare({ table, column, to, position }: ModifyColumn, at: At): Change | undefined {
  const state = tableAt(at, table)
  const from = columnAt(at, table, column)
  if (state === undefined || from?.type === undefined || to.type === undefined) return undefined
  const tableCharset = charsetOption(state.options)
  const before = charsetIn(from) ?? tableCharset
  const after = charsetIn(to) ?? tableCharset ?? before
  const recoded = isRecoded(before, after, to, state, at)
  const collations = [collationOf(from, state.options, at), collationOf(to, state.options, at)] as const
  const [was, is] = recoded ? collations.map((name) => name?.replace(/^utf8mb[34]_/, '')) : collations
  const key = to.constraints.find(({ kind }) => kind === 'primaryKey' || kind === 'unique')?.kind
  const pinned = inPrimaryKey(state, column, at)
  return {
    route: routeOf(from.type, to.type, at.version, at.flavour, { from: before, to: after }),
    charset: isText(to) && before !== undefined && after !== undefined && normal(before) !== normal(after),
    recoded,
    collation: isText(to) && recollated(was, is, collationIn(to)),
    labelled: to.type.labels !== undefined,
    inKey: pinned || clusters(state, column, at),
    nullability: pinned || from.nullable === to.nullable ? 'same' : to.nullable ? 'null' : 'not null',
    moved: position !== undefined && isMoved(column, position, [...state.columns.keys()], at),
    renamed: at.before.naming.fold(to.name, 'column') !== at.before.naming.fold(column, 'column'),
    autoIncrement: (from.autoIncrement ?? false) === (to.autoIncrement ?? false) ? 'same' : to.autoIncrement ? 'added' : 'removed',
    generated: generatedChange(from, to),
    indexed: isIndexed(state, column, at),
    key: key === 'primaryKey' || key === 'unique' ? key : undefined,
    check: to.constraints.some(({ kind }) => kind === 'check') && !from.constraints.some(({ kind }) => kind === 'check'),
  }
}

/**
 * Does MariaDB take the character set over without touching a row? Measured on 10.11.19; what older ones do for CHAR, TEXT and indexed columns
 * is not known.
 */
function isRecoded(before: string | undefined, after: string | undefined, to: Column, table: Table, at: At): boolean {
  if (at.flavour !== 'mariadb' || !atLeast(at.version, 10, 11) || before === undefined || after === undefined) return false
  if (normal(before) !== 'utf8mb3' || normal(after) !== 'utf8mb4' || to.type?.labels) return false
  if (/text$/.test(to.type?.name ?? '') && isIndexed(table, to.name, at)) return false
  return !(to.type?.name === 'char' && rowFormat(table) === 'REDUNDANT') && !hasGenerated(table, 'stored')
}

/** Without a primary key InnoDB stores the rows in the order of the first unique index without NULL. */
function clusters(table: Table, column: string, at: At): boolean {
  if (table.constraints.some(({ constraint }) => constraint.kind === 'primaryKey')) return false
  const fold = (name: string) => at.before.naming.fold(name, 'column')
  const first = table.indexes.find(
    (index) =>
      index.unique && index.keys.every((key) => key.column !== undefined && table.columns.get(fold(key.column))?.column.nullable === false),
  )
  return first?.keys.some((key) => key.column !== undefined && fold(key.column) === fold(column)) ?? false
}

/** Collations that nobody has to ask for on some server or other. */
const usualCollations = /^(?:utf8mb[34]_(?:general|unicode|unicode_520|0900_ai|uca1400_ai)_ci|latin1_swedish_ci)$/

/**
 * Does the collation change? Where the old one is not known, a usual one is taken for the server's default, and so for no change; where
 * the new one is not, one that was stated is taken to be lost. `written` is what the new definition states.
 */
function recollated(before: string | undefined, after: string | undefined, written: string | undefined): boolean {
  if (before !== undefined) return before !== after
  return written !== undefined && !usualCollations.test(normalCollation(written))
}

function isMoved(column: string, position: NonNullable<ModifyColumn['position']>, names: readonly string[], at: At): boolean {
  const index = names.indexOf(at.before.naming.fold(column, 'column'))
  if (position === 'first') return index !== 0
  return index < 1 || names[index - 1] !== at.before.naming.fold(position.after, 'column')
}

function generatedChange(from: Column, to: Column): Change['generated'] {
  if (from.generated === undefined && to.generated === undefined) return 'same'
  if (from.generated?.stored === to.generated?.stored && from.generated?.expression.sql === to.generated?.expression.sql) return 'same'
  return from.generated?.stored === false && to.generated?.stored === false ? 'virtual' : 'stored'
}

const where =
  (test: (change: Change, at: At, operation: ModifyColumn) => boolean) =>
  (operation: ModifyColumn, at: At): boolean => {
    const change = changeOf(operation, at)
    return change !== undefined && test(change, at, operation)
  }

/** Metadata only; the table has to be rebuilt when another clause rules INSTANT out and the column order changes. */
const movedInstantly: Effort = instantOrRebuild

/** From the dearest to the cheapest, so that the first row that matches is what the clause as a whole costs. */
const modifyColumn: readonly Row<ModifyColumn>[] = [
  {
    when: where((change) => change.generated === 'stored'),
    effort: copy,
    because: 'the stored values of the generated column are computed anew',
    cite: manual.mysql,
    proof: measured.mariadb,
  },
  {
    when: where((change) => change.route === 'copy'),
    effort: copy,
    because: 'the new type stores its values in another way',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: where((change) => change.charset && !change.recoded && (change.route !== 'widen' || change.indexed)),
    effort: copy,
    because: 'every value is converted to the new character set',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: where((change) => change.autoIncrement === 'added'),
    effort: copy,
    because: 'AUTO_INCREMENT is given to a column that did not have it',
    cite: manual.mysqlAlter,
  },
  {
    mysql: [8, 0, 16],
    when: where((change) => change.check),
    effort: copy,
    because: 'a CHECK on the column makes MySQL copy the table',
    cite: manual.mysqlAlter,
  },
  {
    when: where((change) => change.collation && change.labelled),
    effort: copy,
    because: 'an ENUM or SET with another collation is another type',
    cite: manual.mysqlAlter,
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    mariadb: [10, 0],
    when: where((change, _, { to }) => change.collation && (change.inKey || (change.indexed && /text$/.test(to.type?.name ?? '')))),
    effort: copy,
    because: 'rows that are stored in the order of the column, and indexed texts, are copied to change the collation',
    cite: manual.mariadb,
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    mysql: [9, 0],
    when: where((change) => change.collation && change.indexed),
    effort: copy,
    because: 'the order of an index on the column changes with its collation',
    cite: manual.mysqlAlter,
    proof: measured.mysql,
  },
  {
    mysql: [5, 7],
    when: where((change, at) => change.collation && !atLeast(at.version, 9, 0)),
    effort: copy,
    because: 'the collation changes',
    cite: manual.mysqlAlter,
  },
  {
    when: where((change) => change.key === 'primaryKey'),
    effort: rebuild,
    because: 'the rows are stored in the order of the new primary key',
    cite: manual.mysql,
  },
  {
    mariadb: [10, 0],
    when: where((change, at, { table }) => change.nullability === 'not null' && hasGenerated(tableAt(at, table), 'stored')),
    effort: copy,
    because: 'MariaDB copies a table with stored generated columns to put NOT NULL on a column',
    cite: manual.mariadbOverview,
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    when: where((change) => change.nullability === 'not null'),
    effort: rebuild,
    because: 'NOT NULL is put on a column that allowed NULL',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mariadb: [10, 3, 2],
    when: where((change, at, operation) => change.nullability === 'null' && rowFormat(tableAt(at, operation.table)) === 'REDUNDANT'),
    effort: instant,
    cite: manual.mariadb,
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    when: where((change) => change.nullability === 'null'),
    effort: rebuild,
    because: 'NOT NULL is taken from the column, also when MODIFY or CHANGE only leaves it out',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mysql: [5, 7],
    when: where((change) => change.moved),
    effort: rebuild,
    because: 'the column moves to another place in the row',
    cite: manual.mysql,
    proof: measured.mysql,
  },
  { mariadb: [10, 4], when: where((change) => change.moved), effort: movedInstantly, cite: manual.mariadb, proof: measured.mariadb },
  {
    when: where((change) => change.moved),
    effort: rebuild,
    because: 'the column moves to another place in the row',
    cite: manual.mariadbOverview,
  },
  { mysql: [5, 7], when: where((change) => change.key === 'unique'), effort: indexOnly('INPLACE'), cite: manual.mysql },
  { mariadb: [10, 0], when: where((change) => change.key === 'unique'), effort: indexOnly('NOCOPY'), cite: manual.mariadb },
  {
    mariadb: [10, 4],
    when: where((change) => change.collation && change.indexed),
    effort: { ...nocopy, scans: true, buildsIndex: true },
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  { mysql: [9, 0], when: where((change) => change.collation), effort: metadataInPlace, cite: manual.mysqlAlter, proof: measured.mysql },
  { mysql: [5, 7], when: where((change) => change.route === 'widen'), effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
  {
    mysql: [8, 0, 28],
    when: where((change, at, { table, column }) => change.renamed && isReferenced(table, column, at)),
    effort: metadataInPlace,
    cite: manual.mysql,
    proof: measured.mysql,
  },
  {
    mysql: [8, 0, 28],
    mariadb: [10, 3],
    when: where((change) => change.renamed),
    effort: instant,
    cite: manual.mysql,
    proof: measured.all,
  },
  { mysql: [5, 7], when: where((change) => change.renamed), effort: metadataInPlace, cite: manual.mysql57 },
  { mysql: [8, 0, 12], mariadb: [10, 3], when: where(() => true), effort: instant, cite: manual.mysql, proof: measured.all },
  { when: where(() => true), effort: metadataInPlace, cite: manual.mysql57 },
  { because: 'the column as it is now is not known', cite: manual.mysql },
]

function indexOnly(algorithm: 'INPLACE' | 'NOCOPY'): Effort {
  return { ...nocopy, algorithm, scans: true, buildsIndex: true }
}

const alterColumnType: readonly Row<AlterColumnType>[] = [
  {
    when: ({ table, column, type }, at) => {
      const from = columnAt(at, table, column)?.type
      return from !== undefined && routeOf(from, type, at.version, at.flavour) === 'copy'
    },
    effort: copy,
    because: 'the new type stores its values in another way',
    cite: manual.mysql,
    proof: measured.all,
  },
  { when: ({ table, column }, at) => columnAt(at, table, column)?.type !== undefined, effort: metadataInPlace, cite: manual.mysql },
  { because: 'the column as it is now is not known', cite: manual.mysql },
]

const nullabilityRows = [
  { effort: rebuild, because: 'the nullability of the column changes', cite: manual.mysql, proof: measured.all },
] as const satisfies readonly Row[]

/** What MODIFY of a column costs; undefined: not known. */
export function effortToModify(operation: ModifyColumn, at: At): Effort | undefined {
  return modifyColumn.find((row) => counts(row, at) && (row.when?.(operation, at) ?? true))?.effort
}

/** MODIFY and CHANGE COLUMN. */
export const columnType: Rows = { modifyColumn, alterColumnType, setNotNull: nullabilityRows, dropNotNull: nullabilityRows }
