import type { Assignment, Term } from '../ir/data.ts'
import type { Update } from '../ir/program.ts'

/**
 * The columns of the table by which an assignment finds its value, where it does not compute with them: those that rows of other tables are
 * joined by, and, for a constant, those that say which rows get it.
 */
export function decidersOf(
  { column, value }: Assignment,
  { where }: Update,
  isKey: (column: string) => boolean = () => false,
): readonly string[] {
  const isJoin = (term: Term) => term.operator === '=' && (term.operand === 'column' || term.operand === 'expression')
  return (where?.terms ?? []).flatMap((term) =>
    term.column !== undefined && term.column !== column && ((value === 'constant' && !isKey(term.column)) || isJoin(term))
      ? [term.column]
      : [],
  )
}

/** The columns that an assignment makes the new value of, in whatever way. */
export function sourcesOf(assignment: Assignment, update: Update): readonly string[] {
  return [...assignment.columns, ...decidersOf(assignment, update)]
}
