import type { LineIndex } from '../source/line-index.ts'
import type { Span } from '../source/span.ts'
import { callEnd } from './call-extent.ts'

/** A comment that suppresses findings. */
export interface Directive {
  readonly reach: 'line' | 'next-line' | 'block' | 'file'
  /** Empty: every rule. */
  readonly rules: readonly string[]
  readonly reason: string | undefined
  /** The last day on which it holds, as it is written; undefined: it holds for good. */
  readonly until: string | undefined
  readonly span: Span
  /** The 1-based line that it stands in. */
  readonly line: number
  /** 1-based lines that it covers. */
  readonly from: number
  readonly to: number
  /** Rules that a block enables again, with the line of that; '*' for all. */
  readonly closed: ReadonlyMap<string, number>
}

// A comment opener, then the directive: `-- surefoot-disable-next-line rule-a, rule-b -- reason until 2027-01-31`.
const pattern = /(?:--|\/\/|\/\*|#)[ \t]*surefoot-(disable-next-line|disable-line|disable-file|disable|enable)\b([^\n\r]*)/g

const reaches = { 'disable-next-line': 'next-line', 'disable-line': 'line', 'disable-file': 'file', disable: 'block' } as const

/** The suppressions that stand in a text. `file` is its path. */
export function directivesOf(text: string, file: string, index: LineIndex): Directive[] {
  const found: (Directive & { readonly closed: Map<string, number> })[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, verb, rest] = match as unknown as [string, keyof typeof reaches | 'enable', string]
    const line = index.at(match.index).line
    const [names, ...reasons] = rest.replace(/\*\/.*$/, '').split(/\s--\s/)
    const named = ended(names!)
    const rules = named.words.split(/[\s,]+/).filter((name) => name !== '')
    if (verb === 'enable') {
      for (const open of found) if (open.reach === 'block') close(open.closed, rules, line)
      continue
    }
    const reach = reaches[verb]
    const explained = ended(reasons.join(' -- '))
    const from = reach === 'file' ? 1 : reach === 'next-line' ? line + 1 : line
    found.push({
      reach,
      rules,
      reason: explained.words || undefined,
      until: named.until ?? explained.until,
      span: { file, start: match.index, end: match.index + whole.trimEnd().length },
      line,
      from,
      to: reach === 'line' ? from : reach === 'next-line' ? lastLine(text, file, index, from) : Number.POSITIVE_INFINITY,
      closed: new Map(),
    })
  }
  return found
}

function close(closed: Map<string, number>, rules: readonly string[], line: number): void {
  for (const rule of rules.length === 0 ? ['*'] : rules) if (!closed.has(rule)) closed.set(rule, line)
}

/** What looks like a date, in whatever form people write one: `2027-01-31`, `31.1.2027`, `2027`, `Jan 2027`, `31 January`. */
const dated =
  /(?:^|[\s,;(])until[ \t]+(\d+[-./]\d[\d\-./]*|\d{4}|(?:\d{1,2}\.?[ \t]+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[ \t,]+\d+)*)[.)\s]*$/i

/** A text without the day at its end on which it says that the suppression ends. */
function ended(text: string): { readonly words: string; readonly until: string | undefined } {
  const match = dated.exec(text)
  if (!match) return { words: text.trim(), until: undefined }
  return { words: text.slice(0, match.index).trim(), until: match[1]! }
}

/** Is it a day of the calendar, written as 2027-01-31? */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** The line on which what begins on a line ends: in JavaScript the text of a query may begin further down than its call. */
function lastLine(text: string, file: string, index: LineIndex, line: number): number {
  if (file.endsWith('.sql') || line > index.lineCount) return line
  return index.at(callEnd(text, index.offsetOf(line))).line
}
