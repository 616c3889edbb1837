import type { ReadResult } from './project.ts'

const sections = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const

/** The folder that holds a path; '' is the root. */
function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** Remembers the package.json files that were read; one per project. */
export type PackageCache = Map<string, ReadonlyMap<string, string> | undefined>

/** The range asked for by the nearest package.json, at `directory` or above it up to the root, that names the package. */
export function dependencyIn(read: (path: string) => ReadResult, cache: PackageCache, name: string, directory: string): string | undefined {
  let at = directory.replace(/\/+$/, '')
  for (;;) {
    const range = packagesOf(read, cache, at)?.get(name)
    if (range !== undefined || at === '' || at.startsWith('..')) return range
    at = folderOf(at)
  }
}

function packagesOf(read: (path: string) => ReadResult, cache: PackageCache, directory: string): ReadonlyMap<string, string> | undefined {
  if (cache.has(directory)) return cache.get(directory)
  const file = read(directory === '' ? 'package.json' : `${directory}/package.json`)
  const found = 'text' in file ? rangesOf(file.text) : undefined
  cache.set(directory, found)
  return found
}

/** Every package that the text of a package.json names; an empty map when the text cannot be read. */
export function rangesOf(text: string): ReadonlyMap<string, string> {
  const ranges = new Map<string, string>()
  try {
    const manifest: unknown = JSON.parse(text)
    if (typeof manifest !== 'object' || manifest === null) return ranges
    for (const section of sections) {
      const entries = (manifest as Record<string, unknown>)[section]
      if (typeof entries !== 'object' || entries === null) continue
      for (const [name, range] of Object.entries(entries)) if (typeof range === 'string' && !ranges.has(name)) ranges.set(name, range)
    }
  } catch {
    return ranges
  }
  return ranges
}
