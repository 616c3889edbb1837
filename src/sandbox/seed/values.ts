import type { SeedColumn } from '../catalog.ts'
import type { Bounds } from './bounds.ts'
import type { Kind, SeedDialect } from './dialect.ts'

/** How many different values a column that need not be unique is given. */
const spread = 1000

/** Decimal digits that a row's number may have in a text. */
const digits = 7

/** `status 12`, `12`, or `1.12.0`, which triggers and generated columns take apart as a version or a path. */
export type Texts = 'words' | 'numerals' | 'versions'

/** How a column's values are written for the row number `i`, and how many different ones there are. */
export interface Values {
  readonly capacity: number
  write(i: string): string
}

/** Columns whose values nobody would repeat, by their names. */
export function looksUnique({ name }: SeedColumn): boolean {
  return /(?:^|_)(?:e?mail|slug|token|uuid|guid|username|login|handle|sku|isbn|api_?key)(?:_address|_hash)?$/i.test(
    name.replace(/([a-z])([A-Z])/g, '$1_$2'),
  )
}

/** Plausible values for a column within what its CHECKs leave. `unique`: no two rows alike. */
export function valuesOf(
  column: SeedColumn,
  kind: Kind,
  bounds: Bounds & { readonly texts: Texts },
  unique: boolean,
  dialect: SeedDialect,
): Values {
  if (bounds.values) return cycle(bounds.values)
  if (kind.kind === 'label') return cycle((column.labels ?? []).map((label) => dialect.literal(label)))
  if (kind.kind === 'integer' || kind.kind === 'decimal' || kind.kind === 'float') return numbers(kind, bounds, unique)
  if (kind.kind === 'text') return texts(column, bounds, unique, dialect)
  const capacity = kind.kind === 'boolean' ? 2 : kind.kind === 'time' ? 1440 : kind.kind === 'other' ? 1 : Infinity
  const modulus = unique ? capacity : Math.min(capacity, kind.kind === 'uuid' ? Infinity : spread)
  return { capacity, write: (i) => dialect.value(kind, plus(modulo(i, modulus), bounds.rank), column) }
}

function cycle(literals: readonly string[]): Values {
  const [only] = literals
  if (literals.length < 2) return { capacity: 1, write: () => only ?? 'NULL' }
  const cases = literals.map((literal, at) => ` WHEN ${at} THEN ${literal}`).join('')
  return { capacity: literals.length, write: (i) => `CASE ${modulo(i, literals.length)}${cases} END` }
}

function numbers(kind: Extract<Kind, { kind: 'integer' | 'decimal' | 'float' }>, bounds: Bounds, unique: boolean): Values {
  const [least, most] =
    kind.kind === 'integer' ? [kind.min, kind.max] : kind.kind === 'decimal' ? [1 - 10 ** kind.digits, 10 ** kind.digits - 1] : [-1e6, 1e6]
  const top = Math.min(most, bounds.max ?? Infinity)
  const low = Math.max(least, (bounds.min ?? Math.min(1, top)) + bounds.rank)
  // Between two neighbours, as in `rate > 0 AND rate < 1`, there is room for fractions only.
  if (low > top) return { capacity: 1, write: () => String(kind.kind === 'integer' ? top : (low + top) / 2) }
  const capacity = Math.floor(top - low) + 1
  const modulus = unique ? capacity : Math.min(capacity, spread)
  return { capacity, write: (i) => plus(modulo(i, modulus), low) }
}

function texts({ name, length }: SeedColumn, bounds: Bounds & { readonly texts: Texts }, unique: boolean, dialect: SeedDialect): Values {
  const room = Math.min(length ?? Infinity, bounds.maxLength ?? Infinity)
  if (room < digits) {
    const capacity = 16 ** Math.max(room, 0)
    const modulus = unique ? capacity : Math.min(capacity, spread)
    return { capacity, write: (i) => dialect.hex(modulo(i, modulus)) }
  }
  const [prefix, suffix] = bounds.texts === 'words' ? shape(name) : bounds.texts === 'versions' ? ['1.', '.0'] : ['', '']
  const end = prefix.length + suffix.length + digits <= room ? suffix : ''
  const start = prefix.padEnd(bounds.minLength ?? 0, bounds.texts === 'numerals' ? '1' : 'x').slice(0, room - digits - end.length)
  return {
    capacity: Infinity,
    write: (i) => {
      const numbered = dialect.concat(dialect.literal(start), dialect.asText(unique ? i : modulo(i, spread)))
      return end === '' ? numbered : dialect.concat(numbered, dialect.literal(end))
    },
  }
}

/** What stands before and after the number in a text of a column of this name. */
function shape(name: string): readonly [string, string] {
  if (/e?mail/i.test(name)) return ['user', '@example.com']
  if (/ur[il]|link|website/i.test(name)) return ['https://example.com/', '']
  if (/phone|mobile|fax/i.test(name)) return ['+1555', '']
  return [`${name.toLowerCase()} `, '']
}

/** `i % by`, where that changes anything. */
export function modulo(i: string, by: number): string {
  return by === Infinity || by > 1e9 ? i : `(${i} % ${by})`
}

function plus(i: string, more: number): string {
  return more === 0 ? i : `(${i} + ${more})`
}
