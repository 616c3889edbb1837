interface Leaf<V> {
  readonly key: string
  readonly hash: number
  readonly value: V
  /** Rises with each key that is added: the order in which entries are given. */
  readonly order: number
  /** Another key with the same hash. */
  readonly next: Leaf<V> | undefined
}

/** A node of the trie: bit `i` of `mask` says that there is a child for the value `i` of this level's five bits of the hash. */
interface Branch<V> {
  readonly key: undefined
  readonly mask: number
  readonly children: readonly (Branch<V> | Leaf<V>)[]
}

type Node<V> = Branch<V> | Leaf<V>

const bits = 5

/**
 * An immutable map from strings that keeps the order of insertion, as `Map` does. A step shares all but one path with the map before it
 * (a hash array mapped trie, Bagwell 2001), so that thousands of states of a large schema cost little more than one.
 */
export class PersistentMap<V> {
  readonly #root: Branch<V>
  readonly size: number
  /** The order that the next new key gets. */
  readonly #next: number
  #sorted: readonly Leaf<V>[] | undefined

  private constructor(root: Branch<V>, size: number, next: number) {
    this.#root = root
    this.size = size
    this.#next = next
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>({ key: undefined, mask: 0, children: [] }, 0, 0)
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>()
    for (const [key, value] of entries) map = map.set(key, value)
    return map
  }

  get(key: string): V | undefined {
    return this.size === 0 ? undefined : find(this.#root, key, hashOf(key))?.value
  }

  has(key: string): boolean {
    return this.size !== 0 && find(this.#root, key, hashOf(key)) !== undefined
  }

  /** The map with this value; a key that is there keeps its place. */
  set(key: string, value: V): PersistentMap<V> {
    const hash = hashOf(key)
    const old = find(this.#root, key, hash)
    if (old) return new PersistentMap(put(this.#root, { ...old, value, next: undefined }, 0), this.size, this.#next)
    const leaf: Leaf<V> = { key, hash, value, order: this.#next, next: undefined }
    return new PersistentMap(put(this.#root, leaf, 0), this.size + 1, this.#next + 1)
  }

  delete(key: string): PersistentMap<V> {
    const hash = hashOf(key)
    if (this.size === 0 || !find(this.#root, key, hash)) return this
    return new PersistentMap(without(this.#root, key, hash, 0), this.size - 1, this.#next)
  }

  /** The map with an entry under another key, in the same place; another entry of that key gives way. */
  rename(from: string, to: string, value: V): PersistentMap<V> {
    const old = find(this.#root, from, hashOf(from))
    if (!old) return this
    const cleared = (to === from ? this : this.delete(to)).delete(from)
    const leaf: Leaf<V> = { key: to, hash: hashOf(to), value, order: old.order, next: undefined }
    return new PersistentMap(put(cleared.#root, leaf, 0), cleared.size + 1, this.#next)
  }

  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const { key, value } of this.#leaves()) yield [key, value]
  }

  *values(): Generator<V> {
    for (const { value } of this.#leaves()) yield value
  }

  *keys(): Generator<string> {
    for (const { key } of this.#leaves()) yield key
  }

  /** The entries that the other map may lack or hold with another value: those of the parts that the two do not share. */
  notSharedWith(other: PersistentMap<V>): readonly (readonly [string, V])[] {
    const found: Leaf<V>[] = []
    collectUnshared(this.#root, other.#root, found)
    return found.sort((a, b) => a.order - b.order).map(({ key, value }) => [key, value] as const)
  }

  #leaves(): readonly Leaf<V>[] {
    if (!this.#sorted) {
      const found: Leaf<V>[] = []
      collect(this.#root, found)
      this.#sorted = found.sort((a, b) => a.order - b.order)
    }
    return this.#sorted
  }
}

function hashOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  // The low bits of similar names are alike; the trie looks at them first.
  return hash ^ (hash >>> 15)
}

function bitOf(hash: number, level: number): number {
  return 1 << ((hash >>> level) & 31)
}

/** Where the child of a bit stands among the children that are there. */
function indexOf(mask: number, bit: number): number {
  let below = mask & (bit - 1)
  below -= (below >>> 1) & 0x55555555
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333)
  return Math.imul((below + (below >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function isLeaf<V>(node: Node<V>): node is Leaf<V> {
  return node.key !== undefined
}

function find<V>(root: Branch<V>, key: string, hash: number): Leaf<V> | undefined {
  let node = root
  for (let level = 0; ; level += bits) {
    const bit = bitOf(hash, level)
    if ((node.mask & bit) === 0) return undefined
    const child = node.children[indexOf(node.mask, bit)]!
    if (isLeaf(child)) {
      for (let leaf: Leaf<V> | undefined = child; leaf; leaf = leaf.next) if (leaf.key === key) return leaf
      return undefined
    }
    node = child
  }
}

function put<V>(node: Branch<V>, leaf: Leaf<V>, level: number): Branch<V> {
  const bit = bitOf(leaf.hash, level)
  const at = indexOf(node.mask, bit)
  const children = node.children.slice()
  if ((node.mask & bit) === 0) {
    children.splice(at, 0, leaf)
    return { key: undefined, mask: node.mask | bit, children }
  }
  const child = children[at]!
  children[at] = isLeaf(child) ? joined(child, leaf, level + bits) : put(child, leaf, level + bits)
  return { key: undefined, mask: node.mask, children }
}

/** What stands where two leaves meet: the newer one, a chain when their hashes are the same, or a branch that tells them apart. */
function joined<V>(old: Leaf<V>, leaf: Leaf<V>, level: number): Node<V> {
  if (old.hash === leaf.hash) return { ...leaf, next: withoutKey(old, leaf.key) }
  const first: Branch<V> = { key: undefined, mask: bitOf(old.hash, level), children: [old] }
  return put(first, leaf, level)
}

function withoutKey<V>(chain: Leaf<V> | undefined, key: string): Leaf<V> | undefined {
  if (!chain) return undefined
  const next = withoutKey(chain.next, key)
  if (chain.key === key) return next
  return next === chain.next ? chain : { ...chain, next }
}

/** The branch without a key that it holds. */
function without<V>(node: Branch<V>, key: string, hash: number, level: number): Branch<V> {
  const bit = bitOf(hash, level)
  const at = indexOf(node.mask, bit)
  const child = node.children[at]!
  const left = isLeaf(child) ? withoutKey(child, key) : without(child, key, hash, level + bits)
  const children = node.children.slice()
  if (left === undefined || (!isLeaf(left) && left.mask === 0)) {
    children.splice(at, 1)
    return { key: undefined, mask: node.mask & ~bit, children }
  }
  children[at] = left
  return { key: undefined, mask: node.mask, children }
}

function collect<V>(node: Node<V>, found: Leaf<V>[]): void {
  if (isLeaf(node)) for (let leaf: Leaf<V> | undefined = node; leaf; leaf = leaf.next) found.push(leaf)
  else for (const child of node.children) collect(child, found)
}

function collectUnshared<V>(node: Node<V>, other: Node<V> | undefined, found: Leaf<V>[]): void {
  if (node === other) return
  if (isLeaf(node) || other === undefined || isLeaf(other)) {
    collect(node, found)
    return
  }
  let at = 0
  for (let part = 0; part < 32; part++) {
    const bit = 1 << part
    if ((node.mask & bit) === 0) continue
    const theirs = (other.mask & bit) === 0 ? undefined : other.children[indexOf(other.mask, bit)]
    collectUnshared(node.children[at++]!, theirs, found)
  }
}
