import { showName } from '../../ir/names.ts'
import { builtConcurrently, concurrently, toIndex } from '../concurrently.ts'
import type { Recipe } from '../plan.ts'
import { sqlPattern } from '../sql-text.ts'

const named = sqlPattern('create (?:unique )?index (?:if not exists )?(NAME) on (?:only )?(QUALIFIED)')
const toTarget = sqlPattern(String.raw`reindex (?:\([^)]*\)\s*)?(?:table|index)`)

/** Builds the index, or builds it anew, CONCURRENTLY and in no transaction. */
export const recipe: Recipe = (finding, site) => {
  const { moment } = site
  if (moment?.operation.kind === 'createIndex' && finding.messageId === 'blocksWrites') {
    const { name, table } = moment.operation
    const written = named.exec(moment.statement.sql ?? '')
    const schema = written?.[2]?.includes('.') ? `${written[2].split('.')[0]!.trim()}.` : ''
    const builder =
      moment.statement.sql === undefined && name !== undefined ? `"${showName({ ...table, name }).replaceAll('.', '"."')}"` : undefined
    const index = written?.[1] === undefined ? builder : `${schema}${written[1]}`
    const drop = index === undefined ? undefined : `DROP INDEX CONCURRENTLY IF EXISTS ${index}`
    return concurrently(site, {
      title: `Build ${name ?? `the index of ${showName(table)}`} CONCURRENTLY`,
      moment,
      built: builtConcurrently(site, moment.operation),
      upTo: toIndex,
      word: ' CONCURRENTLY',
      name: `build ${name ?? `index of ${table.name}`}`,
      clears: drop,
      // TypeORM reverts in a transaction.
      down: site.framework === 'typeorm' ? drop?.replace(' CONCURRENTLY', '') : drop,
    })
  }
  if (moment?.operation.kind === 'reindex' && finding.messageId === 'rebuilds' && moment.operation.name) {
    const { name } = moment.operation
    return concurrently(site, {
      title: `Rebuild ${showName(name)} CONCURRENTLY`,
      moment,
      upTo: toTarget,
      word: ' CONCURRENTLY',
      name: `rebuild ${name.name}`,
      clears: undefined,
      down: undefined,
    })
  }
  return undefined
}
