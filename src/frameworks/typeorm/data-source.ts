import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { type ConnectionTimeouts, timeoutsIn } from '../connection-timeouts.ts'
import { environmentValue } from '../environment.ts'

type TransactionMode = 'all' | 'each' | 'none'

/** One connection's options as a data-source file writes them; nothing of it was run. */
export interface DataSource {
  readonly file: string
  /** `type` as written: `postgres`, `better-sqlite3`. */
  readonly type: string
  readonly dialect: DialectName | undefined
  /** migrationsTransactionMode; undefined: not set, which means `all`. */
  readonly mode: TransactionMode | undefined
  /** The text literals of `migrations`, as written. */
  readonly migrations: readonly string[]
  /** A namingStrategy is set: names of tables and columns do not follow TypeORM's default. */
  readonly namingStrategy: boolean
  readonly timeouts: ConnectionTimeouts
}

const dialects: Readonly<Record<string, DialectName>> = {
  postgres: 'postgres',
  'aurora-postgres': 'postgres',
  'aurora-data-api-pg': 'postgres',
  mysql: 'mysql',
  'aurora-mysql': 'mysql',
  'aurora-data-api': 'mysql',
  mariadb: 'mariadb',
  sqlite: 'sqlite',
  'better-sqlite3': 'sqlite',
  sqljs: 'sqlite',
  'react-native': 'sqlite',
  cordova: 'sqlite',
  nativescript: 'sqlite',
  expo: 'sqlite',
  capacitor: 'sqlite',
}
/** Drivers of phones and tablets. */
const devices = new Set(['react-native', 'cordova', 'nativescript', 'expo', 'capacitor'])
/** Engines that TypeORM knows and Surefoot does not judge. */
const others = new Set(['cockroachdb', 'mssql', 'oracle', 'mongodb', 'sap', 'spanner'])

/** Is the database on a device, beside its one program? */
export function isOnDevice({ type }: DataSource): boolean {
  return devices.has(type)
}

/** The `type` of the connection that migrations run on: what is written, where it means this engine. */
export function typeFor(dialect: DialectName, written: unknown): string {
  const family = (name: DialectName | undefined) => (name === 'mariadb' ? 'mysql' : name)
  return typeof written === 'string' && family(dialectOfType(written)) === family(dialect) ? written : dialect
}

/** The engine that a connection `type` means; undefined for one that is not judged. */
function dialectOfType(type: string): DialectName | undefined {
  return dialects[type]
}

const names = [
  '**/*{[sS]ource,orm,Orm,ORM,[dD]atabase,[dD]b,[cC]onnection,[cC]onfig,app.module}*.{ts,js,mjs,cjs,mts,cts}',
  '**/{typeorm,orm,database,db,datasource,data-source}/index.{ts,js,mjs,cjs,mts,cts}',
  '**/ormconfig*.json',
]
const passedOver = ['**/*.d.ts', '**/*.{spec,test}.*', '**/migrations/**', '**/migration/**', '**/{dist,build}/**']
const marks =
  /\btypeorm\b|\bTypeOrm|\bDataSource\b|\bcreateConnection\b|\bDataSourceOptions\b|\bConnectionOptions\b|\bregisterAs\b|\bmigrationsTransactionMode\b/
const largest = 400_000

/**
 * The connections that a project's data-source files describe: `new DataSource({…})`, `createConnection`, NestJS's TypeOrmModule,
 * `ormconfig.{json,js,ts}`. A file is read only when its name or text says that it holds one.
 */
export function dataSourcesOf(project: Project): readonly DataSource[] {
  const found: DataSource[] = []
  for (const file of project.glob(names, passedOver)) {
    const read = project.read(file)
    if (!('text' in read) || read.text.length > largest) continue
    if (file.endsWith('.json')) found.push(...ofJson(file, read.text))
    else if (/(^|\/)ormconfig[^/]*$/.test(file) || marks.test(read.text)) found.push(...ofText(project, file, read.text))
  }
  return found
}

function ofJson(file: string, text: string): readonly DataSource[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return []
  }
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  return list.flatMap((entry): readonly DataSource[] => {
    if (typeof entry !== 'object' || entry === null) return []
    const options = entry as Readonly<Record<string, unknown>>
    const { type, migrations, migrationsTransactionMode: mode } = options
    if (typeof type !== 'string') return []
    return [
      {
        file,
        type,
        dialect: dialectOfType(type),
        mode: mode === 'all' || mode === 'each' || mode === 'none' ? mode : undefined,
        migrations: Array.isArray(migrations) ? migrations.filter((item): item is string => typeof item === 'string') : [],
        namingStrategy: options.namingStrategy !== undefined,
        timeouts: timeoutsIn(JSON.stringify(options)),
      },
    ]
  })
}

const typePattern = /\btype\s{0,9}:\s{0,9}(?:<[^<>]{0,40}>\s{0,9})?(['"`])([a-z0-9-]{3,20})\1/g

/** `type: process.env.DB_TYPE as any`, `type: (process.env.DB_TYPE || 'postgres') as 'postgres'`. */
const typeVariable =
  /\btype\s{0,9}:\s{0,9}(?:<[^<>]{0,40}>\s{0,9})?\(?\s{0,9}process\.env\.(\w{1,60})(?:\s+as\s+[\w.]{1,40})?\s{0,9}\)?(?:\s{0,9}(?:\|\||\?\?)\s{0,9}['"`]([a-z0-9-]{3,20})['"`])?/g

/** The text with types that the environment gives as they stand in its files, or as the program has them without it. */
function withTypes(project: Project, file: string, text: string): string {
  return text.replace(typeVariable, (written: string, variable: string, otherwise: string | undefined) => {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
    const given = environmentValue(project, folder, variable)?.value ?? otherwise
    return given === undefined ? written : `type: '${given}'`
  })
}

/** The options of each connection in a program's text: each `type` with what follows it up to the next. */
function ofText(project: Project, file: string, text: string): readonly DataSource[] {
  const plain = withTypes(project, file, withoutComments(text))
  const starts = [...plain.matchAll(typePattern)].filter(
    (match) => dialectOfType(match[2] ?? '') !== undefined || others.has(match[2] ?? ''),
  )
  return starts.map((match, at) => {
    // Members may stand before `type`; with one connection in the file the whole text is its own.
    const from = at === 0 ? 0 : match.index
    const own = plain.slice(from, starts[at + 1]?.index ?? plain.length)
    const type = match[2] ?? ''
    const mode = /\bmigrationsTransactionMode\s{0,9}:\s{0,9}['"`](all|each|none)['"`]/.exec(own)?.[1]
    return {
      file,
      type,
      dialect: dialectOfType(type),
      mode: mode === 'all' || mode === 'each' || mode === 'none' ? mode : undefined,
      migrations: migrationsOf(own),
      namingStrategy: /\bnamingStrategy\s{0,9}:/.test(own),
      timeouts: timeoutsIn(own),
    }
  })
}

function migrationsOf(text: string): readonly string[] {
  const start = /\bmigrations\s{0,9}:\s{0,9}\[/.exec(text)
  if (!start) return []
  const from = start.index + start[0].length
  const list = text.slice(from, Math.min(text.indexOf(']', from) + 1 || text.length, from + 2_000))
  return [...list.matchAll(/(['"`])([^'"`\n]{1,300})\1/g)].map((match) => match[2] ?? '')
}

/** The text with comments as blanks. Quoted texts are kept whole: globs hold no comments. */
export function withoutComments(text: string): string {
  const kept: string[] = []
  let from = 0
  let at = 0
  const blank = (end: number) => {
    kept.push(text.slice(from, at), ' '.repeat(end - at))
    from = at = end
  }
  while (at < text.length) {
    const character = text[at]
    if (character === "'" || character === '"' || character === '`') {
      const close = text.indexOf(character, at + 1)
      const line = character === '`' ? -1 : text.indexOf('\n', at + 1)
      at = close === -1 ? text.length : line !== -1 && line < close ? line + 1 : close + 1
    } else if (character === '/' && text[at + 1] === '*') {
      const close = text.indexOf('*/', at + 2)
      blank(close === -1 ? text.length : close + 2)
    } else if (character === '/' && text[at + 1] === '/') {
      const close = text.indexOf('\n', at)
      blank(close === -1 ? text.length : close)
    } else at++
  }
  kept.push(text.slice(from))
  return kept.join('')
}

/** The folder that a `migrations` pattern means, without `__dirname`, leading dots and the folders of compiled output; '' for none. */
function folderOf(pattern: string): string {
  const fixed = pattern
    .replace(/\$\{[^}]{0,80}\}/g, '')
    .replace(/\{[^}]{0,80}\}/g, '*')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !['dist', 'build', 'lib', 'out', 'src'].includes(part))
  const until = fixed.findIndex((part) => part.includes('*'))
  const ends = /\.[cm]?[jt]s$/.test(fixed.at(-1) ?? '') ? fixed.length - 1 : fixed.length
  return fixed.slice(0, until === -1 ? ends : until).join('/')
}

/** The folders in which the connections keep their migrations, as globs. */
export function migrationGlobs(sources: readonly DataSource[]): readonly string[] {
  const folders = new Set(sources.flatMap((source) => source.migrations.map(folderOf)))
  folders.delete('')
  return [...folders].map((folder) => `**/${folder}/**/*.{ts,js,mjs,cjs,mts,cts}`)
}

/** Does one of a connection's `migrations` globs mean this folder? */
export function meansFolder(source: DataSource, folder: string): boolean {
  return source.migrations.some((pattern) => {
    const parts = folderOf(pattern)
    return parts !== '' && `/${folder}/`.includes(`/${parts}/`)
  })
}

/**
 * The transaction mode that the project's own scripts pass: `typeorm migration:run --transaction each` in the nearest package.json with such
 * a script; undefined when none does.
 */
export function scriptedMode(project: Project, folder: string): { readonly mode: TransactionMode; readonly file: string } | undefined {
  for (let at = folder; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
    const file = at === '' ? 'package.json' : `${at}/package.json`
    const read = project.read(file)
    const mode = 'text' in read ? /migration:run[^"\n]{0,300}?\s(?:--transaction|-t)[ =](all|each|none)\b/.exec(read.text)?.[1] : undefined
    if (mode === 'all' || mode === 'each' || mode === 'none') return { mode, file }
    if (at === '') return undefined
  }
}
