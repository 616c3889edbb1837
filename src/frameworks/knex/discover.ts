import type { DialectName } from '../../ir/names.ts'
import { resolveModule } from '../../javascript/resolve.ts'
import { onceRead, type ReadText } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'
import type { DiscoverOptions, Entry, History } from '../framework.ts'
import { fileName, isCompanion, isNoMigration, isNoSource, plainPath } from '../module-files.ts'
import { SqlFiles } from '../reads.ts'
import { dialectBySyntax, engineOfPath, undecidedDialect } from '../sql-dialect.ts'
import { isKnexfile, type Knexfile, knexfileOf, readKnexfile } from './knexfile.ts'
import { inOrder } from './order.ts'
import { type FoundMapping, mappingOfPackage, readMapping } from './read-mapping.ts'

const endings = '{js,cjs,mjs,ts,mts,cts}'
const isScript = /\.[cm]?[jt]s$/
/** Where a connection is made: a knexfile first, else a module that calls Knex. */
const knexfiles = [`**/knexfile*.${endings}`]
const connections = [`**/*{knex,database,db,connection}*.${endings}`, `**/{knex,database,db}/*.${endings}`]

/** `up: …`, `up(…)`, `up = …`, `{ up, down }`. */
const up = /\bup\b\s*['"]?\s*[:(=,}\]]|\bfunction\s+up\b/
const others =
  /\bMigrationInterface\b|\bQueryRunner\b|\bqueryInterface\b|\bQueryInterface\b|\bMigrationBuilder\b|node-pg-migrate|\bkysely\b|mikro-orm/i
const builder =
  /\.\s*schema\s*(?:\.\s*withSchema\s*\([^)]{0,80}\)\s*)?\.\s*(?:createTable|alterTable|table|dropTable|renameTable|hasTable|hasColumn|raw|createView|createSchema|createExtension|dropSchema)/

/** `({ schema }) => schema.createTable(…)`: what `up` is given is taken apart. */
const parted = /(?<![\w$.])schema\s*\.\s*(?:createTable|alterTable|table|dropTable|dropTableIfExists|renameTable|hasTable|hasColumn)\s*\(/

type Claim = 'yes' | 'maybe' | 'no'

/** Knex takes `up` from what a module exports; a class that is exported by its name has one of its own. */
const exportedClass = /\bexport\s+(?:abstract\s+)?class\b/
const exportsMore = /\bexports\b|\bexport\s+(?:default|const|let|var|async|function|\{|\*)/

/** Is this text a migration for Knex? `maybe`: it has an `up` and nothing that tells whose it is: its neighbours decide. */
const claimOf = onceRead((text): Claim => {
  if (!up.test(text) || others.test(text) || (exportedClass.test(text) && !exportsMore.test(text))) return 'no'
  if (/\bknex\b/i.test(text) || builder.test(text) || parted.test(text)) return 'yes'
  return 'maybe'
})

/** The histories of a project that uses Knex: one for each folder of migrations, in the order of the file names. */
export function discover(project: Project, options: DiscoverOptions): readonly History[] {
  const known = new Map<string, Knexfile>()
  const look = (patterns: readonly string[]) => {
    for (const path of project.glob(patterns, options.ignore).slice(0, 200)) {
      if (isNoSource(path) || known.has(path)) continue
      const found = readKnexfile(project, path)
      if (found && (isKnexfile(path) || found.client || found.directories.length > 0)) known.set(path, found)
    }
  }
  look(knexfiles)
  const folders = new Map<string, string[]>()
  for (const path of candidates(project, options, [...known.values()])) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const list = folders.get(folder)
    if (list) list.push(path)
    else folders.set(folder, [path])
  }
  const sqlFiles = new SqlFiles(project)
  const found = new Map<string, Found>()
  let looked = false
  for (const [directory, paths] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const files = claimed(project, options, paths, directory, [...known.values()])
    if (files === undefined) continue
    if (!looked && knexfileOf([...known.values()], directory)?.client === undefined) {
      look(connections)
      looked = true
    }
    const file = knexfileOf([...known.values()], directory)
    const together = file && isKnexfile(file.path) && (file.together === 'all' || file.together.includes(directory))
    const key = together && options.paths === undefined ? file.path : directory
    const own = found.get(key) ?? { directories: [], files: [], all: 0, file }
    found.set(key, { directories: [...own.directories, directory], files: [...own.files, ...files], all: own.all + paths.length, file })
  }
  return [...found.values()].map((one) => historyOf(project, options, one, sqlFiles))
}

/** The folders of one history. */
interface Found {
  readonly directories: readonly string[]
  readonly files: readonly string[]
  /** How many files were looked at. */
  readonly all: number
  readonly file: Knexfile | undefined
}

/** The folder that holds all of these. */
function sharedFolder([first = '', ...others]: readonly string[]): string {
  const parts = first.split('/')
  const shared = parts.filter((_, at) => {
    const start = parts.slice(0, at + 1).join('/')
    return others.every((other) => other === start || other.startsWith(`${start}/`))
  })
  return shared.join('/')
}

function candidates(project: Project, options: DiscoverOptions, known: readonly Knexfile[]): readonly string[] {
  if (options.paths) {
    const patterns = options.paths.flatMap((path) => {
      const own = plainPath(path)
      return own === '' || own === '.' ? [`**/*.${endings}`] : [own, `${own}/**/*.${endings}`]
    })
    return project.glob(patterns, options.ignore).filter((path) => isScript.test(path) && !isCompanion(path))
  }
  const named = known.flatMap(({ directories }) => directories.map((folder) => (folder === '' ? `*.${endings}` : `${folder}/*.${endings}`)))
  return project.glob([`**/*migrat*/*.${endings}`, ...named], options.ignore).filter((path) => !isNoMigration(path) && !isKnexfile(path))
}

/** The migrations among the files of a folder; undefined: it is not Knex's. */
function claimed(
  project: Project,
  options: DiscoverOptions,
  paths: readonly string[],
  directory: string,
  known: readonly Knexfile[],
): readonly string[] | undefined {
  const sure: string[] = []
  const perhaps: string[] = []
  for (const path of paths) {
    const file = project.read(path)
    const claim = 'text' in file ? claimOf(file) : 'maybe'
    if (claim === 'yes') sure.push(path)
    else if (claim === 'maybe') perhaps.push(path)
    else if ('text' in file && importsMigration(project, path, file)) sure.push(path)
  }
  const named = known.some(({ directories }) => directories.includes(directory))
  const trusted = named || (options.sure === true && options.paths !== undefined) || isKnexs(project, directory)
  return sure.length > 0 || (trusted && perhaps.length > 0) ? [...sure, ...perhaps] : undefined
}

/** Does the package around the folder use Knex, and no other tool whose migrations have an `up` as well? */
function isKnexs(project: Project, directory: string): boolean {
  const uses = (name: string) => project.dependency(name, directory) !== undefined
  return (
    uses('knex') &&
    !['sequelize', 'sequelize-typescript', 'typeorm', 'umzug', 'mongoose', 'db-migrate', 'node-pg-migrate', 'kysely'].some(uses)
  )
}

const madeBy = onceRead(
  (text) => /\b(?:module\.exports\s*=|export\s+default)\s*(?:require\(\s*['"]([^'"]+)['"]\s*\)|(\w+))\s*\(/.exec(text) ?? undefined,
)

/** `module.exports = require('../make')('users')`: a migration that another module makes. */
function importsMigration(project: Project, path: string, read: ReadText): boolean {
  const made = madeBy(read)
  if (made === undefined) return false
  const { text } = read
  const specifier = made[1] ?? new RegExp(`\\b${made[2]}\\b[^\\n]{0,80}['"](\\.[^'"]{1,200})['"]`).exec(text)?.[1]
  const target = specifier === undefined ? undefined : resolveModule(project, path, specifier)
  const file = target === undefined ? undefined : project.read(target)
  return file !== undefined && 'text' in file && claimOf(file) === 'yes'
}

function historyOf(
  project: Project,
  options: DiscoverOptions,
  { directories, files: paths, all, file }: Found,
  sqlFiles: SqlFiles,
): History {
  const directory = sharedFolder(directories)
  const order = inOrder(project, paths, options.ignore)
  const entries = order.paths.map((path): Entry => {
    const read = project.read(path)
    const reads = 'text' in read ? sqlFiles.readBy(path, read) : []
    return { id: fileName(path), path, ...(reads.length > 0 ? { reads } : {}) }
  })
  const found = dialectOf(project, directory, paths, file)
  // Scripts beside migrations are theirs; those that none of them is seen to read are counted.
  const scripts = project.glob(
    directories.map((folder) => (folder === '' ? '*.sql' : `${folder}/**/*.sql`)),
    options.ignore,
  )
  const read = new Set(entries.flatMap(({ reads = [] }) => reads))
  const unread = scripts.filter((path) => !read.has(path)).length
  const named = directories.every((folder) => file?.directories.includes(folder))
  const own = file && readMapping(project, file.path)
  const mapped = own ?? (file && isKnexfile(file.path) ? undefined : mappingOfPackage(project, directory))
  return {
    framework: 'knex',
    directory,
    dialect: options.dialect ?? found.dialect,
    dialectBecause: options.dialect ? 'given with --dialect or in the configuration' : found.because,
    detectedBecause: named
      ? `${file!.path} names ${directories.map((folder) => folder || 'the root').join(', ')} as its folder${directories.length > 1 ? 's' : ''} of migrations`
      : `${paths.length} of ${all} files in ${directory || 'the root'} export an "up" that uses Knex${directories.length > 1 ? `; ${file!.path} gathers its ${directories.length} folders` : ''}`,
    orderBecause: order.because,
    ...(mapped ? namesIn(mapped) : {}),
    entries,
    skipped: unread === 0 ? {} : { 'SQL that no migration is seen to read': unread },
    settings: {
      claims: scripts,
      ...(file && isKnexfile(file.path) ? { knexfile: file.path } : {}),
      ...(file?.client && (options.dialect === undefined || options.dialect === file.client.dialect)
        ? { client: file.client.written }
        : {}),
      ...(file?.disableTransactions ? { disableTransactions: true } : {}),
      ...(mapped ? { names: mapped.mapping } : {}),
      ...(file?.migrationSource || order.ownSource ? { migrationSource: true } : {}),
      ...file?.timeouts,
      ...(file?.foreignKeys === undefined ? {} : { foreignKeys: file.foreignKeys }),
    },
  }
}

function namesIn({ mapping, file }: FoundMapping): Pick<History, 'namesBecause' | 'namesAssumed'> {
  if (mapping.by !== 'unknown') return { namesBecause: `${file} maps names to snake case as ${mapping.by} does` }
  const namesBecause = `${file} maps names in a way that cannot be read: those with capital letters may be others in the database`
  return { namesBecause, namesAssumed: true }
}

const drivers: readonly (readonly [string, DialectName])[] = [
  ['pg', 'postgres'],
  ['mysql2', 'mysql'],
  ['mysql', 'mysql'],
  ['better-sqlite3', 'sqlite'],
  ['sqlite3', 'sqlite'],
  ['@louislam/sqlite3', 'sqlite'],
  ['@vscode/sqlite3', 'sqlite'],
]

function dialectOf(
  project: Project,
  directory: string,
  paths: readonly string[],
  file: Knexfile | undefined,
): { readonly dialect: DialectName | undefined; readonly because: string } {
  const engine = engineOfPath(directory)
  if (engine && 'dialect' in engine) return { dialect: engine.dialect, because: `the folder is named ${engine.word}` }
  if (file?.client) return { dialect: file.client.dialect, because: file.client.because }
  const installed = drivers.filter(([name]) => project.dependency(name, directory) !== undefined)
  const engines = [...new Set(installed.map(([, dialect]) => dialect))]
  if (engines.length === 1) return { dialect: engines[0], because: `package.json has the driver "${installed[0]![0]}" and no other` }
  const texts = paths.flatMap((path) => {
    const read = project.read(path)
    return 'text' in read ? [read.text] : []
  })
  return dialectBySyntax(texts) ?? { dialect: undefined, because: undecidedDialect(directory) }
}
