import { engineOfWord } from '../sql-dialect.ts'

/** What a path says about a migration file, before it is read. */
export interface FileName {
  readonly path: string
  /** The folder of the history that the file belongs to; '' is the root. */
  readonly folder: string
  /** The name without folder, direction and extension, by which the parts of a migration find each other. */
  readonly stem: string
  /** `folder`: up.sql, migration.sql or index.sql in a folder of its own; `pair`: x.up.sql; `flyway`: V1__x.sql; `plain`: anything else. */
  readonly form: 'folder' | 'pair' | 'flyway' | 'plain'
  readonly direction: 'up' | 'down' | undefined
  /** The engine's word in `x.mysql.up.sql` or `x.sql.mysql`, or the extension's. */
  readonly engine: string | undefined
  /** ory: the runner opens no transaction for `x.autocommit.up.sql`. */
  readonly autocommit: boolean
  readonly flyway?: { readonly kind: 'V' | 'U' | 'R' | 'B'; readonly version: string }
  /** Starts with a number, a timestamp or a version: it has a place in an order. */
  readonly numbered: boolean
}

/** The endings of files that hold SQL. */
export const sqlExtensions: readonly string[] = ['.sql', '.pgsql', '.psql', '.sql.postgres', '.sql.mysql', '.sql.sqlite']

const ending = /\.(?:sql(?:\.(postgres|mysql|sqlite))?|(pgsql|psql))$/i
const flywayName = /^([VUB])(\d+(?:[._]\d+)*)__(.*)$/
const versionFolder = /^(?:v|release[-._]?)?\d[\d._-]*(?:[-._]?(?:alpha|beta|rc|x)[\d.]*)?$/i

/** Reads a path. `siblings` tells whether another path is there: `x_up.sql` is a direction only when `x_down.sql` exists. */
export function readFileName(path: string, siblings: (path: string) => boolean): FileName {
  const slash = path.lastIndexOf('/')
  const folder = slash < 0 ? '' : path.slice(0, slash)
  const base = path.slice(slash + 1)
  const extension = base.endsWith('.sql') ? undefined : ending.exec(base)
  const name = base.slice(0, extension === undefined ? -'.sql'.length : extension?.index)
  const engineOfExtension = extension?.[1]?.toLowerCase() ?? (extension?.[2] ? 'postgres' : undefined)
  const lower = name.length <= 'migration'.length ? name.toLowerCase() : ''

  const own = folder.slice(folder.lastIndexOf('/') + 1)
  // index.sql in a numbered folder of its own is how postgres-shift keeps them.
  const isOwn = lower === 'up' || lower === 'down' || lower === 'migration' || (lower === 'index' && /^\d{3,}[-_]/.test(own))
  if (isOwn && folder !== '') {
    return {
      path,
      folder: historyFolder(parentOf(folder)),
      stem: own,
      form: 'folder',
      direction: lower === 'down' ? 'down' : 'up',
      engine: engineOfExtension,
      autocommit: false,
      numbered: /^\d/.test(own),
    }
  }
  if (lower === 'up' || lower === 'down')
    return { path, folder: '', stem: 'up', form: 'pair', direction: lower, engine: engineOfExtension, autocommit: false, numbered: false }
  const flyway = name.includes('__') ? flywayName.exec(name) : null
  const repeatable = name.startsWith('R__')
  const direction = flyway || repeatable ? undefined : directionOf(path, name, siblings)
  let stem = direction ? direction.stem : name
  const autocommit = stem.includes('.') && /\.autocommit$/i.test(stem)
  if (autocommit) stem = stem.slice(0, -'.autocommit'.length)
  const infix = stem.includes('.') ? /\.([a-z0-9]+)$/i.exec(stem)?.[1] : undefined
  const engine = infix !== undefined && engineOfWord(infix) ? infix.toLowerCase() : engineOfExtension
  if (infix !== undefined && engine === infix.toLowerCase()) stem = stem.slice(0, -infix.length - 1)
  const parts = { path, folder: historyFolder(folder), engine, autocommit, numbered: isNumbered(stem) || flyway !== null }
  if (flyway)
    return {
      ...parts,
      stem,
      form: 'flyway',
      direction: undefined,
      flyway: { kind: flyway[1] as 'V' | 'U' | 'B', version: flyway[2]!.replaceAll('_', '.') },
    }
  if (repeatable) return { ...parts, stem, form: 'flyway', direction: undefined, flyway: { kind: 'R', version: '' } }
  const { folder: history, numbered } = parts
  const relative = folder === history ? stem : `${folder.slice(history === '' ? 0 : history.length + 1)}/${stem}`
  return {
    path,
    folder: history,
    stem: relative,
    form: direction ? 'pair' : 'plain',
    direction: direction?.direction,
    engine,
    autocommit,
    numbered,
  }
}

/** Does the name lead with a number, a timestamp, a version? */
function isNumbered(stem: string): boolean {
  return /^(?:[vV]?\d+(?:[._-]|$)|\d{3,})/.test(stem)
}

/** The last letters of up, down, do, undo, rollback and revert: most names are told by them. */
const directionEnds = new Set([...'pnokt'].map((letter) => letter.charCodeAt(0)))

function directionOf(
  path: string,
  name: string,
  siblings: (path: string) => boolean,
): { stem: string; direction: 'up' | 'down' } | undefined {
  if (!directionEnds.has(name.charCodeAt(name.length - 1) | 32)) return undefined
  const dotted = /^(.+)\.(up|down|do|undo|rollback|revert)$/i.exec(name)
  if (dotted) return { stem: dotted[1]!, direction: /^(?:up|do)$/i.test(dotted[2]!) ? 'up' : 'down' }
  const joined = /^(.+)([_-])(up|down|undo|rollback|revert)$/i.exec(name)
  if (!joined) return undefined
  const [, stem, separator, word] = joined as unknown as [string, string, string, string]
  const folder = path.slice(0, path.length - (path.length - path.lastIndexOf('/') - 1))
  const extension = path.slice(path.lastIndexOf('/') + 1 + name.length)
  const is = (other: string) => siblings(`${folder}${other}${extension}`)
  if (word.toLowerCase() === 'up') {
    const counterparts = [`${stem}${separator}down`, `${stem}${separator}DOWN`, `${stem}${separator}Down`, `${stem}.down`]
    return counterparts.some(is) ? { stem, direction: 'up' } : undefined
  }
  const counterparts = [stem, `${stem}${separator}up`, `${stem}${separator}UP`, `${stem}${separator}Up`, `${stem}.up`]
  return counterparts.some(is) ? { stem, direction: 'down' } : undefined
}

function parentOf(folder: string): string {
  const slash = folder.lastIndexOf('/')
  return slash < 0 ? '' : folder.slice(0, slash)
}

/** The folder that was asked for last: files come folder by folder. */
let lastFolder: { readonly folder: string; readonly history: string } = { folder: '', history: '' }

/** Folders named for a version or a year are chapters of one history. */
function historyFolder(folder: string): string {
  if (folder === lastFolder.folder) return lastFolder.history
  const history = chapterless(folder)
  lastFolder = { folder, history }
  return history
}

function chapterless(folder: string): string {
  let at = folder
  while (at !== '' && versionFolder.test(at.slice(at.lastIndexOf('/') + 1))) at = parentOf(at)
  return at
}
