import type { DialectName } from '../../ir/names.ts'
import { joinPath } from '../../javascript/resolve.ts'
import type { Project } from '../../project/project.ts'
import { type ConnectionTimeouts, timeoutsIn } from '../connection-timeouts.ts'
import { environmentValue } from '../environment.ts'
import { fileName } from '../module-files.ts'
import { engineOfWord } from '../sql-dialect.ts'
import { withoutComments } from './read-mapping.ts'

/** What a knexfile, or a module that makes the connection, says. It is read as text and never run. */
export interface Knexfile {
  readonly path: string
  /** `client` as it is written, and the engine it drives; undefined: not written, or an engine that is not judged. */
  readonly client: { readonly written: string; readonly dialect: DialectName; readonly because: string } | undefined
  /** Folders of migrations, relative to the project's root. */
  readonly directories: readonly string[]
  /** Folders that hold one history together: Knex sorts the files of all of them by name. `all`: the program looks for them itself. */
  readonly together: readonly string[] | 'all'
  readonly disableTransactions: boolean
  /** The project reads its migrations with a `migrationSource` of its own. */
  readonly migrationSource: boolean
  /** SQLite: does the connection enforce foreign keys? undefined: nothing says so. */
  readonly foreignKeys: boolean | undefined
  readonly timeouts: ConnectionTimeouts
}

const clientKey =
  /['"]?\bclient['"]?\s{0,9}[:=]\s{0,9}(?:[\w.]{1,60}\s{0,9}(?:\|\||\?\?)\s{0,9})?(?:\w{1,30}\s{0,9}===?\s{0,9}['"`]\w{1,30}['"`]\s{0,9}\?\s{0,9})?['"`]([\w-]{1,20})['"`]/g
const clientVariable = /['"]?\bclient['"]?\s{0,9}[:=]\s{0,9}process\.env\.(\w{1,60})/
const classOfClient = /['"]?\bclient['"]?\s{0,9}[:=]\s{0,9}(?:\w{1,30}\.)?\w{0,30}(sqlite|mysql|mariadb|pg|postgres)\w{0,30}\b/i
const connectionUrl = /['"`](postgres|postgresql|mysql|sqlite):\/\//
const directoryKey = /['"]?\bdirectory['"]?\s{0,9}:\s{0,9}/g

/** The knexfile of a project's folder, or the module that says what one would. */
export function readKnexfile(project: Project, path: string): Knexfile | undefined {
  const file = project.exists(path) ? project.read(path) : undefined
  if (file === undefined || !('text' in file)) return undefined
  const text = withoutComments(file.text)
  const client = clientOf(project, path, text)
  const enforced = /foreign_keys\s{0,9}=\s{0,9}(?:on|1|true)\b/i.test(text)
  return {
    path,
    client,
    directories: directoriesOf(text, path),
    together: togetherIn(text, path),
    disableTransactions: /\bdisableTransactions['"]?\s{0,9}:\s{0,9}true\b/.test(text),
    migrationSource: /\bmigrationSource\b/.test(text),
    // better-sqlite3 is built with SQLITE_DEFAULT_FOREIGN_KEYS=1; sqlite3 leaves them off until a PRAGMA says otherwise.
    foreignKeys: enforced || client?.written === 'better-sqlite3' ? true : undefined,
    timeouts: timeoutsIn(text),
  }
}

/** The client of `production` where the environments differ, else the first. */
function clientOf(project: Project, path: string, text: string): Knexfile['client'] {
  const production = text.search(/['"]?\bproduction['"]?\s*[:=]/)
  let first: Knexfile['client']
  for (const match of text.matchAll(clientKey)) {
    const written = match[1]!.toLowerCase()
    const engine = engineOfWord(written)
    if (engine === undefined || !('dialect' in engine)) continue
    const found = { written, dialect: engine.dialect, because: `${path} says client "${written}"` }
    if (production >= 0 && match.index > production) return found
    first ??= found
  }
  if (first) return first
  const variable = clientVariable.exec(text)?.[1]
  const given = variable === undefined ? undefined : environmentValue(project, folderOf(path), variable)
  const engine = given && engineOfWord(given.value)
  if (given && engine && 'dialect' in engine)
    return {
      written: given.value.toLowerCase(),
      dialect: engine.dialect,
      because: `${path} takes ${variable}, which is ${given.value} in ${given.file}`,
    }
  const word = classOfClient.exec(text)?.[1] ?? connectionUrl.exec(text)?.[1]
  const named = word === undefined ? undefined : engineOfWord(word)
  return named && 'dialect' in named
    ? { written: word!.toLowerCase(), dialect: named.dialect, because: `${path} names ${word!.toLowerCase()}` }
    : undefined
}

/** A list behind `directory:`, or a program that walks folders and puts none into words. */
function togetherIn(text: string, path: string): Knexfile['together'] {
  const folders = directoriesOf(text, path)
  if (folders.length === 0) return walks.test(text) && /['"`/]migrations['"`/]/.test(text) ? 'all' : []
  return /\bdirectory['"]?\s{0,9}:\s{0,9}\[/.test(text) && !/\bsortDirsSeparately['"]?\s{0,9}:\s{0,9}true\b/.test(text) ? folders : []
}

const walks = /\b(?:readdir|readdirSync|glob|globSync|walk)\s*\(/

/** The strings behind `directory:` inside `migrations: { … }`: a text, a list of texts, `path.join(__dirname, 'db', 'migrations')`. */
function directoriesOf(text: string, path: string): readonly string[] {
  const found = new Set<string>()
  for (const match of text.matchAll(directoryKey)) {
    const before = text.slice(Math.max(0, match.index - 400), match.index)
    const holder = [...before.matchAll(/['"]?\b(migrations|seeds)['"]?\s{0,9}[:=]\s{0,9}\{/g)].at(-1)?.[1]
    if (holder !== 'migrations') continue
    const value = text.slice(match.index + match[0].length, match.index + match[0].length + 300)
    const list = /^\[([^\]]*)\]/.exec(value)?.[1]
    const call = /^[\w.]+\(([^)]*)\)/.exec(value)?.[1]
    const strings = (part: string) => [...part.matchAll(/['"`]([^'"`$]{1,200})['"`]/g)].map(([, own]) => own!)
    const own = list !== undefined ? strings(list) : call !== undefined ? [strings(call).join('/')] : strings(value.split(/[,}\n]/)[0]!)
    for (const relative of own) {
      const place = joinPath(folderOf(path), relative)
      if (place !== undefined) found.add(place)
    }
  }
  return [...found]
}

/** The knexfile for a folder of migrations: the one that names it, else the nearest above it. */
export function knexfileOf(files: readonly Knexfile[], directory: string): Knexfile | undefined {
  const naming = files.find((file) => file.directories.includes(directory))
  if (naming) return naming
  const above = files.filter(({ path }) => isKnexfile(path) && isAbove(folderOf(path).replace(/(?:^|\/)src$/, ''), directory))
  const nearest = above.sort((a, b) => b.path.length - a.path.length)[0]
  return nearest?.client ? nearest : (connecting(files, directory) ?? nearest)
}

function isAbove(folder: string, directory: string): boolean {
  return folder === '' || directory === folder || directory.startsWith(`${folder}/`)
}

/** The module that makes a connection and shares most folders with the migrations; undefined where the modules name several engines. */
function connecting(files: readonly Knexfile[], directory: string): Knexfile | undefined {
  const shared = (path: string) => {
    const own = path.split('/')
    const different = directory.split('/').findIndex((part, at) => own[at] !== part)
    return different < 0 ? own.length : different
  }
  const making = files.filter(({ client }) => client !== undefined)
  if (new Set(making.map(({ client }) => client!.dialect)).size !== 1) return undefined
  return making.sort((a, b) => shared(b.path) - shared(a.path) || (a.path < b.path ? -1 : 1))[0]
}

export function isKnexfile(path: string): boolean {
  return /^knexfile\b/.test(fileName(path))
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}
