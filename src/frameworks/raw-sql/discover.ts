import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { selectFiles } from '../../project/select.ts'
import { isOfD1 } from '../d1.ts'
import type { DiscoverOptions, Entry, History } from '../framework.ts'
import { dialectBySyntax, undecidedDialect } from '../sql-dialect.ts'
import { dialectByCrate } from './crates.ts'
import { entriesOf, type Text } from './entries.ts'
import { readFileName, sqlExtensions } from './file-name.ts'
import { dialectByGoModule } from './go-modules.ts'
import { type Candidate, type Group, groupFiles } from './group.ts'
import { dialectByAddress, foreignByLocation } from './jdbc.ts'
import { inTestFolder, isEngine, looksLikeMigration, passedOverByName, passedOverByText, tablesMadeIn } from './passed-over.ts'
import { runnerOf } from './recognise.ts'
import { runnerHasDowns } from './runner.ts'
import { marksOf } from './sections.ts'
import { dialectBySurroundings } from './surroundings.ts'

type Counts = Record<string, number>

/** The raw-SQL histories of a project: of the paths given, else of the folders that look like migrations. */
export function discoverRawSql(project: Project, options: DiscoverOptions): readonly History[] {
  const skipped = new Map<string, Counts>()
  const candidates = options.paths ? given(project, options.paths, options, skipped) : searched(project, options, skipped)
  const groups = groupFiles(candidates)
  const engines = new Set(groups.map((group) => group.dialect).filter((dialect) => dialect !== undefined))
  const histories: History[] = []
  for (const group of groups) {
    const counts = skipped.get(group.folder) ?? {}
    skipped.delete(group.folder)
    if (options.dialect && engines.size > 1 && isOtherEngine(group.dialect, options.dialect)) {
      count(counts, `not ${options.dialect}`, group.files.length)
      skipped.set(group.folder, counts)
      continue
    }
    histories.push(historyOf(project, group, options, counts))
  }
  if (options.paths === undefined && candidates.some(({ name }) => name.form === 'flyway')) {
    const taken = new Set(histories.flatMap(({ entries }) => entries.map(({ path }) => path)))
    for (const { path, folder } of classesOfFlyway(project, options))
      if (!taken.has(path)) countIn(skipped, folder, 'migration of Flyway in Java or Kotlin')
  }
  for (const [folder, counts] of skipped) histories.push(emptyHistory(folder, counts))
  return histories.sort((a, b) => compare(a.directory, b.directory) || compare(a.dialect ?? '', b.dialect ?? ''))
}

/** A flag for one engine picks its folder among several; MySQL's folder is also MariaDB's. */
function isOtherEngine(dialect: DialectName | undefined, wanted: DialectName): boolean {
  if (dialect === undefined || dialect === wanted) return false
  return !(wanted === 'mariadb' && dialect === 'mysql')
}

function given(project: Project, paths: readonly string[], options: DiscoverOptions, skipped: Map<string, Counts>): readonly Candidate[] {
  const selected = selectFiles(project, paths, sqlExtensions, options.ignore)
  const chosen = new Map(selected.map(({ path, named }) => [path, named]))
  const present = (path: string) => chosen.has(path) || project.exists(path)
  for (const { path, named } of selected)
    if (named) for (const other of counterparts(path)) if (!chosen.has(other) && present(other)) chosen.set(other, true)
  const candidates: Candidate[] = []
  for (const [path, named] of chosen) {
    const name = readFileName(path, present)
    const reason = named ? undefined : passedOverByName(name)
    if (reason === undefined) candidates.push({ name, named })
    else countIn(skipped, name.folder, reason)
  }
  return candidates
}

/** The other half of a migration of which the user named one. */
function counterparts(path: string): readonly string[] {
  const swapped = path.replace(
    /([._/-])(up|down)(?=(?:\.\w+)+$)/i,
    (_, before: string, word: string) => before + (word.toLowerCase() === 'up' ? 'down' : 'up'),
  )
  const undo = path.replace(/(^|\/)([VU])(?=\d[^/]*__[^/]*$)/, (_, before: string, letter: string) => before + (letter === 'V' ? 'U' : 'V'))
  return [swapped, undo].filter((other) => other !== path)
}

function searched(project: Project, options: DiscoverOptions, skipped: Map<string, Counts>): readonly Candidate[] {
  const paths = project.glob(
    sqlExtensions.map((extension) => `**/*${extension}`),
    options.ignore,
  )
  const present = new Set(paths)
  const sure: Candidate[] = []
  const perhaps = new Map<string, Candidate[]>()
  for (const path of paths) {
    const name = readFileName(path, (other) => present.has(other))
    const looks = looksLikeMigration(name)
    if (looks === false) continue
    const reason = inTestFolder(path) ? 'test data' : passedOverByName(name)
    if (reason !== undefined) {
      if (looks) countIn(skipped, name.folder, reason)
    } else if (looks) sure.push({ name, named: false })
    else {
      const files = perhaps.get(name.folder)
      if (files) files.push({ name, named: false })
      else perhaps.set(name.folder, [{ name, named: false }])
    }
  }
  for (const files of perhaps.values()) if (files.length > 1) sure.push(...files)
  const [only, ...others] = perhaps.get('') ?? []
  if (only && others.length === 0 && sure.length === 0 && makesTables(project, only)) sure.push(only)
  return sure
}

/** A project's first migration lies alone; so may a query or a dump with a date, which is none. */
function makesTables(project: Project, { name: { path } }: Candidate): boolean {
  const file = project.read(path)
  return 'text' in file && /^\s*(?:create|alter)\s+table\b/im.test(file.text) && !/^(?:insert\s+into|copy)\b/im.test(file.text)
}

function historyOf(project: Project, group: Group, options: DiscoverOptions, skipped: Counts): History {
  const texts = readTexts(project, group, skipped)
  if (texts.length === 0 && Object.keys(skipped).length > 0) return emptyHistory(group.folder, skipped)
  const foreign =
    options.dialect || group.dialect || group.files.some(({ named }) => named) ? undefined : foreignByLocation(project, group.folder)
  if (foreign !== undefined) {
    count(skipped, foreign, texts.length)
    return emptyHistory(group.folder, skipped)
  }
  const recognised = runnerOf(project, group.folder, texts)
  const programs =
    recognised.runner === 'goose'
      ? programsOfGoose(project, group)
      : recognised.runner === 'flyway' && group.files.every(({ named }) => !named)
        ? classesOfFlyway(project, options).filter(({ resources }) => resources === group.folder)
        : []
  const listed = entriesOf([...texts, ...programs.map(({ path }) => programAt(path))], recognised.runner)
  for (const [reason, number] of Object.entries(listed.skipped)) count(skipped, reason, number)
  const { dialect, because, assumed } = dialectOf(project, group, options, texts)
  return {
    framework: 'raw-sql',
    directory: group.folder,
    dialect,
    dialectBecause: because,
    ...(assumed ? { dialectAssumed: true as const } : {}),
    detectedBecause: recognised.because,
    orderBecause: listed.orderBecause,
    entries: listed.entries,
    skipped,
    settings: {
      runner: recognised.runner,
      downs: runnerHasDowns(recognised.runner) || hasDowns(listed.entries) || listed.downs,
      ...(dialect === 'sqlite' && project.dependency('@libsql/client', group.folder) !== undefined ? { fork: 'libSQL' } : {}),
    },
  }
}

/** goose runs what `AddMigration` registers in Go in the order of the files' numbers, among the files of SQL. */
function programsOfGoose(project: Project, { folder, files }: Group): readonly { readonly path: string }[] {
  if (files.every(({ named }) => named)) return []
  const paths = project.glob([folder === '' ? '[0-9]*_*.go' : `${folder}/[0-9]*_*.go`])
  return paths.filter((path) => !path.endsWith('_test.go')).map((path) => ({ path }))
}

interface FlywayClass {
  readonly path: string
  readonly folder: string
  /** The folder of SQL that is the same place of the class path. */
  readonly resources: string
}

/** Flyway runs classes among its files by their version: `java/db/migration` and `resources/db/migration` are one place to it. */
function classesOfFlyway(project: Project, options: DiscoverOptions): readonly FlywayClass[] {
  return project
    .glob(['**/[VR]*__*.{java,kt,groovy}'], options.ignore)
    .filter((path) => !inTestFolder(path))
    .map((path) => {
      const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
      return { path, folder, resources: folder.replace(/(^|\/)(?:java|kotlin|groovy)(?=\/|$)/, '$1resources') }
    })
}

function programAt(path: string): Text {
  const name = readFileName(path.replace(/\.\w+$/, '.sql'), () => false)
  return { name: { ...name, path }, text: undefined, marks: undefined, isProgram: true }
}

/** One down in more than ten migrations is a habit that was given up. */
function hasDowns(entries: readonly Entry[]): boolean {
  const withDown = entries.filter(({ downPath }) => downPath !== undefined).length
  return withDown > 0 && withDown * 10 >= entries.length
}

/** Reads a group's files and counts those passed over. Beside files of another engine the others are its own too, unless they are many and tell otherwise. */
function readTexts(project: Project, group: Group, skipped: Counts): Text[] {
  const texts: Text[] = []
  const foreign: Counts = {}
  for (const { name, named } of group.files) {
    const file = project.read(name.path)
    const text = 'text' in file ? file.text : undefined
    const reason = text === undefined ? undefined : passedOverByText(text, name, named)
    if (reason !== undefined) count(isEngine(reason) ? foreign : skipped, reason)
    else texts.push({ name, text, marks: text === undefined ? undefined : marksOf(text) })
  }
  for (const whole of wholeSchemas(group, texts)) {
    texts.splice(texts.indexOf(whole), 1)
    count(skipped, 'schema dump')
  }
  const [engine, number] = Object.entries(foreign).sort(([, a], [, b]) => b - a)[0] ?? ['', 0]
  const isForeign = number * 4 >= group.files.length || dialectBySyntax(readable(texts)) === undefined
  if (number > 0 && group.dialect === undefined && isForeign) count(foreign, engine, texts.splice(0).length)
  for (const [reason, times] of Object.entries(foreign)) count(skipped, reason, times)
  return texts
}

/** The files without a number that make the tables of the numbered migrations beside them, as an empty database gets them. */
function wholeSchemas(group: Group, texts: readonly Text[]): readonly Text[] {
  const numbered = texts.filter(({ name }) => name.numbered)
  if (numbered.length < 3 || numbered.length * 2 <= texts.length) return []
  const named = new Set(group.files.filter((one) => one.named).map(({ name }) => name))
  return texts.filter(({ name, text }) => {
    if (name.numbered || name.form !== 'plain' || named.has(name)) return false
    const tables = tablesMadeIn(text ?? '')
    const known = tables.filter((table) => numbered.some((other) => other.text?.includes(table)))
    return tables.length > 0 && known.length * 2 >= tables.length
  })
}

function* readable(texts: readonly Text[]): Generator<string> {
  for (const { text } of texts) if (text !== undefined) yield text
}

function dialectOf(
  project: Project,
  group: Group,
  options: DiscoverOptions,
  texts: readonly Text[],
): { readonly dialect: DialectName | undefined; readonly because: string; readonly assumed?: true } {
  if (options.dialect) return { dialect: options.dialect, because: 'you said so' }
  if (group.dialect) return { dialect: group.dialect, because: group.dialectBecause ?? '' }
  if (isOfD1(project, group.folder)) return { dialect: 'sqlite', because: 'D1 is SQLite' }
  const written = dialectBySyntax(readable(texts))
  const named = dialectByAddress(project, group.folder)
  // The driver of either talks to both; what only MariaDB takes has run there.
  const isKin = written === undefined || written.dialect === named?.dialect || (written.dialect === 'mysql' && named?.dialect === 'mariadb')
  if (named && isKin) return named
  if (written) return written
  const driver = dialectByDriver(project, group.folder) ?? dialectByCrate(project, group.folder) ?? dialectByGoModule(project, group.folder)
  return driver ?? dialectBySurroundings(project, group.folder) ?? { dialect: undefined, because: undecidedDialect(group.folder) }
}

const drivers: readonly (readonly [DialectName, readonly string[]])[] = [
  ['postgres', ['pg', 'postgres', 'pg-promise', 'slonik', 'postgres-migrations', 'node-pg-migrate']],
  ['mysql', ['mysql', 'mysql2']],
  ['mariadb', ['mariadb']],
  ['sqlite', ['sqlite3', 'better-sqlite3', 'sqlite', '@libsql/client']],
]

/** The only database driver among the project's dependencies. */
function dialectByDriver(project: Project, folder: string): { readonly dialect: DialectName; readonly because: string } | undefined {
  const found = drivers.flatMap(([dialect, names]) => {
    const name = names.find((driver) => project.dependency(driver, folder) !== undefined)
    return name === undefined ? [] : [{ dialect, because: `package.json names ${name} and no driver of another database` }]
  })
  return found.length === 1 ? found[0] : undefined
}

function emptyHistory(directory: string, skipped: Counts): History {
  return {
    framework: 'raw-sql',
    directory,
    dialect: undefined,
    dialectBecause: 'every file was passed over',
    detectedBecause: 'SQL files that look like migrations',
    orderBecause: '',
    entries: [],
    skipped,
    settings: {},
  }
}

function count(counts: Counts, reason: string, number = 1): void {
  counts[reason] = (counts[reason] ?? 0) + number
}

function countIn(skipped: Map<string, Counts>, folder: string, reason: string): void {
  const counts = skipped.get(folder) ?? {}
  count(counts, reason)
  skipped.set(folder, counts)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
