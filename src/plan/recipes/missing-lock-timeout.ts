import { keyOf } from '../../schema/schema.ts'
import { isUnwritable, planOf, type Recipe, type RecipeSite } from '../plan.ts'

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
  const above = site.before(moment.statement, [sql])
  // Where each call may go to another connection, a transaction holds them together; locks of several tables are not to be held as long as the last one needs.
  const wrapped = isUnwritable(above) && tablesOf(site) === 1 ? site.wrapped(["SET LOCAL lock_timeout = '5s'"]) : above
  return planOf('Bound the wait for locks with lock_timeout', 'meaning', isUnwritable(wrapped) ? above : wrapped)
}

function tablesOf({ walk: { moments } }: RecipeSite): number {
  const named = moments.flatMap(({ operation, before: { naming } }) =>
    'table' in operation && operation.table ? [keyOf(naming, operation.table)] : [],
  )
  return new Set(named).size
}
