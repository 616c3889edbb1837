import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPackage } from '../../packages.ts'
import { removeDeadFolders } from '../own-process.ts'
import { startThread, type Thread } from './thread.ts'
import type { Start } from './work.ts'

export type SqliteProvider = Start['provider']

/** A driver that is here, with threads to use it in. */
export interface SqliteDriver {
  readonly provider: SqliteProvider
  /** The version of the SQLite inside it. */
  readonly version: string
  /** A thread in which a database is open that holds what `image` does. */
  connect(image: Uint8Array | undefined): Promise<Thread>
  /** Takes a thread back, so that the next database need not start one. */
  release(thread: Thread): Promise<void>
  /** Ends the threads and removes the files that it made. Never throws. */
  close(): Promise<void>
}

/** How many threads are kept for the next database. */
const kept = 2

/** Opens a driver: SQLite of Node itself (22.13 and later), the package better-sqlite3, or sql.js in memory. Undefined: it is not here, or not usable by this Node. */
export async function openDriver(provider: SqliteProvider, root: string): Promise<SqliteDriver | undefined> {
  const entry = entryOf(provider, root)
  if (entry === undefined) return undefined
  removeDeadFolders()
  const folder = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-`))
  const start: Start = { provider, entry, folder }
  const idle: Thread[] = []
  const all = new Set<Thread>()
  const begin = () => {
    const thread = startThread(start)
    all.add(thread)
    return thread
  }
  const close = async () => {
    await Promise.all([...all].map((thread) => thread.end().catch(() => {})))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const first = begin()
    const version = await first.version()
    idle.push(first)
    return {
      provider,
      version,
      connect: async (image) => {
        const thread = idle.pop() ?? begin()
        await thread.open(image)
        return thread
      },
      release: async (thread) => {
        if (thread.alive && idle.length < kept) {
          await thread.closeDatabase()
          idle.push(thread)
          return
        }
        all.delete(thread)
        await thread.end()
      },
      close,
    }
  } catch {
    // Built for another Node, or without its binary: another driver answers.
    await close()
    return undefined
  }
}

function entryOf(provider: SqliteProvider, root: string): string | undefined {
  if (provider !== 'node:sqlite') return findPackage(root, provider)?.resolve()
  // The types are of the oldest Node that is supported, which has no such module.
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => unknown }
  return getBuiltinModule?.(provider) === undefined ? undefined : provider
}
