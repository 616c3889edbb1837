import type { DialectName } from '../ir/names.ts'
import type { Example, Message, OperationHandlers, Rule, RuleDefinition, WiderHandlers } from './define.ts'
import { profiles } from './finding.ts'

type Messages = Readonly<Record<string, Message>>
type Options = Readonly<Record<string, unknown>>

/** What a rule of one's own must say; the rest may be left out. */
type Required = 'id' | 'title' | 'severity' | 'instead' | 'messages'

/** A rule outside this project: what only its documentation needs may be left out. */
export type OwnRuleDefinition<M extends Messages, O> = Pick<RuleDefinition<M, O>, Required | 'options'> &
  Partial<Omit<RuleDefinition<M, O>, Required | 'options' | 'on' | 'bad' | 'good'>> & {
    readonly on: OperationHandlers<M, O> & WiderHandlers<M, O>
    /** Cases in which it speaks and is silent, for one's own documentation and tests. */
    readonly bad?: readonly Example[]
    readonly good?: readonly Example[]
  }

/** What `defineRule` takes, with the types of its messages gone. */
export type OwnRule = Pick<Rule, Required | 'on'> & Partial<Rule>

const everywhere: readonly DialectName[] = ['postgres', 'mysql', 'mariadb', 'sqlite']

/**
 * Gives a rule of one's own its types: the `{slots}` of its messages, the operations it hears of, its options. Takes the definition and gives it
 * back complete: in profile `safety`, on every engine and in `up` alone unless it says otherwise. It goes into `customRules` of the configuration,
 * or among the rules of a call of `check`.
 */
export function defineOwnRule<const M extends Messages, const O extends Options = Readonly<Record<string, never>>>(
  definition: OwnRuleDefinition<M, O>,
): Rule {
  // The engine calls each handler with what its key says; the types of messages end here.
  return completeRule(definition as unknown as OwnRule)
}

/** The rule with what it left out. */
export function completeRule(rule: OwnRule): Rule {
  return {
    profile: 'safety',
    profileBecause: '',
    since: '',
    dialects: everywhere,
    why: '',
    unless: '',
    sources: [],
    covers: [],
    equivalents: [],
    inDown: 'full',
    bad: [],
    // A built-in rule has an example of its silence; one from outside need not.
    good: [] as unknown as Rule['good'],
    ...rule,
  }
}

/** Has a value what the engine needs of a rule? */
export function isOwnRule(value: unknown): value is OwnRule {
  if (typeof value !== 'object' || value === null) return false
  const rule = value as Record<string, unknown>
  const isText = (key: string) => typeof rule[key] === 'string' && rule[key] !== ''
  const isTable = (key: string) => typeof rule[key] === 'object' && rule[key] !== null
  return (
    ['id', 'title', 'severity', 'instead'].every(isText) &&
    isTable('messages') &&
    isTable('on') &&
    (rule.profile === undefined || profiles.some((profile) => profile === rule.profile))
  )
}
