import { isDeepStrictEqual } from 'node:util'
import { type NotingText, notingText, type TextWork } from './once-read.ts'
import type { Project } from './project.ts'

/** A project whose files may have other texts than the base has, for a while. */
export interface EditedProject extends Project {
  /** From now on these files have these texts, and all others those of the base. Only files that the base has may be edited. */
  edit(texts: Readonly<Record<string, string>>): void
  isEdited(path: string): boolean
  readonly hasEdits: boolean
  /** Does work that reads files, and gives what it asked of the edited ones. */
  asking<T>(work: () => T): { readonly value: T; readonly asked: Asked }
}

/** What some work asked of edited texts. */
export interface Asked {
  /** Are these the files that are edited now, and would their texts give the same answers? Not when a text itself was looked at. */
  holds(): boolean
}

/** Shows a base through texts that change. What there is is remembered: the base's files are taken to stay. `noticed` hears of each reading. */
export function editedProject(base: Project, noticed: (path: string) => void): EditedProject {
  let edited: ReadonlyMap<string, NotingText> = new Map()
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
      edited = new Map(Object.entries(texts).map(([path, text]) => [path, notingText(text)]))
    },
    isEdited: (path) => edited.has(path),
    get hasEdits() {
      return edited.size > 0
    },
    asking(work) {
      for (const text of edited.values()) text.note()
      const value = work()
      const seen = [...edited.values()].some(({ isSeen }) => isSeen)
      const answers = new Map([...edited].map(([path, text]) => [path, new Map(text.answers)]))
      return { value, asked: { holds: () => !seen && givesSame(answers, edited) } }
    },
  }
}

function givesSame(answers: ReadonlyMap<string, ReadonlyMap<TextWork, unknown>>, edited: ReadonlyMap<string, NotingText>): boolean {
  if (answers.size !== edited.size) return false
  return [...answers].every(([path, asked]) => {
    const text = edited.get(path)
    return text !== undefined && [...asked].every(([work, answer]) => isDeepStrictEqual(text.once(work), answer))
  })
}

function once<V>(known: Map<string, V>, key: string, look: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const value = look()
  known.set(key, value)
  return value
}
