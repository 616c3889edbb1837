import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import { atLeast, type TypeChange, type Version } from '../dialect.ts'
import { charsetOf, type Flavour } from './types.ts'

/** How InnoDB carries out a change between two types. `widen` keeps every row as it is and changes metadata only. */
export type Route = 'same' | 'append' | 'widen' | 'copy'

/** Character sets by the bytes that a character may take; anything else counts as utf8mb4 does. */
const bytesPerCharacter: Readonly<Record<string, number>> = {
  utf8mb4: 4,
  utf8mb3: 3,
  utf8: 3,
  ucs2: 2,
  utf16: 4,
  utf32: 4,
  gbk: 2,
  big5: 2,
  sjis: 2,
  cp932: 2,
  euckr: 2,
  gb2312: 2,
  gb18030: 4,
  ujis: 3,
  eucjpms: 3,
  binary: 1,
  ascii: 1,
  latin1: 1,
  latin2: 1,
  latin5: 1,
  latin7: 1,
  cp1250: 1,
  cp1251: 1,
  cp1256: 1,
  cp1257: 1,
  koi8r: 1,
  koi8u: 1,
  greek: 1,
  hebrew: 1,
  tis620: 1,
}

/** The character set of each side, where the column or the table says it; default utf8mb4. */
export interface Charsets {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const textSizes: Readonly<Record<string, number>> = { tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295 }
const blobSizes: Readonly<Record<string, number>> = { tinyblob: 255, blob: 65_535, mediumblob: 16_777_215, longblob: 4_294_967_295 }
const integerBytes: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 }
const integerDigits: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, mediumint: 8, int: 10, bigint: 20 }

function lookUp(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** The bytes that a character may take; 4 where the set is not known. */
export function bytesOf(charset: string | undefined): number {
  return (charset === undefined ? undefined : lookUp(bytesPerCharacter, charset.toLowerCase())) ?? 4
}

function number(type: DataType, at: number, otherwise: number): number {
  const value = Number(type.args[at])
  return type.args[at] !== undefined && Number.isFinite(value) ? value : otherwise
}

/** The most bytes that a VARCHAR or VARBINARY of this type can hold. */
function variableBytes(type: DataType, charset: string | undefined): number {
  return number(type, 0, 0) * (type.name === 'varbinary' ? 1 : bytesOf(charsetOf(type) ?? charset))
}

const decimalDigits = (type: DataType) => ({ precision: number(type, 0, 10), scale: number(type, 1, 0) })

/** Are two types of one name the same to InnoDB, with what stands in brackets behind it? */
export function sameArguments(from: DataType, to: DataType): boolean {
  if (lookUp(integerBytes, from.name) !== undefined || from.name === 'year') return true // a display width only
  if (from.name === 'decimal') {
    const [a, b] = [decimalDigits(from), decimalDigits(to)]
    return a.precision === b.precision && a.scale === b.scale
  }
  // Digits are for display alone (Field_num::is_equal in sql/field.cc compares bytes; seen on MariaDB 10.11).
  if (isReal(from)) return realBytes(from) === realBytes(to)
  if (from.name === 'char' || from.name === 'binary' || from.name === 'bit') return number(from, 0, 1) === number(to, 0, 1)
  if (from.name === 'datetime' || from.name === 'timestamp' || from.name === 'time') return number(from, 0, 0) === number(to, 0, 0)
  return from.args.length === to.args.length && from.args.every((arg, i) => arg === to.args[i])
}

function isReal({ name }: DataType): boolean {
  return name === 'float' || name === 'double'
}

/** FLOAT(p) with more than 24 bits is a DOUBLE. */
function realBytes({ name, args }: DataType): number {
  return name === 'double' || (args.length === 1 && Number(args[0]) > 24) ? 8 : 4
}

/** Without digits a FLOAT or DOUBLE shows every value as it is; with them it rounds, and refuses what is too large. */
function realNarrows(from: DataType, to: DataType): boolean {
  if (realBytes(to) < realBytes(from)) return true
  if (to.args.length < 2) return false
  if (from.args.length < 2) return true
  const [x, y] = [decimalDigits(from), decimalDigits(to)]
  return y.scale < x.scale || y.precision - y.scale < x.precision - x.scale
}

function sameLabels(from: readonly string[], to: readonly string[]): boolean {
  return from.length === to.length && from.every((label, i) => label === to[i])
}

/** Bytes that a value takes: ENUM 1 or 2, SET 1, 2, 3, 4 or 8. */
function labelBytes(name: string, count: number): number {
  if (name === 'enum') return count <= 255 ? 1 : 2
  const bytes = Math.ceil(count / 8)
  return bytes > 4 ? 8 : bytes
}

/**
 * The route from one type to another on InnoDB, character set conversions included. Sources: the online DDL tables of the MySQL
 * 8.4 manual ("Extending VARCHAR column size", "Modifying ENUM or SET definition"), measured on MySQL 9.7.4 and MariaDB 10.11 and 11.8.
 */
export function routeOf(from: DataType, to: DataType, version: Version, flavour: Flavour, charsets: Charsets = {}): Route {
  if (from.name !== to.name || (from.unsigned ?? false) !== (to.unsigned ?? false) || from.array !== to.array) return 'copy'
  if (from.labels && to.labels) {
    if (sameLabels(from.labels, to.labels)) return 'same'
    const appended = to.labels.length > from.labels.length && sameLabels(from.labels, to.labels.slice(0, from.labels.length))
    return appended && labelBytes(from.name, from.labels.length) === labelBytes(to.name, to.labels.length) ? 'append' : 'copy'
  }
  const charsetFrom = charsetOf(from) ?? charsets.from
  const charsetTo = charsetOf(to) ?? charsets.to ?? charsetFrom
  const recoded = charsetFrom !== undefined && charsetTo !== undefined && normal(charsetFrom) !== normal(charsetTo)
  if (recoded && !keepsBytes(charsetFrom, charsetTo, to, version, flavour)) return 'copy'
  if (to.name === 'varchar' || to.name === 'varbinary') {
    if (!recoded && number(from, 0, 0) === number(to, 0, 0)) return 'same'
    if (number(to, 0, 0) < number(from, 0, 0)) return 'copy'
    const before = variableBytes(from, charsetFrom)
    const after = variableBytes(to, charsetTo)
    if (before > 255 === after > 255) return 'widen'
    return flavour === 'mariadb' && before <= 127 && atLeast(version, 10, 4, 3) ? 'widen' : 'copy'
  }
  return sameArguments(from, to) ? 'same' : 'copy'
}

/** Is each value of the old character set stored as it is in the new one? A table of MariaDB 10.11 is asked for more in `costs/column-type.ts`. */
function keepsBytes(from: string, to: string, type: DataType, version: Version, flavour: Flavour): boolean {
  if (normal(from) !== 'utf8mb3' || normal(to) !== 'utf8mb4') return false
  return type.name === 'varchar' || (flavour === 'mariadb' && atLeast(version, 10, 11) && /^char$|text$/.test(type.name))
}

function normal(charset: string): string {
  return charset.toLowerCase() === 'utf8' ? 'utf8mb3' : charset.toLowerCase()
}

/** What changing a column's type does, told from the types alone; a column's character set is looked up by `costs/column-type.ts`. Never throws. */
export function typeChange(
  from: DataType,
  to: DataType,
  _before: Schema,
  version: Version,
  flavour: Flavour,
  charsets: Charsets = {},
): TypeChange {
  const narrows = narrowing(from, to, charsets)
  switch (routeOf(from, to, version, flavour, charsets)) {
    case 'same':
      return { effect: 'free', because: 'the type stays the same', narrows: isReal(from) && narrows }
    case 'append':
      return { effect: 'free', because: 'labels appended at the end change metadata only', narrows: false }
    case 'widen':
      return { effect: 'free', because: 'the values keep their length bytes, so that only metadata changes', narrows }
    case 'copy':
      return { effect: 'rewrite', because: reasonOf(from, to, flavour, charsets), narrows }
  }
}

function reasonOf(from: DataType, to: DataType, flavour: Flavour, charsets: Charsets): string {
  const engine = flavour === 'mysql' ? 'MySQL' : 'MariaDB'
  if (from.labels && to.labels) {
    if (from.labels.every((label, i) => to.labels![i] === label)) return `so many labels need more bytes in every row`
    return `labels that are removed, renamed or moved renumber the values in every row`
  }
  if (from.name === to.name && (to.name === 'varchar' || to.name === 'varbinary')) {
    if (number(to, 0, 0) < number(from, 0, 0)) return `${engine} copies the table to check that every value fits`
    if (variableBytes(from, charsets.from) <= 255 && variableBytes(to, charsets.to ?? charsets.from) > 255)
      return `a length that can pass 255 bytes needs a second length byte in every row`
  }
  return `${from.text} and ${to.text} are stored differently`
}

/** Can a value of the old type fail to fit, or be cut, in the new one? 'unknown' when the two are not compared here. */
function narrowing(from: DataType, to: DataType, charsets: Charsets): boolean | 'unknown' {
  if (from.labels && to.labels) {
    const kept = new Set(to.labels)
    return !from.labels.every((label) => kept.has(label))
  }
  const [a, b] = [lookUp(integerBytes, from.name), lookUp(integerBytes, to.name)]
  if (a !== undefined && b !== undefined) {
    if (from.unsigned === to.unsigned) return b < a
    return from.unsigned ? b <= a : true
  }
  if (a !== undefined) return integerInto(from, to)
  if (from.name === 'decimal' && to.name === 'decimal') {
    const [x, y] = [decimalDigits(from), decimalDigits(to)]
    return y.scale < x.scale || y.precision - y.scale < x.precision - x.scale || (to.unsigned === true && from.unsigned !== true)
  }
  if (isReal(from) && isReal(to)) return realNarrows(from, to)
  if (isTemporal(from.name) && isTemporal(to.name)) return temporalNarrows(from, to)
  const [old, now] = [capacity(from, charsets.from), capacity(to, charsets.to ?? charsets.from)]
  if (old !== undefined && now !== undefined) {
    if (old.binary !== now.binary) return 'unknown'
    if (bytesOf(charsetOf(to) ?? charsets.to) < bytesOf(charsetOf(from) ?? charsets.from) && !old.binary) return true
    return old.characters !== undefined && now.characters !== undefined ? now.characters < old.characters : now.bytes < old.bytes
  }
  if (from.name === 'json' && now !== undefined && !now.binary) return now.bytes < 4_294_967_295
  if (now !== undefined && !now.binary && (isTemporal(from.name) || from.name === 'decimal' || from.name === 'enum'))
    return now.bytes < 40 ? 'unknown' : false
  if (now === undefined && (old !== undefined || from.name === 'decimal' || from.name === 'float' || from.name === 'double')) return true
  return 'unknown'
}

function integerInto(from: DataType, to: DataType): boolean | 'unknown' {
  const digits = integerDigits[from.name] ?? 20
  if (to.name === 'decimal') {
    const { precision, scale } = decimalDigits(to)
    return precision - scale < digits
  }
  if (to.name === 'double') return from.name === 'bigint'
  if (to.name === 'float') return from.name === 'bigint' || from.name === 'int' || from.name === 'mediumint'
  if (to.name === 'varchar' || to.name === 'char') return number(to, 0, 1) < digits + (from.unsigned ? 0 : 1)
  if (lookUp(textSizes, to.name) !== undefined) return false
  return 'unknown'
}

function isTemporal(name: string): boolean {
  return name === 'date' || name === 'time' || name === 'datetime' || name === 'timestamp' || name === 'year'
}

function temporalNarrows(from: DataType, to: DataType): boolean {
  if (from.name === to.name) return number(to, 0, 0) < number(from, 0, 0)
  if (to.name === 'datetime') return from.name === 'time' || from.name === 'year' || number(to, 0, 0) < number(from, 0, 0)
  return true
}

interface Capacity {
  readonly binary: boolean
  readonly bytes: number
  readonly characters?: number
}

function capacity(type: DataType, charset: string | undefined): Capacity | undefined {
  const perCharacter = bytesOf(charsetOf(type) ?? charset)
  if (type.name === 'varchar' || type.name === 'char') {
    const characters = number(type, 0, 1)
    return { binary: false, bytes: characters * perCharacter, characters }
  }
  if (type.name === 'varbinary' || type.name === 'binary') return { binary: true, bytes: number(type, 0, 1) }
  const text = lookUp(textSizes, type.name)
  if (text !== undefined) return { binary: false, bytes: text }
  const blob = lookUp(blobSizes, type.name)
  return blob === undefined ? undefined : { binary: true, bytes: blob }
}
