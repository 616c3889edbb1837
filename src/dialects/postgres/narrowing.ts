import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import { findType } from '../../schema/schema.ts'
import { builtinTypes } from './types.ts'

/** Decimal digits that an integer type needs, and whether a float of so many binary digits holds it exactly. */
const integers: Readonly<Record<string, number>> = {
  smallint: 5,
  smallserial: 5,
  integer: 10,
  serial: 10,
  bigint: 19,
  bigserial: 19,
}
const floats: Readonly<Record<string, number>> = { real: 6, 'double precision': 15 }
const texts: ReadonlySet<string> = new Set(['text', 'varchar', 'char', 'citext', 'name'])

/** Pairs beside numbers and texts that take every value over: source to targets. */
const lossless: Readonly<Record<string, readonly string[]>> = {
  date: ['timestamp', 'timestamptz'],
  timestamp: ['timestamptz'],
  timestamptz: ['timestamp'],
  time: ['timetz', 'interval'],
  cidr: ['inet'],
  bit: ['varbit'],
  json: ['jsonb'],
  jsonb: ['json'],
  boolean: ['smallint', 'integer', 'bigint'],
  macaddr: ['macaddr8'],
  money: ['numeric'],
}

/**
 * May values of `from` not fit into `to`, so that the change fails or cuts them? Both are base types (domains resolved).
 * 'unknown' when one of the types is.
 */
export function narrows(from: DataType, to: DataType, before: Schema): boolean | 'unknown' {
  const known = (type: DataType) => builtinTypes.has(type.name) || type.name === 'citext' || findType(before, nameOf(type)) !== undefined
  if (from.name === to.name && from.args.join() === to.args.join() && from.array === to.array && from.schema === to.schema) return false
  if (from.array !== to.array) return isText(to) && !to.array ? fits(from, to) : !known(from) || !known(to) ? 'unknown' : true
  // An array takes what its elements take.
  if (from.array) return narrows({ ...from, array: false }, { ...to, array: false }, before)
  if (isText(to)) return fits(from, to)
  if (!known(from) || !known(to)) return 'unknown'
  if (from.name === to.name) return shorter(from, to)
  const enums = [findType(before, nameOf(from)), findType(before, nameOf(to))]
  if (enums[0]?.form === 'enum' && enums[1]?.form === 'enum') {
    const kept = new Set(enums[1].labels.map((label) => label.value))
    return enums[0].labels.some((label) => !kept.has(label.value))
  }
  const digits = integers[from.name]
  if (digits !== undefined) return integerNarrows(digits, to)
  const precision = floats[from.name]
  if (precision !== undefined) {
    const wanted = floats[to.name]
    return wanted === undefined ? !(to.name === 'numeric' && to.args.length === 0) : wanted < precision
  }
  return !lossless[from.name]?.includes(to.name)
}

function nameOf(type: DataType) {
  return type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name }
}

function isText(type: DataType): boolean {
  return texts.has(type.name)
}

function integerNarrows(digits: number, to: DataType): boolean {
  const integer = integers[to.name]
  if (integer !== undefined) return integer < digits
  const float = floats[to.name]
  if (float !== undefined) return float < digits
  if (to.name !== 'numeric') return to.name !== 'money' && to.name !== 'oid'
  return to.args.length > 0 && Number(to.args[0]) - Number(to.args[1] ?? 0) < digits
}

/** Can a text of type `to` take every value of `from`? Gives true when it can not. */
function fits(from: DataType, to: DataType): boolean {
  const limit = to.name === 'name' ? 63 : to.args[0] === undefined ? Number.POSITIVE_INFINITY : Number(to.args[0])
  if (limit === Number.POSITIVE_INFINITY) return false
  return limit < longest(from)
}

/** How many characters the longest value of a type has, where the type limits it. */
function longest(type: DataType): number {
  if (type.array) return Number.POSITIVE_INFINITY
  const digits = integers[type.name]
  if (digits !== undefined) return digits + 1
  if (type.name === 'boolean') return 5
  if (type.name === 'uuid') return 36
  if ((type.name === 'varchar' || type.name === 'char') && type.args[0] !== undefined) return Number(type.args[0])
  return Number.POSITIVE_INFINITY
}

/** The same type with other arguments. */
function shorter(from: DataType, to: DataType): boolean {
  if (to.args.length === 0) return false
  if (from.name === 'interval') return true
  if (from.name === 'numeric') {
    if (from.args.length === 0) return true
    const [scale, wantedScale] = [Number(from.args[1] ?? 0), Number(to.args[1] ?? 0)]
    return wantedScale < scale || Number(to.args[0]) - wantedScale < Number(from.args[0]) - scale
  }
  const unlimited = /^time/.test(from.name) ? 6 : Number.POSITIVE_INFINITY
  return Number(to.args[0]) < (from.args[0] === undefined ? unlimited : Number(from.args[0]))
}
