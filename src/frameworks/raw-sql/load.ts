import type { Migration, Script } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import { joinPieces, type Piece, sliceTraced, type Traced, tracedText } from '../../source/traced.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { type Draft, draftsOf, withSegments } from '../script.ts'
import { optOutOf, refusesMixed } from './opt-out.ts'
import { foreignKeysOf, type Runner, runnerHasDowns, wrappingOf } from './runner.ts'
import { type Chunk, type Marks, type Section, sectionsOf } from './sections.ts'
import { settingsOf } from './settings.ts'

const marked: ReadonlySet<string> = new Set<Marks>(['goose', 'sql-migrate', 'dbmate', 'up-down'])

/** Reads one migration of a raw-SQL history. Never throws: a file that cannot be read gives `unreadable`. */
export function loadRawSql(entry: Entry, project: Project, options: LoadOptions): Migration {
  const settings = settingsOf(options.history)
  const files = entry.downPath === undefined ? [entry.path] : [entry.path, entry.downPath]
  const downExpected = (settings.downs || runnerHasDowns(settings.runner)) && entry.repeatable !== true
  if (entry.convention === 'program')
    return {
      id: entry.id,
      files,
      up: unreadScript(entry.path, 'unsupported', `a migration in ${languageOf(entry.path)} is not read`),
      down: undefined,
      downExpected: false,
    }
  const file = project.read(entry.path)
  if (!('text' in file))
    return { id: entry.id, files, up: emptyScript(entry.path, 0), down: undefined, downExpected: false, unreadable: file.error }

  const traced = traceOf(file.text, entry.path)
  if (entry.convention !== undefined && marked.has(entry.convention)) {
    const sections = sectionsOf(file.text, entry.convention as Marks)
    const up = scriptOf(traced, sections.up, entry.path, entry, project, options)
    const down = sections.down && scriptOf(traced, sections.down, entry.path, entry, project, options)
    return { id: entry.id, files, up, down: down ?? downOf(entry, project, options), downExpected }
  }
  const up = scriptOf(traced, wholeFile(file.text), entry.path, entry, project, options)
  return { id: entry.id, files, up, down: downOf(entry, project, options), downExpected }
}

function downOf(entry: Entry, project: Project, options: LoadOptions): Script | undefined {
  if (entry.downPath === undefined) return undefined
  const file = project.read(entry.downPath)
  if ('text' in file) return scriptOf(traceOf(file.text, entry.downPath), wholeFile(file.text), entry.downPath, entry, project, options)
  return unreadScript(entry.downPath, 'encoding', file.error)
}

function languageOf(path: string): string {
  if (path.endsWith('.go')) return 'Go'
  return path.endsWith('.kt') ? 'Kotlin' : path.endsWith('.java') ? 'Java' : 'Groovy'
}

/** A script of which it is known that something runs. */
function unreadScript(path: string, because: 'encoding' | 'unsupported', detail: string): Script {
  const empty = emptyScript(path, 0)
  const operation = { kind: 'opaque', span: empty.span, because, detail } as const
  return {
    ...empty,
    ambientBecause: detail,
    ambientAssumed: false,
    statements: [{ sql: undefined, span: empty.span, segment: undefined, batch: undefined, operations: [operation] }],
  }
}

function wholeFile(text: string): Section {
  return { start: 0, end: text.length, chunks: [{ start: 0, end: text.length, whole: false }], optsOut: false }
}

function scriptOf(traced: Trace, section: Section, path: string, entry: Entry, project: Project, options: LoadOptions): Script {
  const { runner, fork } = settingsOf(options.history)
  const { dialect, version } = options
  const text = traced.text.slice(section.start, section.end)
  const optedOut = optOutOf({ runner, path, entry, project, section, text, dialect: dialect.name })
  const wrapping = wrappingOf(runner, optedOut, options.runner, dialect.name)
  const foreignKeys = foreignKeysOf(runner)
  const drafts: Draft[] = []
  let batch = 0
  for (const chunk of section.chunks) {
    const sql = partOf(traced, chunk)
    const parsed = dialect.parse(sql, { version, delimiters: true, placeholders: true, ...(fork ? { fork } : {}) })
    const together = (wrapping.sends === 'file' && !isSplit(runner, traced.text)) || chunk.whole
    // One by one: a file of 5 MB holds more statements than a call takes arguments.
    for (const draft of draftsOf(parsed, sql, together ? batch : undefined)) drafts.push(draft)
    if (chunk.whole || together) batch++
  }
  return {
    ambient: wrapping.ambient,
    ambientBecause: wrapping.because,
    ambientAssumed: wrapping.assumed,
    ...(foreignKeys === undefined ? {} : { foreignKeys }),
    ...(refusesMixed(runner, text, dialect.name, project) ? { refusesMixed: true as const } : {}),
    statements: withSegments(drafts),
    span: { file: path, start: section.start, end: section.end },
  }
}

/** bun sends what stands between these lines one after the other. */
function isSplit(runner: Runner, text: string): boolean {
  return runner === 'bun' && /^--(?:bun|gopg):split\b/m.test(text)
}

/** A file's text; when it holds `${name}` tokens, also as a text with holes. */
interface Trace {
  readonly text: string
  readonly file: string
}

function traceOf(text: string, file: string): Trace {
  return { text, file }
}

const token = /\$\{[A-Za-z_][\w.:-]{0,80}\}/g

/** A part of the file as the dialect reads it. `${schema}` is filled in by the runner (Flyway, goose, envsubst) and stands for a name. */
function partOf({ text, file }: Trace, { start, end }: Chunk): Traced {
  const part = sliceTraced(tracedText(text, file), start, end)
  if (!part.text.includes('${')) return part
  const pieces: Piece[] = []
  let at = 0
  const verbatim = (from: number, to: number) => {
    if (to > from) pieces.push({ text: part.text.slice(from, to), span: { file, start: start + from, end: start + to }, verbatim: true })
  }
  for (const match of part.text.matchAll(token)) {
    const after = match.index + match[0].length
    verbatim(at, match.index)
    const hole = { reason: 'environment', expression: match[0].slice(2, -1), escaped: true } as const
    pieces.push({ text: '', span: { file, start: start + match.index, end: start + after }, verbatim: false, hole })
    at = after
  }
  verbatim(at, part.text.length)
  return joinPieces(pieces)
}

function emptyScript(file: string, end: number): Script {
  return {
    ambient: 'unknown',
    ambientBecause: 'the file could not be read',
    ambientAssumed: true,
    statements: [],
    span: { file, start: 0, end },
  }
}
