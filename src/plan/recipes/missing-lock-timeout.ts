import { planOf, type Recipe } from '../plan.ts'

/** Bounds the wait of the first statement that waits for a lock, and of those behind it. */
export const recipe: Recipe = (_, site) => {
  const { moment, dialect } = site
  if (!moment) return undefined
  if (dialect.name !== 'postgres')
    return planOf(
      'Bound the wait for locks with lock_wait_timeout',
      'meaning',
      site.before(moment.statement, ['SET SESSION lock_wait_timeout = 5']),
    )
  // In one query string with others it is a part of their implicit transaction.
  const isLocal = moment.transaction.open === 'yes' || moment.statement.batch !== undefined
  const sql = `SET ${isLocal ? 'LOCAL ' : ''}lock_timeout = '5s'`
  return planOf('Bound the wait for locks with lock_timeout', 'meaning', site.before(moment.statement, [sql]))
}
