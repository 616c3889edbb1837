import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { selectFiles } from '../../project/select.ts'
import { isOfD1 } from '../d1.ts'
import type { DiscoverOptions, Entry, History } from '../framework.ts'
import { dialectBySyntax, undecidedDialect } from '../sql-dialect.ts'
import { configTexts } from './config.ts'
import { dialectOfWord, foldersIn, type Journal, journalName, journalOf, snapshotName } from './journal.ts'
import { migratorOf } from './migrator.ts'

/** The histories that drizzle-kit wrote: every folder with a journal, or with folders that have a snapshot, unless wrangler runs it. */
export function discover(project: Project, options: DiscoverOptions): readonly History[] {
  const histories: History[] = []
  for (const folder of foldersOf(project, options)) {
    const journal = journalOf(project, folder) ?? foldersIn(project, folder)
    if (journal && !isOfD1(project, folder)) histories.push(historyOf(project, folder, journal, options))
  }
  return histories
}

function foldersOf(project: Project, options: DiscoverOptions): readonly string[] {
  const own = journalName.length + 1
  const listed = project.glob([`**/${journalName}`], options.ignore).map((path) => path.slice(0, Math.max(0, path.length - own)))
  const all = [...listed, ...project.glob([`**/${snapshotName}`], options.ignore).flatMap((path) => holderOf(project, path))]
  const sorted = [...new Set(all)].sort()
  if (options.paths === undefined) return sorted
  const asked = selectFiles(project, options.paths, ['.sql'], options.ignore).map(({ path }) => path)
  return sorted.filter((folder) => asked.some((path) => path.startsWith(folder === '' ? '' : `${folder}/`)))
}

/** The folder of migrations that a snapshot belongs to. */
function holderOf(project: Project, snapshot: string): readonly string[] {
  const own = snapshot.slice(0, Math.max(0, snapshot.length - snapshotName.length - 1))
  const slash = own.lastIndexOf('/')
  return own !== '' && project.exists(`${own}/migration.sql`) ? [slash < 0 ? '' : own.slice(0, slash)] : []
}

function historyOf(project: Project, folder: string, journal: Journal, options: DiscoverOptions): History {
  const pathOf = (tag: string) => `${folder === '' ? '' : `${folder}/`}${tag}.sql`
  let newest: { readonly tag: string; readonly when: number } | undefined
  const entries = journal.entries.map(({ tag, when }): Entry => {
    // The migrator runs what is newer than the newest that the database has (`lastDbMigration.created_at < folderMillis` in drizzle-orm's dialects).
    const overtakenBy = when !== undefined && newest && when <= newest.when ? newest.tag : undefined
    if (when !== undefined && overtakenBy === undefined) newest = { tag, when }
    return {
      id: journal.from === 'folders' ? tag.slice(0, tag.lastIndexOf('/')) : tag,
      path: pathOf(tag),
      convention: 'drizzle',
      ...(overtakenBy === undefined ? {} : { overtakenBy }),
    }
  })
  const listed = new Set(entries.map(({ path }) => path))
  const others = project.glob([folder === '' ? '*.sql' : `${folder}/*.sql`], options.ignore).filter((path) => !listed.has(path))
  const found = dialectOf(project, folder, journal, entries)
  const history = {
    framework: 'drizzle' as const,
    directory: folder,
    dialect: options.dialect ?? found.dialect,
    dialectBecause: options.dialect ? 'given with --dialect or in the configuration' : found.because,
    detectedBecause:
      journal.from === 'folders' ? `folders with migration.sql and ${snapshotName} (Drizzle)` : `${journalName} lists the migrations`,
    orderBecause: journal.from === 'folders' ? "by the folders' names" : `as ${journalName} lists them`,
  }
  // A journal of which nothing is left is not what runs the files beside it: they are left to whoever reads plain SQL.
  if (others.length > 0 && entries.length > 0 && !entries.some(({ path }) => project.exists(path)))
    return { ...history, entries: [], skipped: { "in Drizzle's journal without a file": entries.length }, settings: {} }
  return {
    ...history,
    entries,
    skipped: others.length === 0 ? {} : { "not in Drizzle's journal": others.length },
    settings: { ...migratorOf(project, folder), ...(journal.from === 'folders' ? { folders: true } : {}), claims: others },
  }
}

function dialectOf(
  project: Project,
  folder: string,
  journal: Journal,
  entries: readonly Entry[],
): { readonly dialect: DialectName | undefined; readonly because: string } {
  const file = journal.from === 'folders' ? 'snapshot' : 'journal'
  if (journal.dialect) return { dialect: journal.dialect, because: `Drizzle's ${file} says so` }
  if (journal.written !== undefined)
    return { dialect: undefined, because: `Drizzle's ${file} says ${journal.written}, an engine that Surefoot does not judge.` }
  const configured = configuredDialect(project, folder)
  if (configured) return configured
  const texts = entries.flatMap(({ path }) => {
    const file = project.read(path)
    return 'text' in file ? [file.text] : []
  })
  return dialectBySyntax(texts) ?? { dialect: undefined, because: undecidedDialect(folder) }
}

/** `dialect: 'postgresql'` of the nearest drizzle.config at or above the folder. */
function configuredDialect(project: Project, folder: string): { readonly dialect: DialectName; readonly because: string } | undefined {
  for (const { path, text } of configTexts(project, folder)) {
    const word = /['"]?\b(?:dialect|driver)['"]?\s*:\s*['"`](\w[\w-]{1,20})['"`]/.exec(text)?.[1]
    const dialect = word === undefined ? undefined : dialectOfWord(word)
    if (dialect) return { dialect, because: `${path} says ${word}` }
  }
  return undefined
}
