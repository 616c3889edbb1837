import type { Outcome } from '../../src/lint/outcome.ts'
import type { Shelf } from '../../src/project/cache.ts'

/** A shelf whose content can be looked at. */
export function shelf(): Shelf & { readonly content: Map<string, Uint8Array>; puts: number } {
  const content = new Map<string, Uint8Array>()
  const made = {
    content,
    least: 0,
    puts: 0,
    take: (name: string) => content.get(name),
    put(name: string, bytes: Uint8Array) {
      made.puts++
      content.set(name, bytes)
    },
  }
  return made
}

/** The outcome, whose time is another one in each run. */
export function untimed(outcome: Outcome): unknown {
  return { ...outcome, summary: { ...outcome.summary, milliseconds: 0 } }
}
