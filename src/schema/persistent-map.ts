const bucketCount = 64

function bucketOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0
  return hash & (bucketCount - 1)
}

/** An immutable map from strings: a step copies one of 64 buckets and shares the others, so that a long history stays cheap to replay. */
export class PersistentMap<V> {
  readonly #buckets: readonly (ReadonlyMap<string, V> | undefined)[]
  readonly size: number

  private constructor(buckets: readonly (ReadonlyMap<string, V> | undefined)[], size: number) {
    this.#buckets = buckets
    this.size = size
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(new Array(bucketCount).fill(undefined), 0)
  }

  get(key: string): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key)
  }

  has(key: string): boolean {
    return this.#buckets[bucketOf(key)]?.has(key) ?? false
  }

  set(key: string, value: V): PersistentMap<V> {
    const at = bucketOf(key)
    const old = this.#buckets[at]
    const bucket = new Map(old)
    bucket.set(key, value)
    return this.#with(at, bucket, this.size + (old?.has(key) ? 0 : 1))
  }

  delete(key: string): PersistentMap<V> {
    const at = bucketOf(key)
    const old = this.#buckets[at]
    if (!old?.has(key)) return this
    const bucket = new Map(old)
    bucket.delete(key)
    return this.#with(at, bucket, this.size - 1)
  }

  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const bucket of this.#buckets) if (bucket) yield* bucket
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value
  }

  #with(at: number, bucket: ReadonlyMap<string, V>, size: number): PersistentMap<V> {
    const buckets = this.#buckets.slice()
    buckets[at] = bucket
    return new PersistentMap<V>(buckets, size)
  }
}
