import type { MessagePort } from 'node:worker_threads'
import type { Reply, Request, Start } from './pglite-worker.ts'

/** The part of PGlite that is used. */
interface Pglite {
  readonly Module: Emscripten
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>
}
interface PgliteModule {
  readonly PGlite: { create(options: object): Promise<Pglite>; readonly defaultStartParams: readonly string[] }
}

/** The part of Emscripten's run time that is used: https://emscripten.org/docs/api_reference/Filesystem-API.html and its MEMFS. */
interface Emscripten {
  readonly HEAPU8: Uint8Array
  readonly FS: FileSystem
  stackSave(): number
  stackRestore(at: number): void
}
interface FileSystem {
  readonly root: FileNode
  readonly nameTable: (FileNode | undefined)[]
  readonly streams: (Stream | null | undefined)[]
  isDir(mode: number): boolean
  lookupPath(path: string): { readonly node: FileNode }
}
interface FileNode {
  mode: number
  usedBytes?: number
  /** The bytes of a file (signed ones where it was written in one piece), the entries of a folder, where a link leads. */
  contents: Uint8Array | Int8Array | Record<string, FileNode> | string | null | undefined
}
interface Stream {
  fd: number | null
  node: FileNode
  readonly shared?: object
}

/** All that an instance is: the memory that is not zero, in pages; every file and folder; the open files. */
interface Kept {
  readonly stack: number
  readonly pages: ReadonlyMap<number, Uint8Array>
  readonly nodes: readonly { readonly node: FileNode; readonly members: object; readonly contents: FileNode['contents'] }[]
  readonly names: FileSystem['nameTable']
  readonly streams: readonly ({ readonly stream: Stream; readonly members: object; readonly shared: object } | undefined)[]
}

/**
 * Runs inside the worker. It is handed over as text: it uses nothing from outside itself but its parameters and Node's globals.
 *
 * A clone by way of a tar file costs most of a second, which is the time that PGlite takes to start. So an instance can also keep what it is now and
 * become that again: between two messages all that PostgreSQL knows stands in its memory and its files. That leaves out libraries that were loaded since, which
 * stand outside both; whoever asks sees to it that there are none.
 */
export function work(require: (name: string) => unknown, start: Start, port: MessagePort): void {
  const pageSize = 65536
  const zeros = Buffer.alloc(pageSize)
  const kept = new Map<string, Kept>()
  const dataFolder = '/pglite/data'
  const record = 512

  /** The data directory's files as they were last put into a tar file, by their paths: what is the same still is kept once. */
  let packed = filesOf(start.data)

  /** The data directory as a tar file, written into memory that threads share at once: PGlite's own way to it makes four copies. */
  function pack({ FS }: Emscripten): Uint8Array {
    const entries: { readonly name: string; readonly mode: number; readonly bytes: Uint8Array | undefined }[] = []
    const walk = (folder: FileNode, path: string) => {
      for (const [name, node] of Object.entries(folder.contents as Record<string, FileNode>)) {
        const { contents, mode } = node
        const bytes = FS.isDir(mode) ? undefined : isBytes(contents) ? unsigned(contents, node.usedBytes) : new Uint8Array(0)
        entries.push({ name: `${path}/${name}`, mode, bytes })
        if (!bytes) walk(node, `${path}/${name}`)
      }
    }
    walk(FS.lookupPath(dataFolder).node, '')
    const size = entries.reduce((sum, { bytes }) => sum + record + rounded(bytes?.length ?? 0), 2 * record)
    const tar = Buffer.from(new SharedArrayBuffer(size))
    let at = 0
    for (const { name, mode, bytes } of entries) {
      const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
      const fields = [octal(mode & 0o7777, 7), octal(0, 7), octal(0, 7), octal(bytes?.length ?? 0, 11), octal(0, 11), ' '.repeat(8)]
      const header = tar.subarray(at, at + record)
      if (Buffer.byteLength(name) > 100) throw new Error(`the path ${name} is too long for a tar file`)
      header.write(name)
      header.write(`${fields.join('')}${bytes ? 0 : 5}`, 100, 'latin1')
      header.write('ustar\x0000', 257, 'latin1')
      const sum = header.reduce((total, byte) => total + byte, 0)
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
      if (bytes) tar.set(bytes, at + record)
      at += record + rounded(bytes?.length ?? 0)
    }
    return new Uint8Array(tar.buffer)
  }

  function rounded(size: number): number {
    return Math.ceil(size / record) * record
  }

  function unsigned({ buffer, byteOffset, byteLength }: Uint8Array | Int8Array, used = byteLength): Uint8Array {
    return new Uint8Array(buffer, byteOffset, used)
  }

  function filesOf(tar: Uint8Array): ReadonlyMap<string, Buffer> {
    const files = new Map<string, Buffer>()
    const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.length)
    for (let at = 0; at + record <= bytes.length && bytes[at] !== 0; ) {
      const text = (from: number, length: number) => bytes.toString('utf8', at + from, at + from + length).split('\0')[0]!
      const size = Number.parseInt(text(124, 12), 8)
      files.set(`${dataFolder}${text(0, 100)}`, bytes.subarray(at + record, at + record + size))
      at += record + rounded(size)
    }
    return files
  }

  /** The bytes of a file, which goes on to change: those of the tar file where they are the same. */
  function copyOf(bytes: Uint8Array, path: string): Uint8Array {
    const same = packed.get(path)
    return same?.equals(bytes) ? same : bytes.slice()
  }

  function keep({ HEAPU8: heap, FS, ...emscripten }: Emscripten): Kept {
    const pages = new Map<number, Uint8Array>()
    const memory = Buffer.from(heap.buffer, heap.byteOffset, heap.length)
    for (let at = 0; at < heap.length; at += pageSize)
      if (!zeros.equals(memory.subarray(at, at + pageSize))) pages.set(at, heap.slice(at, at + pageSize))
    const nodes: Kept['nodes'][number][] = []
    const walk = (node: FileNode, path: string) => {
      const { contents } = node
      if (isBytes(contents)) nodes.push({ node, members: membersOf(node), contents: copyOf(unsigned(contents, node.usedBytes), path) })
      else if (contents && typeof contents === 'object' && FS.isDir(node.mode)) {
        nodes.push({ node, members: membersOf(node), contents: { ...contents } })
        for (const [name, inner] of Object.entries(contents)) if (name !== 'dev' && name !== 'proc') walk(inner, `${path}/${name}`)
      } else nodes.push({ node, members: membersOf(node), contents })
    }
    walk(FS.root, '')
    const streams = [...FS.streams].map(
      (stream) => stream && { stream, members: { fd: stream.fd, node: stream.node }, shared: { ...stream.shared } },
    )
    return {
      stack: emscripten.stackSave(),
      pages,
      nodes,
      names: FS.nameTable.slice(),
      streams: streams.map((stream) => stream ?? undefined),
    }
  }

  function isBytes(contents: FileNode['contents']): contents is Uint8Array | Int8Array {
    return ArrayBuffer.isView(contents)
  }

  /** What a node has beside its contents: its name, parent, size and times, and its place in the table of names. */
  function membersOf(node: FileNode): object {
    const { contents: _, ...members } = node
    return Object.fromEntries(Object.entries(members).filter(([, value]) => typeof value !== 'function'))
  }

  function restore({ HEAPU8: heap, FS, ...emscripten }: Emscripten, state: Kept): void {
    const memory = Buffer.from(heap.buffer, heap.byteOffset, heap.length)
    for (let at = 0; at < heap.length; at += pageSize) {
      const page = state.pages.get(at)
      const now = memory.subarray(at, at + pageSize)
      if (page) heap.set(page, at)
      else if (!zeros.equals(now)) now.fill(0)
    }
    emscripten.stackRestore(state.stack)
    for (const { node, members, contents } of state.nodes) {
      Object.assign(node, members)
      node.contents = isBytes(contents) ? Uint8Array.from(contents) : contents && typeof contents === 'object' ? { ...contents } : contents
    }
    FS.nameTable.splice(0, FS.nameTable.length, ...state.names)
    const streams = state.streams.map((each) => {
      if (!each) return null
      Object.assign(each.stream, each.members)
      if (each.stream.shared) Object.assign(each.stream.shared, each.shared)
      return each.stream
    })
    FS.streams.splice(0, FS.streams.length, ...streams)
  }

  const { PGlite } = require(start.entry) as PgliteModule
  const extensions = Object.fromEntries(start.extensions.map(([name, file]) => [name, (require(file) as Record<string, unknown>)[name]]))
  // Little memory, and a log that is written over again: all files are in memory too.
  const settings = [
    'shared_buffers=16MB',
    'wal_buffers=1MB',
    'wal_level=minimal',
    'max_wal_senders=0',
    'min_wal_size=2MB',
    'max_wal_size=48MB',
    'full_page_writes=off',
  ]
  const ready = PGlite.create({
    loadDataDir: new Blob([start.data as Uint8Array<ArrayBuffer>]),
    fsBundle: new Blob([start.files as Uint8Array<ArrayBuffer>]),
    pgliteWasmModule: start.wasm,
    startParams: [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])],
    extensions,
  })
  const empty = new Uint8Array(0)

  async function obey(request: Request): Promise<Uint8Array> {
    const database = await ready
    if ('run' in request) return database.execProtocolRaw(request.run)
    if ('keep' in request) kept.set(request.keep, keep(database.Module))
    else if ('forget' in request) kept.delete(request.forget)
    else if ('restore' in request) {
      const state = kept.get(request.restore)
      if (!state) throw new Error(`nothing is kept as ${request.restore}`)
      restore(database.Module, state)
    } else {
      const bytes = pack(database.Module)
      packed = filesOf(bytes)
      return bytes
    }
    return empty
  }

  const answer = (id: number, result: Promise<Uint8Array>) =>
    result.then(
      (bytes) => port.postMessage({ id, bytes } satisfies Reply),
      (error) => port.postMessage({ id, error: String(error?.message ?? error) } satisfies Reply),
    )
  let last: Promise<unknown> = answer(
    0,
    ready.then(() => empty),
  )
  port.on('message', (request: Request) => {
    last = answer(
      request.id,
      last.then(() => obey(request)),
    )
  })
}
