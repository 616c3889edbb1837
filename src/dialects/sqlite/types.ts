import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import type { Version } from '../dialect.ts'

/** How SQLite converts what is stored in a column: https://www.sqlite.org/datatype3.html, section 3.1. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

/**
 * Reads a type as a column or a builder spells it. SQLite keeps any words, so the name is the text in lower case without its
 * arguments, single-spaced: `UNSIGNED BIG INT` is `unsigned big int`. An empty text is a column without a type. Never throws.
 */
export function parseType(text: string): DataType {
  const shown = text.trim()
  const open = shown.indexOf('(')
  const close = open === -1 ? -1 : shown.lastIndexOf(')')
  const words = open === -1 ? shown : `${shown.slice(0, open)} ${close > open ? shown.slice(close + 1) : ''}`
  const array = words.trimEnd().endsWith('[]')
  const name = words.replace('[]', ' ').replace(/\s+/g, ' ').trim().toLowerCase()
  return { text: shown, name, args: open === -1 ? [] : splitArguments(shown.slice(open + 1, close > open ? close : shown.length)), array }
}

function splitArguments(text: string): string[] {
  const args: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at <= text.length; at++) {
    const char = text[at]
    if (char === "'") quoted = !quoted
    if (char !== undefined && (char !== ',' || quoted)) continue
    const arg = text.slice(start, at).trim()
    if (arg !== '') args.push(arg)
    start = at + 1
  }
  return args
}

/** The affinity that a declared type gives its column, by SQLite's own five rules in their order. */
export function affinityOf(type: DataType | undefined): Affinity {
  const name = type?.name ?? ''
  if (name.includes('int')) return 'integer'
  if (/char|clob|text/.test(name)) return 'text'
  if (name === '' || name.includes('blob')) return 'blob'
  if (/real|floa|doub/.test(name)) return 'real'
  return 'numeric'
}

const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/**
 * What SQLite's grammar does not take as a type, as a sentence part; undefined for everything else, because any other name is
 * fine. In parentheses only one or two signed numbers can stand, so `ENUM('a','b')` and `NVARCHAR(MAX)` are syntax errors.
 */
export function missingType(type: DataType, _before: Schema, _version: Version): string | undefined {
  if (type.args.length === 0) return undefined
  if (type.args.length <= 2 && type.args.every((arg) => numberPattern.test(arg) || arg.includes('surefoot_hole_'))) return undefined
  const first = type.name.toUpperCase()
  if (type.name === 'enum' || type.name === 'set') return `${first}(…) is a MySQL type and a syntax error in SQLite`
  return `${type.text} is a syntax error in SQLite, where a type takes at most two numbers`
}

const strictTypes = new Set(['int', 'integer', 'real', 'text', 'blob', 'any'])

/** Why a STRICT table refuses a column of this type, as a sentence part; undefined when it takes it. Source: https://www.sqlite.org/stricttables.html */
export function strictRefuses(type: DataType | undefined): string | undefined {
  if (type === undefined || type.text === '') return 'a column of a STRICT table needs a type'
  if (type.args.length === 0 && strictTypes.has(type.name)) return undefined
  return `${type.text} is not one of INT, INTEGER, REAL, TEXT, BLOB, ANY, the only types of a STRICT table`
}
