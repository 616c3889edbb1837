import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { engineOfWord } from '../sql-dialect.ts'

/** Drizzle's list of migrations, in the order in which its migrator runs them. */
export interface Journal {
  readonly tags: readonly string[]
  readonly dialect: DialectName | undefined
}

/** The journal of a Drizzle folder; undefined when there is none. One that cannot be read lists nothing. */
export function journalOf(project: Project, folder: string): Journal | undefined {
  const file = project.read(`${folder === '' ? '' : `${folder}/`}meta/_journal.json`)
  if (!('text' in file)) return undefined
  try {
    const journal: unknown = JSON.parse(file.text)
    if (typeof journal !== 'object' || journal === null) return undefined
    const { entries, dialect } = journal as Record<string, unknown>
    if (!Array.isArray(entries)) return undefined
    const listed = entries.filter((entry): entry is { tag: string; idx?: unknown } => typeof entry?.tag === 'string')
    const indexes = listed.map((entry, place) => (typeof entry.idx === 'number' ? entry.idx : place))
    const order = listed.map((_, place) => place).sort((a, b) => indexes[a]! - indexes[b]! || a - b)
    const engine = typeof dialect === 'string' ? engineOfWord(dialect) : undefined
    return {
      tags: order.map((place) => listed[place]!.tag),
      dialect: engine && 'dialect' in engine ? engine.dialect : dialect === 'turso' ? 'sqlite' : undefined,
    }
  } catch {
    return undefined
  }
}
