import type { Predicate } from '../../../ir/data.ts'
import type { Operation } from '../../../ir/operation.ts'

/** The column that a property of an entity is kept in; the property itself when nothing else is declared. */
export type ColumnOf = (property: string) => string

/** What a manager or query builder does, told in columns: the migration names the entity's properties, the database has columns. */
export function inColumns(operation: Operation, columnOf: ColumnOf): Operation {
  switch (operation.kind) {
    case 'insert':
      return { ...operation, columns: operation.columns.map(columnOf) }
    case 'update': {
      const set = operation.set.map((one) => ({ ...one, column: columnOf(one.column), columns: one.columns.map(columnOf) }))
      return { ...operation, set, where: whereIn(operation.where, columnOf) }
    }
    case 'delete':
      return { ...operation, where: whereIn(operation.where, columnOf) }
    case 'select':
      return { ...operation, query: { ...operation.query, where: whereIn(operation.query.where, columnOf) } }
    default:
      return operation
  }
}

/** The text stays as the user wrote it. */
function whereIn(where: Predicate | undefined, columnOf: ColumnOf): Predicate | undefined {
  if (where === undefined) return undefined
  const terms = where.terms.map((term) => (term.column === undefined ? term : { ...term, column: columnOf(term.column) }))
  return { ...where, terms, columns: where.columns.map(columnOf) }
}
