import type { ReadResult } from './project.ts'

/** A file that could be read. */
export type ReadText = Extract<ReadResult, { readonly text: string }>

/** Work on nothing but a text. */
export type TextWork = (text: string) => unknown

/** A text that notes what is asked of it, so that who asked the same of another text knows whether the answers differ. */
export interface NotingText extends ReadText {
  /** What came of each work that `onceRead` did on it. */
  readonly answers: ReadonlyMap<TextWork, unknown>
  /** Was the text itself looked at, beside that work? */
  readonly isSeen: boolean
  /** From here on what is asked is noted anew; what came of work before is kept and not done again. */
  note(): void
  once(work: TextWork): unknown
}

/** A text that notes what is asked of it. */
export function notingText(text: string): NotingText {
  const done = new Map<TextWork, unknown>()
  const asked = new Map<TextWork, unknown>()
  let seen = false
  return {
    get text() {
      seen = true
      return text
    },
    answers: asked,
    get isSeen() {
      return seen
    },
    note() {
      asked.clear()
      seen = false
    },
    once(work) {
      if (!done.has(work)) done.set(work, work(text))
      const answer = done.get(work)
      asked.set(work, answer)
      return answer
    },
  }
}

/**
 * Work on nothing but a text, done once for each file that was read and kept as long as what was read of it is: an editor asks at every keystroke
 * about files that stay as they are. What it gives is to be as little as its callers need: where that is the same for an edited text, what they
 * found stays true.
 */
export function onceRead<T>(work: (text: string) => T): (file: ReadText) => T {
  const done = new WeakMap<ReadText, { readonly value: T }>()
  return (file) => {
    if (isNoting(file)) return file.once(work) as T
    let known = done.get(file)
    if (!known) {
      known = { value: work(file.text) }
      done.set(file, known)
    }
    return known.value
  }
}

function isNoting(file: ReadText): file is NotingText {
  return 'once' in file
}
