import { Worker } from 'node:worker_threads'
import type { FoundPackage } from '../../packages.ts'

/** What the worker does: run protocol messages, give the data directory as a tar file. */
type Request = { readonly id: number; readonly run: Uint8Array } | { readonly id: number; readonly dump: true }
type Reply = { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly error: string }

interface Start {
  readonly entry: string
  /** Namespace, entry point and member of each extension: `['citext', '…/contrib/citext.cjs']`. */
  readonly extensions: readonly (readonly [string, string])[]
  /** A compiled WebAssembly.Module, which threads share. */
  readonly wasm: object
  readonly files: Uint8Array
  readonly data: Uint8Array
}

/** The part of PGlite that is used. */
interface Pglite {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>
  dumpDataDir(compression: 'none'): Promise<Blob>
}
interface PgliteModule {
  readonly PGlite: { create(options: object): Promise<Pglite>; readonly defaultStartParams: readonly string[] }
}

/**
 * Runs inside the worker. It is handed over as text, because the program may be one bundled file or a TypeScript source: it must use nothing from
 * outside itself but its parameters and Node's globals.
 */
function work(require: (name: string) => unknown, start: Start, port: import('node:worker_threads').MessagePort): void {
  const { PGlite } = require(start.entry) as PgliteModule
  const extensions = Object.fromEntries(start.extensions.map(([name, file]) => [name, (require(file) as Record<string, unknown>)[name]]))
  const memory = ['-c', 'shared_buffers=16MB', '-c', 'wal_buffers=1MB']
  const ready = PGlite.create({
    loadDataDir: new Blob([start.data as Uint8Array<ArrayBuffer>]),
    fsBundle: new Blob([start.files as Uint8Array<ArrayBuffer>]),
    pgliteWasmModule: start.wasm,
    startParams: [...PGlite.defaultStartParams, ...memory],
    extensions,
  })
  ready.then(
    () => port.postMessage({ id: 0, bytes: new Uint8Array(0) }),
    (error) => port.postMessage({ id: 0, error: String(error?.message ?? error) }),
  )
  let last: Promise<unknown> = ready
  port.on('message', (request: Request) => {
    const result = last.then(async () => {
      const database = await ready
      if ('run' in request) return database.execProtocolRaw(request.run)
      const tar = await (await database.dumpDataDir('none')).arrayBuffer()
      const bytes = new Uint8Array(new SharedArrayBuffer(tar.byteLength))
      bytes.set(new Uint8Array(tar))
      return bytes
    })
    last = result.then(
      (bytes) => port.postMessage({ id: request.id, bytes }),
      (error) => port.postMessage({ id: request.id, error: String(error?.message ?? error) }),
    )
  })
}

/** A PGlite that runs in a thread of its own. */
export interface Instance {
  /** Sends whole protocol messages and gives the whole answer. Throws when the instance is gone. */
  run(messages: Uint8Array): Promise<Buffer>
  /** The data directory as a tar file, in memory that threads share. */
  dump(): Promise<Uint8Array>
  /** Ends the thread at once, whatever runs in it. */
  end(): Promise<void>
}

export interface Image {
  readonly found: FoundPackage
  /** A compiled WebAssembly.Module, which threads share. */
  readonly wasm: object
  readonly files: Uint8Array
  readonly extensions: Start['extensions']
}

/** Starts an instance on a data directory. Throws what PGlite says when it does not start. */
export async function startInstance(image: Image, data: Uint8Array): Promise<Instance> {
  const { found, ...rest } = image
  const start: Start = { entry: found.resolve(), ...rest, data }
  const source = `const __name = (f) => f; const threads = require('node:worker_threads'); (${work.toString()})(require, threads.workerData, threads.parentPort)`
  const worker = new Worker(source, { eval: true, workerData: start, env: {}, stdout: true, stderr: true, execArgv: [] })
  const waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>()
  let gone: Error | undefined
  const fail = (error: Error) => {
    gone ??= error
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('bytes' in reply) asked?.resolve(reply.bytes)
    else asked?.reject(new Error(reply.error))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('PGlite has ended')))
  let count = 0
  const ask = (request?: { run: Uint8Array } | { dump: true }) =>
    new Promise<Uint8Array>((resolve, reject) => {
      if (gone) return reject(gone)
      const id = request === undefined ? 0 : ++count
      waiting.set(id, { resolve, reject })
      if (request) worker.postMessage({ id, ...request })
    })
  const instance: Instance = {
    run: async (messages) => {
      const bytes = await ask({ run: messages })
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
    dump: () => ask({ dump: true }),
    end: async () => {
      gone ??= new Error('PGlite has ended')
      await worker.terminate()
    },
  }
  try {
    await ask()
  } catch (error) {
    await instance.end()
    throw error
  }
  return instance
}
