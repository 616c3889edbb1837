import type { Dialect } from '../../../dialects/dialect.ts'
import type { Name } from '../../../ir/names.ts'
import type { Opaque, Operation, Unresolved, Unsupported } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { tableNameOf } from '../naming.ts'

/** One call of a method of the query runner. */
export interface Call {
  readonly method: string
  readonly args: readonly Value[]
  readonly span: Span
  readonly dialect: Dialect
}

/** What a call sends: statements in order, each with its operations. */
export type Statements = readonly (readonly Operation[])[]

/** A row of the builder's tables: what a method with these arguments does. */
export type Method = (call: Call) => Statements

/** The call ran, and what it was given is not known before the migration runs. */
export function unread(call: Call, what: string, tables?: readonly Name[]): Statements {
  const opaque: Opaque = {
    kind: 'opaque',
    span: call.span,
    because: 'dynamic-sql',
    detail: `${what} that ${call.method} is given is not known before the migration runs`,
    ...(tables === undefined ? {} : { tables }),
  }
  return [[opaque]]
}

/** TypeORM throws on this engine. */
export function notThere(call: Call, availableIn: string): Statements {
  const unsupported: Unsupported = { kind: 'unsupported', span: call.span, feature: `queryRunner.${call.method}`, availableIn }
  return [[unsupported]]
}

/** What the call does depends on the schema: the framework's `lower` says it during replay. */
export function unresolved(call: Call, method: string, table: Name | undefined, details: unknown): Unresolved {
  return { kind: 'unresolved', span: call.span, framework: 'typeorm', method, table, details }
}

/** The first argument as a table, or the statement that says it is not known. */
export function withTable(call: Call, then: (table: Name) => Statements): Statements {
  const table = tableNameOf(call.args[0])
  return table ? then(table) : unread(call, 'The table')
}

/** Is this engine MySQL or MariaDB? */
export function isMysql(call: Call): boolean {
  return call.dialect.name === 'mysql' || call.dialect.name === 'mariadb'
}
