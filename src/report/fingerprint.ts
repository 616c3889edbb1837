import { createHash } from 'node:crypto'
import type { ReportedError, ReportedFinding, ReportedOpaque } from '../lint/outcome.ts'
import { LineIndex } from '../source/line-index.ts'
import type { ReportContext } from './format.ts'
import { unjudgedRule, unreadRule } from './words.ts'

/**
 * Names what one report says so that a platform knows it again: by rule, file, the text that it is about and, where those are the same, by
 * which of them it is. Lines that move and spaces that change leave a name as it is; no two of a report are alike. 32 hex digits.
 */
export class Fingerprints {
  readonly #context: Pick<ReportContext, 'read' | 'inRepository'>
  readonly #lines = new Map<string, LineIndex | undefined>()
  readonly #times = new Map<string, number>()

  constructor(context: Pick<ReportContext, 'read' | 'inRepository'>) {
    this.#context = context
  }

  finding(finding: ReportedFinding): string {
    return this.#name([finding.rule, this.#context.inRepository(finding.file), finding.fingerprint])
  }

  unread({ file, line, because, detail }: ReportedOpaque): string {
    const text = this.#indexOf(file)?.line(line) ?? detail
    return this.#name([unreadRule, this.#context.inRepository(file), because, text])
  }

  unjudged({ file, message }: ReportedError): string {
    return this.#name([unjudgedRule, this.#context.inRepository(file), message])
  }

  #indexOf(file: string): LineIndex | undefined {
    if (!this.#lines.has(file)) {
      const text = this.#context.read(file)
      this.#lines.set(file, text === undefined ? undefined : new LineIndex(text))
    }
    return this.#lines.get(file)
  }

  #name(parts: readonly string[]): string {
    const key = parts.map((part) => part.replace(/\s+/g, ' ').trim()).join('\u0000')
    const time = this.#times.get(key) ?? 0
    this.#times.set(key, time + 1)
    return createHash('sha256').update(`${key}\u0000${time}`).digest('hex').slice(0, 32)
  }
}
