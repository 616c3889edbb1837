import type { DataType, Expression } from '../ir/column.ts'

/** Functions that give less than they were given. */
const cutters: ReadonlySet<string> = new Set([
  'left',
  'right',
  'substr',
  'substring',
  'trunc',
  'round',
  'floor',
  'ceil',
  'ceiling',
  'date_trunc',
])
const fractions: ReadonlySet<string> = new Set(['numeric', 'decimal', 'real', 'float', 'double', 'double precision', 'money'])
const integers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'tinyint', 'mediumint', 'int'])
const floats: ReadonlySet<string> = new Set(['real', 'float', 'double', 'double precision'])
const times: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'datetime', 'date', 'time', 'timetz', 'interval'])

/** A cast to a text or bit string of some length: unlike an assignment it cuts what is too long. */
const cuttingCast =
  /(?:::\s*|\bas\s+)(?:pg_catalog\.)?((?:var)?char|bpchar|character(?:\s+varying)?|varbit|bit(?:\s+varying)?)\s*\(\s*(\d+)\s*\)/gi

/**
 * How a USING expression takes part of its values off without failing, as a clause; undefined: it is not known to. `fits`: the new type holds every value of the
 * old one, so that a cast to it leaves them as they are.
 */
export function cutBy(using: Expression | undefined, to: DataType, fits: boolean): string | undefined {
  if (!using) return undefined
  const cutter = using.functions.find((name) => cutters.has(name))
  if (cutter !== undefined) return `${cutter}() takes part of them off`
  if (/[\w")]\s*\[\s*-?\d/.test(using.sql) && !/\barray\s*\[/i.test(using.sql)) return 'the subscript keeps a part of each array'
  const cuts = [...using.sql.matchAll(cuttingCast)].some(([, name, length]) => !fits || !isOf(to, name!, length!))
  return cuts ? 'the cast cuts what is too long' : undefined
}

const longNames: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  character: 'char',
  bpchar: 'char',
  'bit varying': 'varbit',
}

function isOf(to: DataType, name: string, length: string): boolean {
  const short = (word: string) => longNames[word] ?? word
  return short(to.name) === short(name.toLowerCase().replaceAll(/\s+/g, ' ')) && to.args.length === 1 && to.args[0] === length
}

/**
 * How an assignment from one type to another, which does not hold every value of it, changes values without failing, as a clause;
 * undefined: it fails on those that do not fit. Measured on PostgreSQL 15 and MariaDB 10.11: fractions and times are rounded, a text that
 * is too long is refused.
 */
export function silentLoss(from: DataType, to: DataType): string | undefined {
  if (to.name === 'name') return 'what is longer than 63 bytes is cut'
  // MySQL's TIMESTAMP ends in 2038, and refuses what lies outside.
  if (times.has(from.name) && times.has(to.name) && !(from.name === 'datetime' && to.name === 'timestamp'))
    return 'times are rounded or cut'
  if (floats.has(to.name) && (fractions.has(from.name) || integers.has(from.name))) return 'they are rounded'
  if (!fractions.has(from.name) || !(fractions.has(to.name) || integers.has(to.name))) return undefined
  const [before, after] = [wholeDigits(from), wholeDigits(to)]
  return before === undefined || after === undefined || after >= before ? 'they are rounded' : undefined
}

/** The digits before the decimal point that a fixed number has room for; undefined: not said. */
function wholeDigits({ name, args }: DataType): number | undefined {
  return (name === 'numeric' || name === 'decimal') && args[0] !== undefined ? Number(args[0]) - Number(args[1] ?? 0) : undefined
}
