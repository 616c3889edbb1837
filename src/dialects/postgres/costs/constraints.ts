import type { AddConstraint, DropConstraint, ValidateConstraint } from '../../../ir/operation.ts'
import { findTable, keyOf } from '../../../schema/schema.ts'
import type { OtherLock } from '../../dialect.ts'
import { isNotNull, provedNotNull } from './columns.ts'
import { distinct, findConstraint, partitionsOf, referencesTo } from './relations.ts'
import type { Costs, Place } from './row.ts'
import { instant, other, page, unsure, work } from './row.ts'

const alterTable = page('sql-altertable')

const isKind = (kind: AddConstraint['constraint']['kind']) => (operation: AddConstraint) => operation.constraint.kind === kind
const unchecked = (operation: AddConstraint) => operation.constraint.notValid || operation.constraint.enforced === false
const adopts = (operation: AddConstraint) => operation.constraint.usingIndex !== undefined

function referenced(operation: AddConstraint, place: Place): readonly OtherLock[] {
  const table = operation.constraint.references?.table
  if (table === undefined) return []
  const partitions = partitionsOf(place.before, table).map(({ name }) => name)
  const all = distinct(place.before, [table, ...partitions], operation.table)
  return all.map((name) => other(name, 'SHARE ROW EXCLUSIVE', !unchecked(operation)))
}

/** The columns that a primary key covers, those of the index that it adopts included. */
function keyColumns(operation: AddConstraint, { before }: Place): readonly string[] | undefined {
  if (operation.constraint.columns.length > 0) return operation.constraint.columns
  const name = operation.constraint.usingIndex
  const index = findTable(before, operation.table)?.indexes.find((candidate) => candidate.name === name)
  return index?.keys.flatMap((key) => (key.column === undefined ? [] : [key.column]))
}

/** NOT NULL of the key's columns: known, proved by CHECKs, to be tested, or not known. */
function keyIsNotNull(operation: AddConstraint, place: Place): boolean | 'unknown' {
  const columns = keyColumns(operation, place)
  const table = findTable(place.before, operation.table)
  if (columns === undefined || columns.length === 0 || table === undefined) return 'unknown'
  const open = columns.filter(
    (column) => !isNotNull(place.before, operation.table, column) && !provedNotNull(place.before, operation.table, column),
  )
  if (open.length === 0) return true
  return open.some((column) => table.columns.has(place.before.naming.fold(column, 'column'))) ? false : 'unknown'
}

/** The tables at the other end of what falls: of a foreign key its parent, of a key the tables that reference it. */
function otherEnds(operation: DropConstraint, place: Place): readonly OtherLock[] {
  const constraint = findConstraint(place.before, operation.table, operation.name)?.constraint
  if (constraint?.references) {
    return distinct(place.before, [constraint.references.table], operation.table).map((table) => other(table, 'ACCESS EXCLUSIVE'))
  }
  if (!operation.cascade || constraint === undefined) return []
  const children = referencesTo(place.before, operation.table, constraint.columns).map((found) => found.table)
  return distinct(place.before, children, operation.table).map((table) => other(table, 'ACCESS EXCLUSIVE'))
}

const isForeignKey = (operation: ValidateConstraint, { before }: Place) =>
  findConstraint(before, operation.table, operation.name)?.constraint.references !== undefined

function validatedParent(operation: ValidateConstraint, { before }: Place): readonly OtherLock[] {
  const parent = findConstraint(before, operation.table, operation.name)?.constraint.references?.table
  return parent === undefined || keyOf(before.naming, parent) === keyOf(before.naming, operation.table)
    ? []
    : [other(parent, 'ROW SHARE', true)]
}

export const constraints: Costs = {
  addConstraint: [
    {
      when: (operation) => isKind('foreignKey')(operation) && unchecked(operation),
      ...instant('SHARE ROW EXCLUSIVE'),
      recurses: true,
      others: referenced,
      because: 'the rows that are there are not looked at',
      cite: alterTable,
      proof: 'add-foreign-key-not-valid',
    },
    {
      when: isKind('foreignKey'),
      ...work('SHARE ROW EXCLUSIVE', 'scan'),
      recurses: true,
      others: referenced,
      because: 'every row is looked up in the referenced table, with writes to both tables blocked',
      cite: alterTable,
      proof: 'add-foreign-key',
    },
    {
      when: (operation) => (isKind('check')(operation) || isKind('notNull')(operation)) && unchecked(operation),
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      because: 'the rows that are there are not looked at',
      cite: alterTable,
      proof: 'add-check-not-valid',
    },
    {
      when: (operation, place) =>
        isKind('notNull')(operation) && operation.constraint.columns.length > 0 && keyIsNotNull(operation, place) === true,
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      because: 'the column is known to hold no NULL',
      cite: alterTable,
    },
    {
      when: (operation) => isKind('check')(operation) || isKind('notNull')(operation),
      ...work('ACCESS EXCLUSIVE', 'scan'),
      recurses: true,
      because: 'every row is checked under the lock',
      cite: alterTable,
      proof: 'add-check',
    },
    {
      when: (operation, place) => adopts(operation) && isKind('primaryKey')(operation) && keyIsNotNull(operation, place) === false,
      ...work('ACCESS EXCLUSIVE', 'scan'),
      because: 'the columns of the key can be NULL and every row is tested',
      cite: alterTable,
      proof: 'add-primary-key-using-index-nullable',
    },
    {
      when: (operation, place) => adopts(operation) && isKind('primaryKey')(operation) && keyIsNotNull(operation, place) === 'unknown',
      ...unsure('ACCESS EXCLUSIVE'),
      rewrites: false,
      buildsIndex: false,
      because: 'whether the columns of the key are NOT NULL already is not known; if not, every row is tested',
      cite: alterTable,
    },
    {
      when: adopts,
      ...instant('ACCESS EXCLUSIVE'),
      because: 'the index is there already',
      cite: alterTable,
      proof: 'add-unique-using-index',
    },
    {
      ...work('ACCESS EXCLUSIVE', 'index'),
      recurses: true,
      because: 'the index of the constraint is built under the lock',
      cite: alterTable,
      proof: 'add-unique',
    },
  ],
  dropConstraint: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, others: otherEnds, cite: alterTable, proof: 'drop-constraint' }],
  validateConstraint: [
    {
      when: (operation, { before }) => findConstraint(before, operation.table, operation.name)?.validated === true,
      ...instant('SHARE UPDATE EXCLUSIVE'),
      because: 'the constraint is validated already',
      cite: alterTable,
    },
    {
      when: isForeignKey,
      ...work('SHARE UPDATE EXCLUSIVE', 'scan'),
      recurses: true,
      others: validatedParent,
      cite: alterTable,
      proof: 'validate-foreign-key',
    },
    { ...work('SHARE UPDATE EXCLUSIVE', 'scan'), recurses: true, cite: alterTable, proof: 'validate-check' },
  ],
  renameConstraint: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: alterTable, proof: 'rename-constraint' }],
}
