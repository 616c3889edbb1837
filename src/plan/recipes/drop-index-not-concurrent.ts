import { showName } from '../../ir/names.ts'
import { builtConcurrently, concurrently } from '../concurrently.ts'
import type { Recipe } from '../plan.ts'
import { sqlPattern } from '../sql-text.ts'

const toIndex = sqlPattern('drop index')

/** Drops the index CONCURRENTLY and in no transaction. */
export const recipe: Recipe = (finding, site) => {
  const { moment } = site
  if (moment?.operation.kind !== 'dropIndex' || finding.messageId !== 'locks') return undefined
  const { name } = moment.operation
  return concurrently(site, {
    title: `Drop ${showName(name)} CONCURRENTLY`,
    moment,
    built: builtConcurrently(site, moment.operation),
    upTo: toIndex,
    word: ' CONCURRENTLY',
    clears: undefined,
    name: `drop ${name.name}`,
    down: 'undo',
  })
}
