/** Work that may have to wait: it yields what to wait for, and is otherwise synchronous. */
export type Steps<T> = Generator<() => Promise<unknown>, T, undefined>

/** Does the work, and waits where it must. */
export async function whenLoaded<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await step.value()
  }
}

/** Thrown by `atOnce` when the work would have to wait. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
}

/** Does the work without waiting, for a caller that cannot wait. Throws NotLoaded when something is not loaded yet. */
export function atOnce<T>(steps: Steps<T>): T {
  const step = steps.next()
  if (step.done) return step.value
  throw new NotLoaded('a parser or the room of an engine is not loaded yet')
}
