import type { Message } from '../rule/define.ts'
import type { Severity } from '../rule/finding.ts'

/** A message with its `{slots}` filled; a slot that is not given stays as written. */
export function fill(text: string, slots: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in slots ? String(slots[name]) : whole))
}

export function textOf(message: Message): string {
  return typeof message === 'string' ? message : message.text
}

export function severityOf(message: Message): Severity | undefined {
  return typeof message === 'string' ? undefined : message.severity
}

export function helpOf(message: Message): string | undefined {
  return typeof message === 'string' ? undefined : message.help
}
