import type { Declared, Entry, History } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import type { Checkpoint } from '../lint/run.ts'
import { type Asked, type EditedProject, editedProject } from '../project/edited.ts'
import type { Project } from '../project/project.ts'
import { filesOf } from './files-of.ts'
import type { Readings } from './readings.ts'

/** What is kept of one history that was read. */
export interface KeptHistory {
  /** By position; absent: not read yet, or not to be relied on. */
  readonly migrations: (Migration | undefined)[]
  /** Where the replay stood before the migration of each position; only a beginning without a gap is used. */
  readonly checkpoints: (Checkpoint | undefined)[]
  readings?: Readings | undefined
  declared: { readonly value: Declared | undefined } | undefined
}

interface Known extends KeptHistory {
  readonly entries: readonly Entry[]
}

/**
 * What runs over the same files keep between them, for a door that judges one file again and again while its text changes: an editor. A
 * migration that was read is read again only when the text of its own files is another; what is true of the rest of the history stays.
 */
export class Memory {
  /** The files with the texts that `edit` was given last. Stays the same object, so that what rooms remember of a project stays too. */
  readonly project: EditedProject
  readonly #histories = new Map<string, Known>()
  /** What was discovered, by how it was looked for: while no file was edited, and while the latest edits asked for had their texts. */
  readonly #discovered = new Map<string, readonly History[]>()
  readonly #discoveredEdited = new Map<string, { readonly value: readonly History[]; readonly asked: Asked }>()
  /** Files that migrations read beside their own: models, helpers, settings. */
  readonly #shared = new Set<string>()
  /** The own files of what is read now; undefined: what is read now is not kept. */
  #own: ReadonlySet<string> | undefined

  constructor(base: Project) {
    this.project = editedProject(base, (path) => {
      if (this.#own?.has(path) === false) this.#shared.add(path)
    })
  }

  /** May the text of this file change without what is kept of other migrations being wrong? */
  canEdit(path: string): boolean {
    return !this.#shared.has(path)
  }

  /** What a search of the files finds; it is made once while they are as on disk, and again for an edited text that says something else about it. */
  discovered(key: string, search: () => readonly History[]): readonly History[] {
    if (this.project.hasEdits) {
      let known = this.#discoveredEdited.get(key)
      if (!known?.asked.holds()) known = this.project.asking(search)
      this.#discoveredEdited.set(key, known)
      return known.value
    }
    const found = this.#discovered.get(key) ?? search()
    this.#discovered.set(key, found)
    return found
  }

  /** What is kept of a history, by all that decides how it is read. */
  of(key: string, entries: readonly Entry[]): KeptHistory {
    let known = this.#histories.get(key)
    if (!known) {
      known = { entries, migrations: [], checkpoints: [], declared: undefined }
      this.#histories.set(key, known)
    }
    return known
  }

  /** Does work that reads files, and notes which of them are not the entry's own; without an entry, all. */
  noting<T>(entry: Entry | undefined, work: () => T): T {
    this.#own = new Set(entry ? filesOf(entry) : [])
    try {
      return work()
    } finally {
      this.#own = undefined
    }
  }

  /** Is the text of one of the entry's files another one than when its migration was kept? */
  differs(entry: Entry): boolean {
    return filesOf(entry).some((path) => this.project.isEdited(path))
  }

  /** The files changed on disk: their migrations are read again. */
  forget(paths: ReadonlySet<string>): void {
    this.#discovered.clear()
    this.#discoveredEdited.clear()
    for (const { entries, migrations, checkpoints } of this.#histories.values()) {
      entries.forEach((entry, position) => {
        if (!filesOf(entry).some((path) => paths.has(path))) return
        migrations[position] = undefined
        checkpoints.length = Math.min(checkpoints.length, position + 1)
      })
    }
  }
}
