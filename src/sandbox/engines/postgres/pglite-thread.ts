import type { MessagePort } from 'node:worker_threads'
import type { Reply, Request, Start } from './pglite-worker.ts'

/** The part of PGlite that is used. */
interface Pglite {
  readonly Module: Emscripten
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>
  dumpDataDir(compression: 'none'): Promise<Blob>
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

  function keep({ HEAPU8: heap, FS, ...emscripten }: Emscripten): Kept {
    const pages = new Map<number, Uint8Array>()
    const memory = Buffer.from(heap.buffer, heap.byteOffset, heap.length)
    for (let at = 0; at < heap.length; at += pageSize)
      if (!zeros.equals(memory.subarray(at, at + pageSize))) pages.set(at, heap.slice(at, at + pageSize))
    const nodes: Kept['nodes'][number][] = []
    const walk = (node: FileNode) => {
      const { contents } = node
      if (isBytes(contents)) nodes.push({ node, members: membersOf(node), contents: contents.slice(0, node.usedBytes) })
      else if (contents && typeof contents === 'object' && FS.isDir(node.mode)) {
        nodes.push({ node, members: membersOf(node), contents: { ...contents } })
        for (const [name, inner] of Object.entries(contents)) if (name !== 'dev' && name !== 'proc') walk(inner)
      } else nodes.push({ node, members: membersOf(node), contents })
    }
    walk(FS.root)
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
      node.contents = isBytes(contents) ? contents.slice() : contents && typeof contents === 'object' ? { ...contents } : contents
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
      const tar = await (await database.dumpDataDir('none')).arrayBuffer()
      const bytes = new Uint8Array(new SharedArrayBuffer(tar.byteLength))
      bytes.set(new Uint8Array(tar))
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
