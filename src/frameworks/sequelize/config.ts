import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { environmentValue } from '../environment.ts'
import type { ConnectionFiles } from './connection.ts'

/** What a `.sequelizerc` says. Paths are relative to the project's root. */
export interface Rc {
  readonly path: string
  readonly migrations: string | undefined
  readonly config: string | undefined
  readonly models: string | undefined
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** `a/b` and `../c` as `a/c`; what leads above the root keeps its `..`. */
function joinPath(...parts: readonly string[]): string {
  const found: string[] = []
  for (const part of parts.join('/').split(/[\\/]+/)) {
    if (part === '' || part === '.') continue
    if (part === '..' && found.length > 0 && found.at(-1) !== '..') found.pop()
    else found.push(part)
  }
  return found.join('/')
}

/**
 * The string literals of the value behind a key, up to the comma or brace that ends it: `path.resolve(__dirname, 'db', 'migrations')`
 * gives `db` and `migrations`. The file is not run: what it computes otherwise stays unknown.
 */
function stringsAfter(text: string, key: string): string[] | undefined {
  const at = new RegExp(`(['"])${key}\\1\\s*:`).exec(text)
  if (at === null) return undefined
  const found: string[] = []
  let depth = 0
  for (let i = at.index + at[0].length; i < text.length; i++) {
    const character = text[i]!
    if (character === "'" || character === '"' || character === '`') {
      const end = text.indexOf(character, i + 1)
      if (end < 0) break
      found.push(text.slice(i + 1, end))
      i = end
    } else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    else if (depth <= 0 && (character === ',' || character === '}')) break
  }
  return found.length > 0 ? found : undefined
}

/** Reads a `.sequelizerc`; undefined when there is none at this path. */
export function readRc(project: Project, path: string): Rc | undefined {
  const file = project.read(path)
  if (!('text' in file)) return undefined
  const folder = folderOf(path)
  const value = (key: string) => {
    const strings = stringsAfter(file.text, key)
    return strings && joinPath(folder, ...strings.filter((text) => !text.includes('${')))
  }
  return { path, migrations: value('migrations-path'), config: value('config'), models: value('models-path') }
}

/** A dialect as a configuration names it. */
export interface FoundDialect {
  readonly name: DialectName
  /** The word as it stands there: what `getDialect()` will give. */
  readonly written: string
  readonly because: string
}

const names: Readonly<Record<string, DialectName>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mariadb',
  sqlite: 'sqlite',
}

/** `dialect: 'postgres'`, `"dialect": "mysql"`, `dialect: process.env.DIALECT || 'sqlite'`, `dialect: PostgresDialect`. */
const dialectKey = /['"]?\bdialect['"]?\s*[:=]\s*(?:[\w.]{1,60}\s*(?:\|\||\?\?)\s*)?(?:['"`](\w{1,12})['"`]|(\w{1,12})Dialect\b)/g
const urlScheme = /['"`](postgres|postgresql|mysql|mariadb|sqlite):/

/** The dialect that a text of configuration says: that of `production` when the environments differ. */
export function dialectIn(text: string, path: string): FoundDialect | undefined {
  const production = text.search(/['"]?\bproduction['"]?\s*[:=]/)
  let first: FoundDialect | undefined
  for (const match of text.matchAll(dialectKey)) {
    const written = (match[1] ?? match[2])!.toLowerCase()
    const name = names[written]
    if (name === undefined) continue
    const found: FoundDialect = {
      name,
      written: written === 'postgresql' ? 'postgres' : written,
      because: `${path} says dialect "${written}"`,
    }
    if (production >= 0 && match.index > production) return found
    first ??= found
  }
  if (first) return first
  const scheme = urlScheme.exec(text)?.[1]
  const name = scheme === undefined ? undefined : names[scheme]
  return name && { name, written: name, because: `${path} connects to a ${scheme}: URL` }
}

/** `dialect: process.env.DB_DIALECT`, `dialect: env('DB_DIALECT')`. */
const dialectVariable = /['"]?\bdialect['"]?\s*[:=]\s*(?:process\.env\.(\w{1,60})|env\(\s*['"](\w{1,60})['"])/g

/** The dialect of a configuration: the one that it says, or that its environment's files give to the variable that it names. */
function dialectOfFile(project: Project, text: string, path: string): FoundDialect | undefined {
  const written = dialectIn(text, path)
  if (written) return written
  // What is written last is what production has, where the environments differ.
  for (const match of [...text.matchAll(dialectVariable)].reverse()) {
    const variable = (match[1] ?? match[2])!
    const given = environmentValue(project, folderOf(path), variable)
    const word = given?.value.toLowerCase()
    const name = word === undefined ? undefined : names[word]
    if (given && word && name)
      return {
        name,
        written: word === 'postgresql' ? 'postgres' : word,
        because: `${path} takes ${variable}, which is ${word} in ${given.file}`,
      }
  }
  return undefined
}

const drivers: readonly (readonly [string, DialectName])[] = [
  ['pg', 'postgres'],
  ['mysql2', 'mysql'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite3', 'sqlite'],
]

/** The dialect of the migrations in a folder; the sentence says where it is written, or what to pass. */
export function dialectOf(
  project: Project,
  directory: string,
  { configured, programs }: ConnectionFiles,
): { readonly found: FoundDialect | undefined; readonly because: string } {
  for (const { path, file } of configured) {
    const found = dialectOfFile(project, file.text, path)
    if (found) return { found, because: found.because }
  }
  const installed = drivers.filter(([name]) => project.dependency(name, directory) !== undefined)
  const engines = [...new Set(installed.map(([, dialect]) => dialect))]
  if (engines.length === 1) {
    return {
      found: { name: engines[0]!, written: engines[0]!, because: '' },
      because: `package.json has the driver "${installed[0]![0]}" and no other`,
    }
  }
  for (const { path, file } of programs()) {
    if (path.includes('/migrations/') || !/sequelize/i.test(file.text)) continue
    const found = dialectOfFile(project, file.text, path)
    if (found) return { found, because: found.because }
  }
  const several =
    engines.length > 1
      ? `package.json has drivers for several engines (${installed.map(([name]) => name).join(', ')})`
      : 'no configuration of Sequelize names a dialect'
  return { found: undefined, because: `${several}: pass --dialect postgres, mysql, mariadb or sqlite` }
}
