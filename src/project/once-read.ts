import type { ReadResult } from './project.ts'

/** A file that could be read. */
export type ReadText = Extract<ReadResult, { readonly text: string }>

/**
 * Work on nothing but a text, done once for each file that was read and kept as long as what was read of it is: an editor asks at every keystroke
 * about files that stay as they are.
 */
export function onceRead<T>(work: (text: string) => T): (file: ReadText) => T {
  const done = new WeakMap<ReadText, { readonly value: T }>()
  return (file) => {
    let known = done.get(file)
    if (!known) {
      known = { value: work(file.text) }
      done.set(file, known)
    }
    return known.value
  }
}
