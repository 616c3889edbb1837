import type { ConstraintKind } from '../../../ir/column.ts'
import type { AddConstraint, DropConstraint } from '../../../ir/operation.ts'
import { addsPrimaryKey, hasOtherKey } from './primary-key.ts'
import {
  type At,
  copy,
  indexInPlace,
  indexNocopy,
  instant,
  leadsIndex,
  manual,
  measured,
  metadataInPlace,
  nocopy,
  type Row,
  type Rows,
  rebuild,
  tableAt,
} from './row.ts'

const adds = (kind: ConstraintKind) => (operation: AddConstraint) => operation.constraint.kind === kind

/** A foreign key that is taken as it is; an index that leads with its columns is made where there is none. */
const unchecked = (indexed: boolean) => (operation: AddConstraint, at: At) =>
  adds('foreignKey')(operation) &&
  /^(?:0|off|false)$/i.test(at.settings.get('foreign_key_checks') ?? '') &&
  leadsIndex(tableAt(at, operation.table), operation.constraint.columns, at) === indexed

const addConstraint: readonly Row<AddConstraint>[] = [
  {
    when: adds('primaryKey'),
    effort: rebuild,
    because: 'the rows are stored in the order of the primary key, so that the table is rebuilt',
    cite: manual.mysql,
    proof: measured.all,
  },
  { mariadb: [10, 3, 7], when: adds('unique'), effort: indexNocopy, cite: manual.mariadb, proof: measured.mariadb },
  { when: adds('unique'), effort: indexInPlace, cite: manual.mysql, proof: measured.mysql },
  ...(
    [
      { mariadb: [10, 3], indexed: true, effort: instant, cite: manual.mariadb, proof: measured.mariadb },
      { mariadb: [10, 3], indexed: false, effort: indexNocopy, cite: manual.mariadb, proof: 'measured: MariaDB 10.11.19' },
      { indexed: true, effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
      { indexed: false, effort: indexInPlace, cite: manual.mysql },
    ] as const
  ).map(({ indexed, ...row }) => ({ ...row, when: unchecked(indexed), because: 'foreign_key_checks is 0, so that no row is looked up' })),
  {
    when: adds('foreignKey'),
    effort: copy,
    // Each row that is copied locks the row it refers to until the end: an UPDATE of it waited for the whole copy on MariaDB 10.11.19.
    others: ({ constraint }) =>
      constraint.references ? [{ table: constraint.references.table, lock: 'ROW', blocks: 'writes', scans: true }] : [],
    because: 'a foreign key is checked by copying the table, unless foreign_key_checks is 0 and nothing is checked',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mysql: [8, 0, 16],
    when: (operation) => adds('check')(operation) && operation.constraint.enforced === false,
    effort: instant,
    cite: manual.mysqlAlter,
  },
  {
    mysql: [8, 0, 16],
    mariadb: [10, 2, 1],
    when: adds('check'),
    effort: copy,
    because: 'a CHECK constraint is checked by copying the table',
    cite: manual.mysqlAlter,
    proof: measured.all,
  },
  { when: adds('check'), effort: metadataInPlace, because: 'this version reads a CHECK and ignores it', cite: manual.mysqlAlter },
  { because: 'the engine has no such constraint', cite: manual.mysqlAlter },
]

function dropped(operation: DropConstraint, at: At): ConstraintKind | undefined {
  if (operation.constraintKind !== undefined) return operation.constraintKind
  if (operation.name === undefined || operation.name.toUpperCase() === 'PRIMARY') return 'primaryKey'
  const key = at.before.naming.fold(operation.name, 'other').toLowerCase()
  const state = tableAt(at, operation.table)
  const found = state?.constraints.find(({ constraint }) => constraint.name?.toLowerCase() === key)
  return found?.constraint.kind ?? (state?.indexes.some((index) => index.name?.toLowerCase() === key) ? 'unique' : undefined)
}

const drops = (kind: ConstraintKind) => (operation: DropConstraint, at: At) => dropped(operation, at) === kind

const dropConstraint: readonly Row<DropConstraint>[] = [
  {
    when: (operation, at) => drops('primaryKey')(operation, at) && addsPrimaryKey(at),
    effort: rebuild,
    because: 'the rows are stored in the order of the new primary key',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mariadb: [10, 0],
    when: (operation, at) => drops('primaryKey')(operation, at) && hasOtherKey(operation.table, at),
    effort: rebuild,
    because: 'the rows are stored in the order of the unique key that is left',
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  {
    when: drops('primaryKey'),
    effort: copy,
    because: 'dropping the primary key without adding another copies the table',
    cite: manual.mysql,
    proof: measured.all,
  },
  { mariadb: [10, 3, 7], when: drops('unique'), effort: nocopy, cite: manual.mariadb, proof: measured.mariadb },
  { mysql: [8, 0, 16], when: drops('check'), effort: instant, cite: manual.mysqlAlter, proof: measured.mysql },
  { mariadb: [10, 3], effort: instant, cite: manual.mariadb, proof: measured.mariadb },
  { effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
]

/** ADD and DROP CONSTRAINT, PRIMARY KEY, FOREIGN KEY, CHECK. */
export const constraints: Rows = { addConstraint, dropConstraint }
