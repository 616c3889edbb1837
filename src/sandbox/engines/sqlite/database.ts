import { split } from '../../../sql/split.ts'
import { syntaxOf } from '../../../sql/syntax.ts'
import type { Database, Result, Session } from '../../engine.ts'
import type { SqliteDriver } from './driver.ts'
import { sqliteError } from './errors.ts'
import type { Thread } from './thread.ts'
import type { SqliteValue } from './work.ts'

const syntax = syntaxOf('sqlite')

/**
 * Makes a database of what `image` holds; undefined: an empty one. It is bytes while nobody looks, and open in a thread as long as a session is; sessions that are
 * open together share it. A statement that is cancelled ends the thread, and the database is then what it was when the first of these sessions was opened.
 */
export function sqliteDatabase(driver: SqliteDriver, name: string, image: Uint8Array | undefined): Database {
  let bytes = image
  let thread: Promise<Thread> | undefined
  let open: Thread | undefined
  const sessions = new Set<Session>()

  const live = async (): Promise<Thread> => {
    if (open !== undefined && !open.alive) await leave()
    thread ??= driver.connect(bytes)
    open = await thread
    return open
  }
  const leave = async () => {
    const left = thread
    thread = undefined
    open = undefined
    if (left !== undefined) await driver.release(await left)
  }
  const settle = async () => {
    if (open?.alive) bytes = await open.image()
    await leave()
  }

  return {
    name,
    open: async () => {
      const session: Session = {
        id: 0,
        query: async (sql) => {
          if (!sessions.has(session)) throw sqliteError(new Error('the session is closed'))
          return runAll(await live(), sql)
        },
        get state() {
          return open?.inTransaction ? 'transaction' : 'idle'
        },
        cancel: async () => {
          await open?.end()
        },
        close: async () => {
          if (sessions.delete(session) && sessions.size === 0) await settle()
        },
      }
      sessions.add(session)
      await live()
      return session
    },
    wire: {
      kind: 'image',
      read: async () => {
        if (open?.inTransaction) throw new Error('An image of a SQLite database was asked for in the middle of a transaction.')
        if (open === undefined && bytes !== undefined) return bytes
        const image = await (await live()).image()
        if (sessions.size === 0) await settle()
        return image
      },
      write: async (written) => {
        await leave()
        bytes = written
      },
    },
    drop: async () => {
      sessions.clear()
      bytes = undefined
      await leave().catch(() => {})
    },
  }
}

/** Runs a text's statements in turn, because the drivers leave out what follows the first one; gives the last one's result. */
async function runAll(thread: Thread, sql: string): Promise<Result> {
  let result: Result = { rows: [], affected: 0 }
  for (const part of split(sql, syntax)) {
    if (part.kind !== 'statement') continue
    const { rows, affected } = await thread.run(sql.slice(part.from, part.to))
    result = { rows: rows.map(plainRow), affected }
  }
  return result
}

function plainRow(row: Readonly<Record<string, SqliteValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
}

/** Plain JSON: integers that a number cannot hold are strings, bytes are written as SQL would: x'00ff'. */
function plain(value: SqliteValue): string | number | null {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
