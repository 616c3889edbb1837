import type { Cost } from '../dialects/dialect.ts'
import type { Message } from '../rule/define.ts'
import { type CostDetails, type Profile, reaches, type Severity } from '../rule/finding.ts'

/** The parts of messages seen so far: text and the names of slots in turn. */
const parts = new Map<string, readonly string[]>()

/** A message with its `{slots}` filled; a slot that is not given stays as written. */
export function fill(text: string, slots: Readonly<Record<string, string | number>>): string {
  let pieces = parts.get(text)
  if (!pieces) {
    pieces = text.split(/\{(\w+)\}/)
    if (parts.size < 2000) parts.set(text, pieces)
  }
  if (pieces.length === 1) return text
  let filled = pieces[0]!
  for (let i = 1; i < pieces.length; i += 2) {
    const name = pieces[i]!
    filled += (name in slots ? onOneLine(String(slots[name])) : `{${name}}`) + pieces[i + 1]!
  }
  return filled
}

/** Code over several lines, on one that a person can take in. */
function onOneLine(value: string): string {
  if (!/[\r\n]/.test(value)) return value
  const line = value.replace(/\s+/g, ' ').trim()
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`
}

/** Is one of a message's names among those that the rule's option `allow` lets pass? `*` stands for any text. */
export function isAllowed(allow: unknown, slots: Readonly<Record<string, string | number>>): boolean {
  if (!Array.isArray(allow)) return false
  const names = Object.values(slots).map(String)
  return allow.some((pattern) => {
    if (typeof pattern !== 'string') return false
    const [head = '', ...rest] = pattern.split('*')
    return names.some((name) => (rest.length === 0 ? name === pattern : fits(name, head, rest)))
  })
}

/** Does the name begin with `head` and hold the other parts in their order, the last of them at its end? */
function fits(name: string, head: string, parts: readonly string[]): boolean {
  const last = parts.at(-1)!
  if (!name.startsWith(head) || !name.endsWith(last)) return false
  let at = head.length
  for (const part of parts.slice(0, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}

export function textOf(message: Message): string {
  return typeof message === 'string' ? message : message.text
}

export function severityOf(message: Message): Severity | undefined {
  return typeof message === 'string' ? undefined : message.severity
}

/** Is the message said under a profile? Not when it asks for a stricter one, unless its rule was switched on by name. */
export function isSaid(message: Message, severity: Severity | undefined, profile: Profile): boolean {
  if (typeof message === 'string' || message.profile === undefined || severity !== undefined) return true
  return reaches(profile, message.profile)
}

export function helpOf(message: Message): string | undefined {
  return typeof message === 'string' ? undefined : message.help
}

/** What the engine does, where anything waits for it or it works through the table; else undefined. */
export function detailsOf({ lock, algorithm, blocks, queues, rewrites, scans, because, cite }: Cost): CostDetails | undefined {
  if (blocks === 'nothing' && queues === 'nothing' && rewrites === false && scans === false) return undefined
  return { lock, ...(algorithm ? { algorithm } : {}), rewrites, scans, ...(because === undefined ? {} : { because }), cite }
}
