/** A value as SQLite's drivers give it. Integers come as bigint or number. */
export type SqliteValue = number | bigint | string | Uint8Array | null

/** What a helper is told when it starts: the driver, the file to load it from, and a folder for its databases. */
export interface Start {
  readonly provider: 'node:sqlite' | 'better-sqlite3' | 'sql.js'
  readonly entry: string
  readonly folder: string
}

/** `open` closes what was open before it; undefined: an empty database. */
export type Request =
  | { readonly open: Uint8Array | undefined }
  | { readonly run: string }
  | { readonly image: true }
  | { readonly close: true }
  | { readonly version: true }

/** Rows of a statement, how many rows it changed, and whether a transaction is open after it. */
export interface Answer {
  readonly rows: readonly Readonly<Record<string, SqliteValue>>[]
  readonly affected: number
  readonly inTransaction: boolean
}

export interface Refusal {
  readonly message: string
  readonly code: unknown
  readonly errcode: unknown
}

export type Reply = { readonly id: number } & (
  | { readonly answer: Answer }
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  | { readonly refused: Refusal; readonly inTransaction: boolean }
)

/** One open database of a driver. */
interface Opened {
  all(sql: string): readonly Readonly<Record<string, SqliteValue>>[]
  image(): Uint8Array
  close(): void
}

/** The part of each driver that is used. */
interface SqlJs {
  Database: new (
    image?: Uint8Array,
  ) => {
    prepare(sql: string): {
      getColumnNames(): string[]
      step(): boolean
      get(values: null, options: { useBigInt: true }): SqliteValue[]
      free(): void
    }
    export(): Uint8Array
    close(): void
  }
}
type Rows = Readonly<Record<string, SqliteValue>>[]
type Native<Statement> = new (path: string) => { prepare(sql: string): Statement; close(): void }

/** Where requests come from and replies go. */
export interface Port {
  on(event: 'message', listen: (request: Request & { readonly id: number }) => void): unknown
  postMessage(reply: object): unknown
}

/**
 * Runs inside a thread or a process, which can be ended whatever it does. It is handed over as text, because the program may be one bundled file or a TypeScript source:
 * it must use nothing from outside itself but its parameters and Node's globals.
 */
export function work(require: (name: string) => unknown, start: Start, port: Port): void {
  const files = require('node:fs') as typeof import('node:fs')
  let count = 0

  async function opener(): Promise<(image: Uint8Array | undefined) => Opened> {
    if (start.provider === 'sql.js') {
      const library = await (require(start.entry) as () => Promise<SqlJs>)()
      return (image) => {
        const database = new library.Database(image)
        const all = (sql: string) => {
          const statement = database.prepare(sql)
          try {
            const rows: Record<string, SqliteValue>[] = []
            const columns = statement.getColumnNames()
            while (statement.step()) {
              const values = statement.get(null, { useBigInt: true })
              rows.push(Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null])))
            }
            return rows
          } finally {
            statement.free()
          }
        }
        return { all, image: () => database.export(), close: () => database.close() }
      }
    }
    return (image) => onFile(image, start.provider === 'node:sqlite' ? openNode : openBetter)
  }

  function openNode(path: string): Pick<Opened, 'all' | 'close'> {
    const { DatabaseSync } = require(start.entry) as { DatabaseSync: Native<{ all(): Rows; setReadBigInts(on: boolean): void }> }
    const database = new DatabaseSync(path)
    const all = (sql: string) => {
      const prepared = database.prepare(sql)
      prepared.setReadBigInts(true)
      return prepared.all()
    }
    return { all, close: () => database.close() }
  }

  function openBetter(path: string): Pick<Opened, 'all' | 'close'> {
    const Database = require(start.entry) as Native<{ all(): Rows; run(): void; reader: boolean; safeIntegers(on: boolean): void }>
    const database = new Database(path)
    const all = (sql: string) => {
      const prepared = database.prepare(sql)
      if (prepared.reader) {
        prepared.safeIntegers(true)
        return prepared.all()
      }
      prepared.run()
      return []
    }
    return { all, close: () => database.close() }
  }

  function onFile(image: Uint8Array | undefined, open: (path: string) => Pick<Opened, 'all' | 'close'>): Opened {
    const path = `${start.folder}/${++count}.sqlite`
    if (image !== undefined) files.writeFileSync(path, image)
    const { all, close } = open(path)
    return {
      all,
      image: () => {
        all('PRAGMA wal_checkpoint(TRUNCATE)')
        const bytes = files.readFileSync(path)
        // A file that keeps a write-ahead log cannot be opened in memory: bytes 18 and 19 of its header say which journal it uses.
        if (bytes[18] === 2) bytes[18] = 1
        if (bytes[19] === 2) bytes[19] = 1
        return bytes
      },
      close: () => {
        close()
        for (const end of ['', '-wal', '-shm', '-journal']) files.rmSync(path + end, { force: true })
      },
    }
  }

  /** No driver tells it alike: BEGIN is refused inside a transaction, and does nothing outside one that ROLLBACK does not undo. */
  function inTransaction(database: Opened): boolean {
    try {
      database.all('BEGIN')
    } catch {
      return true
    }
    database.all('ROLLBACK')
    return false
  }

  function counted(database: Opened): { readonly total: unknown; readonly last: unknown } {
    const row = database.all('SELECT total_changes() AS total, changes() AS last')[0]
    return { total: row?.total, last: row?.last }
  }

  let current: Opened | undefined

  function connect(open: (image: Uint8Array | undefined) => Opened, image?: Uint8Array): Opened {
    current?.close()
    current = open(image)
    // Two of the drivers switch foreign keys on, which SQLite itself does not. A database without bound would take all memory.
    current.all('PRAGMA foreign_keys = OFF')
    current.all('PRAGMA max_page_count = 131072')
    return current
  }

  function answer(request: Request, open: (image: Uint8Array | undefined) => Opened): object {
    if ('open' in request) {
      connect(open, request.open)
      return { text: '' }
    }
    if ('close' in request) {
      current?.close()
      current = undefined
      return { text: '' }
    }
    const database = current ?? connect(open)
    if ('version' in request) return { text: String(database.all('SELECT sqlite_version() AS version')[0]?.version) }
    if ('image' in request) {
      if (inTransaction(database)) database.all('ROLLBACK')
      return { bytes: database.image() }
    }
    const before = counted(database)
    const rows = database.all(request.run)
    const after = counted(database)
    // changes() keeps its number when a statement writes nothing; total_changes() counts what triggers and foreign keys write too.
    const affected = after.total === before.total ? 0 : Number(after.last)
    return { answer: { rows, affected, inTransaction: inTransaction(database) } }
  }

  let last: Promise<unknown> = opener()
  const ready = last as ReturnType<typeof opener>
  port.on('message', (request) => {
    last = last
      .catch(() => {})
      .then(async () => answer(request, await ready))
      .then(
        (reply) => port.postMessage({ id: request.id, ...reply }),
        (error: { message?: unknown; code?: unknown; errcode?: unknown }) =>
          port.postMessage({
            id: request.id,
            refused: { message: String(error?.message ?? error), code: error?.code, errcode: error?.errcode },
            inTransaction: current !== undefined && inTransaction(current),
          }),
      )
  })
}
