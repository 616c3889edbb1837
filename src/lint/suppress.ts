import { LineIndex } from '../source/line-index.ts'
import { type Directive, directivesOf, isDay } from './directives.ts'
import type { Judged } from './judged.ts'

/** The rule under which an unneeded suppression is reported. */
export const unusedSuppression = 'unused-suppression'

/** What decides whether a suppression holds. */
export interface SuppressionTerms {
  /** The day of the run, as 2027-01-31: one that says `until` an earlier day has ended. */
  readonly today: string
  /** One that gives no reason does not hold. */
  readonly requireReason: boolean
}

/** The comment that a finding is suppressed by. */
export interface InlineSuppression {
  readonly kind: 'inline'
  /** The 1-based line of the comment, in the finding's file. */
  readonly line: number
  readonly reason?: string
  /** The last day on which it holds. */
  readonly until?: string
}

/** What the suppressions of a file say to a finding: it is suppressed, or it would be by one that does not hold, and why not. */
export type Answer = InlineSuppression | { readonly kind: 'lapsed'; readonly because: string }

/** Does it cover this line for this rule? */
function reaches({ from, to, closed }: Directive, rule: string, line: number): boolean {
  const end = Math.min(to, closed.get('*') ?? to, closed.get(rule) ?? to)
  return line >= from && line <= end
}

/** The suppressions of one file, ready to be asked. */
export class Suppressions {
  readonly #directives: readonly Directive[]
  readonly #index: LineIndex | undefined
  readonly #terms: SuppressionTerms
  /** The rules, or '*', that each did suppress, or would have. */
  readonly #used = new Map<Directive, Set<string>>()

  constructor(text: string, file: string, terms: SuppressionTerms) {
    // Almost no file has one: the scan for the word costs less than an index of its lines.
    this.#index = text.includes('surefoot-') ? new LineIndex(text) : undefined
    this.#directives = this.#index ? directivesOf(text, file, this.#index) : []
    this.#terms = terms
  }

  /** By what the finding is suppressed; undefined: by nothing. `next-line` covers a statement that starts there, wherever in it the finding points. */
  answer(finding: Judged): Answer | undefined {
    if (this.#directives.length === 0 || !this.#index) return undefined
    const own = this.#index.at(finding.span.start).line
    const statement = finding.statement.file === finding.span.file ? this.#index.at(finding.statement.start).line : own
    let answer: Answer | undefined
    for (const directive of this.#directives) {
      const inRules = directive.rules.length === 0 || directive.rules.includes(finding.rule)
      const inLines = reaches(directive, finding.rule, own) || reaches(directive, finding.rule, statement)
      if (!inRules || !inLines) continue
      this.#use(directive, directive.rules.length === 0 ? '*' : finding.rule)
      if (answer?.kind !== 'inline') answer = this.#saidBy(directive) ?? answer
    }
    return answer
  }

  #use(directive: Directive, rule: string): void {
    const used = this.#used.get(directive)
    if (used) used.add(rule)
    else this.#used.set(directive, new Set([rule]))
  }

  #saidBy({ line, reason, until }: Directive): Answer {
    const lapsed = (because: string) => ({ kind: 'lapsed', because }) as const
    if (until !== undefined && !isDay(until))
      return lapsed(`The suppression in line ${line} does not hold: "${until}" is no date. Write it as in until 2027-01-31.`)
    if (until !== undefined && until < this.#terms.today)
      return lapsed(`It was suppressed until ${until}${reason === undefined ? '' : ` (${reason})`}; that day has passed.`)
    if (reason === undefined && this.#terms.requireReason)
      return lapsed(
        `The suppression in line ${line} does not hold: it gives no reason. Write one behind it, as in -- surefoot-disable-next-line rule -- reason.`,
      )
    return { kind: 'inline', line, ...(reason === undefined ? {} : { reason }), ...(until === undefined ? {} : { until }) }
  }

  /** One finding for each suppression, or rule named in one, that suppressed nothing. `known` are the rules that were judged. */
  unused(migration: string, known: ReadonlySet<string>, all: ReadonlySet<string>): Judged[] {
    return this.#directives.flatMap((directive) => {
      const names = directive.rules.length === 0 ? ['*'] : directive.rules
      return names.flatMap((name) => {
        if (this.#used.get(directive)?.has(name)) return []
        // A rule that is off, or belongs to another profile, was not asked: its suppression may well be needed.
        if (name !== '*' && all.has(name) && !known.has(name)) return []
        const message =
          name === '*'
            ? 'This suppression suppresses nothing: no rule speaks here.'
            : all.has(name)
              ? `This suppression of ${name} suppresses nothing: the rule does not speak here.`
              : `This suppression names ${name}, and there is no such rule.`
        return [
          {
            rule: unusedSuppression,
            severity: 'warning' as const,
            message,
            help: 'Remove it, so that it cannot hide a finding later.',
            span: directive.span,
            migration,
            direction: 'up' as const,
            evidence: 'read' as const,
            related: [],
            statement: directive.span,
          },
        ]
      })
    })
  }
}
