/** A value as SQLite's drivers give it. Integers come as bigint or number. */
export type SqliteValue = number | bigint | string | Uint8Array | null

/** One open database of a driver, whichever it is. What fails throws the driver's own error. */
export interface SqliteConnection {
  /** Runs one statement and gives its rows. */
  run(sql: string): readonly Readonly<Record<string, SqliteValue>>[]
  /** The database file. No transaction may be open. */
  image(): Uint8Array
  close(): void
}

/** A driver that is here, with the version of the SQLite inside it. */
export interface SqliteDriver {
  readonly provider: 'node:sqlite' | 'better-sqlite3' | 'sql.js'
  readonly version: string
  /** Opens a database that holds what `image` does; undefined: an empty one. */
  connect(image: Uint8Array | undefined): SqliteConnection
  /** Removes the files that it made. */
  close(): void
}
