import type { Baseline } from '../lint/baseline.ts'
import type { Judged } from '../lint/judged.ts'
import { Suppressions, type SuppressionTerms } from '../lint/suppress.ts'
import type { Project } from '../project/project.ts'
import type { CheckOptions } from './check.ts'
import type { Gathering } from './gather.ts'
import { today } from './now.ts'

/** Takes the findings out of one history that a comment or the baseline suppresses. */
export class Sieve {
  readonly #options: CheckOptions
  readonly #baseline: Baseline | undefined
  readonly #project: Project
  readonly #gathered: Gathering
  readonly #terms: SuppressionTerms
  /** By file; those of migrations, whose comments must be needed, with the migration. */
  readonly #files = new Map<string, { readonly own: Suppressions; readonly migration: string | undefined }>()

  constructor(options: CheckOptions, baseline: Baseline | undefined, project: Project, gathered: Gathering) {
    this.#options = options
    this.#baseline = baseline
    this.#project = project
    this.#gathered = gathered
    this.#terms = { today: options.today ?? today(), requireReason: options.suppressions?.requireReason ?? false }
  }

  /** Takes the text of a file of a judged migration. */
  read(file: string, text: string, migration: string): void {
    this.#files.set(file, { own: new Suppressions(text, file, this.#terms), migration })
  }

  /** The finding as it is to be reported; undefined when it is suppressed, which is noted. */
  settle(finding: Judged): Judged | undefined {
    const answer = this.#of(finding.span.file).answer(finding)
    if (answer?.kind === 'inline') {
      this.#gathered.suppressed(finding, answer)
      return undefined
    }
    if (this.#isOld(finding)) return undefined
    if (!answer) return finding
    // Counted among others, it could not say what became of its suppression.
    const { once: _, ...alone } = finding
    return { ...alone, message: `${finding.message} ${answer.because}` }
  }

  /** One finding for each comment that suppressed nothing; asked when all others are settled. */
  unused(): readonly Judged[] {
    const known = new Set(this.#options.rules.map(({ rule }) => rule.id))
    const all = new Set(this.#options.allRules.map((rule) => rule.id))
    return [...this.#files.values()]
      .flatMap(({ own, migration }) => (migration === undefined ? [] : own.unused(migration, known, all)))
      .filter((finding) => !this.#isOld(finding))
  }

  #of(file: string): Suppressions {
    const known = this.#files.get(file)
    if (known) return known.own
    // Findings of the whole history may stand in files that are no migration's.
    const result = this.#project.read(file)
    const own = new Suppressions('text' in result ? result.text : '', file, this.#terms)
    this.#files.set(file, { own, migration: undefined })
    return own
  }

  /** Is the finding one of the baseline's? Then that is noted. */
  #isOld(finding: Judged): boolean {
    if (!this.#baseline) return false
    const { rule, span, message } = finding
    const place = `${span.file}:${span.start}:${rule}:${message}`
    const isOld = this.#baseline.covers({ file: span.file, rule, fingerprint: this.#gathered.fingerprint(finding), place })
    if (isOld) this.#gathered.suppressed(finding, { kind: 'baseline' })
    return isOld
  }
}
