import type { ReportOptions } from '../rule/site.ts'
import { findColumn, findTable, findType, type Schema } from '../schema/schema.ts'

type AtEnd = NonNullable<ReportOptions['atEnd']>

/** Is what a finding depends on so in the schema after the last migration? */
export function isSoAtEnd(asked: AtEnd, schema: Schema): boolean {
  const { table, column } = asked
  if ('lacks' in asked) return lacks(asked, schema)
  const found = column === undefined ? findTable(schema, table) : findColumn(schema, table, column)
  return (found !== undefined) === (asked.is === 'there')
}

/** Does the column not take all of these values? What is not known of it takes none. */
function lacks({ table, column, lacks: values }: Extract<AtEnd, { readonly lacks: unknown }>, schema: Schema): boolean {
  const fold = (name: string) => schema.naming.fold(name, 'column')
  const type = findColumn(schema, table, column)?.column.type
  const named = type && findType(schema, { name: type.name, ...(type.schema === undefined ? {} : { schema: type.schema }) })
  const labels = type?.labels ?? (named?.form === 'enum' ? named.labels.map(({ value }) => value) : undefined)
  const checks = (findTable(schema, table)?.constraints ?? []).flatMap(({ constraint: { kind, expression } }) => {
    const isOnIt = kind === 'check' && expression?.columns.length === 1 && fold(expression.columns[0]!) === fold(column)
    return isOnIt && expression.literals.length > 0 ? [expression.literals] : []
  })
  const lists = labels ? [labels, ...checks] : checks
  return lists.length === 0 || lists.some((list) => values.some((value) => !list.includes(value)))
}
