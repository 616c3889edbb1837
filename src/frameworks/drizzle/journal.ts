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
      written,
      dialect: written === undefined ? undefined : dialectOfWord(written),
    }
  } catch {
    return undefined
  }
}

/** The engine that Drizzle means by a word; `turso` and its like are SQLite. */
export function dialectOfWord(word: string): DialectName | undefined {
  const engine = engineOfWord(word)
  if (engine) return 'dialect' in engine ? engine.dialect : undefined
  return word === 'turso' || word === 'durable-sqlite' || word === 'expo' ? 'sqlite' : undefined
}
