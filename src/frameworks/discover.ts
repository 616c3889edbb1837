import type { DialectName } from '../ir/names.ts'
import type { Project } from '../project/project.ts'
import type { DiscoverOptions, Framework, History } from './framework.ts'

export interface HistoriesOptions extends DiscoverOptions {
  /** The frameworks to ask, the more particular first: a file belongs to the first that claims it. */
  readonly frameworks: readonly Framework[]
  /** Files, folders and globs that the user named beside what is found: those that no history holds make histories of their own. */
  readonly named?: readonly string[]
}

/**
 * The histories of a project, in the order of their folders. A file stands in one history only. Histories without entries are kept when they
 * tell what was passed over (`skipped`). `settings.claims` of a framework's history lists files that are its own although it does not read them.
 */
export function discoverHistories(project: Project, options: HistoriesOptions): readonly History[] {
  const { frameworks, named, ...rest } = options
  const asked = { ...rest, sure: frameworks.length === 1 }
  const claimed = new Set<string>()
  const found = ask(project, frameworks, asked, claimed)
  const { dialect, ...free } = asked
  const histories =
    dialect === undefined || asked.paths !== undefined
      ? found
      : found.length === 0
        ? ask(project, frameworks, { ...asked, paths: atRoot(project, rest) }, claimed)
        : ofEngine(found, dialect, () => ask(project, frameworks, free, new Set()))
  const lost = named === undefined || named.length === 0 ? [] : ask(project, frameworks, { ...asked, paths: named }, claimed)
  const all = [...histories, ...lost.filter((history) => history.entries.length > 0)]
  return all
    .map((history) => asTheOthers(history, all))
    .sort((a, b) => compare(a.directory, b.directory) || compare(a.framework, b.framework) || compare(a.dialect ?? '', b.dialect ?? ''))
}

/**
 * The engine that was asked for chooses among several histories: those that say of themselves that they are another's are passed over. Where
 * none says that it is that engine's, nothing is to be chosen, and all are taken for it. `free`: the histories as they are when nobody asks.
 */
function ofEngine(found: readonly History[], wanted: DialectName, free: () => readonly History[]): readonly History[] {
  if (found.filter(({ entries }) => entries.length > 0).length < 2) return found
  const said = free()
  const standing = found.map(({ framework, directory }) => {
    const own = said.filter((other) => other.framework === framework && other.directory === directory)
    const engines = own.map(({ dialect, dialectAssumed }) => (dialectAssumed ? undefined : dialect))
    if (engines.includes(wanted)) return 'same'
    if (engines.length === 0 || engines.includes(undefined)) return 'unknown'
    return wanted === 'mariadb' && engines.includes('mysql') ? 'alike' : 'other'
  })
  const isChosen = standing.includes('same')
  if (!isChosen && !standing.includes('alike')) return found
  return found.map((history, i) => {
    const isOther = standing[i] === 'other' || (isChosen && standing[i] === 'alike')
    if (!isOther || history.entries.length === 0) return history
    return { ...history, entries: [], skipped: { ...history.skipped, [`not ${wanted}`]: history.entries.length } }
  })
}

/** The files that lie at the root: where an engine is asked for and nothing looks like a migration, they are what is meant. */
function atRoot(project: Project, { ignore }: DiscoverOptions): readonly string[] {
  return project.glob(['*.{sql,ts,mts,cts,js,mjs,cjs}'], ignore).filter((path) => !/\.(?:config|d|test|spec)\.\w+$/.test(path))
}

/** A folder whose SQL says nothing is for the database that all the others are for. */
function asTheOthers(history: History, all: readonly History[]): History {
  const known = new Set(all.flatMap(({ dialect }) => (dialect === undefined ? [] : [dialect])))
  const [only] = known
  if (history.framework !== 'raw-sql' || history.dialect !== undefined || history.entries.length === 0) return history
  if (only === undefined || known.size > 1) return history
  return { ...history, dialect: only, dialectBecause: `all other migrations of the project are for ${only}` }
}

/** One pass over the frameworks. What one of them finds is closed to the next; within a framework a file may serve several engines' histories. */
function ask(project: Project, frameworks: readonly Framework[], options: DiscoverOptions, claimed: Set<string>): History[] {
  const kept: History[] = []
  for (const framework of frameworks) {
    const found = framework.discover(project, options).flatMap((history) => {
      const entries = history.entries.filter((entry) => !claimed.has(entry.path))
      const useful = entries.length > 0 || (history.entries.length === 0 && Object.keys(history.skipped).length > 0)
      return useful ? [entries.length === history.entries.length ? history : { ...history, entries }] : []
    })
    for (const history of found) for (const path of pathsOf(history)) claimed.add(path)
    kept.push(...found)
  }
  return kept
}

function pathsOf(history: History): readonly string[] {
  const { claims } = history.settings
  const own = Array.isArray(claims) ? claims.filter((path): path is string => typeof path === 'string') : []
  return [
    ...own,
    ...history.entries.flatMap(({ path, downPath, reads = [] }) => [path, ...(downPath === undefined ? [] : [downPath]), ...reads]),
  ]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
