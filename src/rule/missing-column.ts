import type { DialectName } from '../ir/names.ts'
import { isComputed, showName } from '../ir/names.ts'
import type { Operation, OperationOf } from '../ir/operation.ts'
import { lacksColumn } from '../schema/step.ts'
import type { Moment } from './site.ts'

/** A column that an index, a constraint or a statement on rows names and that the table, known whole, does not have: why the engine refuses it. */
export function missingColumn(
  { operation, statement, before }: Pick<Moment, 'operation' | 'statement' | 'before'>,
  dialect: DialectName,
): string | undefined {
  if (operation.context?.guards?.length || operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  if (operation.context?.unsureNames) return undefined
  // Of records that the program makes of rows there may be none, and each may have other members.
  if (operation.kind === 'insert' && operation.rows === undefined && operation.source === 'values' && statement.sql === undefined)
    return undefined
  const columns = namedBy(operation)
  if (!columns || !('table' in operation) || operation.table === undefined || typeof operation.table === 'string') return undefined
  const { table } = operation
  if (table.dynamic) return undefined
  const missing = columns.find((column) => !isComputed(column) && lacksColumn(before, table, column) && !isSystem(column, dialect))
  return missing === undefined ? undefined : `column ${missing} of ${showName(table)} does not exist`
}

function namedBy(operation: Operation): readonly string[] | undefined {
  switch (operation.kind) {
    case 'createIndex':
      return operation.keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
    case 'addConstraint':
      return operation.constraint.usingIndex === undefined ? operation.constraint.columns : undefined
    case 'insert':
      return operation.columns
    case 'update':
      return [...operation.set.map(({ column }) => column), ...(operation.from.length === 0 ? comparedIn(operation) : [])]
    case 'delete':
      return operation.using.length === 0 ? comparedIn(operation) : []
    default:
      return undefined
  }
}

/** The columns of the table itself by which a statement finds its rows. */
function comparedIn({ where }: OperationOf<'update' | 'delete'>): readonly string[] {
  return (where?.terms ?? []).flatMap(({ column }) => (column === undefined ? [] : [column]))
}

/** Columns that every table has without a word. */
function isSystem(column: string, dialect: DialectName): boolean {
  return dialect === 'sqlite' ? /^(?:rowid|oid|_rowid_)$/i.test(column) : dialect === 'postgres' && /^(?:ctid|xmin|tableoid)$/.test(column)
}
