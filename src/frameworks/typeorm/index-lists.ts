import { resolveModule } from '../../javascript/resolve.ts'
import type { Project } from '../../project/project.ts'
import type { Entry } from '../framework.ts'

type Folder<T> = readonly [string, readonly T[]]

const imported = /\b(?:from|require\s*\(|import\s*\(?)\s*['"](\.[^'"\n]{1,300})['"]/g
const listNames = ['index.ts', 'index.js', 'index.mts', 'index.mjs', 'index.cts', 'index.cjs']

/**
 * Folders with what their `index` file lists from elsewhere: a program for several engines keeps what is the same on all of them in one folder,
 * and each engine's own list imports it. What is listed so is no history of its own. `ofEngine`: is a folder named for an engine?
 */
export function withShared<T extends Entry>(
  project: Project,
  folders: readonly Folder<T>[],
  ofEngine: (folder: string) => boolean,
): readonly Folder<T>[] {
  const common = new Map<string, T[]>()
  for (const [folder, entries] of folders) {
    if (ofEngine(folder)) continue
    for (const entry of entries) common.set(entry.path, [...(common.get(entry.path) ?? []), entry])
  }
  if (common.size === 0 || common.size === folders.flatMap(([, entries]) => entries).length) return folders
  const shared = new Set<T>()
  const own = folders.map(([folder, entries]): Folder<T> => {
    if (!ofEngine(folder)) return [folder, entries]
    const listed = listedBy(project, folder).flatMap((path) => common.get(path) ?? [])
    for (const entry of listed) shared.add(entry)
    return [folder, [...entries, ...new Set(listed)]]
  })
  return own.flatMap(([folder, entries]): Folder<T>[] => {
    const left = ofEngine(folder) ? entries : entries.filter((entry) => !shared.has(entry))
    return left.length === 0 ? [] : [[folder, left]]
  })
}

function listedBy(project: Project, folder: string): readonly string[] {
  for (const name of listNames) {
    const path = folder === '' ? name : `${folder}/${name}`
    const read = project.exists(path) ? project.read(path) : undefined
    if (!read || !('text' in read)) continue
    return [...read.text.matchAll(imported)].flatMap(([, from]) => resolveModule(project, path, from!) ?? [])
  }
  return []
}
