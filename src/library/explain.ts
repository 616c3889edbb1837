import { rules } from '../../rules/registry.ts'
import { nearestName } from '../config/nearest.ts'
import { UserError } from '../errors.ts'
import { rulePage } from '../rule/page.ts'

/** A rule's page in Markdown, as `surefoot explain` prints it. Throws a UserError, with the nearest name, when there is no such rule. */
export function explain(id: string): string {
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule) return rulePage(rule)
  const near = nearestName(
    id,
    rules.map((candidate) => candidate.id),
  )
  throw new UserError(`There is no rule ${id}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
}
