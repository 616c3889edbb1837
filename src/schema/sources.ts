import type { Assignment } from '../ir/data.ts'
import type { Update } from '../ir/program.ts'

/**
 * The columns of the table that an assignment makes the new value of: those that it computes with, those by which the rows of other tables
 * are found, and, for a constant, those that say which rows get it.
 */
export function sourcesOf({ column, value, columns }: Assignment, { where }: Update): readonly string[] {
  const deciding = (where?.terms ?? []).flatMap((term) =>
    term.column !== undefined && term.column !== column && (value === 'constant' || (term.operator === '=' && term.operand === 'column'))
      ? [term.column]
      : [],
  )
  return [...columns, ...deciding]
}
