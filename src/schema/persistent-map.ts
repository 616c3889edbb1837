type Part<V> = ReadonlyMap<string, V>

const partCount = 64

function partOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0
  return hash & (partCount - 1)
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
    return this.#parts[partOf(key)]?.get(key)
  }

  has(key: string): boolean {
    return this.#parts[partOf(key)]?.has(key) ?? false
  }

  set(key: string, value: V): PersistentMap<V> {
    const at = partOf(key)
    const old = this.#parts[at]
    const part = new Map(old)
    part.set(key, value)
    return this.#with(at, part, this.size + (old?.has(key) ? 0 : 1))
  }

  delete(key: string): PersistentMap<V> {
    const at = partOf(key)
    const old = this.#parts[at]
    if (!old?.has(key)) return this
    const part = new Map(old)
    part.delete(key)
    return this.#with(at, part, this.size - 1)
  }

  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const part of this.#parts) if (part) yield* part
  }

  *values(): Generator<V> {
    for (const part of this.#parts) if (part) yield* part.values()
  }

  /** The entries that the other map may lack or hold with another value: those of the parts that the two do not share. */
  *notSharedWith(other: PersistentMap<V>): Generator<readonly [string, V]> {
    for (let at = 0; at < partCount; at++) {
      const part = this.#parts[at]
      if (part && part !== other.#parts[at]) yield* part
    }
  }

  #with(at: number, part: Part<V>, size: number): PersistentMap<V> {
    const parts = this.#parts.slice()
    parts[at] = part
    return new PersistentMap<V>(parts, size)
  }
}
