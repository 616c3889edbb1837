import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { engineOfWord } from '../sql-dialect.ts'

interface JournalEntry {
  readonly tag: string
  /** When it was made, in ms since 1970: what the migrator records and compares. */
  readonly when: number | undefined
}

/** Drizzle's list of migrations, in the order in which its migrator runs them. */
export interface Journal {
  readonly entries: readonly JournalEntry[]
  /** Where it stands: the journal, or since 1.0 the folders themselves. */
  readonly from: 'journal' | 'folders'
  /** `dialect` as it is written: `postgresql`, `mysql`, `sqlite`, `turso`, `singlestore`. */
  readonly written: string | undefined
  readonly dialect: DialectName | undefined
}

/** Where a folder of Drizzle's keeps its journal. */
export const journalName = 'meta/_journal.json'

/** The journal of a Drizzle folder; undefined when there is none, or it cannot be read. The migrator follows its list, not the numbers (drizzle-orm/migrator.js). */
export function journalOf(project: Project, folder: string): Journal | undefined {
  const file = project.read(`${folder === '' ? '' : `${folder}/`}${journalName}`)
  if (!('text' in file)) return undefined
  try {
    const journal: unknown = JSON.parse(file.text)
    if (typeof journal !== 'object' || journal === null) return undefined
    const { entries, dialect } = journal as Record<string, unknown>
    if (!Array.isArray(entries)) return undefined
    const written = typeof dialect === 'string' ? dialect : undefined
    return {
      entries: entries.flatMap((entry: { readonly tag?: unknown; readonly when?: unknown } | null) =>
        typeof entry?.tag === 'string' ? [{ tag: entry.tag, when: typeof entry.when === 'number' ? entry.when : undefined }] : [],
      ),
      from: 'journal',
      written,
      dialect: written === undefined ? undefined : dialectOfWord(written),
    }
  } catch {
    return undefined
  }
}

/** Beside the migration.sql of each migration since 1.0, which has no journal. */
export const snapshotName = 'snapshot.json'

/** The migrations of a folder that drizzle-kit 1.0 writes, one folder each, by name: https://orm.drizzle.team/docs/upgrade-v1. */
export function foldersIn(project: Project, folder: string): Journal | undefined {
  const prefix = folder === '' ? '' : `${folder}/`
  const tags = project
    .glob([`${prefix}*/migration.sql`])
    .map((path) => path.slice(prefix.length, -'.sql'.length))
    .sort()
  const newest = tags.findLast((tag) => project.exists(`${prefix}${beside(tag)}`))
  if (newest === undefined) return undefined
  const file = project.read(`${prefix}${beside(newest)}`)
  const written = 'text' in file ? /"dialect"\s*:\s*"([\w-]{1,20})"/.exec(file.text)?.[1] : undefined
  const entries = tags.map((tag) => ({ tag, when: undefined }))
  return { entries, from: 'folders', written, dialect: written === undefined ? undefined : dialectOfWord(written) }
}

function beside(tag: string): string {
  return `${tag.slice(0, tag.lastIndexOf('/') + 1)}${snapshotName}`
}

/** The engine that Drizzle means by a word; `turso` and its like are SQLite. */
export function dialectOfWord(word: string): DialectName | undefined {
  const engine = engineOfWord(word)
  if (engine) return 'dialect' in engine ? engine.dialect : undefined
  return word === 'turso' || word === 'durable-sqlite' || word === 'expo' ? 'sqlite' : undefined
}
