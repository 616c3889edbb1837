import type { DiscoverOptions, Entry, Framework, History, LoadOptions } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import type { Base } from '../project/base.ts'
import type { Project } from '../project/project.ts'
import type { HistoryChanges } from '../rule/site.ts'
import { filesOf } from './files-of.ts'

interface Compared {
  readonly history: History
  readonly framework: Framework
  readonly project: Project
  readonly load: LoadOptions
  readonly discover: DiscoverOptions
}

/** What a branch does to the migrations of one history that its base has. */
export function changesOf({ history, framework, project, load, discover }: Compared, base: Base): HistoryChanges {
  const entries = history.entries.filter(({ repeatable }) => !repeatable)
  const before = touches(history, base) ? historyIn(base.project, history, framework, discover) : undefined
  const known = new Map(before?.entries.map((entry) => [entry.id, entry]))
  const isNew = (entry: Entry) => base.added.has(entry.path) && !known.has(entry.id)
  const now = new Set(entries.map(({ id }) => id))
  const edited = entries.flatMap((entry) => {
    const old = known.get(entry.id)
    if (!old || !before || !filesOf(entry).some((path) => base.edited.has(path))) return []
    const same =
      meaningOf(framework.load(entry, project, load)) === meaningOf(framework.load(old, base.project, { ...load, history: before }))
    return [{ id: entry.id, path: entry.path, sameMeaning: same }]
  })
  const isGone = ({ id, path, repeatable }: Entry) => !repeatable && !now.has(id) && base.deleted.includes(path)
  return {
    edited,
    deleted: before?.entries.filter(isGone).map(({ id }) => id) ?? [],
    added: entries.filter(isNew).map(({ id }) => id),
    newestInBase: entries.findLast((entry) => !isNew(entry))?.id,
  }
}

/** Does the branch edit or delete anything where the migrations are? */
export function touches({ directory, entries }: History, { edited, deleted }: Base): boolean {
  const isBelow = (path: string) => directory === '' || path.startsWith(`${directory}/`)
  return deleted.some(isBelow) || (edited.size > 0 && entries.some((entry) => filesOf(entry).some((path) => edited.has(path))))
}

/** The same history in another state of the project: of those of one folder, the one of its engine and runner. */
function historyIn(project: Project, now: History, framework: Framework, options: DiscoverOptions): History | undefined {
  const there = framework.discover(project, options).filter(({ directory }) => directory === now.directory)
  return there.find(({ dialect, settings }) => dialect === now.dialect && settings.runner === now.settings.runner) ?? there[0]
}

/** What `up` does, without places, comments and the spaces between words. */
function meaningOf({ up, unreadable }: Migration): string {
  const statements = up.statements.map(({ sql, operations }) =>
    sql === undefined
      ? JSON.stringify(operations, (key, value: unknown) => (key === 'span' ? undefined : value))
      : sql
          .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
  )
  return `${unreadable ?? ''}\n${statements.join('\n')}`
}
