import type { Span } from './span.ts'

/** One replacement in a file: the characters of the span become `text`. An empty span is an insertion. Offsets are UTF-16 units. */
export interface TextEdit extends Span {
  readonly text: string
}

/** Do two edits change the same characters, or insert at the same place? Edits of different files never do. */
export function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.file !== b.file) return false
  return a.start === b.start || (a.start < b.end && b.start < a.end)
}

/** The text of one file with all its edits made. Throws a RangeError when two of them overlap or one lies outside the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
  let made = ''
  let at = 0
  sorted.forEach((edit, index) => {
    const next = sorted[index + 1]
    if (edit.start > edit.end || edit.start < 0 || edit.end > text.length) throw new RangeError('an edit lies outside the text')
    if (next && overlaps(edit, next)) throw new RangeError('two edits overlap')
    made += text.slice(at, edit.start) + edit.text
    at = edit.end
  })
  return made + text.slice(at)
}
