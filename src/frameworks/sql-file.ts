import type { Script, Statement } from '../ir/migration.ts'
import { commentAbove } from '../sql/comment-above.ts'
import type { Change } from './writer.ts'

/** SQL statements on lines of their own above a statement of a file and the comment that belongs to it. */
export function before(text: string, script: Script, { span }: Statement, sql: readonly string[]): Change {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1
  const indent = text.slice(lineStart, span.start)
  if (indent.trim() !== '') return insertion(span.file, span.start, sql.map((statement) => `${statement}; `).join(''))
  const at = commentAbove(text, span.start, script.span.start)
  return insertion(span.file, at, sql.map((statement) => `${indent}${statement};${newlineOf(text)}`).join(''))
}

/** A file without one of its statements, its semicolon and, where it stood alone on its lines, those and the comment above. */
export function without(text: string, script: Script, { span }: Statement): Change {
  const semicolon = /^\s*;/.exec(text.slice(span.end))
  let end = span.end + (semicolon?.[0].length ?? 0)
  let start = span.start
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))
  if (text.slice(lineStart, start).trim() === '' && rest) {
    start = commentAbove(text, span.start, script.span.start)
    end += rest[0].length
    // One of the blank lines around it goes with it.
    const blank = start === 0 || /\n[ \t]*\r?\n$/.test(text.slice(0, start)) ? /^[ \t]*\r?\n/.exec(text.slice(end)) : null
    end += blank?.[0].length ?? 0
    if (end === text.length) start -= /(?:(?<=\n)[ \t]*\r?\n)*$/.exec(text.slice(0, start))![0].length
  }
  return { edits: [{ file: span.file, start, end, text: '' }], creates: [] }
}

/** What ends a line in a text. */
export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** Statements as the text of a file. */
export function fileOf(sql: readonly string[]): string {
  return sql.map((statement) => `${statement};\n`).join('')
}

/** One text at one place. */
export function insertion(file: string, at: number, text: string): Change {
  return { edits: [{ file, start: at, end: at, text }], creates: [] }
}

/** Where nothing need be changed. */
export const nothing: Change = { edits: [], creates: [] }
