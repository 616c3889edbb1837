import type { Migration, Statement } from '../ir/migration.ts'
import type { Operation } from '../ir/operation.ts'
import type { Project } from '../project/project.ts'
import type { Span } from '../source/span.ts'
import type { TextEdit } from '../source/text-edit.ts'
import type { Entry, LoadOptions } from './framework.ts'

/** A file that is made; its path is relative to the project's root. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** What is changed in the files of a project. */
export interface Change {
  readonly edits: readonly TextEdit[]
  readonly creates: readonly NewFile[]
}

/** Why something cannot be written, as a sentence without its period: `the class lists its migrations by hand`. */
export interface Unwritable {
  readonly because: string
}

/** The migration that is changed, as its framework read it. */
export interface WriterSite {
  readonly migration: Migration
  readonly direction: 'up' | 'down'
  readonly entry: Entry
  readonly project: Project
  readonly load: LoadOptions
}

/** A migration that is to run right behind another one. */
export interface Following {
  /** What it does, in words that may stand in a file's name: `validate orders_user_fk`. */
  readonly name: string
  /** Complete SQL statements without their semicolon. */
  readonly up: readonly string[]
  /** What takes `up` back; empty: nothing is to be taken back. */
  readonly down: readonly string[]
  /** Lines of comment of a program that belong to the last statement of each. */
  readonly comments?: { readonly up: readonly string[]; readonly down: readonly string[] }
  /** false: the runner must open no transaction around it. */
  readonly inTransaction: boolean
}

/** What a builder's call is to say besides. */
export type Wish = 'concurrently' | 'not-valid' | 'if-exists' | 'if-not-exists'

/** A step of a way back: what it does, and the SQL of the engine for it (statements without semicolons). */
export interface BackStep {
  readonly operation: Operation
  readonly sql: readonly string[]
  /** What it takes back is written as a call of the framework's builder. */
  readonly built: boolean
}

/** Where steps go: into a `down` that is missing or does nothing, or before or behind what one says. */
export type BackPlace = 'whole' | 'start' | 'end'

/** How a framework's migrations are changed, in the style of the file at hand. What a room cannot write it leaves out. */
export interface Writer {
  /** The runner opens no transaction around this migration any more. Nothing to change where it opens none. */
  outsideTransaction?(at: WriterSite): Change | Unwritable
  /** A migration of its own that the runner takes right behind this one. */
  following?(at: WriterSite, content: Following): Change | Unwritable
  /**
   * SQL statements (without semicolons), run right before a statement of the migration: in its `session`, that is its connection and transaction, or in `any`
   * and outside of transactions.
   */
  before?(at: WriterSite, statement: Statement, sql: readonly string[], session: 'same' | 'any'): Change | Unwritable
  /** Takes a whole statement away. */
  without?(at: WriterSite, statement: Statement): Change | Unwritable
  /** A call of the framework's builder that says one thing more. */
  saying?(at: WriterSite, operation: Operation, wish: Wish): Change | Unwritable
  /** Steps of the way back, in the order in which they run. */
  wayBack?(at: WriterSite, steps: readonly BackStep[], place: BackPlace): Change | Unwritable
  /** All that the direction does in one transaction that the migration opens, in which these SQL statements (without semicolons) run first. */
  wrapped?(at: WriterSite, sql: readonly string[]): Change | Unwritable
  /** The call at a place is waited for. */
  awaited?(at: WriterSite, call: Span): Change | Unwritable
  /** The call gets the transaction object that is open around it. */
  inTransaction?(at: WriterSite, operation: Operation): Change | Unwritable
}
