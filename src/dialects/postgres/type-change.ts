import type { DataType, Expression } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Schema } from '../../schema/schema.ts'
import { findTable, findType } from '../../schema/schema.ts'
import type { Table, TypeState } from '../../schema/table.ts'
import type { TypeChange, Version } from '../dialect.ts'
import { narrows } from './narrowing.ts'
import { builtinTypes, canonicalType } from './types.ts'
import { plainUsing } from './using.ts'

type Effect = TypeChange['effect']
interface Found {
  readonly effect: Effect
  readonly because: string
}

/** The column whose type changes: what stands on it decides how much of a "free" change is left. */
export interface ChangedColumn {
  readonly table: Name
  readonly column: string
  /** COLLATE as written in the change; absent means the type's own. */
  readonly collation?: string
}

/**
 * What ALTER COLUMN … TYPE does, as ATColumnChangeRequiresRewrite and CheckIndexCompatible decide it (measured on 12 to 18 by
 * relfilenode). `free` changes the catalog alone; `scan` checks constraints again; `reindex` rebuilds indexes without touching
 * rows; `rewrite` writes the table and all its indexes anew. With `at` the indexes, CHECKs and collation of that column are looked
 * at; without it a change between types with different operator classes is `reindex`. `using` is the change's USING expression,
 * `zone` is the session's TimeZone, where it is known.
 */
export function typeChange(
  from: DataType,
  to: DataType,
  before: Schema,
  _version: Version,
  at?: ChangedColumn,
  using?: Expression,
  zone?: string,
): TypeChange {
  const source = resolve(withoutSequence(from), before)
  const target = resolve(withoutSequence(to), before)
  const found =
    usingEffect(using, at, source, target) ??
    (sameType(withoutSequence(from), withoutSequence(to)) ? same : undefined) ??
    domainEffect(target) ??
    conversion(source, target, zone)
  const table = at && findTable(before, at.table)
  const whole = at && table ? onColumn(found, table, at, before) : found
  return { ...whole, narrows: narrows(source.limited, target.limited, before) }
}

interface Resolved {
  /** Without arguments when a domain was resolved: an expression of a domain's type does not promise its length. */
  readonly type: DataType
  readonly limited: DataType
  /** The domain that was resolved to its base, when it checks its values. */
  readonly constrained: string | undefined
  readonly state: TypeState | undefined
}

/** A serial column is stored as the integer behind it. */
const serials: Readonly<Record<string, string>> = { serial: 'integer', bigserial: 'bigint', smallserial: 'smallint' }

function withoutSequence(type: DataType): DataType {
  const name = serials[type.name]
  return name === undefined ? type : { ...type, name, text: name }
}

/** A domain stands for its base type; whether it checks values is remembered. */
function resolve(type: DataType, before: Schema): Resolved {
  let current = type
  let constrained: string | undefined
  let domain = false
  for (let depth = 0; depth < 16; depth++) {
    const state = findType(before, nameOf(current))
    if (state?.domain === undefined || current.array)
      return { type: domain ? unlimited(current) : current, limited: current, constrained, state }
    domain = true
    if (state.domain.constrained || state.domain.notNull) constrained ??= state.name.name
    current = state.domain.base
  }
  return { type: current, limited: current, constrained, state: undefined }
}

function unlimited(type: DataType): DataType {
  return type.args.length === 0 ? type : { ...type, args: [] }
}

function sameName(a: DataType, b: DataType): boolean {
  // What is written without a schema is in public, as far as a migration tells.
  return a.name === b.name && a.array === b.array && (a.schema ?? 'public') === (b.schema ?? 'public')
}

function sameType(a: DataType, b: DataType): boolean {
  return sameName(a, b) && sameArguments(a, b)
}

/** Are two types of one name the same, with what stands in brackets behind it? Times have six digits, the most that there are, unless it says fewer. */
export function sameArguments(a: DataType, b: DataType): boolean {
  const bare = ({ name, args }: DataType) => {
    if (precisionTypes.has(name)) return String(Math.min(Number(args[0] ?? 6), 6))
    return name === 'numeric' && args.length === 1 ? `${args[0]},0` : args.join()
  }
  return bare(a) === bare(b)
}

function nameOf(type: DataType): Name {
  return type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name }
}

/** A cast to the type that the column has, or is to have, is what happens without it; one to another length computes (seen on 15). */
function usingEffect(using: Expression | undefined, at: ChangedColumn | undefined, from: Resolved, to: Resolved): Found | undefined {
  if (using === undefined) return undefined
  const plain = at && plainUsing(using.sql, at.column)
  if (plain === 'column') return undefined
  const isOf = ({ type, limited }: Resolved) =>
    plain !== undefined && canonicalType(plain.name) === type.name && plain.args.join() === limited.args.join()
  return isOf(to) || isOf(from) ? undefined : { effect: 'rewrite', because: 'USING computes every value anew' }
}

function domainEffect(to: Resolved): Found | undefined {
  if (to.constrained === undefined) return undefined
  return { effect: 'rewrite', because: `the domain ${to.constrained} checks every value, and PostgreSQL writes the table anew to do it` }
}

/** Types with the same stored form, source to targets: pg_cast entries WITHOUT FUNCTION. The value says whether indexes survive. */
const binaryCoercible: Readonly<Record<string, Readonly<Record<string, 'same operators' | 'other operators'>>>> = {
  text: { varchar: 'same operators', citext: 'other operators', char: 'other operators' },
  varchar: { text: 'same operators', citext: 'other operators', char: 'other operators' },
  citext: { text: 'other operators', varchar: 'other operators', char: 'other operators' },
  cidr: { inet: 'same operators' },
  bit: { varbit: 'other operators' },
  varbit: { bit: 'other operators' },
  xml: { text: 'other operators', varchar: 'other operators', char: 'other operators' },
}

const objectIdentifiers: ReadonlySet<string> = new Set([
  'oid',
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regclass',
  'regtype',
  'regconfig',
  'regdictionary',
  'regnamespace',
  'regrole',
  'regcollation',
])

function coercion(from: string, to: string): 'same operators' | 'other operators' | undefined {
  if (objectIdentifiers.has(from) && objectIdentifiers.has(to)) return from === 'oid' || to === 'oid' ? 'same operators' : undefined
  if ((from === 'integer' && objectIdentifiers.has(to)) || (to === 'integer' && objectIdentifiers.has(from))) return 'other operators'
  return binaryCoercible[from]?.[to]
}

const same: Found = { effect: 'free', because: 'the type stays the same' }

function conversion(from: Resolved, to: Resolved, zone: string | undefined): Found {
  const source = from.type
  const target = to.limited
  const unknown = [from, to].find((side) => !builtinTypes.has(side.type.name) && side.state === undefined && side.type.name !== 'citext')
  const identical = sameName(source, target)
  if (sameType(source, target)) return same
  if (unknown !== undefined) {
    return { effect: 'unknown', because: `nothing is known about the type ${unknown.type.text}` }
  }
  if (identical) return modifier(source, target)
  const rewrite = (because: string): Found => ({ effect: 'rewrite', because })
  if (source.array || target.array) return rewrite('the elements of every array are converted')
  if (from.state?.form === 'enum' && to.state?.form === 'enum') return rewrite('the values of two enums are stored differently')
  const pair = `${source.name} ${target.name}`
  if (pair === 'timestamp timestamptz' || pair === 'timestamptz timestamp') {
    // The cast forgets the digits that the column was rounded to (measured on 15): they are cut anew, in UTC as well.
    if (target.args.some((digits) => digits !== '6')) return rewrite(`every value is rounded to ${target.text} anew`)
    const set = zone?.trim().replace(/^'(.*)'$/, '$1')
    if (set === undefined || /^(?:default|local)$/i.test(set))
      return rewrite("nothing here sets the session's TimeZone: in UTC only the indexes are rebuilt, in any other zone every row is")
    if (!isUtc(set)) return rewrite(`the session's TimeZone is ${set}, and every value is moved from there to UTC or back`)
    return { effect: 'reindex', because: 'the session is in UTC, where both are stored alike, and the indexes are built anew' }
  }
  const kind = coercion(source.name, target.name)
  if (kind === undefined) return rewrite(`${source.text} and ${target.text} are stored differently`)
  // The length of the new type is checked against nothing that the old type promises.
  if (target.args.length > 0 && !(target.name === 'varchar' && source.name === 'varchar')) {
    return rewrite(`every value is checked against the length of ${target.text}`)
  }
  if (kind === 'same operators') return { effect: 'free', because: `${source.text} and ${target.text} are stored alike` }
  return { effect: 'reindex', because: `${source.text} and ${target.text} are stored alike and compared differently` }
}

/** A zone that is UTC at all times. */
function isUtc(zone: string): boolean {
  return /^(?:(?:etc\/)?(?:utc|gmt|uct|zulu|universal|greenwich)|[+-]?0+(?::?00)?)$/i.test(zone)
}

const precisionTypes: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz'])

/** The same type with other arguments. */
function modifier(from: DataType, to: DataType): Found {
  const wider: Found = { effect: 'free', because: `every ${from.text} is a ${to.text}` }
  if (from.name === 'interval') return interval(from, to, wider)
  const length = Number(from.args[0] ?? Number.POSITIVE_INFINITY)
  const wanted = Number(to.args[0] ?? Number.POSITIVE_INFINITY)
  const checked: Found = { effect: 'rewrite', because: `every value is cut or checked to fit ${to.text}` }
  if (to.args.length === 0) return wider
  if (from.array) return { effect: 'rewrite', because: 'the elements of every array are converted' }
  if (from.name === 'varchar' || from.name === 'varbit') return wanted >= length ? wider : checked
  if (precisionTypes.has(from.name)) return wanted >= Math.min(length, 6) ? wider : checked
  if (from.name === 'numeric') {
    if (from.args.length === 0) return checked
    const sameScale = (from.args[1] ?? '0').trim() === (to.args[1] ?? '0').trim()
    return sameScale && wanted >= length ? wider : checked
  }
  if (from.name === 'char' || from.name === 'bit') return { effect: 'rewrite', because: `every value is padded or cut to ${to.text}` }
  return { effect: 'unknown', because: `nothing is known about what the arguments of ${to.text} mean` }
}

const intervalFields = ['second', 'minute', 'hour', 'day', 'month', 'year']

/** Intervals are cut only when their smallest field, or digits of the second, fall away. */
function interval(from: DataType, to: DataType, wider: Found): Found {
  const smallest = (type: DataType) => {
    const fields = type.args.find((argument) => !/^\d+$/.test(argument))
    return fields === undefined ? 0 : Math.max(0, intervalFields.indexOf(fields.slice(fields.lastIndexOf(' ') + 1)))
  }
  const digits = (type: DataType) => (smallest(type) > 0 ? 0 : Number(type.args.find((argument) => /^\d+$/.test(argument)) ?? 6))
  if (smallest(to) <= smallest(from) && digits(to) >= digits(from)) return wider
  return { effect: 'rewrite', because: `every value is cut to ${to.text}` }
}

/** What the column carries: indexes with a predicate or an expression, CHECKs and a collation are made anew even where rows stay. */
function onColumn(found: Found, table: Table, at: ChangedColumn, before: Schema): Found {
  if (found.effect === 'rewrite' || found.effect === 'unknown') return found
  const fold = (name: string) => before.naming.fold(name, 'column')
  const column = fold(at.column)
  const uses = (names: readonly string[] | undefined) => names?.some((name) => fold(name) === column) ?? false
  const plainIndex = (index: Table['indexes'][number]) => index.keys.some((key) => key.column !== undefined && fold(key.column) === column)
  const rebuilt = table.indexes.find(
    (index) =>
      uses(index.where?.columns) ||
      index.keys.some((key) => uses(key.expression?.columns)) ||
      (plainIndex(index) && index.where !== undefined) ||
      (plainIndex(index) && index.keys.some((key) => key.expression !== undefined)),
  )
  const collation = table.columns.get(column)?.column.collation
  const indexed =
    table.indexes.some(plainIndex) || table.constraints.some((state) => ownsIndex(state.constraint.kind) && uses(state.constraint.columns))
  if (rebuilt) {
    return {
      effect: 'reindex',
      because: `the index ${rebuilt.name ?? ''} has a predicate or an expression and is built anew`.replace('  ', ' '),
    }
  }
  if (found.effect === 'reindex' && (indexed || !table.complete)) return found
  if ((collation ?? '') !== (at.collation ?? '') && (indexed || !table.complete)) {
    return { effect: 'reindex', because: 'the collation changes and every index on the column is sorted anew' }
  }
  const check = table.constraints.find(
    (state) => state.constraint.kind === 'check' && state.validated && uses(state.constraint.expression?.columns),
  )
  if (check) return { effect: 'scan', because: `the constraint ${check.constraint.name ?? 'CHECK'} is checked again for every row` }
  return found.effect === 'reindex' ? { effect: 'free', because: `${found.because}, and no index stands on the column` } : found
}

function ownsIndex(kind: string): boolean {
  return kind === 'primaryKey' || kind === 'unique' || kind === 'exclude'
}
