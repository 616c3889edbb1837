import type { Migration, Script } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import { tracedText } from '../../source/traced.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { draftsOf, withSegments } from '../script.ts'
import { settingsOf } from './settings.ts'

/** Reads one migration.sql. Never throws: a file that cannot be read gives `unreadable`. Prisma has no downs. */
export function loadPrisma(entry: Entry, project: Project, options: LoadOptions): Migration {
  const file = project.read(entry.path)
  const common = { id: entry.id, files: [entry.path], down: undefined, downExpected: false }
  if (!('text' in file)) {
    const up: Script = {
      ambient: 'unknown',
      ambientBecause: 'the file could not be read',
      ambientAssumed: true,
      statements: [],
      span: { file: entry.path, start: 0, end: 0 },
    }
    return { ...common, up, unreadable: file.error }
  }
  const sql = tracedText(file.text, entry.path)
  const parsed = options.dialect.parse(sql, { version: options.version, delimiters: false, placeholders: false })
  const wrapping = wrappingOf(file.text, options)
  const header = headerOf(file.text, entry.path)
  return {
    ...common,
    ...(header ? { header } : {}),
    up: {
      ambient: wrapping.ambient,
      ambientBecause: wrapping.because,
      ambientAssumed: wrapping.assumed,
      // The engine's SQLite is built with SQLITE_DEFAULT_FOREIGN_KEYS=1 (libsqlite3-sys, "bundled").
      foreignKeys: true,
      statements: withSegments(draftsOf(parsed, sql, wrapping.together ? 0 : undefined)),
      span: { file: entry.path, start: 0, end: file.text.length },
    },
  }
}

/** The comments at the top of a file; undefined: it begins with a statement. */
function headerOf(text: string, file: string): Migration['header'] {
  const comments = /^(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/.exec(text)?.[0] ?? ''
  const start = comments.length - comments.trimStart().length
  const shown = comments.trim()
  return shown === '' ? undefined : { text: shown, span: { file, start, end: start + shown.length } }
}

interface Wrapping {
  readonly ambient: Script['ambient']
  readonly because: string
  readonly assumed: boolean
  readonly together: boolean
}

function wrappingOf(text: string, { dialect, history, runner }: LoadOptions): Wrapping {
  if (runner.transaction !== undefined) {
    const ambient = runner.transaction === 'all' ? 'all-pending' : runner.transaction === 'each' ? 'migration' : 'none'
    return { ambient, because: `the configuration says runner.transaction is "${runner.transaction}"`, assumed: false, together: false }
  }
  if (dialect.name !== 'postgres')
    return { ambient: 'none', because: 'Prisma opens no transaction on this database', assumed: false, together: false }
  const { sends, sendsBecause, sendsAssumed } = settingsOf(history)
  // Prisma's splitter does not know this statement and then sends the file whole: https://github.com/prisma/prisma-engines/pull/5847.
  const unsplit = sends === 'statements' && /\bdrop\s+index\s+concurrently\b/i.test(text)
  return {
    ambient: 'none',
    because: unsplit ? 'Prisma cannot split a file with DROP INDEX CONCURRENTLY and sends it as one query string' : sendsBecause,
    assumed: sendsAssumed,
    together: sends === 'file' || unsplit,
  }
}
