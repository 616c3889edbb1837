import type { Place } from '../lint/outcome.ts'
import type { LineIndex } from '../source/line-index.ts'
import { cells } from './cells.ts'
import type { Paint } from './paint.ts'

const widest = 160
const tallest = 3

/** The user's lines with a squiggle under the place: at most three lines, long ones cut around what matters. */
export function frame(index: LineIndex, place: Place, paint: Paint): string[] {
  const last = Math.min(place.endLine, place.line + tallest - 1, index.lineCount)
  const gutter = String(last).length
  const rows: string[] = []
  for (let number = place.line; number <= last; number++) {
    const line = index.line(number)
    const from = number === place.line ? place.column - 1 : line.length - line.trimStart().length
    const to = number === place.endLine ? place.endColumn - 1 : line.trimEnd().length
    const cut = from > widest - 40 ? whole(line, from - 20) : 0
    const end = whole(line, cut + widest)
    rows.push(`${paint.dim(`${String(number).padStart(gutter)} │`)} ${clean(line.slice(cut, end))}`)
    const width = Math.max(1, cells(clean(line.slice(from, Math.min(to, end)))))
    const indent = line
      .slice(cut, from)
      .split('\t')
      .map((part) => ' '.repeat(cells(clean(part))))
      .join('\t')
    if (line.trim() !== '') rows.push(`${paint.dim(`${' '.repeat(gutter)} │`)} ${indent}${paint.bad('~'.repeat(width))}`)
  }
  if (place.endLine > last)
    rows.push(paint.dim(`${' '.repeat(gutter)} │ … ${place.endLine - last} more line${place.endLine - last === 1 ? '' : 's'}`))
  return rows
}

/** An offset that is not in the middle of a character. */
function whole(line: string, offset: number): number {
  const code = line.charCodeAt(offset)
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset
}

/** Control characters of a user's file, and those that turn the direction of writing, must not steer the terminal. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�')
}
