import { escapeGlob, isGlob, normalizeGlob } from './glob.ts'
import type { Project } from './project.ts'

/** A file that was asked for; `named` when the user wrote its very path. */
export interface Selected {
  readonly path: string
  readonly named: boolean
}

/**
 * The files that paths, folders and globs mean, sorted by path, each once. Folders give the files below them with one of the extensions
 * (`.sql`); globs only files with one of them; a file that is named is taken if it has one and exists. A list of
 * files alone walks no folder.
 */
export function selectFiles(
  project: Project,
  paths: readonly string[],
  extensions: readonly string[],
  ignore: readonly string[] = [],
): readonly Selected[] {
  const found = new Map<string, boolean>()
  const fits = (path: string) => extensions.some((extension) => path.endsWith(extension))
  for (const given of paths) {
    const path = normalizeGlob(given)
    const literal = path.replace(/\\(?=[[\]{}()!])/g, '')
    if (path !== '' && fits(literal) && project.exists(literal)) found.set(literal, true)
    else {
      const folder = path === '' || project.exists(literal)
      if (!folder && !isGlob(path)) continue
      const pattern = folder ? (path === '' ? '**/*' : `${escapeGlob(literal)}/**/*`) : path
      const patterns = folder ? extensions.map((extension) => pattern + extension) : [pattern]
      for (const match of project.glob(patterns, ignore)) if (fits(match) && !found.has(match)) found.set(match, false)
    }
  }
  return [...found].map(([path, named]) => ({ path, named })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
