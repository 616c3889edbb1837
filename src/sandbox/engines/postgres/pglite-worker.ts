import { Worker } from 'node:worker_threads'
import type { FoundPackage } from '../../packages.ts'
import { work } from './pglite-thread.ts'

/** What the worker begins with. */
export interface Start {
  /** PGlite's entry point. */
  readonly entry: string
  /** Name and entry point of each extension: `['citext', '…/contrib/citext.cjs']`. */
  readonly extensions: readonly (readonly [string, string])[]
  /** A compiled WebAssembly.Module, which threads share. */
  readonly wasm: object
  /** The files that PGlite ships. */
  readonly files: Uint8Array
  /** The data directory as a tar file. */
  readonly data: Uint8Array
}

/**
 * What the worker does: run protocol messages; give the data directory as a tar file; keep all memory and files under a name; put back what was kept;
 * forget it.
 */
export type Order =
  | { readonly run: Uint8Array }
  | { readonly dump: true }
  | { readonly keep: string }
  | { readonly restore: string }
  | { readonly forget: string }

export type Request = Order & { readonly id: number }
export type Reply = { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly error: string }

/** A PGlite that runs in a thread of its own. */
export interface Instance {
  /** Sends whole protocol messages and gives the whole answer. Throws when the instance is gone. */
  run(messages: Uint8Array): Promise<Buffer>
  /** The data directory as a tar file, in memory that threads share. */
  dump(): Promise<Uint8Array>
  /** Keeps what it is now, memory and files, under a name. Not while a statement runs. */
  keep(name: string): Promise<void>
  /** Becomes again what was kept. */
  restore(name: string): Promise<void>
  forget(name: string): void
  /** Does it work on something, or did it fail in a way that it does not recover from? */
  readonly state: 'idle' | 'busy' | 'broken'
  /** Ends the thread at once, whatever runs in it. */
  end(): Promise<void>
}

export interface Image {
  readonly found: FoundPackage
  readonly wasm: object
  readonly files: Uint8Array
  readonly extensions: Start['extensions']
}

/** Starts an instance on a data directory. Throws what PGlite says when it does not start. */
export async function startInstance(image: Image, data: Uint8Array): Promise<Instance> {
  const { found, ...rest } = image
  const start: Start = { entry: found.resolve(), ...rest, data }
  // The program may be one bundled file or a TypeScript source: what runs in the thread is handed over as text.
  const source = `const __name = (f) => f; const threads = require('node:worker_threads'); (${work.toString()})(require, threads.workerData, threads.parentPort)`
  const worker = new Worker(source, { eval: true, workerData: start, env: {}, stdout: true, stderr: true, execArgv: [] })
  const waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>()
  let gone: Error | undefined
  let broken = false
  const fail = (error: Error) => {
    gone ??= error
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('bytes' in reply) asked?.resolve(reply.bytes)
    else {
      broken = true
      asked?.reject(new Error(reply.error))
    }
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('PGlite has ended')))
  let count = 0
  const ask = (order?: Order) =>
    new Promise<Uint8Array>((resolve, reject) => {
      if (gone) return reject(gone)
      const id = order === undefined ? 0 : ++count
      waiting.set(id, { resolve, reject })
      if (order) worker.postMessage({ id, ...order } satisfies Request)
    })
  const instance: Instance = {
    run: async (messages) => {
      const bytes = await ask({ run: messages })
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
    dump: () => ask({ dump: true }),
    keep: async (name) => void (await ask({ keep: name })),
    restore: async (name) => void (await ask({ restore: name })),
    forget: (name) => void ask({ forget: name }).catch(() => {}),
    get state() {
      return broken || gone ? 'broken' : waiting.size > 0 ? 'busy' : 'idle'
    },
    end: async () => {
      fail(new Error('PGlite has ended'))
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
