import type { Dialect } from '../dialects/dialect.ts'
import type { Column } from '../ir/column.ts'
import { tracedText } from '../source/traced.ts'

/** Words behind a type that say more of the column. */
const more = /\s(?:generated|not\s+null|default|collate|check|references|unique|primary\s+key|constraint|auto_increment|as)\b/i

/** A column with all that its type says: a type that is written as text goes into the SQL as it is, whatever follows it there. */
export function withWrittenType(column: Column, written: string | undefined, dialect: Dialect): Column {
  if (written === undefined || !more.test(written)) return column
  const [statement] = dialect.parse(tracedText(`CREATE TABLE t (c ${written})`, ''), { version: dialect.latest })
  const table = statement?.operations[0]
  const own = table?.kind === 'createTable' ? table.columns[0] : undefined
  if (own === undefined) return column
  const constraints = own.constraints.map(({ span: _, ...constraint }) => ({
    ...constraint,
    columns: [column.name],
    ...(column.span ? { span: column.span } : {}),
  }))
  return {
    ...own,
    ...column,
    type: own.type,
    nullable: own.nullable && column.nullable,
    nullabilityWritten: own.nullabilityWritten || column.nullabilityWritten,
    default: column.default ?? own.default,
    constraints: [...constraints, ...column.constraints],
  }
}
