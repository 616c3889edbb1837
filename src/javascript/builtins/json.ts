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

/** A value as plain data for `JSON.stringify`; `known` false when a part of it is not known, or there is too much of it. */
export function toData(value: Value): { readonly known: boolean; readonly data?: unknown } {
  let left = 5_000
  const convert = (part: Value, depth: number): { readonly known: boolean; readonly data?: unknown } => {
    if (depth > 50 || --left < 0) return { known: false }
    const simple = primitive(part)
    if (simple) return { known: true, data: simple.value }
    if (part.kind === 'array' && part.complete) {
      const items: unknown[] = []
      for (const item of part.items) {
        const converted = convert(item, depth + 1)
        if (!converted.known) return converted
        items.push(converted.data)
      }
      return { known: true, data: items }
    }
    if (part.kind === 'object' && part.complete) {
      const data: Record<string, unknown> = {}
      for (const [key, member] of part.members) {
        const converted = convert(member, depth + 1)
        if (!converted.known) return converted
        data[key] = converted.data
      }
      return { known: true, data }
    }
    return { known: part.kind === 'function' }
  }
  return convert(value, 0)
}
