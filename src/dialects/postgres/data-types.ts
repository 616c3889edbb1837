import type { Node, TypeName } from 'libpg-query'
import type { DataType } from '../../ir/column.ts'
import { as, nameFrom, type Reading, shownText, strings } from './reading.ts'
import { canonicalType } from './types.ts'

/** The integer behind each serial type. */
const serials: Readonly<Record<string, string>> = {
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
}

/** Is this one of PostgreSQL's serial types? */
export function isSerial(type: TypeName | undefined): boolean {
  const names = type?.names
  if (names === undefined || names.length !== 1) return false
  const name = as(names[0], 'String')?.sval
  return name !== undefined && Object.hasOwn(serials, name)
}

/** A type of the tree: built-in names canonical, arguments as written, serial as the integer behind it. */
export function dataType(reading: Reading, type: TypeName | undefined): DataType | undefined {
  if (type === undefined) return undefined
  const parts = strings(type.names)
  if (parts.length === 0) return undefined
  const args = type.typmods ? type.typmods.map((node) => argument(reading, node)) : []
  const array = type.arrayBounds !== undefined && type.arrayBounds.length > 0
  const key = `${parts.join('\u0000')}\u0001${args.join()}\u0001${array ? type.arrayBounds!.length : ''}`
  const known = reading.types.get(key)
  if (known) return known
  const made = build(reading, parts, args, array ? type.arrayBounds!.length : 0)
  reading.types.set(key, made)
  return made
}

function build(reading: Reading, parts: readonly string[], typmods: readonly string[], dimensions: number): DataType {
  const builtIn = parts.length === 2 && parts[0] === 'pg_catalog'
  const last = parts[parts.length - 1]!
  const name = nameFrom(reading, parts.length > 1 && !builtIn ? parts[parts.length - 2] : undefined, last)
  const serial = parts.length === 1 && Object.hasOwn(serials, last) ? serials[last] : undefined
  // Only the grammar's own type names are folded without pg_catalog: "char" in quotes is another type than char.
  const canonical = serial ?? (name.schema !== undefined ? name.name : !builtIn && last === 'char' ? '"char"' : canonicalType(name.name))
  // The fields of an interval are a bit mask in the tree.
  const args = canonical === 'interval' ? typmods.slice(1) : typmods
  const text =
    (name.schema === undefined ? '' : `${name.schema}.`) +
    canonical +
    (args.length > 0 ? `(${args.join(',')})` : '') +
    '[]'.repeat(dimensions)
  return { text, name: canonical, ...(name.schema === undefined ? {} : { schema: name.schema }), args, array: dimensions > 0 }
}

function argument(reading: Reading, node: Node): string {
  const constant = as(node, 'A_Const')
  if (constant) {
    if (constant.ival) return String(constant.ival.ival ?? 0)
    return constant.fval?.fval ?? constant.sval?.sval ?? ''
  }
  const column = as(node, 'ColumnRef')
  return column
    ? strings(column.fields)
        .map((part) => shownText(reading, part))
        .join('.')
    : ''
}
