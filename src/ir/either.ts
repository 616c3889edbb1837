import type { Term } from './data.ts'

/** Conditions joined by OR that ask one column for this value or that: a list of values. undefined: they say something else. */
export function eitherOf(terms: readonly Term[], sql: string): Term | undefined {
  const column = terms[0]?.column
  if (column === undefined || !terms.every((term) => term.column === column && picksValues(term))) return undefined
  const counts = terms.map(({ operator, count }) => (operator === '=' ? 1 : count))
  const count = counts.reduce<number | undefined>((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0)
  const operand = terms.every((term) => term.operand === 'constant') ? 'constant' : 'parameter'
  return { column, operator: 'in', operand, ...(count === undefined ? {} : { count }), sql }
}

function picksValues({ operator, operand }: Term): boolean {
  return (operator === '=' || operator === 'in') && (operand === 'constant' || operand === 'parameter')
}
