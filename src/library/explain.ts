import { rules } from '../../rules/registry.ts'
import { UserError } from '../errors.ts'
import { unusedSuppression } from '../lint/suppress.ts'
import { ownFile } from '../project/own-file.ts'
import { nearestName } from '../source/nearest.ts'

/** A rule's page in Markdown, as `surefoot explain` prints it. Throws a UserError, with the nearest name, when there is no such rule. */
export function explain(id: string): string {
  if (id === unusedSuppression)
    return '# unused-suppression\n\nA surefoot-disable comment that suppresses nothing. Remove it, so that it cannot hide a finding later.\n'
  const page = rules.find((candidate) => candidate.id === id)?.page
  if (page !== undefined) return ownFile(page)
  const ids = rules.map((candidate) => candidate.id)
  const near = nearestName(id, ids)
  if (near !== undefined) throw new UserError(`There is no rule ${id}. Did you mean ${near}?`)
  const alike = ids.filter((known) => known.includes(id.toLowerCase()))
  const shown =
    id.length > 2 && alike.length > 0 ? `Rules that have it in their name: ${alike.join(', ')}.` : 'surefoot rules lists them all.'
  throw new UserError(`There is no rule ${id}. ${shown}`)
}
