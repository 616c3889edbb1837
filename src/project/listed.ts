import { dependencyIn, type PackageCache } from './dependency.ts'
import { globBase, globMatcher, normalizeGlob } from './glob.ts'
import { inIgnoredFolder } from './ignored.ts'
import type { Project, ReadResult } from './project.ts'

/** What a project whose files are known by name needs beside the names. */
export interface Listing {
  readonly root: string
  readonly names: readonly string[]
  read(path: string): ReadResult
  /** Called with the paths that a glob gave: they are likely to be read next. */
  expect?(paths: readonly string[]): void
  /** Asked when no package.json of the project names the package. */
  dependency?(name: string): string | undefined
}

/** A project over a list of names: texts in memory, a git tree. */
export function listedProject(listing: Listing): Project {
  const names = [...listing.names].sort()
  const present = new Set(names)
  const folders = new Set<string>([''])
  for (const name of names)
    for (let slash = name.lastIndexOf('/'); slash > 0 && !folders.has(name.slice(0, slash)); slash = name.lastIndexOf('/', slash - 1))
      folders.add(name.slice(0, slash))
  const packages: PackageCache = new Map()
  const read = (path: string): ReadResult => {
    const clean = cleanPath(path)
    if (present.has(clean)) return listing.read(clean)
    if (folders.has(clean)) return { error: `${path} is a directory, not a file.`, because: 'directory' }
    return { error: `${path} does not exist.`, because: 'missing' }
  }
  return {
    root: listing.root,
    read,
    exists: (path) => present.has(cleanPath(path)) || folders.has(cleanPath(path)),
    glob(patterns, ignore) {
      const normal = patterns.map(normalizeGlob)
      const matches = globMatcher(normal, ignore)
      const bases = normal.map(globBase)
      const found = names.filter((name) => matches(name) && bases.some((base) => withinBase(name, base) && !inIgnoredFolder(name, base)))
      listing.expect?.(found)
      return found
    },
    dependency: (name, directory = '') => dependencyIn(read, packages, name, directory) ?? listing.dependency?.(name),
  }
}

function withinBase(name: string, base: string): boolean {
  return base === '' || name.startsWith(`${base}/`)
}

/** `./a//b/../c` is `a/c`. */
export function cleanPath(path: string): string {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else kept.push(segment)
  }
  return kept.join('/')
}
