/** A lock that a session holds on a relation, in the server's words: `AccessExclusiveLock`, `SHARED_NO_WRITE`. */
export interface HeldLock {
  readonly relation: string
  readonly mode: string
}

/** What one statement did, seen from inside its own session. Relations are named as `orders` or `billing.invoices`. */
export interface Effects {
  /** Locks that the session holds when the statement is done and did not hold before it. */
  readonly locks: readonly HeldLock[]
  /** Locks that it held already, from earlier statements of its transaction. */
  readonly held: readonly HeldLock[]
  /** Relations whose storage was written anew. */
  readonly rewritten: readonly string[]
  /** Rows read by whole-table scans, for each relation. More than none says that the table was read; no more than that. */
  readonly scanned: Readonly<Record<string, number>>
  /** Rows inserted, updated and deleted, for each relation. With `algorithm`: the one relation that the ALTER is about, and the rows that were copied for it. */
  readonly written: Readonly<Record<string, number>>
  /** MySQL and MariaDB: how the ALTER ran, found by asking for the cheapest way first. */
  readonly algorithm?: string
}

/**
 * How the effects of a statement are seen, the same for statements that we send and for those that a child's driver sends: `mark` is run in the statement's
 * own session before it and after it, and both answers are compared. A mark changes nothing and takes no lock on the project's relations.
 */
export interface Observer {
  /** One SELECT or SHOW. */
  readonly mark: string
  /** `sql` is the statement that ran between the marks: where the server counts rows without saying of which table, its text says it. */
  effects(before: readonly Readonly<Record<string, unknown>>[], after: readonly Readonly<Record<string, unknown>>[], sql?: string): Effects
  /**
   * May a statement that runs outside a transaction be put between BEGIN and COMMIT, so that what it holds can be seen? Not when the server refuses it there
   * (CONCURRENTLY, VACUUM) or it is itself about transactions.
   */
  wraps(sql: string): boolean
  /** Is it of the framework's own housekeeping: catalogue queries, SET, version checks? Such a statement is no step of the migration. */
  isNoise(sql: string): boolean
  /** A statement that always fails on the server, with a message that holds `surefoot: injected failure`. */
  readonly failing: string
  /** The texts to try in turn, each refused without effect until one runs: MySQL's cheapest ALGORITHM first, the text as written last. */
  ladder(sql: string): readonly string[]
  /** Did the server refuse a rung of the ladder, so that the next is to be tried? */
  refuses(error: { readonly code?: string | undefined; readonly number?: number | undefined }): boolean
}
