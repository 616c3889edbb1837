import type { Value } from '../value.ts'
import { fromPrimitive, list, primitive, record, undef, unknown } from '../values.ts'

/** The value of a JSON text; unknown when it does not parse. */
export function fromJson(content: string, file: string): Value {
  try {
    return fromData(JSON.parse(content), { file, start: 0, end: content.length }, 0)
  } catch {
    return unknown('unknown', file)
  }
}

function fromData(data: unknown, span: { file: string; start: number; end: number }, depth: number): Value {
  if (depth > 200) return unknown('unknown', 'deep JSON', span)
  if (Array.isArray(data))
    return list(
      data.map((item) => fromData(item, span, depth + 1)),
      true,
      span,
    )
  if (typeof data === 'object' && data !== null) {
    return record(
      Object.entries(data).map(([key, value]) => [key, fromData(value, span, depth + 1)] as const),
      true,
      span,
    )
  }
  return data === undefined ? undef : fromPrimitive(data, span)
}

/** A value as plain data for `JSON.stringify`; `known` false when a part of it is not known. */
export function toData(value: Value, depth = 0): { readonly known: boolean; readonly data?: unknown } {
  if (depth > 50) return { known: false }
  const simple = primitive(value)
  if (simple) return { known: true, data: simple.value }
  if (value.kind === 'array' && value.complete) {
    const items = value.items.map((item) => toData(item, depth + 1))
    return items.every((item) => item.known) ? { known: true, data: items.map((item) => item.data) } : { known: false }
  }
  if (value.kind === 'object' && value.complete) {
    const data: Record<string, unknown> = {}
    for (const [key, member] of value.members) {
      const part = toData(member, depth + 1)
      if (!part.known) return { known: false }
      data[key] = part.data
    }
    return { known: true, data }
  }
  return { known: value.kind === 'function' }
}
