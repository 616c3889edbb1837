import type { History } from '../framework.ts'
import { fileOf, insertion, newlineOf } from '../sql-file.ts'
import type { BackPlace, BackStep, Change, Unwritable, WriterSite } from '../writer.ts'
import { marksOf } from './sections.ts'

/** Writes steps into the down part of a SQL migration: its section, its file, or a file that is made as the siblings' are named. */
export function wayBack(at: WriterSite, steps: readonly BackStep[], place: BackPlace): Change | Unwritable {
  const { migration, entry, project } = at
  const sql = steps.flatMap((step) => step.sql)
  const path = migration.down?.span.file ?? entry.path
  const read = project.read(path)
  if (!('text' in read)) return { because: read.error }
  const { text } = read
  const newline = newlineOf(text)
  const block = fileOf(sql).replaceAll('\n', newline)
  if (migration.down) {
    const { statements, span } = migration.down
    const first = statements[0]
    if (place === 'start' && first) return insertion(path, text.lastIndexOf('\n', first.span.start - 1) + 1, block)
    return appended(path, text, endOf(text, span.end), block, newline)
  }
  const heading = headingOf(text)
  if (heading !== undefined) return appended(path, text, text.length, `${newline}${heading}${newline}${block}`, newline)
  const down = downPathOf(entry.path, at.load.history)
  return down === undefined
    ? { because: 'how files of downs are called here is not known' }
    : { edits: [], creates: [{ path: down, text: block }] }
}

/** A text behind the last line before an offset. */
function appended(path: string, text: string, end: number, block: string, newline: string): Change {
  const filled = text.slice(0, end).trimEnd().length
  const between = filled === 0 ? '' : newline
  const rest = text.slice(filled, end).replace(/^[ \t]*\r?\n/, '')
  // A statement without its semicolon would run into what comes behind it.
  const line = text.slice(text.lastIndexOf('\n', filled - 1) + 1, filled)
  const open = filled > 0 && !line.endsWith(';') && !/^\s*--/.test(line) && !line.endsWith('*/')
  return {
    edits: [{ file: path, start: filled, end, text: `${open ? ';' : ''}${between}${block}${rest.trim() === '' ? '' : rest}` }],
    creates: [],
  }
}

/** The end of a section: behind the mark that closes its last statement. */
function endOf(text: string, end: number): number {
  return end + (/^\s*--[ \t]*\+(?:goose|migrate)[ \t]+StatementEnd\b[^\n]*\n?/i.exec(text.slice(end))?.[0].length ?? 0)
}

/** What stands above the down section of a file that has marks, spelled as its up's. */
function headingOf(text: string): string | undefined {
  switch (marksOf(text)) {
    case 'goose':
      return '-- +goose Down'
    case 'sql-migrate':
      return '-- +migrate Down'
    case 'dbmate':
      return '-- migrate:down'
    case 'up-down': {
      const up = /^[ \t]*(?:--+|#)[ \t]*[!@+]?[ \t]*ups?\b.*$/im.exec(text)?.[0].trimEnd()
      return up?.replace(
        /up(s?)\b/i,
        (word: string, plural: string) => `${word.startsWith('U') ? (word.startsWith('UP') ? 'DOWN' : 'Down') : 'down'}${plural}`,
      )
    }
    case undefined:
      return undefined
  }
}

/** The path of a down: as a sibling's is made from its up's, or with the word up turned round. */
function downPathOf(path: string, { entries }: Pick<History, 'entries'>): string | undefined {
  for (const { path: up, downPath: down } of entries) {
    if (down === undefined) continue
    let same = 0
    while (same < up.length && up[same] === down[same]) same++
    const [from, to] = [up.slice(same), down.slice(same)]
    if (from !== '' && !from.includes('/') && path.endsWith(from)) return path.slice(0, path.length - from.length) + to
  }
  const turned = path.replace(/(^|[./_-])(up|do)(?=\.[^/]*$)/i, (_, before: string, word: string) => before + (counterparts[word] ?? ''))
  return turned === path || /[./_-]\.[^/]*$/.test(turned) ? undefined : turned
}

const counterparts: Readonly<Record<string, string>> = { up: 'down', UP: 'DOWN', Up: 'Down', do: 'undo', DO: 'UNDO' }
