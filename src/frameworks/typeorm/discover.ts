import type { DialectName } from '../../ir/names.ts'
import { onceRead, type ReadText } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'
import type { DiscoverOptions, Entry, History } from '../framework.ts'
import { SqlFiles } from '../reads.ts'
import { engineOfWord } from '../sql-dialect.ts'
import { type DataSource, dataSourcesOf, isOnDevice, meansFolder, migrationGlobs, scriptedMode } from './data-source.ts'
import { withShared } from './index-lists.ts'
import { inheritsUp, mentions, upMethod } from './inherited.ts'
import { replacesUp, wrapperFiles, wrapperOf } from './wrapped.ts'

const extensions = '{ts,js,mjs,cjs,mts,cts}'
const defaultGlobs = [`**/*{[mM]igration,[mM]igrate,MIGRATION}*/**/*.${extensions}`, `**/*[mM]igration*.${extensions}`]
const passedOver = ['**/*.d.ts', '**/*.d.mts', '**/*.d.cts', '**/*.{spec,test}.*', '**/{dist,build}/**', '**/*.map']

/** What `discover` found in one file. */
interface Found extends Entry {
  readonly timestamp: number
}

/**
 * The histories that a project keeps with TypeORM: one for each folder of classes with `up(queryRunner)`. Names and order are read from the
 * text, cheaply; what a class does is read by `load`.
 */
export function discover(project: Project, options: DiscoverOptions): readonly History[] {
  const { paths, ignore = [] } = options
  const asked = paths ? project.glob(expand(paths), [...ignore, '**/*.d.ts']) : project.glob(defaultGlobs, [...passedOver, ...ignore])
  const folders = new Map<string, Found[]>()
  const sqlFiles = new SqlFiles(project)
  const trusted = options.sure === true && paths !== undefined
  const wrappers = new Set<string>()
  const gather = (files: readonly string[]) => gatherFrom(project, files, { folders, sqlFiles, trusted, wrappers })
  gather(asked)
  // Most projects use something else: their configuration files are not worth a look.
  if (folders.size === 0 && project.dependency('typeorm') === undefined) return []
  const sources = dataSourcesOf(project)
  if (!paths) {
    const known = new Set(asked)
    const named = project.glob(migrationGlobs(sources), [...passedOver, ...ignore])
    gather(named.filter((path) => !known.has(path)))
  }
  if (paths && folders.size > 0) for (const path of wrapperFiles(project, ignore)) wrappers.add(path)
  const histories = withShared(project, merged(folders, sources), (folder) => namedDialect(folder) !== undefined)
  return histories.map(([folder, entries]) => historyOf(folder, entries, sources, project, options, wrapperOf(project, wrappers, folder)))
}

interface Gathered {
  readonly folders: Map<string, Found[]>
  readonly sqlFiles: SqlFiles
  readonly trusted: boolean
  /** Files that put an `up` of their own in the place of a migration's. */
  readonly wrappers: Set<string>
}

function gatherFrom(project: Project, paths: readonly string[], { folders, sqlFiles, trusted, wrappers }: Gathered): void {
  const unread: string[] = []
  for (const path of paths) {
    const read = project.read(path)
    if (!('text' in read)) {
      unread.push(path)
      continue
    }
    const own = entriesOf(project, path, read, trusted)
    if (own.length === 0) {
      if (replacesUp(read)) wrappers.add(path)
      continue
    }
    const reads = sqlFiles.readBy(path, read)
    const found = reads.length === 0 ? own : own.map((entry) => ({ ...entry, reads }))
    const list = folders.get(folderOf(path)) ?? []
    list.push(...found)
    folders.set(folderOf(path), list)
  }
  // What cannot be read beside migrations may be one: `load` says why it was not judged.
  for (const path of unread) {
    const id = path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '')
    folders.get(folderOf(path))?.push({ id, path, timestamp: leadingTimestamp(id) ?? Number.NaN })
  }
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

/** Named folders mean the files in them. */
function expand(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (/\.[cm]?[jt]s$/.test(path)) return [path]
    if (/\.[a-z]+$/i.test(path) && !path.includes('*')) return []
    if (path.includes('*')) return [path]
    const folder = path.replace(/\/+$/, '')
    return folder === '' || folder === '.' ? [`**/*.${extensions}`] : [`${folder}/**/*.${extensions}`]
  })
}

/** TypeORM's `up` gets the query runner; those of some other tools get nothing. */
const takesSomething = /\bup\s*[:=]?\s*(?:async\s*)?(?:function\s*)?\(\s*[\w${]/
const classPattern =
  /\b(abstract\s+)?class\s+(?!\$\{)([A-Za-z_$][\w$]*)?(?=\s*(?:[{<]|extends\b|implements\b|\/[/*]))|\bfunction\s+([A-Za-z_$][\w$]*\d{13})\s*\(/g
const namePattern = /(?:^|[\s;{])(?:public\s+|readonly\s+|override\s+)*(?:this\.)?name\s*(?::\s*string\s*)?=\s*(['"`])([^'"`\n]{1,200})\1/g

/** A class that a file declares, as its words tell. */
interface Declared {
  readonly name: string | undefined
  /** What its `name` property says. */
  readonly written: string | undefined
  readonly up: 'none' | 'bare' | 'takes something'
}

interface Declarations {
  /** Is there a word of a query runner? */
  readonly speaks: boolean
  readonly classes: readonly Declared[]
}

const nothing: Declarations = { speaks: false, classes: [] }

/** The classes of a text that may be migrations: one that others are to extend is none by itself. */
const declarationsOf = onceRead((text): Declarations => {
  if (!text.includes('export') || (!text.includes('class') && !text.includes('prototype.up'))) return nothing
  const classes = classesIn(text).map(({ name, body }): Declared => {
    namePattern.lastIndex = 0
    const written = namePattern.exec(body)?.[2]
    return { name, written, up: upMethod.test(body) ? (takesSomething.test(body) ? 'takes something' : 'bare') : 'none' }
  })
  return { speaks: mentions.test(text), classes }
})

/** The classes of a text with what stands up to the next one. */
function classesIn(text: string): readonly { readonly name: string | undefined; readonly body: string }[] {
  const matches = [...text.matchAll(classPattern)]
  return matches.flatMap((match, at) => {
    if (match[1] !== undefined || isCommentedOut(text, match.index)) return []
    return [{ name: nameOf(match[2] ?? match[3]), body: text.slice(match.index, matches[at + 1]?.index) }]
  })
}

/**
 * The migrations of one file: classes with an `up` of their own or of a class above them, each with the name that TypeORM records. Where
 * nothing speaks of a query runner the 13 digits of the name tell; `trusted`: the user has said whose migration the file is.
 */
function entriesOf(project: Project, path: string, file: ReadText, trusted: boolean): readonly Found[] {
  const { speaks, classes } = declarationsOf(file)
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '')
  return classes.flatMap(({ name, written, up }, at): Found[] => {
    const id = written ?? name ?? stem
    const timed = /(?<!\d)\d{13}$/.test(id)
    if (up !== 'none') {
      if (!speaks && !trusted && !(timed && up === 'takes something')) return []
    } else {
      if (!timed && !/migrat/i.test(path)) return []
      const inherits = inheritsUp(project, path, file.text, classesIn(file.text)[at]!.body)
      if (inherits === false || (inherits === 'unknown' && !timed && !trusted)) return []
    }
    const timestamp = timestampOf(id) ?? leadingTimestamp(stem) ?? Number.NaN
    return [{ id, path, ...(name === undefined ? {} : { exportName: name }), timestamp }]
  })
}

function isCommentedOut(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return line.includes('//') || text.lastIndexOf('/*', at) > text.lastIndexOf('*/', at)
}

/** The name of a class; `class extends Base` has none. */
function nameOf(word: string | undefined): string | undefined {
  return word === 'extends' || word === 'implements' ? undefined : word
}

/** TypeORM orders by the 13 digits at the end of the name (https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts). */
function timestampOf(name: string): number | undefined {
  const digits = name.slice(-13)
  return /^\d{13}$/.test(digits) ? Number(digits) : undefined
}

function leadingTimestamp(file: string): number | undefined {
  const digits = /^(\d{10,14})(?=\D|$)/.exec(file)?.[1]
  return digits === undefined ? undefined : Number(digits.padEnd(13, '0'))
}

/** Sub-folders of a history belong to it unless they are named for an engine: `migrations/2024/…` is one history, `migrations/postgres` another. */
function merged(folders: ReadonlyMap<string, Found[]>, sources: readonly DataSource[]): readonly (readonly [string, readonly Found[]])[] {
  const roots = new Map<string, Found[]>()
  for (const folder of [...folders.keys()].sort()) {
    const root = [...roots.keys()].find(
      (known) =>
        known !== '' &&
        folder.startsWith(`${known}/`) &&
        namedDialect(folder) === namedDialect(known) &&
        !sources.some((source) => meansFolder(source, folder) && !meansFolder(source, known)),
    )
    const list = roots.get(root ?? folder) ?? []
    list.push(...(folders.get(folder) ?? []))
    roots.set(root ?? folder, list)
  }
  return [...roots]
}

/** The engine that a folder on the way is named for. */
function namedDialect(folder: string): DialectName | undefined {
  for (const part of folder.toLowerCase().split('/').reverse()) {
    const engine = engineOfWord(part) ?? engineOfWord(part.replace(/[-_.]?(migrations?|db)[-_.]?|^better-/, ''))
    if (engine && 'dialect' in engine) return engine.dialect
  }
  return undefined
}

/** What a team calls a folder of migrations that nothing runs any more. */
const asideNames = /(?:^|[-_./])(?:old|backups?|bak|archived?|deprecated|unused)(?:$|[-_./])/i

function historyOf(
  folder: string,
  found: readonly Found[],
  sources: readonly DataSource[],
  project: Project,
  options: DiscoverOptions,
  wrapper: string | undefined,
): History {
  const timed = found.every((entry) => !Number.isNaN(entry.timestamp))
  const sorted = [...found].sort((a, b) => (timed ? a.timestamp - b.timestamp : 0) || compare(a.path, b.path))
  const named = namedDialect(folder)
  const own = sources.filter((source) => meansFolder(source, folder))
  const near = own.length > 0 ? own : sources.filter((source) => named === undefined || source.dialect === named)
  const { dialect, because, skipped: foreign } = decide(folder, named, near, project, options.dialect)
  const isAside = own.length === 0 && !options.paths && asideNames.test(folder) && sources.some(({ migrations }) => migrations.length > 0)
  const skipped = foreign ?? (isAside ? 'in a folder put aside, which no data source names' : undefined)
  const chosen = near.find((source) => source.dialect === dialect) ?? near[0]
  const modes = [...new Set(near.filter((source) => source.dialect === dialect).map((source) => source.mode))]
  const scripted = scriptedMode(project, folder)
  const entries = sorted.map(({ timestamp: _, ...entry }) => entry)
  return {
    framework: 'typeorm',
    directory: folder,
    dialect,
    dialectBecause: because,
    detectedBecause: `${found.length === 1 ? 'a class' : `${found.length} classes`} with up(queryRunner) in ${folder === '' ? 'the root' : folder}`,
    orderBecause: timed
      ? 'TypeORM runs migrations in the order of the timestamp at the end of their names'
      : 'the names have no timestamps; ordered by file',
    ...(chosen && isOnDevice(chosen) ? { onDevice: true as const } : {}),
    entries: skipped ? [] : entries,
    skipped: skipped ? { [skipped]: entries.length } : {},
    settings: {
      ...(skipped ? { claims: entries.map((entry) => entry.path) } : {}),
      ...(wrapper === undefined ? {} : { wrapper }),
      ...(chosen ? { dataSource: chosen.file, type: chosen.type, namingStrategy: chosen.namingStrategy, ...chosen.timeouts } : {}),
      // What the command line says wins over the data source.
      ...(scripted
        ? { transactionMode: scripted.mode, transactionModeFrom: `migration:run --transaction in ${scripted.file}` }
        : modes.length === 1 && modes[0] !== undefined
          ? { transactionMode: modes[0], transactionModeFrom: `migrationsTransactionMode in ${chosen?.file}` }
          : {}),
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

interface Decision {
  readonly dialect: DialectName | undefined
  readonly because: string
  /** The engine that is not judged. */
  readonly skipped?: string
}

const drivers: readonly (readonly [string, DialectName])[] = [
  ['pg', 'postgres'],
  ['mysql2', 'mysql'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite3', 'sqlite'],
  ['better-sqlite3', 'sqlite'],
  ['sql.js', 'sqlite'],
]

function decide(
  folder: string,
  named: DialectName | undefined,
  sources: readonly DataSource[],
  project: Project,
  asked: DialectName | undefined,
): Decision {
  if (asked) return { dialect: asked, because: 'as given' }
  if (named) return { dialect: named, because: `the folder is named ${folder.split('/').at(-1)}` }
  const said = [...new Set(sources.map((source) => source.dialect ?? source.type))]
  const first = sources[0]
  if (said.length === 1 && first) {
    if (first.dialect === undefined)
      return { dialect: undefined, because: `${first.file} says type: '${first.type}', which is not judged`, skipped: first.type }
    return { dialect: first.dialect, because: `${first.file} says type: '${first.type}'` }
  }
  const installed = installedDialects(project, folder)
  const only = installed.length === 1 ? installed[0] : undefined
  if (only && (said.length === 0 || said.includes(only))) return { dialect: only, because: `package.json has only the driver of ${only}` }
  const choices =
    said.length > 1 ? ` (${[...new Set(sources.map((source) => source.file))].slice(0, 3).join(', ')} names ${said.join(', ')})` : ''
  return {
    dialect: undefined,
    because: `the database of ${folder === '' ? 'these migrations' : folder} is not known${choices}: pass --dialect postgres, mysql, mariadb or sqlite`,
  }
}

/** The engines whose drivers the nearest package.json that names any of them asks for. */
function installedDialects(project: Project, folder: string): readonly DialectName[] {
  for (let at = folder; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
    const read = project.read(at === '' ? 'package.json' : `${at}/package.json`)
    const named = 'text' in read ? drivers.filter(([name]) => read.text.includes(`"${name}"`)) : []
    const wanted = named.filter(([name]) => project.dependency(name, at) !== undefined)
    if (wanted.length > 0) return [...new Set(wanted.map(([, dialect]) => dialect))]
    if (at === '') break
  }
  return [...new Set(drivers.filter(([name]) => project.dependency(name, folder) !== undefined).map(([, dialect]) => dialect))]
}
