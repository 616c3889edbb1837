import { engineOfWord } from '../sql-dialect.ts'

/** What a path says about a migration file, before it is read. */
export interface FileName {
  readonly path: string
  /** The folder of the history that the file belongs to; '' is the root. */
  readonly folder: string
  /** The name without folder, direction and extension, by which the parts of a migration find each other. */
  readonly stem: string
  /** `folder`: up.sql in a folder of its own; `pair`: x.up.sql; `flyway`: V1__x.sql; `plain`: anything else. */
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
  const extension = ending.exec(base)
  const name = extension ? base.slice(0, extension.index) : base
  const engineOfExtension = extension?.[1]?.toLowerCase() ?? (extension?.[2] ? 'postgres' : undefined)
  const lower = name.toLowerCase()

  if ((lower === 'up' || lower === 'down' || lower === 'migration') && folder !== '') {
    const own = folder.slice(folder.lastIndexOf('/') + 1)
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
  const flyway = flywayName.exec(name)
  const repeatable = name.startsWith('R__')
  const direction = flyway || repeatable ? undefined : directionOf(path, name, siblings)
  let stem = direction ? direction.stem : name
  const autocommit = /\.autocommit$/i.test(stem)
  if (autocommit) stem = stem.slice(0, -'.autocommit'.length)
  const infix = /\.([a-z0-9]+)$/i.exec(stem)?.[1]
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
  const relative = folder === parts.folder ? stem : `${folder.slice(parts.folder === '' ? 0 : parts.folder.length + 1)}/${stem}`
  return { ...parts, stem: relative, form: direction ? 'pair' : 'plain', direction: direction?.direction }
}

/** Does the name lead with a number, a timestamp, a version? */
function isNumbered(stem: string): boolean {
  return /^(?:[vV]?\d+(?:[._-]|$)|\d{3,})/.test(stem)
}

function directionOf(
  path: string,
  name: string,
  siblings: (path: string) => boolean,
): { stem: string; direction: 'up' | 'down' } | undefined {
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

/** Folders named for a version or a year are chapters of one history. */
function historyFolder(folder: string): string {
  let at = folder
  while (at !== '' && versionFolder.test(at.slice(at.lastIndexOf('/') + 1))) at = parentOf(at)
  return at
}
