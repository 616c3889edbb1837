import type { ColumnRef, Node, RangeVar, SelectStmt } from 'libpg-query'
import { as, strings } from './reading.ts'

/**
 * Does a subquery give one answer whatever row of the target it is asked for: a table to read from, and no column that is qualified with a
 * name of the target? A column without a qualifier is taken for one of its own tables.
 */
export function standsAlone(subselect: Node | undefined, target: ReadonlySet<string> | undefined): boolean {
  const select: SelectStmt | undefined = as(subselect, 'SelectStmt')
  if (target === undefined || select?.fromClause === undefined) return false
  const own = new Set<string>()
  const asked = new Set<string>()
  gather(subselect, own, asked)
  return [...asked].every((name) => own.has(name) || !target.has(name))
}

function gather(value: unknown, own: Set<string>, asked: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key === 'RangeVar') {
      const { alias, relname } = member as RangeVar
      own.add(alias?.aliasname ?? relname ?? '')
    } else if (key === 'ColumnRef') {
      const parts = strings((member as ColumnRef).fields)
      if (parts.length > 1) asked.add(parts[parts.length - 2]!)
    }
    gather(member, own, asked)
  }
}
