import type { Dialect } from '../../dialects/dialect.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation, Unresolved } from '../../ir/operation.ts'
import { findColumn, findType, type Schema } from '../../schema/schema.ts'
import { type ColumnSpec, isEnum } from './column-spec.ts'
import { enumTypeName } from './naming.ts'

/** One lowering: what a call that depends on the schema sends, given the schema before it. */
export interface Lowering {
  readonly operation: Unresolved
  readonly table: Name
  readonly before: Schema
  readonly dialect: Dialect
}

/** The call ran, and the schema does not tell what it did. */
export function notKnown(operation: Unresolved, detail: string): Operation {
  return { kind: 'opaque', span: operation.span, because: 'unsupported', detail, ...(operation.table ? { tables: [operation.table] } : {}) }
}

export interface DropColumnDetails {
  readonly column: string
  readonly ifExists: boolean
  readonly spec?: ColumnSpec
}

/** PostgreSQL: an enum column takes its type along when no other column has it. */
export function dropColumn({ operation, table, before }: Lowering, { column, ifExists, spec }: DropColumnDetails): readonly Operation[] {
  const drop: Operation = { kind: 'dropColumn', span: operation.span, table, column, ifExists, cascade: false }
  const type = findColumn(before, table, column)?.column.type
  const known = type && findType(before, type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name })
  const name = known?.form === 'enum' ? known.name : spec && isEnum(spec) ? enumTypeName(table, column, spec.enumName) : undefined
  return name === undefined ? [drop] : [drop, { kind: 'dropType', span: operation.span, name, ifExists: false, cascade: false }]
}
