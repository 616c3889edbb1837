import type { DialectName } from '../../ir/names.ts'
import type { SeedColumn } from '../catalog.ts'
import type { ServerError } from '../engine.ts'

/** What values a type has, as far as a seed must know. `digits`: those before the point. `other`: the dialect alone knows how to write one, and each is like the next. */
export type Kind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'decimal'; readonly digits: number; readonly scale: number }
  | { readonly kind: 'float' }
  | { readonly kind: 'boolean' | 'text' | 'date' | 'time' | 'timestamp' | 'uuid' | 'json' | 'bytes' | 'label' | 'other' }

/** How one dialect writes what the seeder needs. `i` is always an SQL expression: a whole number from 0. */
export interface SeedDialect {
  readonly name: DialectName
  quote(name: string): string
  /** A text literal. */
  literal(text: string): string
  /** An item of FROM with one column, `n`, that counts from 1 to `count`. */
  series(count: number): string
  /** undefined: no value of this type can be written. */
  kindOf(column: SeedColumn): Kind | undefined
  /** The `i`th value of a kind that is no number, text or label: another one for another `i`, as long as the type has that many. Times begin at 2024-01-01, in steps of a minute, days of a day. */
  value(kind: Kind, i: string, column: SeedColumn): string
  /** Whole part of a division. */
  divide(i: string, by: number): string
  asText(i: string): string
  /** Lower-case hexadecimal digits of a number. */
  hex(i: string): string
  concat(left: string, right: string): string
  /** Brings an expression to the column's type where the server does not do so by itself. */
  cast(expression: string, column: SeedColumn): string
  /** INSERT … SELECT. */
  insert(table: string, columns: readonly string[], select: string): string
  /** The same INSERT, which passes over rows whose key is taken. */
  passing(insert: string): string
  /** INSERT of rows for which the server makes every value; `identity` is a column that it numbers. undefined: there is no way to say so. */
  insertDefaults(table: string, identity: string | undefined, count: number): string | undefined
  /** Makes the numbers that the server gives to this column begin here; undefined: there is no way to say so. */
  numberedFrom?(table: string, column: string, start: number): string
  /** UPDATE of two rows, from the `skip`th on in the table's own order: `sets` is what follows SET. */
  updateTwo(table: string, key: readonly string[], sets: string, skip: number): string
  /** Refreshes what the planner knows about a table. */
  analyze(table: string): string
  /** Which kind of constraint refused a row; undefined: another reason. */
  refusal(error: ServerError): 'check' | 'unique' | 'foreign key' | 'not null' | undefined
}
