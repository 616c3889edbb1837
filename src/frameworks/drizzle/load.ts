import type { Migration } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import { sliceTraced, tracedText } from '../../source/traced.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { draftsOf, withSegments } from '../script.ts'
import { ambientOf, type MigratorSettings } from './migrator.ts'

/** Reads one file. The migrator cuts it at its breakpoints and sends each piece as one query string; there is no way back. Never throws. */
export function load(entry: Entry, project: Project, options: LoadOptions): Migration {
  const { dialect, version, history } = options
  const { foreignKeys, fork } = history.settings as MigratorSettings
  const file = project.read(entry.path)
  const text = 'text' in file ? file.text : ''
  const whole = tracedText(text, entry.path)
  const drafts = piecesOf(text).flatMap(({ start, end }, batch) => {
    const sql = sliceTraced(whole, start, end)
    return draftsOf(dialect.parse(sql, { version, ...(fork ? { fork } : {}) }), sql, batch)
  })
  return {
    id: entry.id,
    files: [entry.path],
    up: {
      ...ambientOf(options),
      ...(foreignKeys === undefined ? {} : { foreignKeys }),
      statements: withSegments(drafts),
      span: { file: entry.path, start: 0, end: text.length },
    },
    down: undefined,
    downExpected: false,
    ...('text' in file ? {} : { unreadable: file.error }),
  }
}

/** The parts between breakpoints. */
function piecesOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  const pieces: { readonly start: number; readonly end: number }[] = []
  let at = 0
  for (const match of text.matchAll(/--> statement-breakpoint/g)) {
    pieces.push({ start: at, end: match.index })
    at = match.index + match[0].length
  }
  pieces.push({ start: at, end: text.length })
  return pieces.filter(({ start, end }) => end > start)
}
