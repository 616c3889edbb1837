import { rules } from '../../rules/registry.ts'
import { UserError } from '../errors.ts'
import { explain as pageOf } from '../library/explain.ts'

/** `surefoot explain <rule>`: the rule's page. */
export function explain(args: readonly string[]): string {
  const [id] = args
  if (id === undefined) throw new UserError('explain needs the id of a rule. surefoot rules lists them.')
  return pageOf(id)
}

/** `surefoot rules`: all rules, one line each. */
export function listRules(): string {
  const width = Math.max(...rules.map((rule) => rule.id.length))
  return rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.profile.padEnd(6)}  ${rule.title}\n`).join('')
}
