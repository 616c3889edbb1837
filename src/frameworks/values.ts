import type { ArrayValue, HandleValue, ObjectValue, StringValue, Value } from '../javascript/value.ts'
import { truthy as truthyValue } from '../javascript/values.ts'
import type { Span } from '../source/span.ts'

/** A handle: a value that this room gives meaning to. */
export function handle(name: string, data?: unknown, span?: Span): HandleValue {
  return { kind: 'handle', name, ...(data === undefined ? {} : { data }), ...(span ? { span } : {}) }
}

/** A string that nobody wrote in the file. */
export function stringValue(text: string): StringValue {
  return { kind: 'string', pieces: [{ text, span: undefined, verbatim: false }] }
}

/** The text of a string that is known as a whole. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.kind !== 'string' || value.pieces.some((piece) => piece.hole)) return undefined
  return value.pieces.map((piece) => piece.text).join('')
}

/** A value as its author would recognise it: a text with `${…}` for what is not known. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return 'undefined'
  switch (value.kind) {
    case 'string':
      return value.pieces.map((piece) => (piece.hole ? `\${${piece.hole.expression}}` : piece.text)).join('')
    case 'number':
    case 'boolean':
      return String(value.value)
    case 'undefined':
    case 'null':
      return value.kind
    case 'unknown':
      return `\${${value.expression}}`
    case 'promise':
      return shown(value.value)
    case 'function':
      return value.name ?? 'a function'
    case 'handle':
      return value.name
    case 'array':
      return `[${value.items.map(shown).join(', ')}]`
    case 'object':
      return '{…}'
  }
}

export function isAbsent(value: Value | undefined): boolean {
  return value === undefined || value.kind === 'undefined' || value.kind === 'null'
}

export function booleanOf(value: Value | undefined): boolean | undefined {
  return value?.kind === 'boolean' ? value.value : undefined
}

export function numberOf(value: Value | undefined): number | undefined {
  return value?.kind === 'number' ? value.value : undefined
}

export function objectOf(value: Value | undefined): ObjectValue | undefined {
  return value?.kind === 'object' ? value : undefined
}

export function arrayOf(value: Value | undefined): ArrayValue | undefined {
  return value?.kind === 'array' ? value : undefined
}

/** A member of an object; undefined when it is no object or has no such member, or the member is the value `undefined`. */
export function member(value: Value | undefined, ...names: readonly string[]): Value | undefined {
  if (value?.kind !== 'object') return undefined
  for (const name of names) {
    const found = value.members.get(name)
    if (found !== undefined && found.kind !== 'undefined') return found
  }
  return undefined
}

/** Could this value have members that were not read? */
export function isOpen(value: Value | undefined): boolean {
  if (value === undefined) return false
  if (value.kind === 'object') return !value.complete
  return value.kind === 'unknown'
}

/** The text of a member. */
export function textMember(value: Value | undefined, ...names: readonly string[]): string | undefined {
  return textOf(member(value, ...names))
}

/** What JavaScript makes of the value in a condition; undefined: not known. What is not given is not true, what we hand out is. */
export function truthy(value: Value | undefined): boolean | undefined {
  if (value === undefined) return false
  return value.kind === 'handle' || truthyValue(value)
}
