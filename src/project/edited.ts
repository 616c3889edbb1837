import type { Project, ReadResult } from './project.ts'

/** A project whose files may have other texts than the base has, for a while. */
export interface EditedProject extends Project {
  /** From now on these files have these texts, and all others those of the base. Only files that the base has may be edited. */
  edit(texts: Readonly<Record<string, string>>): void
  isEdited(path: string): boolean
  readonly hasEdits: boolean
}

/** Shows a base through texts that change. What a glob gives is remembered: the base's files are taken to stay. `noticed` hears of each reading. */
export function editedProject(base: Project, noticed: (path: string) => void): EditedProject {
  let edited: ReadonlyMap<string, ReadResult> = new Map()
  const globs = new Map<string, readonly string[]>()
  return {
    root: base.root,
    read(path) {
      noticed(path)
      return edited.get(path) ?? base.read(path)
    },
    exists: (path) => base.exists(path),
    glob(patterns, ignore) {
      const key = JSON.stringify([patterns, ignore])
      let found = globs.get(key)
      if (!found) {
        found = base.glob(patterns, ignore)
        globs.set(key, found)
      }
      return found
    },
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
