import { algorithmFor } from '../../rule/algorithm.ts'
import { edit, planOf, type Recipe } from '../plan.ts'
import { computed } from '../sql-text.ts'

/** Says how much the change may cost, so that the server refuses what would cost more. */
export const recipe: Recipe = (_, { moment, dialect, text }) => {
  const clause = moment && algorithmFor(moment.cost, dialect.name === 'mariadb')
  if (!moment || clause === undefined) return undefined
  const { span } = moment.statement
  const isAlter = /^alter\s/i.test(text(span))
  if (!isAlter && !/^(?:create|drop)\s/i.test(text(span))) return computed
  const words = isAlter ? `, ${clause}` : ` ${clause.replace(',', '')}`
  return planOf(`Say ${clause}`, 'meaning', edit({ file: span.file, start: span.end, end: span.end }, words))
}
