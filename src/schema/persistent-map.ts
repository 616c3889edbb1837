const partCount = 64

function partOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0
  return hash & (partCount - 1)
}

/** What is worked out of a part of a map, and remembered with it for as long as it lives. */
export type PartWork<V, R> = (entries: ReadonlyMap<string, V>) => R

interface Part<V> {
  readonly entries: ReadonlyMap<string, V>
  work: unknown
  result: unknown
}

/** An immutable map from strings: a step copies one of 64 parts and shares the others, so that a long history stays cheap to replay. */
export class PersistentMap<V> {
  readonly #parts: readonly (Part<V> | undefined)[]
  readonly size: number

  private constructor(parts: readonly (Part<V> | undefined)[], size: number) {
    this.#parts = parts
    this.size = size
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(new Array(partCount).fill(undefined), 0)
  }

  get(key: string): V | undefined {
    return this.#parts[partOf(key)]?.entries.get(key)
  }

  has(key: string): boolean {
    return this.#parts[partOf(key)]?.entries.has(key) ?? false
  }

  set(key: string, value: V): PersistentMap<V> {
    const at = partOf(key)
    const old = this.#parts[at]?.entries
    const entries = new Map(old)
    entries.set(key, value)
    return this.#with(at, entries, this.size + (old?.has(key) ? 0 : 1))
  }

  delete(key: string): PersistentMap<V> {
    const at = partOf(key)
    const old = this.#parts[at]?.entries
    if (!old?.has(key)) return this
    const entries = new Map(old)
    entries.delete(key)
    return this.#with(at, entries, this.size - 1)
  }

  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const part of this.#parts) if (part) yield* part.entries
  }

  *values(): Generator<V> {
    for (const part of this.#parts) if (part) yield* part.entries.values()
  }

  /** The entries that the other map may lack or hold with another value: those of the parts that the two do not share. */
  *notSharedWith(other: PersistentMap<V>): Generator<readonly [string, V]> {
    for (let at = 0; at < partCount; at++) {
      const part = this.#parts[at]
      if (part && part !== other.#parts[at]) yield* part.entries
    }
  }

  /** What `work` gives for each part. It is done again only for the parts that changed since it was last asked for. */
  byParts<R>(work: PartWork<V, R>): R[] {
    const results: R[] = []
    for (const part of this.#parts) {
      if (!part) continue
      if (part.work !== work) {
        part.work = work
        part.result = work(part.entries)
      }
      // The result stands beside the work that it came from.
      results.push(part.result as R)
    }
    return results
  }

  #with(at: number, entries: ReadonlyMap<string, V>, size: number): PersistentMap<V> {
    const parts = this.#parts.slice()
    parts[at] = { entries, work: undefined, result: undefined }
    return new PersistentMap<V>(parts, size)
  }
}
