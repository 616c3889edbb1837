import type { ParsedStatement } from '../../dialects/dialect.ts'
import type { Name } from '../../ir/names.ts'
import type { HandleValue, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { Traced } from '../../source/traced.ts'
import type { Statements } from './builder/call.ts'
import { tablePartHandle, tablePartsHandle } from './builder/table-parts.ts'
import { constructedHandle } from './read-options.ts'

/** Which connection a call runs on: the migration's own query runner, or another one out of the pool. */
type Connection = 'runner' | 'pool'

/** A connection taken out of the pool for a while: `dataSource.transaction(async (manager) => …)`, `dataSource.createQueryRunner()`. */
interface OwnConnection {
  readonly id: number
}
export type On = Connection | OwnConnection

/** What an event of the interpreter carries: a text with the dialect's reading, statements of the builder, or a step of a transaction. */
export type Recorded = { readonly on: On } & (
  | { readonly kind: 'sql'; readonly sql: Traced; readonly parsed: readonly ParsedStatement[] }
  | { readonly kind: 'statements'; readonly statements: Statements }
  | { readonly kind: 'transaction'; readonly action: 'begin' | 'commit' | 'rollback' }
)

/** The rows that a query gives: what it asked, for conditions and loops. */
export interface Rows {
  readonly sql: Traced | undefined
  readonly parameters: readonly Value[]
  readonly tables?: readonly Name[]
  readonly columns?: readonly string[]
  readonly limited?: boolean
  /** One row of counts and extremes, not rows of the table. */
  readonly aggregate?: boolean
}

/** The answer of hasTable, hasColumn, getTable: what is there when it is true. */
export interface Answer {
  readonly table?: Name
  readonly column?: string
}

/** What `.find` was asked about the parts of a table; filled in while its predicate is walked. */
export interface Probe {
  readonly table: Name
  readonly part: string
  name?: string
  column?: string
  /** The table that a foreign key points at. */
  references?: string
}

export const handles = {
  module: 'typeorm',
  class: 'typeorm-class',
  runner: 'typeorm-query-runner',
  manager: 'typeorm-manager',
  connection: 'typeorm-connection',
  repository: 'typeorm-repository',
  builder: 'typeorm-query-builder',
  /** What a query builder was told so far. */
  build: 'typeorm-query-build',
  driver: 'typeorm-driver',
  options: 'typeorm-connection-options',
  rows: 'typeorm-rows',
  answer: 'typeorm-answer',
  table: 'typeorm-table',
  parts: tablePartsHandle,
  probe: 'typeorm-probe',
  probed: 'typeorm-probed',
  operator: 'typeorm-operator',
  /** Asked for and of no consequence: a logger, entity metadata. */
  other: 'typeorm-other',
} as const

export function handle(name: string, data: unknown, span?: Span): HandleValue {
  return span ? { kind: 'handle', name, data, span } : { kind: 'handle', name, data }
}

/** Handles that cannot change the database by themselves. */
export const inertHandles: ReadonlySet<string> = new Set([
  handles.module,
  handles.class,
  handles.options,
  handles.rows,
  handles.answer,
  handles.table,
  handles.parts,
  handles.probe,
  handles.probed,
  handles.operator,
  handles.other,
  constructedHandle,
  tablePartHandle,
])
