import { globBase, globMatcher, normalizeGlob } from './glob.ts'
import { cleanPath } from './listed.ts'
import type { Project } from './project.ts'

/** A project in which some files have other texts, or exist only here: an editor's buffers, standard input. */
export function overlayProject(base: Project, texts: Readonly<Record<string, string>>): Project {
  const replaced = new Map(Object.entries(texts).map(([path, text]) => [cleanPath(path), text]))
  return {
    root: base.root,
    read(path) {
      const text = replaced.get(cleanPath(path))
      return text === undefined ? base.read(path) : { text }
    },
    exists: (path) => replaced.has(cleanPath(path)) || base.exists(path),
    glob(patterns, ignore) {
      const normal = patterns.map(normalizeGlob)
      const matches = globMatcher(normal, ignore)
      const own = [...replaced.keys()].filter((path) => matches(path) && normal.some((pattern) => path.startsWith(globBase(pattern))))
      return [...new Set([...base.glob(patterns, ignore), ...own])].sort()
    },
    dependency: (name, directory) => base.dependency(name, directory),
    ...(base.unreadable ? { unreadable: base.unreadable } : {}),
  }
}
