import { rules } from '../../rules/registry.ts'
import { nearestName } from '../config/nearest.ts'
import { UserError } from '../errors.ts'
import { unusedSuppression } from '../lint/suppress.ts'
import { rulePage } from '../rule/page.ts'

/** `surefoot explain <rule>`: the rule's page. */
export function explain(args: readonly string[]): string {
  const [id] = args
  if (id === undefined) throw new UserError('explain needs the id of a rule. surefoot rules lists them.')
  if (id === unusedSuppression)
    return '# unused-suppression\n\nA surefoot-disable comment that suppresses nothing. Remove it, so that it cannot hide a finding later.\n'
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule) return `${rulePage(rule)}`
  const near = nearestName(
    id,
    rules.map((candidate) => candidate.id),
  )
  throw new UserError(`There is no rule ${id}. ${near === undefined ? 'surefoot rules lists them all.' : `Did you mean ${near}?`}`)
}

/** `surefoot rules`: all rules, one line each. */
export function listRules(): string {
  const width = Math.max(...rules.map((rule) => rule.id.length))
  return rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.profile.padEnd(6)}  ${rule.title}\n`).join('')
}
