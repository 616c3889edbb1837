import { LineIndex } from '../source/line-index.ts'
import type { Span } from '../source/span.ts'
import { callEnd } from './call-extent.ts'
import type { Judged } from './judged.ts'

/** The rule under which an unneeded suppression is reported. */
export const unusedSuppression = 'unused-suppression'

type Reach = 'line' | 'next-line' | 'block' | 'file'

interface Directive {
  readonly reach: Reach
  /** Empty: every rule. */
  readonly rules: readonly string[]
  readonly reason: string | undefined
  readonly span: Span
  /** 1-based lines that it covers. */
  readonly from: number
  readonly to: number
  /** Rules that a block enables again, with the line of that; '*' for all. */
  readonly closed: Map<string, number>
  /** The rules, or '*', that it did suppress. */
  readonly used: Set<string>
}

// A comment opener, then the directive: `-- surefoot-disable-next-line rule-a, rule-b -- reason`.
const pattern = /(?:--|\/\/|\/\*|#)[ \t]*surefoot-(disable-next-line|disable-line|disable-file|disable|enable)\b([^\n\r]*)/g

/** The suppressions that stand in a text. `file` is its path. */
function directivesOf(text: string, file: string, index: LineIndex): Directive[] {
  const found: Directive[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, verb, rest] = match as unknown as [string, string, string]
    const line = index.at(match.index).line
    const [names, ...reasons] = rest.replace(/\*\/.*$/, '').split(/\s--\s/)
    const rules = names!.split(/[\s,]+/).filter((name) => name !== '')
    const reason = reasons.join(' -- ').trim() || undefined
    if (verb === 'enable') {
      for (const open of found) if (open.reach === 'block') close(open, rules, line)
      continue
    }
    const reach: Reach =
      verb === 'disable-next-line' ? 'next-line' : verb === 'disable-line' ? 'line' : verb === 'disable-file' ? 'file' : 'block'
    const span = { file, start: match.index, end: match.index + whole.trimEnd().length }
    const from = reach === 'file' ? 1 : reach === 'next-line' ? line + 1 : line
    const to =
      reach === 'file' || reach === 'block' ? Number.POSITIVE_INFINITY : reach === 'next-line' ? lastLine(text, file, index, from) : from
    found.push({ reach, rules, reason, span, from, to, closed: new Map(), used: new Set() })
  }
  return found
}

function close(open: Directive, rules: readonly string[], line: number): void {
  for (const rule of rules.length === 0 ? ['*'] : rules) if (!open.closed.has(rule)) open.closed.set(rule, line)
}

/** Does it cover this line for this rule? */
function reaches(directive: Directive, rule: string, line: number): boolean {
  const { from, to, closed } = directive
  const end = Math.min(to, closed.get('*') ?? to, closed.get(rule) ?? to)
  return line >= from && line <= end
}

/** The line on which what begins on a line ends: in JavaScript the text of a query may begin further down than its call. */
function lastLine(text: string, file: string, index: LineIndex, line: number): number {
  if (file.endsWith('.sql') || line > index.lineCount) return line
  return index.at(callEnd(text, index.offsetOf(line))).line
}

/** The suppressions of one file, ready to be asked. */
export class Suppressions {
  readonly #directives: readonly Directive[]
  readonly #index: LineIndex | undefined

  constructor(text: string, file: string) {
    // Almost no file has one: the scan for the word costs less than an index of its lines.
    this.#index = text.includes('surefoot-') ? new LineIndex(text) : undefined
    this.#directives = this.#index ? directivesOf(text, file, this.#index) : []
  }

  /** Is the finding suppressed? `next-line` covers a statement that starts there, wherever in it the finding points. */
  covers(finding: Judged): boolean {
    if (this.#directives.length === 0 || !this.#index) return false
    const own = this.#index.at(finding.span.start).line
    const statement = finding.statement.file === finding.span.file ? this.#index.at(finding.statement.start).line : own
    let covered = false
    for (const directive of this.#directives) {
      const inRules = directive.rules.length === 0 || directive.rules.includes(finding.rule)
      const inLines = reaches(directive, finding.rule, own) || reaches(directive, finding.rule, statement)
      if (!inRules || !inLines) continue
      directive.used.add(directive.rules.length === 0 ? '*' : finding.rule)
      covered = true
    }
    return covered
  }

  /** One finding for each suppression, or rule named in one, that suppressed nothing. `known` are the rules that were judged. */
  unused(migration: string, known: ReadonlySet<string>, all: ReadonlySet<string>): Judged[] {
    return this.#directives.flatMap((directive) => {
      const names = directive.rules.length === 0 ? ['*'] : directive.rules
      return names.flatMap((name) => {
        if (directive.used.has(name)) return []
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
