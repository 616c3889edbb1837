import { EventEmitter } from 'node:events'
import type { Row } from '../protocol.ts'
import { type Link, traced } from './trace.ts'

/** As much of sql.js as is used here. */
interface Statement {
  bind(values?: unknown): boolean
  step(): boolean
  getAsObject(): Record<string, unknown>
  free(): boolean
}
export interface Database {
  prepare(sql: string): Statement
  exec(sql: string): unknown
  export(): Uint8Array
  getRowsModified(): number
  close(): void
}

/** sql.js gives no code: what SQLite calls the kinds of refusal that matter here. */
const codes: readonly (readonly [RegExp, string])[] = [
  [/constraint failed/i, 'SQLITE_CONSTRAINT'],
  [/locked|busy/i, 'SQLITE_BUSY'],
  [/readonly/i, 'SQLITE_READONLY'],
  [/mismatch/i, 'SQLITE_MISMATCH'],
]

/** An error of sql.js with the code that SQLite's own drivers give. */
export function refused(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'SQLITE_ERROR'
  return Object.assign(error instanceof Error ? error : new Error(message), { code })
}

export interface SqliteLink extends Link {
  run(sql: string, values?: unknown): { readonly rows: readonly Row[]; readonly changes: number; readonly last: number }
  /** Another has sent this statement to the database. */
  sent(sql: string): void
}

/** The one connection of a database in memory. */
export function sqliteLink(database: Database): SqliteLink {
  let open = false
  const sent = (sql: string) => {
    if (/^\s*BEGIN\b/i.test(sql)) open = true
    if (/^\s*(?:COMMIT|END|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b))\b/i.test(sql)) open = false
  }
  const run = (sql: string, values?: unknown) => {
    const before = Number(single(database, 'select total_changes() as value'))
    try {
      const rows: Row[] = []
      for (const statement of iterate(database, sql)) {
        if (values !== undefined) statement.bind(values)
        while (statement.step()) rows.push(statement.getAsObject())
      }
      sent(sql)
      const changes = Number(single(database, 'select total_changes() as value')) - before
      return { rows, changes, last: Number(single(database, 'select last_insert_rowid() as value')) }
    } catch (error) {
      throw refused(error)
    }
  }
  return {
    number: 0,
    session: () => 0,
    state: () => (open ? 'transaction' : 'idle'),
    last: Promise.resolve(),
    query: async (sql) => run(sql).rows,
    run,
    sent,
  }
}

function* iterate(database: Database, sql: string): Generator<Statement> {
  const statement = database.prepare(sql)
  try {
    yield statement
  } finally {
    statement.free()
  }
}

function single(database: Database, sql: string): unknown {
  for (const statement of iterate(database, sql)) return statement.step() ? statement.getAsObject().value : undefined
  return undefined
}

type Callback = (this: { readonly lastID: number; readonly changes: number } | undefined, error: unknown, rows?: unknown) => void

/** A module with the face of the package `sqlite3`, for Sequelize; every database that is opened is the one given. */
export function sqlite3Shim(database: Database): object {
  const link = sqliteLink(database)
  class Shim extends EventEmitter {
    filename: string
    readonly uuid = 'default'

    constructor(filename: string, ...others: unknown[]) {
      super()
      this.filename = filename
      const opened = others.find((one) => typeof one === 'function')
      process.nextTick(() => {
        ;(opened as Callback | undefined)?.call(undefined, null)
        this.emit('open')
      })
    }

    all(sql: string, ...others: unknown[]): this {
      return this.#send(sql, others, true)
    }

    run(sql: string, ...others: unknown[]): this {
      return this.#send(sql, others, false)
    }

    exec(sql: string, ...others: unknown[]): this {
      return this.#send(sql, others, false)
    }

    serialize(work?: () => void): void {
      work?.()
    }

    close(done?: Callback): void {
      if (done) process.nextTick(() => done.call(undefined, null))
    }

    #send(sql: string, others: unknown[], rows: boolean): this {
      const callback = others.find((one): one is Callback => typeof one === 'function')
      const values = others.find((one) => typeof one === 'object' && one !== null)
      traced(link, sql, async (text) => (text === undefined ? link.run(sql, values) : link.run(text))).then(
        (result) =>
          process.nextTick(() => callback?.call({ lastID: result.last, changes: result.changes }, null, rows ? result.rows : undefined)),
        (error) => process.nextTick(() => callback?.call(undefined, error)),
      )
      return this
    }
  }
  return { Database: Shim, OPEN_READONLY: 1, OPEN_READWRITE: 2, OPEN_CREATE: 4, verbose: () => ({ Database: Shim }) }
}
