import type { Naming } from './schema.ts'
import type { Table } from './table.ts'

/**
 * Can the table hold one row at most: is a column that is a key of its own, and never NULL, held to one value by a CHECK? Settings of an
 * installation are kept so, `id int PRIMARY KEY CHECK (id = 1)`.
 */
export function holdsOneRow({ constraints, indexes, columns }: Table, naming: Naming): boolean {
  const isColumn = (a: string | undefined, b: string) => a !== undefined && naming.fold(a, 'column') === naming.fold(b, 'column')
  return constraints.some(({ constraint, validated }) => {
    const { kind, expression, enforced } = constraint
    const [name, ...others] = expression?.columns ?? []
    if (kind !== 'check' || !validated || enforced === false || name === undefined || others.length > 0) return false
    const column = [...columns.values()].find((one) => isColumn(one.column.name, name))?.column
    if (!column || column.nullable || expression!.functions.length > 0) return false
    const isKey = indexes.some(({ unique, where, keys }) => unique && !where && keys.length === 1 && isColumn(keys[0]!.column, name))
    return isKey && (isOneValue.test(expression!.sql) || (column.type?.name === 'boolean' && isBare.test(expression!.sql)))
  })
}

/** `id = 1`, `(one IS TRUE)`, `id = 'only'::text`. */
const isOneValue = /^[\s(]*[\w."`[\]]+[\s)]*(?:==?|\bis\b)[\s(]*(?:'[^']*'|-?\d+|true|false)(?:\s*::\s*\w+)?[\s)]*$/i
const isBare = /^[\s(]*[\w."`[\]]+[\s)]*$/
