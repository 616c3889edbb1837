import type { Project, ReadResult } from './project.ts'

/** A project whose files may have other texts than the base has, for a while. */
export interface EditedProject extends Project {
  /** From now on these files have these texts, and all others those of the base. Only files that the base has may be edited. */
  edit(texts: Readonly<Record<string, string>>): void
  isEdited(path: string): boolean
  readonly hasEdits: boolean
}

/** Shows a base through texts that change. What there is is remembered: the base's files are taken to stay. `noticed` hears of each reading. */
export function editedProject(base: Project, noticed: (path: string) => void): EditedProject {
  let edited: ReadonlyMap<string, ReadResult> = new Map()
  const globs = new Map<string, readonly string[]>()
  const there = new Map<string, boolean>()
  return {
    root: base.root,
    read(path) {
      noticed(path)
      return edited.get(path) ?? base.read(path)
    },
    exists: (path) => once(there, path, () => base.exists(path)),
    glob: (patterns, ignore) => once(globs, JSON.stringify([patterns, ignore]), () => base.glob(patterns, ignore)),
    dependency: (name, directory) => base.dependency(name, directory),
    ...(base.unreadable ? { unreadable: base.unreadable } : {}),
    edit(texts) {
      edited = new Map(Object.entries(texts).map(([path, text]) => [path, { text }]))
    },
    isEdited: (path) => edited.has(path),
    get hasEdits() {
      return edited.size > 0
    },
  }
}

function once<V>(known: Map<string, V>, key: string, look: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const value = look()
  known.set(key, value)
  return value
}
