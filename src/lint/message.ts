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
    filled += (name in slots ? String(slots[name]) : `{${name}}`) + pieces[i + 1]!
  }
  return filled
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
