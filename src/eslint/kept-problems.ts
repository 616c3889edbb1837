import type { Shelf } from '../project/cache.ts'
import type { Project } from '../project/project.ts'
import { type Answered, Asked } from '../project/questions.ts'
import { build } from '../version.ts'
import type { Problem, Problems } from './problem.ts'

/** What stands on the shelf for one root. */
interface Kept {
  /** The program that said it. */
  readonly from: string | undefined
  /** All that was asked of the files to say it. */
  readonly asked: Answered
  /** By file and all that decides how it is judged. */
  readonly problems: Readonly<Record<string, readonly (readonly [rule: string, problems: readonly Problem[]])[]>>
}

/** So many UTF-16 units are kept: the problems of some thousands of files. */
const room = 16 * 1024 * 1024

/**
 * What was said of files as they are saved, for the next process over the same root: a commit hook or a run over the whole project meets mostly files
 * that it has met before. All of it holds while everything that was asked of the root's files has the same answers.
 */
export class KeptProblems {
  /** The files, whose every question is noted. */
  readonly project: Project
  readonly #asked: Asked
  readonly #shelf: Shelf
  readonly #name: string
  readonly #problems: Map<string, Problems>
  #isNews = false
  #holds = true

  /** `name`: what it is called on the shelf. */
  constructor(shelf: Shelf, name: string, files: Project) {
    this.#shelf = shelf
    this.#name = name
    const kept = taken(shelf, name)
    const again = kept && Asked.again(files, kept.asked)
    this.#asked = again ?? new Asked(files)
    this.#problems = new Map(again ? Object.entries(kept.problems).map(([key, problems]) => [key, new Map(problems)]) : [])
    this.project = this.#asked.project
  }

  of(key: string): Problems | undefined {
    return this.#problems.get(key)
  }

  add(key: string, problems: Problems): void {
    if (!this.#holds) return
    this.#problems.set(key, problems)
    this.#isNews = true
  }

  /** A file changed: what is asked from here on is not all that decides. */
  end(): void {
    this.#holds = false
    this.#problems.clear()
  }

  /** Puts what is new on the shelf. */
  keep(): void {
    if (!this.#holds || !this.#isNews || (this.project.unreadable?.() ?? []).length > 0) return
    const problems = Object.fromEntries([...this.#problems].map(([key, of]) => [key, [...of]]))
    const text = JSON.stringify({ from: build, asked: this.#asked.answered, problems } satisfies Kept)
    if (text.length <= room) this.#shelf.put(this.#name, Buffer.from(text))
  }
}

function taken(shelf: Shelf, name: string): Kept | undefined {
  try {
    const bytes = shelf.take(name)
    const kept = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Kept)
    return kept?.from === build ? kept : undefined
  } catch {
    return undefined
  }
}
