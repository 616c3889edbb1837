import type { Project } from '../../project/project.ts'
import type { DiscoverOptions, Entry, History } from '../framework.ts'
import { byFileName, fileName, isCompanion, isNoMigration, plainPath } from '../module-files.ts'
import { SqlFiles } from '../reads.ts'
import { claimOf, hasUp, importsSequelize, isMadeMigration, isWholeMigration } from './claims.ts'
import { dialectOf, folderOf, type Rc, readRc } from './config.ts'
import { connectionFiles, connectionOf } from './connection.ts'
import { wrappingProgram } from './umzug.ts'

const endings = '{js,cjs,mjs,ts,mts,cts}'
const isScript = /\.[cm]?[jt]s$/

/** The histories of a project that uses Sequelize's migrations: one for each folder, in the order of the file names. */
export function discover(project: Project, options: DiscoverOptions): readonly History[] {
  const rcs = sequelizercs(project, options)
  const sqlFiles = new SqlFiles(project)
  const folders = new Map<string, string[]>()
  for (const path of candidates(project, options, rcs)) {
    const folder = folderOf(path)
    const list = folders.get(folder)
    if (list) list.push(path)
    else folders.set(folder, [path])
  }
  const histories: History[] = []
  for (const [directory, paths] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rc = rcs.find((one) => one.migrations === directory) ?? nearest(rcs, directory)
    const history = historyOf(project, options, directory, paths, rc, sqlFiles)
    if (history) histories.push(history)
  }
  return histories
}

function sequelizercs(project: Project, options: DiscoverOptions): Rc[] {
  const paths = new Set(project.glob(['**/.sequelizerc', '**/.sequelizerc.{js,cjs}'], options.ignore))
  if (project.exists('.sequelizerc')) paths.add('.sequelizerc')
  return [...paths].flatMap((path) => readRc(project, path) ?? [])
}

/** The configuration nearest above a folder. */
function nearest(rcs: readonly Rc[], directory: string): Rc | undefined {
  const above = rcs.filter((rc) => {
    const folder = folderOf(rc.path)
    return folder === '' || directory === folder || directory.startsWith(`${folder}/`)
  })
  return above.sort((a, b) => b.path.length - a.path.length)[0]
}

function candidates(project: Project, options: DiscoverOptions, rcs: readonly Rc[]): readonly string[] {
  if (options.paths) {
    const patterns = options.paths.flatMap((path) => {
      const own = plainPath(path)
      return own === '' || own === '.' ? [`**/*.${endings}`] : [own, `${own}/**/*.${endings}`]
    })
    return project.glob(patterns, options.ignore).filter((path) => isScript.test(path))
  }
  const patterns = [
    `**/{migrations,migration,migrate}/*.${endings}`,
    ...rcs.flatMap((rc) => (rc.migrations === undefined ? [] : [under(rc.migrations, endings)])),
  ]
  return project.glob(patterns, options.ignore)
}

function under(folder: string, ends: string): string {
  return folder === '' ? `*.${ends}` : `${folder}/*.${ends}`
}

function historyOf(
  project: Project,
  options: DiscoverOptions,
  directory: string,
  paths: readonly string[],
  rc: Rc | undefined,
  sqlFiles: SqlFiles,
): History | undefined {
  const named = rc?.migrations === directory
  // A file that the user names one by one is taken even without any sign of its tool.
  const files = new Set(options.paths?.map(plainPath))
  const claimed: string[] = []
  const undecided: string[] = []
  const whole: string[] = []
  const uses = (name: string) => project.dependency(name, directory) !== undefined
  const alike = likeSequelizes.some(uses)
  for (const path of paths) {
    if (options.paths ? isCompanion(path) : isNoMigration(path)) continue
    const file = project.read(path)
    // What cannot be read is kept beside migrations: `load` says why.
    const claim = 'text' in file ? claimOf(file) : 'maybe'
    if (claim === 'yes' || (claim === 'likely' && !alike)) claimed.push(path)
    else if (claim === 'maybe' && 'text' in file && importsSequelize(project, path, file)) claimed.push(path)
    else if (claim === 'no' && 'text' in file && !hasUp(file) && isMadeMigration(project, path, file)) claimed.push(path)
    else if (claim === 'no' && 'text' in file && isWholeMigration(file)) whole.push(path)
    else if (claim !== 'no' || (options.sure && options.paths && 'text' in file && hasUp(file))) undecided.push(path)
  }
  const isNamed = undecided.some((path) => files.has(path)) && (uses('sequelize') || !uses('knex'))
  const known = named || options.sure || isNamed || isSequelizes(project, directory)
  if (claimed.length === 0 && (!known || undecided.length === 0)) return undefined
  const entries = [...claimed, ...undecided, ...(claimed.length > 0 ? whole : [])].sort(byFileName).map((path): Entry => {
    const file = project.read(path)
    const reads = 'text' in file ? sqlFiles.readBy(path, file) : []
    return { id: fileName(path), path, ...(reads.length > 0 ? { reads } : {}) }
  })
  const connection = connectionFiles(project, directory, rc)
  const dialect = options.dialect === undefined ? dialectOf(project, directory, connection) : undefined
  const found = dialect?.found
  const configured = found ?? (options.dialect ? dialectOf(project, directory, connection).found : undefined)
  const wrappedBy = wrappingProgram(project, directory, options.ignore)
  return {
    framework: 'sequelize',
    directory,
    dialect: options.dialect ?? found?.name,
    dialectBecause: dialect?.because ?? 'given with --dialect or in the configuration',
    detectedBecause: named
      ? `${rc!.path} names ${directory || 'the root'} as migrations-path`
      : `${claimed.length} of ${paths.length} files in ${directory || 'the root'} export an "up" that uses Sequelize's query interface`,
    orderBecause: 'sequelize-cli and umzug run migrations in the order of their file names',
    entries,
    skipped: {},
    settings: {
      ...(configured && (options.dialect === undefined || configured.name === options.dialect) ? { dialect: configured.written } : {}),
      ...(rc?.models === undefined ? {} : { models: rc.models }),
      ...connectionOf(project, connection, rc),
      ...(wrappedBy === undefined ? {} : { wrappedBy }),
    },
  }
}

/** Tools whose migrations call methods of the same names. */
const likeSequelizes = ['db-migrate', 'node-pg-migrate'] as const

/** Does the package around the folder use Sequelize, and no other tool whose migrations have an `up` as well? */
function isSequelizes(project: Project, directory: string): boolean {
  const uses = (name: string) => project.dependency(name, directory) !== undefined
  return (uses('sequelize') || uses('sequelize-typescript')) && !['knex', 'typeorm', 'mongoose', 'db-migrate'].some(uses)
}
