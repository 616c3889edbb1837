import type { Duplex } from 'node:stream'
import type { Version } from '../dialects/dialect.ts'
import type { DialectName } from '../ir/names.ts'

/** Where a server comes from: one that the user named, binaries of this machine, an npm package with binaries, or an engine that runs inside Node. */
export type Provider = 'url' | 'binary' | 'npm-binary' | 'pglite' | 'node:sqlite' | 'better-sqlite3' | 'sql.js'

/** A running database server, or an engine inside this process, on which throwaway databases are made. */
export interface Engine {
  readonly dialect: DialectName
  /** What answers, in the vendor's words, for every proof: `PostgreSQL 15.20`, `MariaDB 10.11.19`, `SQLite 3.54.1`. */
  readonly product: string
  readonly version: Version
  readonly provider: Provider
  /** Can a second session look at what the first one does? Without it nothing that waits can be watched. */
  readonly secondSession: boolean
  /** A server of our own: are its data in memory, while another one could have them on a disk? */
  readonly inMemory?: boolean
  /** A server of our own: how it shows that no space is left where it keeps its data. Undefined: there is. */
  outOfSpace?(): string | undefined
  /** Settings that a proof depends on, as `name = value`: `TimeZone = UTC`, `sql_mode = …`. */
  readonly settings: readonly string[]
  /** A new database: empty, or a copy of what was frozen. */
  create(from?: Snapshot): Promise<Database>
  /** Freezes what a database holds. No session may be open on it meanwhile. The database itself can be used on. */
  snapshot(database: Database): Promise<Snapshot>
  /**
   * Makes a role that nobody can log in as and that may own what is in the database; it goes with the engine. False: the server has one of that name. Absent: what roles there are makes no difference
   * here. Throws a ServerError.
   */
  makeRole?(database: Database, name: string): Promise<boolean>
  /** Ends and removes what it started or made: databases, users, processes, files. Never throws. */
  close(): Promise<void>
}

/** What a database held at one moment. */
export interface Snapshot {
  drop(): Promise<void>
}

export interface Database {
  readonly name: string
  /** A session of our own: it seeds, runs SQL scripts, reads the catalogue, probes. */
  open(): Promise<Session>
  /** How the driver of a child process reaches the database. */
  readonly wire: Wire
  /** Closes every session that is still open on it, then removes it. Never throws. */
  drop(): Promise<void>
}

/**
 * `stream`: the server's own protocol on a byte stream, opened once for each connection of the child. `image`: the database file as bytes, handed
 * to the child and taken back when it is done (SQLite).
 */
export type Wire =
  | {
      readonly kind: 'stream'
      readonly user: string
      readonly password: string | undefined
      readonly database: string
      /** Connections that may be used at the same time: 1 where the engine has a single session. */
      readonly connections: number
      open(): Promise<Duplex>
    }
  | { readonly kind: 'image'; read(): Promise<Uint8Array>; write(image: Uint8Array): Promise<void> }

export interface Session {
  /** How the server calls the session: the backend's process id, the connection id; 0 where there is one session only. */
  readonly id: number
  /** Runs one statement. Throws a ServerError when the server refuses it. */
  query(sql: string): Promise<Result>
  /** Is a transaction open, and can it still be used? */
  readonly state: 'idle' | 'transaction' | 'failed'
  /** Asks the server to end the statement that runs. No effect where there is one session only. */
  cancel(): Promise<void>
  close(): Promise<void>
}

export interface Result {
  /** Values as plain JSON: numbers, strings, booleans, null; 64-bit integers, decimals and times as strings. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows that the statement wrote; 0 for others. */
  readonly affected: number
}

/** What the server said when it refused a statement. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** SQLSTATE on PostgreSQL (`42701`), the symbol on MySQL and MariaDB (`ER_DUP_FIELDNAME`), the result code on SQLite (`SQLITE_CONSTRAINT`). */
  readonly code: string
  /** MySQL and MariaDB: the number. */
  readonly number: number | undefined
  readonly detail: string | undefined

  constructor(message: string, code: string, more: { readonly number?: number; readonly detail?: string } = {}) {
    super(message)
    this.code = code
    this.number = more.number
    this.detail = more.detail
  }
}

/** What a rehearsal asks of whoever makes engines. */
export interface EngineRequest {
  readonly dialect: DialectName
  /** The server version that the project declares: the same major is preferred where there is a choice. */
  readonly wanted: Version | undefined
  /** `--engine`: a URL, or the name of a provider; undefined: the best at hand. */
  readonly asked: string | undefined
  readonly allowRemote: boolean
  /** Where packages of the project are looked for before our own: its root. */
  readonly root: string
  /** PostgreSQL extensions that the history names. */
  readonly extensions: readonly string[]
  /** What the rows of a rehearsal are likely to take at most, in all the databases that are there at one time; Infinity: more than memory has. */
  readonly bytes: number
}
