import type { DataType } from '../../ir/column.ts'
import { showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { type ForeignKey, foreignKeysOf, isUniqueOver, primaryKeyOf } from '../../schema/foreign-keys.ts'
import { findType, type Schema } from '../../schema/schema.ts'
import type { Refusal } from '../dialect.ts'
import { notImmutable } from './not-immutable.ts'

const numbers = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']
const texts = ['text', 'varchar', 'char']
const moments = ['date', 'timestamp', 'timestamptz']

/**
 * The types of a parent's column that a column of a child can refer to. Measured on PostgreSQL 15: each of these with each other, the
 * rest of the pairs gives 42804. A type that is not here is not judged.
 */
const comparable: Readonly<Record<string, readonly string[]>> = {
  smallint: numbers,
  integer: numbers,
  bigint: numbers,
  numeric: numbers.slice(3),
  real: numbers.slice(4),
  'double precision': numbers.slice(4),
  text: texts,
  varchar: texts,
  char: texts,
  date: moments,
  timestamp: moments,
  timestamptz: moments,
  time: ['time', 'interval'],
  interval: ['interval'],
  uuid: ['uuid'],
  boolean: ['boolean'],
  bytea: ['bytea'],
  jsonb: ['jsonb'],
  inet: ['inet'],
  money: ['money'],
}

const serials: Readonly<Record<string, string>> = { serial: 'integer', bigserial: 'bigint', smallserial: 'smallint' }

/** The built-in type that is compared; undefined: a user's type, an array, or one that was not measured. */
function plainName(type: DataType | undefined, schema: Schema): string | undefined {
  if (!type || type.array || type.schema !== undefined || findType(schema, { name: type.name })) return undefined
  const name = Object.hasOwn(serials, type.name) ? serials[type.name]! : type.name
  return Object.hasOwn(comparable, name) ? name : undefined
}

/** Foreign keys that PostgreSQL refuses: columns that cannot be compared, parents whose columns nothing makes unique. And expressions that may not be kept. */
export function refusals(operation: Operation, _before: Schema, after: Schema): readonly Refusal[] {
  return [
    ...foreignKeysOf(operation, after).flatMap((key) => typesOf(key, after) ?? keysOf(key, after) ?? []),
    ...notImmutable(operation, after),
  ]
}

function typesOf({ pairs, child, parent, span }: ForeignKey, after: Schema): Refusal | undefined {
  for (const { child: from, parent: to } of pairs) {
    const [a, b] = [plainName(from.column.type, after), plainName(to.column.type, after)]
    if (a === undefined || b === undefined || comparable[a]!.includes(b)) continue
    const because = `${showName(child.name)}.${from.column.name} is ${from.column.type!.text}, and ${showName(parent.name)}.${to.column.name} is ${to.column.type!.text}`
    return { of: 'foreign key', because, error: '42804', span }
  }
  return undefined
}

function keysOf({ parent, parentColumns, references, span }: ForeignKey, after: Schema): Refusal | undefined {
  if (!parent.complete || !after.complete) return undefined
  const shown = showName(parent.name)
  if (parentColumns === undefined) {
    if (references.columns.length > 0 || primaryKeyOf(parent)) return undefined
    return { of: 'foreign key', because: `${shown} has no primary key`, error: '42704', span }
  }
  if (parentColumns.length === 0 || parent.indexes.some((index) => isUniqueOver(index, parentColumns, after))) return undefined
  const because = `no primary key and no unique constraint of ${shown} is over ${parentColumns.join(', ')} alone`
  return { of: 'foreign key', because, error: '42830', span }
}
