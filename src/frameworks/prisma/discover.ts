import { parse } from 'smol-toml'
import { atLeast, parseVersion } from '../../dialects/dialect.ts'
import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { selectFiles } from '../../project/select.ts'
import type { DiscoverOptions, History } from '../framework.ts'
import { dialectBySyntax, engineOfPath, undecidedDialect } from '../sql-dialect.ts'
import { readSchemaFile } from './schema-file.ts'
import type { PrismaSettings } from './settings.ts'

const providers: Readonly<Record<string, DialectName>> = { postgresql: 'postgres', postgres: 'postgres', mysql: 'mysql', sqlite: 'sqlite' }
const foreign: Readonly<Record<string, string>> = {
  cockroachdb: 'CockroachDB (Prisma)',
  sqlserver: 'SQL Server (Prisma)',
  mongodb: 'MongoDB (Prisma)',
}

function engineOf(provider: string): DialectName | undefined {
  return Object.hasOwn(providers, provider) ? providers[provider] : undefined
}

/** The Prisma histories of a project: every folder whose children hold a migration.sql and that a schema or lock file belongs to. */
export function discoverPrisma(project: Project, options: DiscoverOptions): readonly History[] {
  const files = options.paths
    ? selectFiles(project, options.paths, ['/migration.sql'], options.ignore).map(({ path }) => path)
    : project.glob(['**/migration.sql'], options.ignore)
  const folders = new Map<string, string[]>()
  for (const file of files) {
    const folder = parentOf(parentOf(file))
    if (folder === undefined) continue
    const own = folders.get(folder)
    if (own) own.push(file)
    else folders.set(folder, [file])
  }
  const histories: History[] = []
  for (const [folder, paths] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const history = historyOf(project, folder, paths, options)
    if (history) histories.push(history)
  }
  return histories
}

/** The folder that holds a path, '' for the root; undefined when the path has none. */
export function parentOf(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

function historyOf(project: Project, folder: string, paths: readonly string[], options: DiscoverOptions): History | undefined {
  const lock = lockedProvider(project, folder)
  const schema = schemaOf(project, folder)
  const shaped = paths.filter((path) => isShaped(path, folder) && !project.exists(`${parentOf(path)}/snapshot.json`))
  if (lock === undefined && schema.files.length === 0 && shaped.length === 0) return undefined
  const sorted = [...paths].sort()
  const provider = lock ?? schema.provider
  const engine = provider?.toLowerCase() ?? ''
  const common = {
    framework: 'prisma',
    directory: folder,
    detectedBecause: detectedBecause(lock, schema.files, folder),
    orderBecause: "by the folders' names, as prisma migrate does",
  } as const
  const passedOver = Object.hasOwn(foreign, engine) ? foreign[engine]! : undefined
  if (passedOver !== undefined)
    return {
      ...common,
      dialect: undefined,
      dialectBecause: `the provider is ${provider}`,
      entries: [],
      skipped: { [passedOver]: sorted.length },
      settings: { claims: sorted },
    }
  const { dialect, because } = dialectOf(project, folder, sorted, options, provider, lock !== undefined)
  const schemaFiles = ofEngine(project, schema.files, dialect)
  return {
    ...common,
    detectedBecause: detectedBecause(lock, schemaFiles, folder),
    dialect,
    dialectBecause: because,
    entries: sorted.map((path) => ({ id: nameOf(path), path, convention: 'prisma' })),
    skipped: {},
    settings: { ...sending(project, folder), schemaFiles } satisfies PrismaSettings,
  }
}

/** Is the migration's folder named as Prisma names them: a timestamp, or any number below a folder named prisma? */
function isShaped(path: string, folder: string): boolean {
  return /^\d{14}(?:_|$)/.test(nameOf(path)) || (/^\d+(?:_|$)/.test(nameOf(path)) && folder.split('/').includes('prisma'))
}

/** The name of the folder that holds the file: Prisma's name of the migration. */
function nameOf(path: string): string {
  const folder = parentOf(path) ?? ''
  return folder.slice(folder.lastIndexOf('/') + 1)
}

function detectedBecause(lock: string | undefined, schemaFiles: readonly string[], folder: string): string {
  if (schemaFiles.length > 0) return `${schemaFiles[0]} and ${folder}`
  return lock === undefined ? 'folders named <timestamp>_<name> with migration.sql' : `${folder}/migration_lock.toml`
}

function dialectOf(
  project: Project,
  folder: string,
  paths: readonly string[],
  options: DiscoverOptions,
  provider: string | undefined,
  locked: boolean,
): { readonly dialect: DialectName | undefined; readonly because: string } {
  if (options.dialect) return { dialect: options.dialect, because: 'you said so' }
  const named = provider === undefined ? undefined : engineOf(provider.toLowerCase())
  if (named) return { dialect: named, because: `${locked ? 'migration_lock.toml' : 'the datasource'} says provider = "${provider}"` }
  const engine = engineOfPath(folder)
  if (engine && 'dialect' in engine) return { dialect: engine.dialect, because: `the folder is named ${engine.word}` }
  const texts = paths.flatMap((path) => {
    const file = project.read(path)
    return 'text' in file ? [file.text] : []
  })
  return dialectBySyntax(texts) ?? { dialect: undefined, because: undecidedDialect(folder) }
}

function lockedProvider(project: Project, folder: string): string | undefined {
  const file = project.read(inside(folder, 'migration_lock.toml'))
  if (!('text' in file)) return undefined
  try {
    const provider: unknown = parse(file.text).provider
    return typeof provider === 'string' ? provider : ''
  } catch {
    return ''
  }
}

/** The schema files beside a migrations folder: those that Prisma would read, in one file or several. */
function schemaOf(project: Project, folder: string): { readonly files: readonly string[]; readonly provider: string | undefined } {
  const beside = parentOf(folder) ?? ''
  const places = [configuredSchema(project, beside), beside, inside(beside, 'schema'), parentOf(beside)]
  for (const place of places) {
    if (place === undefined) continue
    const files = place.endsWith('.prisma')
      ? [place]
      : project.glob([inside(place, '*.prisma'), ...(place === beside ? [] : [inside(place, '**/*.prisma')])])
    const providersFound = files.map((file) => {
      const read = project.read(file)
      return 'text' in read ? readSchemaFile(read.text).provider : undefined
    })
    const named = new Set(providersFound.filter((found) => found !== undefined))
    if (named.size === 0) continue
    // Schemas for several engines beside one another: none of them says which one this folder is for.
    const provider = named.size === 1 ? [...named][0] : undefined
    if (files.length === 1 || place !== beside) return { files, provider }
    return {
      files: [...new Set([...files, ...project.glob([inside(beside, 'schema/**/*.prisma'), inside(beside, 'models/**/*.prisma')])])],
      provider,
    }
  }
  return { files: [], provider: undefined }
}

/** The schema files without those whose datasource is another engine's, unless that leaves none. */
function ofEngine(project: Project, files: readonly string[], dialect: DialectName | undefined): readonly string[] {
  const wanted = dialect === 'mariadb' ? 'mysql' : dialect
  const own = files.filter((file) => {
    const read = project.read(file)
    const provider = 'text' in read ? readSchemaFile(read.text).provider?.toLowerCase() : undefined
    return provider === undefined || engineOf(provider) === wanted
  })
  return own.length > 0 ? own : files
}

/** `"prisma": { "schema": "…" }` of the nearest package.json. */
function configuredSchema(project: Project, folder: string): string | undefined {
  for (let at: string | undefined = folder; at !== undefined; at = parentOf(at)) {
    const file = project.read(inside(at, 'package.json'))
    if (!('text' in file)) continue
    const written = /"prisma"\s*:\s*\{[^{}]*"schema"\s*:\s*"([^"\\]+)"/.exec(file.text)?.[1]
    return written === undefined ? undefined : inside(at, written.replace(/^\.\//, '').replace(/\/$/, ''))
  }
  return undefined
}

/** Prisma up to 7.3 sends a file as one simple query; from 7.4 statement by statement (https://github.com/prisma/prisma-engines/pull/5767). */
function sending(project: Project, folder: string): Omit<PrismaSettings, 'schemaFiles'> {
  const range = ['prisma', '@prisma/client', '@prisma/migrate']
    .map((name) => project.dependency(name, folder))
    .find((found) => found !== undefined)
  const version = range === undefined ? undefined : parseVersion(range)
  if (version === undefined)
    return {
      sends: 'file',
      sendsBecause:
        'the Prisma version is not known: up to 7.3 is assumed, which sends a file as one query string (one implicit transaction)',
      sendsAssumed: true,
    }
  if (atLeast(version, 7, 4))
    return {
      sends: 'statements',
      sendsBecause: `Prisma ${range} (7.4 or later) sends a file statement by statement without a transaction`,
      sendsAssumed: false,
    }
  return {
    sends: 'file',
    sendsBecause: `Prisma ${range} (up to 7.3) sends a file as one query string: one implicit transaction`,
    sendsAssumed: false,
  }
}

function inside(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
