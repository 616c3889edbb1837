import type { Column, DataType } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { AddColumn, DropColumn, SetNotNull } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findColumn, findTable, findType } from '../../../schema/schema.ts'
import { provesNotNull } from '../../../sql/not-null-proof.ts'
import type { OtherLock } from '../../dialect.ts'
import { builtinTypes } from '../types.ts'
import { volatilityOf } from '../volatility.ts'
import { distinct, foreignKeysOf, referencesTo } from './relations.ts'
import type { Costs, Place } from './row.ts'
import { instant, other, page, unsure, work } from './row.ts'

const alterTable = page('sql-altertable')
const serialTypes: ReadonlySet<string> = new Set(['serial', 'bigserial', 'smallserial'])

/** Types of extensions that are no domains, and so never check a value. */
const extensionTypes: ReadonlySet<string> = new Set(
  'citext hstore ltree lquery ltxtquery cube seg geometry geography raster box2d box3d topogeometry vector halfvec sparsevec isbn isbn13 issn ean13 upc'.split(
    ' ',
  ),
)

function isSerial(column: Column): boolean {
  return column.serial === true || (column.type !== undefined && serialTypes.has(column.type.name))
}

function typeName(type: DataType): Name {
  return type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name }
}

/** Why the values of the new column must be written into every row; undefined when they need not; 'unknown' with why in `because`. */
function rewriting(column: Column, before: Schema): { readonly sure: boolean; readonly because: string } | undefined {
  if (column.generated?.stored) return { sure: true, because: 'a stored generated column is computed for every row' }
  if (column.generated) return undefined
  if (isSerial(column)) return { sure: true, because: 'every row gets its own number from a sequence' }
  if (column.identity) return { sure: true, because: 'every row gets its own identity value' }
  const domain = column.type && findType(before, typeName(column.type))?.domain
  if (domain && (domain.constrained || domain.notNull)) {
    return { sure: true, because: `the domain ${column.type?.text} has a constraint, and PostgreSQL writes the table anew to check it` }
  }
  const value = column.default ?? domain?.default
  if (value && !value.constant) {
    const worst = volatilityOf(value.functions, before)
    if (worst.volatility === 'volatile') return { sure: true, because: `${worst.by}() is volatile and gives every row its own value` }
    if (worst.volatility === 'unknown') return { sure: false, because: `whether ${worst.by}() is volatile is not known` }
  }
  const type = column.type
  if (type === undefined) return { sure: false, because: 'the type of the column is not known' }
  if (builtinTypes.has(type.name) || type.array || extensionTypes.has(type.name) || findType(before, typeName(type))) return undefined
  return { sure: false, because: `the type ${type.text} is not known; a domain with a constraint would write the table anew` }
}

function hasKey(column: Column): boolean {
  return column.constraints.some((constraint) => constraint.kind === 'primaryKey' || constraint.kind === 'unique')
}

/** Does the new column hold something other than NULL in the rows that are there? */
function filled(column: Column): boolean {
  return (column.default !== undefined && !column.default.isNull) || column.generated !== undefined
}

/** Why the rows are read although nothing is written into them. */
function scanning(column: Column): string | undefined {
  const checks = column.constraints.filter((constraint) => constraint.enforced !== false && !constraint.notValid)
  if (checks.some((constraint) => constraint.kind === 'check')) return 'the CHECK is tested on every row'
  if (filled(column) && checks.some((constraint) => constraint.references))
    return 'the DEFAULT of every row is looked up in the referenced table'
  const virtual = column.generated !== undefined && !column.generated.stored
  if (!column.nullable && virtual) return 'the NOT NULL of a virtual column is tested on every row'
  if (!column.nullable && !filled(column)) return 'every row is tested for NULL, and fails the test'
  return undefined
}

function exists(operation: AddColumn, before: Schema): boolean {
  return operation.ifNotExists && findColumn(before, operation.table, operation.column.name) !== undefined
}

function referenced(operation: AddColumn, place: Place): readonly OtherLock[] {
  const tables = operation.column.constraints.flatMap((constraint) => (constraint.references ? [constraint.references.table] : []))
  return distinct(place.before, tables, operation.table).map((table) => other(table, 'SHARE ROW EXCLUSIVE', scansReferenced(operation)))
}

function scansReferenced(operation: AddColumn): boolean {
  return filled(operation.column)
}

/** A column of a foreign key takes the key with it: the tables on the other side are locked as its drop locks them. */
function foreignSides(operation: DropColumn, place: Place): readonly OtherLock[] {
  const table = findTable(place.before, operation.table)
  const parents = foreignKeysOf(table)
    .filter((state) => state.constraint.columns.includes(operation.column))
    .flatMap((state) => (state.constraint.references ? [state.constraint.references.table] : []))
  const children = operation.cascade ? referencesTo(place.before, operation.table, [operation.column]).map((found) => found.table) : []
  return distinct(place.before, [...parents, ...children], operation.table).map((name) => other(name, 'ACCESS EXCLUSIVE'))
}

/** Is the column NOT NULL already, by its definition or a primary key? */
export function isNotNull(before: Schema, table: Name, column: string): boolean {
  const constraints = findTable(before, table)?.constraints ?? []
  // PostgreSQL 18: a NOT NULL that is NOT VALID binds new rows alone.
  const open = constraints.some(
    ({ constraint, validated }) => constraint.kind === 'notNull' && !validated && constraint.columns.includes(column),
  )
  if (open) return false
  if (findColumn(before, table, column)?.column.nullable === false) return true
  return constraints.some((state) => state.constraint.kind === 'primaryKey' && state.constraint.columns.includes(column)) ?? false
}

/** Is there a validated CHECK from which the server concludes that the column holds no NULL? */
export function provedNotNull(before: Schema, table: Name, column: string): boolean {
  return (
    findTable(before, table)?.constraints.some(
      (state) =>
        state.constraint.kind === 'check' &&
        state.validated &&
        state.constraint.enforced !== false &&
        provesNotNull(state.constraint.expression?.sql ?? '', column),
    ) ?? false
  )
}

const notNull = (operation: SetNotNull, { before }: Place) => isNotNull(before, operation.table, operation.column)
const proved = (operation: SetNotNull, { before }: Place) => provedNotNull(before, operation.table, operation.column)

export const columns: Costs = {
  addColumn: [
    {
      when: (operation, { before }) => exists(operation, before),
      ...instant('ACCESS EXCLUSIVE'),
      because: 'the column is there already',
      cite: alterTable,
      proof: 'add-column-if-not-exists',
    },
    {
      when: (operation, { before }) => rewriting(operation.column, before)?.sure === true,
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      recurses: true,
      others: referenced,
      explain: (operation, { before }) => rewriting(operation.column, before)?.because,
      cite: alterTable,
      proof: 'add-column-volatile-default',
    },
    {
      when: (operation, { before }) => rewriting(operation.column, before) !== undefined,
      ...unsure('ACCESS EXCLUSIVE'),
      recurses: true,
      others: referenced,
      explain: (operation, { before }) => rewriting(operation.column, before)?.because,
      cite: alterTable,
    },
    {
      when: (operation) => hasKey(operation.column),
      ...work('ACCESS EXCLUSIVE', 'index'),
      recurses: true,
      others: referenced,
      because: 'the index of the constraint is built under the lock',
      cite: alterTable,
      proof: 'add-column-unique',
    },
    {
      when: (operation) => scanning(operation.column) !== undefined,
      ...work('ACCESS EXCLUSIVE', 'scan'),
      recurses: true,
      others: referenced,
      explain: (operation) => scanning(operation.column),
      cite: alterTable,
      proof: 'add-column-check',
    },
    // Since 11 a default that is not volatile is kept in the catalog (pg_attribute.attmissingval).
    { ...instant('ACCESS EXCLUSIVE'), recurses: true, others: referenced, cite: alterTable, proof: 'add-column' },
  ],
  dropColumn: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, others: foreignSides, cite: alterTable, proof: 'drop-column' }],
  renameColumn: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: alterTable, proof: 'rename-column' }],
  setDefault: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: alterTable, proof: 'set-default' }],
  dropDefault: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: alterTable, proof: 'drop-default' }],
  setNotNull: [
    {
      when: notNull,
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      because: 'the column is NOT NULL already',
      cite: alterTable,
      proof: 'set-not-null-again',
    },
    {
      since: 12,
      when: proved,
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      because: 'a validated CHECK proves that there is no NULL',
      cite: alterTable,
      proof: 'set-not-null-proved',
    },
    {
      ...work('ACCESS EXCLUSIVE', 'scan'),
      recurses: true,
      because: 'every row is tested for NULL under the lock',
      cite: alterTable,
      proof: 'set-not-null',
    },
  ],
  dropNotNull: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: alterTable, proof: 'drop-not-null' }],
}
