import { split } from '../../../sql/split.ts'
import { syntaxOf } from '../../../sql/syntax.ts'
import type { Database, Result, Session } from '../../engine.ts'
import type { SqliteConnection, SqliteDriver, SqliteValue } from './connection.ts'
import { sqliteError } from './errors.ts'

const syntax = syntaxOf('sqlite')

/** A throwaway database: bytes while nobody looks, an open connection as long as a session is. Sessions that are open together share the one connection. */
export interface SqliteDatabase extends Database {
  readonly wire: Extract<Database['wire'], { kind: 'image' }>
}

/** Makes a database of what `image` holds; undefined: an empty one. */
export function sqliteDatabase(driver: SqliteDriver, name: string, image: Uint8Array | undefined): SqliteDatabase {
  let bytes = image
  let connection: SqliteConnection | undefined
  const sessions = new Set<Session>()

  const settle = () => {
    if (connection === undefined) return
    if (inTransaction(connection)) connection.run('ROLLBACK')
    bytes = connection.image()
    connection.close()
    connection = undefined
  }
  const live = (): SqliteConnection => {
    connection ??= driver.connect(bytes)
    return connection
  }
  const read = (): Uint8Array => {
    if (connection === undefined) {
      if (bytes === undefined) {
        live()
        settle()
      }
      return bytes ?? new Uint8Array()
    }
    if (inTransaction(connection)) throw new Error('An image of a SQLite database was asked for in the middle of a transaction.')
    return connection.image()
  }

  return {
    name,
    open: async () => {
      const session: Session = {
        id: 0,
        query: async (sql) => {
          if (!sessions.has(session)) throw sqliteError(new Error('the session is closed'))
          return runAll(live(), sql)
        },
        get state() {
          return connection !== undefined && inTransaction(connection) ? 'transaction' : 'idle'
        },
        cancel: async () => {},
        close: async () => {
          if (sessions.delete(session) && sessions.size === 0) settle()
        },
      }
      live()
      sessions.add(session)
      return session
    },
    wire: {
      kind: 'image',
      read: async () => read(),
      write: async (written) => {
        connection?.close()
        connection = undefined
        bytes = written
      },
    },
    drop: async () => {
      sessions.clear()
      connection?.close()
      connection = undefined
      bytes = undefined
    },
  }
}

/** No driver tells it alike: BEGIN is refused inside a transaction, and does nothing outside one that ROLLBACK does not undo. */
function inTransaction(connection: SqliteConnection): boolean {
  try {
    connection.run('BEGIN')
  } catch {
    return true
  }
  connection.run('ROLLBACK')
  return false
}

/** Runs a text's statements in turn, because the drivers leave out what follows the first one; gives the last one's result. */
function runAll(connection: SqliteConnection, sql: string): Result {
  let result: Result = { rows: [], affected: 0 }
  for (const part of split(sql, syntax)) {
    if (part.kind === 'statement') result = runOne(connection, sql.slice(part.from, part.to))
  }
  return result
}

function runOne(connection: SqliteConnection, sql: string): Result {
  try {
    const before = counted(connection)
    const rows = connection.run(sql).map(plainRow)
    const after = counted(connection)
    // changes() keeps its number when a statement writes nothing; total_changes() counts what triggers and foreign keys write too.
    return { rows, affected: after.total === before.total ? 0 : after.last }
  } catch (error) {
    throw sqliteError(error)
  }
}

function counted(connection: SqliteConnection): { readonly total: number; readonly last: number } {
  const row = connection.run('SELECT total_changes() AS total, changes() AS last')[0]
  return { total: Number(row?.total), last: Number(row?.last) }
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
