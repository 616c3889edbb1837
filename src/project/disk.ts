import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { decode, maxBytes, tooLarge } from './decode.ts'
import { dependencyIn, type PackageCache, rangesOf } from './dependency.ts'
import { globBase, globMatcher, normalizeGlob } from './glob.ts'
import { isIgnoredFolder } from './ignored.ts'
import type { Project, ReadResult } from './project.ts'

/** Texts kept in memory between finding and reading them, in UTF-16 units; beyond that a file is read again. */
const cacheBudget = 32 * 1024 * 1024

/** Hears what a project looks at, each as an absolute path and before it is looked at. */
export interface Looks {
  file(absolute: string): void
  folder(absolute: string): void
}

/**
 * A reader of the files below a directory. What is read is remembered, so that a run sees each file in one state. `looks` hears of what is
 * read and listed, and of what is asked for.
 */
export function diskProject(root: string, looks?: Looks): Project {
  const base = resolve(root)
  const walker = treeWalker(base, looks)
  const texts = new Map<string, ReadResult>()
  const packages: PackageCache = new Map()
  let kept = 0

  function read(path: string): ReadResult {
    const known = texts.get(path)
    if (known) return known
    looks?.file(join(base, path))
    const result = readFile(`${base}/${path}`, path)
    const size = 'text' in result ? result.text.length : 0
    if (kept + size <= cacheBudget) {
      kept += size
      texts.set(path, result)
    }
    return result
  }

  return {
    root: base,
    read,
    // A link counts though it leads nowhere: reading it then says so.
    exists(path) {
      looks?.file(join(base, path))
      return isThere(join(base, path))
    },
    glob(patterns, ignore) {
      const normal = patterns.map(normalizeGlob)
      const matches = globMatcher(normal, ignore)
      const found = new Set<string>()
      for (const folder of outermost(normal.map(globBase))) for (const path of walker.files(folder)) if (matches(path)) found.add(path)
      return [...found].sort()
    },
    dependency(name, directory = '') {
      return dependencyIn(read, packages, name, directory) ?? dependencyAbove(base, name)
    },
    unreadable: () => walker.problems,
  }
}

/** Looks for the package in the package.json files above the root, up to the repository's top. */
export function dependencyAbove(root: string, name: string): string | undefined {
  let at = root
  while (!existsSync(join(at, '.git')) && dirname(at) !== at) {
    at = dirname(at)
    const file = readFile(join(at, 'package.json'), 'package.json')
    const range = 'text' in file ? rangesOf(file.text).get(name) : undefined
    if (range !== undefined) return range
  }
  return undefined
}

/** The folders that contain all the others: of `db`, `db/x` and `app` those are `db` and `app`. */
function outermost(folders: readonly string[]): readonly string[] {
  const unique = [...new Set(folders)]
  return unique.filter((folder) => !unique.some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`))))
}

const scratch = Buffer.allocUnsafe(256 * 1024)

/** Reads a file without ever waiting for a pipe, and says in a sentence why there is no text. `shown` is the path for that sentence. */
function readFile(absolute: string, shown: string): ReadResult {
  let file: number | undefined
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would hang. It does not exist on Windows.
    file = openSync(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = fstatSync(file)
    if (stats.isDirectory()) return { error: `${shown} is a directory, not a file.`, because: 'directory' }
    if (!stats.isFile()) return { error: `${shown} is not a regular file.`, because: 'unreadable' }
    if (stats.size > maxBytes) return tooLarge(shown, stats.size)
    return decode(readBytes(file, stats), shown)
  } catch (error) {
    return explain(error, shown)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readBytes(file: number, stats: Stats): Buffer {
  const target = stats.size < scratch.length ? scratch : Buffer.allocUnsafe(stats.size + 1)
  let filled = 0
  while (filled < target.length) {
    const count = readSync(file, target, filled, target.length - filled, filled)
    if (count === 0) break
    filled += count
    // Another call would say that this was the end; what has no size tells its end only so.
    if (filled === stats.size) break
  }
  return target.subarray(0, filled)
}

function explain(error: unknown, shown: string): ReadResult {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return { error: `${shown} does not exist.`, because: 'missing' }
  if (code === 'EISDIR') return { error: `${shown} is a directory, not a file.`, because: 'directory' }
  if (code === 'EACCES' || code === 'EPERM') return { error: `${shown} cannot be read: permission denied.`, because: 'unreadable' }
  if (code === 'ELOOP') return { error: `${shown} is a symbolic link that leads to itself.`, because: 'unreadable' }
  return { error: `${shown} cannot be read: ${error instanceof Error ? error.message : String(error)}`, because: 'unreadable' }
}

interface Walker {
  files(folder: string): readonly string[]
  readonly problems: { readonly path: string; readonly error: string }[]
}

/** Lists the files below folders of the root, each folder once. */
function treeWalker(root: string, looks: Looks | undefined): Walker {
  const listed = new Map<string, readonly string[]>()
  const problems: { path: string; error: string }[] = []

  function files(folder: string): readonly string[] {
    const known = listed.get(folder)
    if (known) return known
    const whole = listed.get('')
    if (whole && !folder.startsWith('..') && !folder.split('/').some(isIgnoredFolder))
      return whole.filter((path) => path.startsWith(`${folder}/`))
    const found: string[] = []
    walk(folder, found, new Set())
    listed.set(folder, found)
    return found
  }

  /** An explicit stack: a tree may be deeper than the call stack. */
  function walk(start: string, found: string[], entered: Set<string>): void {
    const pending = [start]
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      let entries: ReturnType<typeof entriesOf>
      try {
        looks?.folder(join(root, folder))
        entries = entriesOf(join(root, folder))
      } catch (error) {
        const failure = explain(error, folder === '' ? root : folder)
        if ('error' in failure && failure.because !== 'missing' && failure.because !== 'directory')
          problems.push({ path: folder, error: failure.error })
        continue
      }
      const prefix = folder === '' ? '' : `${folder}/`
      for (const entry of entries) {
        const path = prefix + entry.name
        if (entry.isFile()) found.push(path)
        else if (entry.isDirectory()) {
          if (isIgnoredFolder(entry.name)) continue
          pending.push(path)
          if (looksLikeFile(entry.name) && !holdsAny(join(root, path), /\.[^.]+$/.exec(entry.name)![0])) found.push(path)
        } else if (entry.isSymbolicLink()) followLink(path, entry.name, found, pending, entered)
      }
    }
  }

  /** Links to files are files. Links to folders are entered once, and only when they lead out of the root: what is inside is listed anyway. */
  function followLink(path: string, name: string, found: string[], pending: string[], entered: Set<string>): void {
    const target = statOf(join(root, path))
    if (!target?.isDirectory()) {
      found.push(path)
      return
    }
    if (isIgnoredFolder(name)) return
    const real = realpathSync(join(root, path))
    const inside = real === root || real.startsWith(join(root, '/')) || root.startsWith(join(real, '/'))
    if (inside || entered.has(real)) return
    entered.add(real)
    pending.push(path)
  }

  return { files, problems }
}

function entriesOf(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}

/** A directory with the name of a migration file, and none of that kind inside, is listed, so that reading it says what is wrong. */
function looksLikeFile(name: string): boolean {
  return /\.(?:sql|prisma|[cm]?[jt]s)$/.test(name)
}

function holdsAny(folder: string, extension: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith(extension))
  } catch {
    return false
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
