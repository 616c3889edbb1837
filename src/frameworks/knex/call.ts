import type { Name } from '../../ir/names.ts'
import type { Operation, Unresolved } from '../../ir/operation.ts'
import type { Machine, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { LoadOptions } from '../framework.ts'
import type { Draft } from '../script.ts'
import type { On } from './handles.ts'
import type { Names } from './names.ts'

/** What the calls of one script share. */
export interface World extends Names {
  readonly options: LoadOptions
  /** `client` of the knexfile as it is written there; the dialect's usual driver when none was read. */
  readonly client: string
  /** Numbers the query strings of the script. */
  readonly nextBatch: () => number
}

/** One call of a builder's method. */
export interface Call extends World {
  readonly method: string
  readonly args: readonly Value[]
  readonly span: Span
  readonly machine: Machine
  readonly on: On
}

/** Statements in order, each with its operations. */
export type Statements = readonly (readonly Operation[])[]

/** Each statement is a query string of its own, sent by the whole call. */
export function draftsOfStatements(statements: Statements, span: Span): Draft[] {
  return statements.map((operations) => ({ sql: undefined, span, batch: undefined, operations }))
}

/** The call ran, and what it was given is not known before the migration runs. */
export function unread(span: Span, detail: string, tables: readonly Name[] = []): Operation {
  return { kind: 'opaque', span, because: 'dynamic-sql', detail, ...(tables.length > 0 ? { tables } : {}) }
}

/** Knex throws on this engine. */
export function notThere(span: Span, feature: string, availableIn: string): Operation {
  return { kind: 'unsupported', span, feature, availableIn }
}

/** What the call does depends on the schema: `lower` says it during replay. */
export function unresolved(span: Span, method: string, table: Name, details: unknown): Unresolved {
  return { kind: 'unresolved', span, framework: 'knex', method, table, details }
}

export function isMysql({ dialect }: Pick<World, 'dialect'>): boolean {
  return dialect.name === 'mysql' || dialect.name === 'mariadb'
}
export function isPostgres({ dialect }: Pick<World, 'dialect'>): boolean {
  return dialect.name === 'postgres'
}
export function isSqlite({ dialect }: Pick<World, 'dialect'>): boolean {
  return dialect.name === 'sqlite'
}
