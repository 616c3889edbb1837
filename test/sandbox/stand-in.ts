import { PGlite } from '@electric-sql/pglite'
import type { Database, Session } from '../../src/sandbox/engine.ts'
import { ServerError } from '../../src/sandbox/engine.ts'
import type { Observer } from '../../src/sandbox/observe/observer.ts'

/** A database of PGlite with one session, for tests of runners. */
export async function pgliteDatabase(): Promise<Database & { readonly lite: PGlite }> {
  const lite = await PGlite.create()
  const open = async (): Promise<Session> => {
    let state: Session['state'] = 'idle'
    return {
      id: 0,
      get state() {
        return state
      },
      async query(sql) {
        try {
          const results = await lite.exec(sql)
          if (/^\s*(begin|start transaction)/i.test(sql)) state = 'transaction'
          if (/^\s*(commit|rollback)/i.test(sql)) state = 'idle'
          const last = results.at(-1)
          return { rows: (last?.rows ?? []) as Record<string, unknown>[], affected: last?.affectedRows ?? 0 }
        } catch (error) {
          if (state === 'transaction') state = 'failed'
          throw new ServerError((error as Error).message, (error as { code?: string }).code ?? '')
        }
      },
      cancel: async () => {},
      close: async () => {
        if (state !== 'idle') await lite.exec('ROLLBACK')
      },
    }
  }
  const wire = { kind: 'image', read: async () => new Uint8Array(), write: async () => {} } as const
  return { name: 'stand-in', lite, open, wire, drop: () => lite.close() }
}

/** Sees the locks of its own session, and nothing else. */
export const lockObserver: Observer = {
  mark: "select relation::regclass::text as relation, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and relation >= 16384",
  effects: (before, after) => {
    const had = new Set(before.map((row) => JSON.stringify(row)))
    const locks = after.map(({ relation, mode }) => ({ relation: String(relation), mode: String(mode) }))
    return {
      locks: locks.filter((lock) => !had.has(JSON.stringify(lock))),
      held: locks.filter((lock) => had.has(JSON.stringify(lock))),
      rewritten: [],
      scanned: {},
      written: {},
    }
  },
  wraps: (sql) => !/\b(concurrently|vacuum|begin|commit|rollback)\b/i.test(sql),
  isNoise: (sql) => /^\s*(select|set|show)\b/i.test(sql),
  failing: "do $$ begin raise exception 'surefoot: injected failure'; end $$",
  ladder: (sql) => [sql],
  refuses: () => false,
}
