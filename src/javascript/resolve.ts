import type { Project } from '../project/project.ts'
import { aliasedPlaces } from './aliases.ts'
import { subpathPlaces } from './subpaths.ts'

const extensions = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.tsx', '.jsx', '.json']
const written: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
  '.jsx': ['.tsx'],
}

/** Joins path segments: `.` and `..` are resolved; a path above the root gives undefined. */
export function joinPath(directory: string, relative: string): string | undefined {
  const parts = relative.startsWith('/') || directory === '' ? [] : directory.split('/')
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (parts.length === 0) return undefined
      parts.pop()
    } else parts.push(part)
  }
  return parts.join('/')
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** The file of the project that an import names: relative paths, what the package and the compiler's options say, and the usual aliases of a project's own sources; undefined: a package. */
export function resolveModule(project: Project, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const base = specifier.startsWith('/') ? joinPath('', specifier) : joinPath(directoryOf(from), specifier)
    return base === undefined ? undefined : fileAt(project, base)
  }
  if (specifier.startsWith('node:') || !/^[\w@~#$./-]+$/.test(specifier)) return undefined
  let found = resolved.get(project)
  if (found === undefined) {
    found = new Map()
    resolved.set(project, found)
  }
  const key = `${directoryOf(from)}\n${specifier}`
  if (!found.has(key)) found.set(key, aliased(project, from, specifier))
  return found.get(key)
}

/** What bare specifiers mean in each folder of a project: every migration of it asks for the same few. */
const resolved = new WeakMap<Project, Map<string, string | undefined>>()

function aliased(project: Project, from: string, specifier: string): string | undefined {
  for (const place of [...subpathPlaces(project, from, specifier), ...aliasedPlaces(project, from, specifier)]) {
    const found = fileAt(project, place)
    if (found !== undefined) return found
  }
  if (!/^(?:[@~]\/|src\/|server\/|app\/|lib\/)/.test(specifier)) return undefined
  const bare = /^[@~]\//.test(specifier) ? specifier.slice(2) : specifier
  // The alias means a folder above the file: the nearest one that has it.
  for (let directory = directoryOf(from), turns = 0; turns < 20; turns++) {
    for (const candidate of [bare, `src/${bare}`]) {
      const found = fileAt(project, directory === '' ? candidate : `${directory}/${candidate}`)
      if (found !== undefined) return found
    }
    if (directory === '') return undefined
    directory = directoryOf(directory)
  }
  return undefined
}

function fileAt(project: Project, base: string): string | undefined {
  const dot = /\.[a-z]+$/.exec(base)?.[0]
  if (dot !== undefined && extensions.includes(dot)) {
    if (project.exists(base)) return base
    for (const other of written[dot] ?? []) {
      const path = base.slice(0, -dot.length) + other
      if (project.exists(path)) return path
    }
  }
  for (const extension of extensions) if (project.exists(base + extension)) return base + extension
  for (const extension of extensions) {
    const index = base === '' ? `index${extension}` : `${base}/index${extension}`
    if (project.exists(index)) return index
  }
  return undefined
}
