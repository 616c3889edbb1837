import type { Context } from '../../ir/context.ts'
import type { Name } from '../../ir/names.ts'
import type { HandleValue, StringValue, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { Recorded, TransactionSpec } from '../transactions.ts'
import { handle } from '../values.ts'

/** The connection that a call goes through: a transaction of the file's own, or (undefined) what the runner handed over. */
export type On = TransactionSpec | undefined

/** `knex.schema`, with the schema that `withSchema` named. */
export interface SchemaSpec {
  readonly on: On
  readonly schema: string | undefined
  /** What was sent through this builder so far: `transacting` at the end of a chain is for all of it. */
  readonly recorded: Recorded[]
  /** Where the chain ends so far, in its file. */
  end: number | undefined
  /** What the last `raw` of the chain brings. */
  readonly answer?: Value
}

/** `knex.raw(…)`: it is sent when somebody waits for it, and a piece of SQL where it is handed to a builder. */
export interface RawSpec {
  on: On
  /** undefined: a text that is not known. */
  readonly text: StringValue | undefined
  readonly bindings: Value | undefined
  /** What was handed over as the text. */
  readonly given: Value | undefined
}

/** A column that a table's callback names, with what is chained to it. */
export interface ColumnState {
  readonly type: string
  readonly args: readonly Value[]
  readonly modifiers: Map<string, readonly Value[]>
  /** `.alter()`: the column is there already. */
  alter: { readonly nullable: boolean; readonly type: boolean } | undefined
  /** The foreign key that `.references()` began. */
  foreign: ForeignState | undefined
  readonly table: TableState
}

/** A foreign key as far as its chain has come. */
export interface ForeignState {
  readonly columns: Value | undefined
  name: Value | undefined
  references: Value | undefined
  table: Value | undefined
  onDelete: Value | undefined
  onUpdate: Value | undefined
  deferrable: Value | undefined
}

interface At {
  /** The whole chain, as far as it has come. */
  span: Span
  /** What surrounds it inside the callback. */
  readonly context: Context
}

/** One thing that a table's callback asks for. */
export type Part =
  | ({ readonly kind: 'column'; readonly column: ColumnState } & At)
  | ({ readonly kind: 'foreign'; readonly foreign: ForeignState } & At)
  | ({ readonly kind: 'call'; readonly method: string; readonly args: readonly Value[] } & At)

/** A table of `createTable` or `alterTable`, as its callback fills it. */
export interface TableState {
  readonly table: Name
  /** As the user wrote it, which is what the names of its indexes and keys are made of. */
  readonly written: string
  /** What `withSchema` named. */
  readonly within: string | undefined
  readonly method: 'create' | 'createIfNot' | 'createLike' | 'alter'
  readonly parts: Part[]
  /** `comment`, `engine`, `charset`, `collate`, `inherits`: the last call holds. */
  readonly single: Map<string, Value>
}

export const knexHandle = (on: On, span?: Span): HandleValue => handle('knex', { on }, span)
export const onOf = (target: HandleValue): On => (target.data as { readonly on: On }).on
export const schemaHandle = (spec: SchemaSpec): HandleValue => handle('schema', spec)
export const tableHandle = (state: TableState): HandleValue => handle('table', state)
export const columnHandle = (part: Extract<Part, { kind: 'column' }>): HandleValue => handle('column', part)
export const foreignHandle = (part: Extract<Part, { kind: 'foreign' }>): HandleValue => handle('foreign', part)
/** A text without bindings is what it is put into another as. */
export const rawHandle = (spec: RawSpec, span: Span): HandleValue => ({
  ...handle('raw', spec, span),
  ...(spec.text && spec.bindings === undefined ? { written: spec.text.pieces } : {}),
})

export function rawSpec(value: Value | undefined): RawSpec | undefined {
  return value?.kind === 'handle' && value.name === 'raw' ? (value.data as RawSpec) : undefined
}
