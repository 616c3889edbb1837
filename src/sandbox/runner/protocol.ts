import type { NameMapping } from '../../frameworks/knex/name-mapping.ts'
import type { Failure } from './runner.ts'

/** What the process that runs migrations and its parent say to each other, over Node's IPC channel with structured clones. */
export type ToChild =
  /** Packages that runs will ask for, as the file `from` would load them. */
  | { readonly kind: 'ahead'; readonly from: string; readonly packages: readonly string[] }
  | { readonly kind: 'modules'; readonly files: readonly ModuleText[]; readonly targets: readonly (readonly [string, string])[] }
  | { readonly kind: 'run'; readonly job: Job }
  | { readonly kind: 'answer'; readonly ask: number; readonly answer: Answer }
  | { readonly kind: 'opened'; readonly wire: number }
  | { readonly kind: 'data'; readonly wire: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly wire: number; readonly because: string | undefined }

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ask'; readonly ask: number; readonly question: Question }
  /** A transaction is open on a connection, by this statement. */
  | { readonly kind: 'began'; readonly connection: number; readonly session: number; readonly sql: string }
  | { readonly kind: 'open'; readonly wire: number }
  | { readonly kind: 'data'; readonly wire: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly wire: number }
  | { readonly kind: 'done'; readonly failure: Failure | undefined; readonly waited: boolean; readonly image: Uint8Array | undefined }

/** A file of the project as the child is to load it: CommonJS, transpiled where the file is not. `path` is absolute. */
export interface ModuleText {
  readonly path: string
  readonly code: string
}

/** One migration to run. */
export interface Job {
  readonly tool: 'sequelize' | 'typeorm' | 'knex'
  /** Absolute. */
  readonly root: string
  readonly file: string
  /** Its name as the tool records it. */
  readonly id: string
  readonly exportName: string | undefined
  readonly direction: 'up' | 'down'
  readonly dialect: 'postgres' | 'mysql' | 'mariadb' | 'sqlite'
  /** TypeORM's transaction mode; Knex: whether one is open around the migration. */
  readonly transaction: 'all' | 'each' | 'none'
  /** Knex: what becomes of names on their way to the database. */
  readonly names: NameMapping | undefined
  /** Its runner hands it a transaction (Sequelize). */
  readonly handed: boolean
  readonly database: Place
  /** Entry points of drivers that the project has not installed, by package name. */
  readonly drivers: Readonly<Record<string, string>>
}

/** Where the database is: at the other end of the wire, or in these bytes. */
export type Place =
  | {
      readonly kind: 'stream'
      readonly user: string
      readonly password: string | undefined
      readonly database: string
      readonly connections: number
    }
  | { readonly kind: 'image'; readonly bytes: Uint8Array }

/** A place in the code that runs, 1-based, as the engine counts it. */
export interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type Row = Readonly<Record<string, unknown>>

export type Question =
  /** May this statement be sent, and how? */
  | {
      readonly kind: 'before'
      readonly sql: string
      readonly connection: number
      /** The server's name for the session; 0: not known. */
      readonly session: number
      readonly inTransaction: boolean
      readonly frames: readonly Frame[]
    }
  /** Did the server refuse only this way of running it? */
  | { readonly kind: 'refused'; readonly code: string | undefined; readonly number: number | undefined }
  | {
      readonly kind: 'after'
      readonly index: number
      readonly milliseconds: number
      /** Which of the texts ran. */
      readonly text: number
      readonly marks: { readonly before: readonly Row[]; readonly after: readonly Row[] } | undefined
      /** What it did is held until the transaction ends. */
      readonly held: boolean
      readonly failure: Failure | undefined
    }

export type Answer =
  /** It is no step of the migration: send it as it is. */
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly message: string }
  | {
      readonly kind: 'step'
      readonly index: number
      /** To be tried in turn; undefined: the statement as it is. */
      readonly texts: readonly (string | undefined)[]
      readonly wrap: boolean
      readonly mark: string | undefined
    }
  | { readonly kind: 'climb'; readonly on: boolean }
  | { readonly kind: 'noted' }
