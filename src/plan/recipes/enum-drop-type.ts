import { showName } from '../../ir/names.ts'
import { diff } from '../../schema/diff.ts'
import type { Recipe } from '../plan.ts'
import { planBack } from '../way-back.ts'

/** Drops the types that up created, behind the columns and tables that use them. */
export const recipe: Recipe = (_finding, site) => {
  const { up, down } = site
  if (!down) return undefined
  const left = diff(up.before, down.after).filter(({ object, change }) => object === 'type' && change === 'added')
  const operations = left.flatMap(({ name }) => {
    const creator = up.moments.find(({ operation }) => operation.kind === 'createType' && showName(operation.name) === showName(name))
    const { span } = creator?.operation ?? {}
    // A builder may drop the type itself where a model of its table is loaded.
    const ifExists = creator?.statement.sql === undefined
    return span ? [{ kind: 'dropType' as const, span, name, ifExists, cascade: false }] : []
  })
  if (operations.length === 0) return undefined
  return planBack(site, operations, [], 'end', `Drop ${operations.map(({ name }) => showName(name)).join(' and ')} at the end of down`)
}
