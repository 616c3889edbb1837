import { deserialize, serialize } from 'node:v8'
import type { Entry } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import type { Shelf } from '../project/cache.ts'
import type { Project } from '../project/project.ts'
import { type Answered, Asked, type Question, shown } from '../project/questions.ts'
import { digest } from '../source/digest.ts'
import { filesOf, keyOf } from './files-of.ts'

/** What stands on the shelf for one history. */
interface Kept {
  /** All that decides how the history is read, its files apart. */
  readonly from: string
  /** Every question that reading any of the migrations asked of files that are not its own. */
  readonly asked: Answered
  /** By entry: a digest of the entry with its files' texts, and the migration as it was read. */
  readonly migrations: ReadonlyMap<string, readonly [of: string, migration: Uint8Array]>
}

/** So many bytes of one history are kept: some five thousand migrations. What is beyond is read anew each time. */
const room = 16 * 1024 * 1024

/**
 * The migrations of one history as an earlier process read them. A migration is taken from the shelf while its own files have the texts that it
 * was read from and every other file that any migration of the history asked about answers as it did; else it is read, and kept for the next.
 */
export class Readings {
  readonly #shelf: Shelf
  readonly #name: string
  readonly #from: string
  readonly #project: Project
  /** One for all migrations: what rooms remember of a project was asked through it. */
  readonly #asked: Asked
  readonly #migrations: Map<string, readonly [of: string, migration: Uint8Array]>
  #bytes = 0
  /** The files of the migration that is read now. */
  #own: readonly string[] = []
  #isNews = false

  /** `name`: which history of the project; `from`: all that decides how it is read, its files apart. Both any texts. */
  constructor(shelf: Shelf, project: Project, name: string, from: string) {
    this.#shelf = shelf
    this.#project = project
    this.#name = `read-${digest(`${project.root}\n${name}`).slice(0, 20)}`
    this.#from = from
    const bytes = shelf.take(this.#name)
    const kept = bytes && restored<Kept>(bytes)
    const isShared = ([kind, of]: Question) => kind !== 'read' || !this.#own.includes(of)
    const again = kept?.from === from ? Asked.again(project, kept.asked, isShared) : undefined
    this.#asked = again ?? new Asked(project, isShared)
    this.#migrations = new Map(again && kept ? kept.migrations : [])
    for (const [, bytes] of this.#migrations.values()) this.#bytes += bytes.length
  }

  /** The migration of an entry: the one that was kept, or what `read` makes of it. `read` asks the project that it is given, and no other. */
  migration(entry: Entry, read: (project: Project) => Migration): Migration {
    const key = keyOf(entry)
    const own = filesOf(entry)
    const of = digest(JSON.stringify([entry, ...own.map((path) => shown(this.#project.read(path)))]))
    const kept = this.#migrations.get(key)
    if (kept?.[0] === of) {
      const migration = restored<Migration>(kept[1])
      if (migration) return migration
    }
    this.#own = own
    const migration = read(this.#asked.project)
    this.#add(key, of, serialize(migration))
    return migration
  }

  /** Puts what is new on the shelf. */
  keep(): void {
    if (!this.#isNews) return
    this.#isNews = false
    const kept: Kept = { from: this.#from, asked: this.#asked.answered, migrations: this.#migrations }
    this.#shelf.put(this.#name, serialize(kept))
  }

  #add(key: string, of: string, migration: Uint8Array): void {
    this.#bytes += migration.length - (this.#migrations.get(key)?.[1].length ?? 0)
    const was = this.#migrations.delete(key)
    const fits = this.#bytes <= room
    if (fits) this.#migrations.set(key, [of, migration])
    else this.#bytes -= migration.length
    // What has no room is no news: else a history that is too large would be written anew by each run.
    this.#isNews ||= fits || was
  }
}

/** What was serialised; undefined when it cannot be read back. */
function restored<T>(bytes: Uint8Array): T | undefined {
  try {
    return deserialize(bytes) as T
  } catch {
    return undefined
  }
}
