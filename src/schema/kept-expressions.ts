import type { Column, Expression } from '../ir/column.ts'
import { showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'

/** An expression whose value the engine keeps, or asks for again and again, so that it may not change by itself. */
export interface KeptExpression {
  readonly of: 'index' | 'stored' | 'virtual' | 'check'
  /** For messages: "the generated column orders.age". */
  readonly shown: string
  readonly expression: Expression
}

/** The index keys, generated columns and CHECKs that an operation makes, in the order in which they are written. */
export function keptExpressions(operation: Operation): readonly KeptExpression[] {
  switch (operation.kind) {
    case 'createIndex':
      return operation.keys.flatMap(({ expression }) =>
        expression ? [{ of: 'index' as const, shown: `an index key of ${showName(operation.table)}`, expression }] : [],
      )
    case 'createTable':
      return [...operation.columns.flatMap((column) => ofColumn(column, showName(operation.table))), ...checksOf(operation.constraints)]
    case 'addColumn':
      return ofColumn(operation.column, showName(operation.table))
    case 'modifyColumn':
      return ofColumn(operation.to, showName(operation.table))
    case 'addConstraint':
      return checksOf([operation.constraint])
    default:
      return []
  }
}

function ofColumn({ name, generated, constraints }: Column, table: string): readonly KeptExpression[] {
  const shown = `the generated column ${table}.${name}`
  const own = generated
    ? [{ of: generated.stored ? ('stored' as const) : ('virtual' as const), shown, expression: generated.expression }]
    : []
  return [...own, ...checksOf(constraints)]
}

function checksOf(constraints: Column['constraints']): readonly KeptExpression[] {
  return constraints.flatMap(({ kind, name, expression }) =>
    kind === 'check' && expression
      ? [{ of: 'check' as const, shown: name === undefined ? 'a CHECK' : `the CHECK ${name}`, expression }]
      : [],
  )
}
