import type { Machine } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'

/** The link of a chain that follows an offset, from the name of its method on. The first, where it stands on one line with what it is chained to, is the whole expression. */
export function linkOf(end: number | undefined, span: Span, machine: Machine): Span {
  if (end === undefined || end <= span.start || end >= span.end) return span
  const text = machine.readText(span.file)
  const between = text === undefined ? undefined : /^\s*\.\s*/.exec(text.slice(end, end + 1000))?.[0]
  if (between === undefined) return span
  const first = !text!.slice(span.start, end).includes('(')
  return first && !between.includes('\n') ? span : { ...span, start: end + between.length }
}
