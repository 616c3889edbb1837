import type { Column, Expression } from '../../../ir/column.ts'
import type { AddColumn, DropColumn, RenameColumn } from '../../../ir/operation.ts'
import { referrersOf } from '../../../schema/references.ts'
import { keyOf } from '../../../schema/schema.ts'
import { addsPrimaryKey, hasOtherKey, isPrimaryKey } from './primary-key.ts'
import {
  type At,
  columnAt,
  copy,
  hasGenerated,
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
  rebuildShared,
  tableAt,
} from './row.ts'

const nowNames = new Set(['current_timestamp', 'now', 'localtime', 'localtimestamp'])
const literalPattern = /^\s*(?:[+-]?[\d.]|'|"|_\w+\s*'|[nxb]'|(?:null|true|false|date|time|timestamp)\b(?!\s*\())/i

/**
 * A DEFAULT that every version takes: a literal, or the current timestamp. Anything else is an expression default (8.0.13, MariaDB 10.2), and so
 * is what stands in parentheses, be it `(now())` or `(5)`.
 */
function isPlainDefault(value: Expression | undefined): boolean {
  if (value === undefined || value.isNull) return true
  if (value.sql.trimStart().startsWith('(')) return false
  if (value.functions.length > 0) return value.functions.every((name) => nowNames.has(name.toLowerCase())) && value.columns.length === 0
  return value.columns.length === 0 && literalPattern.test(value.sql)
}

const has = (column: Column, kind: 'check' | 'foreignKey' | 'unique' | 'primaryKey') =>
  column.constraints.some((constraint) => constraint.kind === kind)

const addColumn: readonly Row<AddColumn>[] = [
  {
    when: ({ column }) => column.generated?.stored === true,
    effort: copy,
    because: 'every row gets its value of the stored generated column',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mysql: [9, 0],
    mariadb: [10, 5],
    when: ({ column }) => has(column, 'foreignKey'),
    effort: copy,
    because: 'REFERENCES on the column creates a foreign key, which copies the table',
    cite: manual.mysqlAlter,
    proof: measured.all,
  },
  {
    mysql: [8, 0, 16],
    when: ({ column }) => has(column, 'check'),
    effort: copy,
    because: 'a CHECK on the new column makes MySQL copy the table',
    cite: manual.mysqlAlter,
    proof: measured.mysql,
  },
  {
    mysql: [5, 7],
    when: ({ column }) => !isPlainDefault(column.default),
    effort: copy,
    because: 'a DEFAULT in parentheses is an expression, which MySQL writes into every row',
    cite: manual.mysqlAlter,
    proof: measured.mysql,
  },
  {
    mariadb: [10, 2],
    when: ({ column }) =>
      column.default !== undefined &&
      (column.default.columns.length > 0 || column.default.functions.some((name) => /^(uuid|uuid_short|uuid_v[47]|nextval)$/i.test(name))),
    effort: copy,
    because: 'the default differs from row to row, so that MariaDB copies the table',
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  {
    when: ({ column }) => column.autoIncrement === true || column.serial === true,
    effort: rebuildShared,
    because: 'every row gets its number, and no row may be written meanwhile',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: ({ column }) => has(column, 'primaryKey') || has(column, 'unique'),
    effort: rebuild,
    because: 'the column is added together with its index, which rebuilds the table',
    cite: manual.mysql,
    proof: measured.all,
  },
  { mysql: [8, 0, 12], mariadb: [10, 3, 2], when: isVirtual, effort: instant, cite: manual.mysql, proof: measured.all },
  { mysql: [5, 7], mariadb: [10, 2], when: isVirtual, effort: metadataInPlace, cite: manual.mysql57 },
  {
    mariadb: [10, 4],
    when: (operation, at) => !isLast(operation, at) && hasGenerated(tableAt(at, operation.table), 'virtual'),
    effort: copy,
    because: 'the new column moves the virtual columns behind it, which MariaDB does only by copying the table',
    cite: manual.mariadb,
    proof: 'measured: MariaDB 10.11.19',
  },
  { mysql: [8, 0, 29], mariadb: [10, 4], effort: instantOrRebuild, cite: manual.mysql, proof: measured.all },
  {
    mysql: [8, 0, 12],
    mariadb: [10, 3, 2],
    when: (operation, at) => isLast(operation, at),
    effort: instantOrRebuild,
    cite: manual.mysql,
  },
  {
    mysql: [8, 0, 12],
    mariadb: [10, 3, 2],
    effort: rebuild,
    because: 'before MySQL 8.0.29 and MariaDB 10.4 only a last column is added without a rebuild',
    cite: manual.mysql,
  },
  { effort: rebuild, because: 'this version rebuilds the table to add a column', cite: manual.mysql57 },
]

function isVirtual({ column }: AddColumn): boolean {
  return column.generated !== undefined && !column.generated.stored
}

function isLast({ table, position }: AddColumn, at: At): boolean {
  if (position === undefined) return true
  if (position === 'first') return false
  const state = tableAt(at, table)
  const last = state?.complete ? [...state.columns.keys()].at(-1) : undefined
  return last !== undefined && last === at.before.naming.fold(position.after, 'column')
}

const isVirtualColumn = ({ table, column }: DropColumn, at: At) => {
  const generated = columnAt(at, table, column)?.generated
  return generated !== undefined && !generated.stored
}

const dropColumn: readonly Row<DropColumn>[] = [
  { mysql: [8, 0, 12], mariadb: [10, 3, 2], when: isVirtualColumn, effort: instant, cite: manual.mysql, proof: measured.all },
  { mysql: [5, 7], mariadb: [10, 2], when: isVirtualColumn, effort: metadataInPlace, cite: manual.mysql57 },
  {
    when: ({ table, column }, at) => isPrimaryKey(table, column, at) && !addsPrimaryKey(at) && !hasOtherKey(table, at),
    effort: copy,
    because: 'the primary key goes with the column, and where no other key takes its place the table is copied',
    cite: manual.mysql,
    proof: measured.mariadb,
  },
  {
    mysql: [8, 0, 29],
    when: ({ table, column }, at) => isIndexed(tableAt(at, table), column, at),
    effort: rebuild,
    because: 'an index contains the column, so that the table is rebuilt',
    cite: manual.mysql,
    proof: measured.mysql,
  },
  {
    mariadb: [10, 4],
    when: ({ table, column }, at) => isIndexed(tableAt(at, table), column, at),
    effort: { ...nocopy, otherwise: rebuild },
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  { mysql: [8, 0, 29], mariadb: [10, 4], effort: instantOrRebuild, cite: manual.mysql, proof: measured.all },
  { effort: rebuild, because: 'this version rebuilds the table to drop a column', cite: manual.mysql57 },
]

/** Does a foreign key of any known table point at the column? */
export function isReferenced(table: RenameColumn['table'], column: string, at: At): boolean {
  const naming = at.before.naming
  const [own, key] = [keyOf(naming, table), naming.fold(column, 'column')]
  for (const other of referrersOf(at.before, table))
    for (const { constraint } of other.constraints) {
      const reference = constraint.references
      if (reference === undefined || keyOf(naming, reference.table) !== own) continue
      if (reference.columns.length === 0 || reference.columns.some((name) => naming.fold(name, 'column') === key)) return true
    }
  return false
}

const renameColumn: readonly Row<RenameColumn>[] = [
  {
    mysql: [8, 0, 28],
    when: ({ table, column }, at) => isReferenced(table, column, at),
    effort: metadataInPlace,
    cite: manual.mysql,
    proof: measured.mysql,
  },
  { mysql: [8, 0, 28], mariadb: [10, 3], effort: instant, cite: manual.mysql, proof: measured.all },
  { effort: metadataInPlace, cite: manual.mysql57 },
]

const defaultRows = [
  { mysql: [8, 0, 12], mariadb: [10, 3], effort: instant, cite: manual.mysql, proof: measured.all },
  { effort: metadataInPlace, cite: manual.mysql57 },
] as const satisfies readonly Row[]

/** ADD, DROP and RENAME COLUMN, SET and DROP DEFAULT. */
export const columns: Rows = { addColumn, dropColumn, renameColumn, setDefault: defaultRows, dropDefault: defaultRows }
