import type { Dialect } from '../../dialects/dialect.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Machine, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import type { LoadOptions } from '../framework.ts'
import type { Draft } from '../script.ts'
import { booleanOf, member, textMember, textOf } from '../values.ts'
import { tableName } from './names.ts'

/** One call of a method of the query interface, the connection or a model, as the builder tables get it. */
export interface Call {
  readonly method: string
  readonly args: readonly Value[]
  /** The whole call. */
  readonly span: Span
  readonly dialect: Dialect
  readonly options: LoadOptions
  readonly machine: Machine
  /** Numbers the query strings of the script. */
  readonly nextBatch: () => number
}

/** What a call sends, and what it gives back. */
export interface Sent {
  readonly drafts: readonly Draft[]
  /** The argument that may carry `transaction`. */
  readonly options: Value | undefined
  /** What the promise brings; absent: nothing that a migration could use. */
  readonly result?: Value
}

export type Method = (call: Call) => Sent

/** The methods of one subject, by name. */
export type Methods = Readonly<Record<string, Method>>

/** Statements that travel in one query string each. */
export function send(call: Call, options: Value | undefined, ...statements: readonly (readonly Operation[])[]): Sent {
  return { drafts: statements.map((operations) => statement(call, operations)), options }
}

/** Statements that travel together in one query string. */
export function sendTogether(call: Call, options: Value | undefined, statements: readonly (readonly Operation[])[]): Sent {
  const batch = statements.length > 1 ? call.nextBatch() : undefined
  return { drafts: statements.map((operations) => ({ ...statement(call, operations), batch })), options }
}

function statement(call: Call, operations: readonly Operation[]): Draft {
  return { sql: undefined, span: call.span, batch: undefined, operations }
}

/** A call that asks and changes nothing that Surefoot follows. */
export function asked(options: Value | undefined, result: Value): Sent {
  return { drafts: [], options, result }
}

/** The call cannot be understood: it counts as something that may have changed anything. */
export function opaque(call: Call, detail: string, tables: readonly Name[] = []): Sent {
  const operation: Operation = {
    kind: 'opaque',
    span: call.span,
    because: 'unknown-method',
    detail,
    ...(tables.length > 0 ? { tables } : {}),
  }
  return { drafts: [statement(call, [operation])], options: call.args.at(-1) }
}

/** The table in the first argument (or another). */
export function tableOf(call: Call, options: { at?: number; schema?: string | undefined; dotted?: boolean } = {}): Name {
  return tableName(call.args[options.at ?? 0], call.dialect.name, options)
}

/** A name in an argument, with what is not known written as the user wrote it. */
export function schemaOption(options: Value | undefined): string | undefined {
  return textMember(options, 'schema')
}

export function flag(options: Value | undefined, name: string): boolean {
  return booleanOf(member(options, name)) === true
}

/** Is the engine one of the MySQL family? */
export function isMysql(call: Call): boolean {
  return call.dialect.name === 'mysql' || call.dialect.name === 'mariadb'
}

export function isPostgres(call: Call): boolean {
  return call.dialect.name === 'postgres'
}

/** Column names in a list: strings, or `{ name }`, `{ attribute }`. */
export function fieldName(value: Value): string | undefined {
  return textOf(value) ?? textMember(value, 'name', 'attribute')
}
