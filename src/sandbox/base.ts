import type { Entry } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import { operationsOf } from '../ir/visit.ts'
import type { ReadHistory } from '../pipeline/check.ts'
import { withParser } from '../pipeline/engines.ts'
import type { CatalogReader } from './catalog.ts'
import { type Database, type Engine, ServerError, type Session, type Snapshot } from './engine.ts'
import { type Foreseen, foresee } from './foreseen.ts'
import type { Prober } from './observe/probe.ts'
import { outage, unlessOutage } from './outage.ts'
import type { Failure, Runner } from './runner/runner.ts'
import type { Seeder } from './seed.ts'

/** Everything that a rehearsal of one history works with. */
export interface Stage {
  readonly engine: Engine
  readonly runner: Runner
  /** Where a second session can be had: sessions that stand in the way of others, and in line behind them. */
  readonly prober?: (database: Database) => Promise<Prober>
  readonly reader: CatalogReader
  readonly seeder: Seeder
  readonly read: ReadHistory
  /** Statements that run before the history. */
  readonly before: readonly string[]
  /** Statements that make the schema which the history begins with, instead of its own migrations before the first that is rehearsed. */
  readonly baseSchema: readonly string[] | undefined
  /** Statements that put the project's own rows where the history ends; none: all rows are made up. */
  readonly seed: readonly string[]
  readonly foreseen: Foreseen
  /** Databases that are being removed: nobody need wait for that before the end. */
  readonly leaving: Promise<void>[]
  /** Hears what is tried, as it begins, in a few words. */
  tell(what: string): void
}

/** The history could not be brought to where a migration begins. */
export class HistoryFailed extends Error {
  override readonly name = 'HistoryFailed'
  readonly entry: Entry
  readonly failure: Failure

  constructor(entry: Entry, failure: Failure) {
    super(`the history does not apply: ${entry.id} fails: ${describe(failure)}`)
    this.entry = entry
    this.failure = failure
  }
}

/** `42701: column "x" of relation "orders" already exists`. */
export function describe({ code, message }: Failure): string {
  const text = message
    .replace(/\nRequire stack:[\s\S]*/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return code === undefined || text.includes(code) ? text : `${code}: ${text}`
}

/** Reads a migration of a history, its parser loaded where that is needed. */
export async function migrationOf({ read }: Stage, entry: Entry): Promise<Migration> {
  const { framework, load, project } = read
  return withParser(load.dialect, () => framework.load(entry, project, load))
}

/** Does the work of a session on a database, and closes it. */
export async function inSession<T>(database: Database, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await database.open()
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/**
 * A database that follows a history from its beginning, filled with plausible rows before the first migration that writes any, so that backfills
 * of the past have run on data. Where a migration of the past does not stand rows, it follows the history without them, and they come at its end.
 */
export class Base {
  readonly rows: number
  /** Its rows have no NULLs, and numerals for texts. */
  readonly mild: boolean
  readonly #stage: Stage
  readonly #last: number
  #database: Database | undefined
  /** What to go on from where the database was given back. */
  #goesOnFrom: Snapshot | undefined
  /** Snapshots that the next position has no use for. */
  #given: Snapshot[] = []
  #position = 0
  #emptyUntilEnd: boolean
  /** Why it cannot come further, with rows or without: what a second attempt would meet is what the first one left. */
  #failed: HistoryFailed | undefined
  readonly #backfilled = new Set<string>()
  /** What limits what is seen on it, in sentences: tables that stayed empty, a past that ran without rows. */
  readonly notes: string[] = []

  /** `last`: the last position that will be asked for; once that is reached no database is kept for more. */
  constructor(stage: Stage, { rows, mild }: { readonly rows: number; readonly mild: boolean }, last: number) {
    this.#stage = stage
    this.rows = rows
    this.mild = mild
    this.#last = last
    // Rows of the project are of the shape that tables have at the end.
    this.#emptyUntilEnd = stage.seed.length > 0
  }

  /**
   * The database as the migration at a position finds it, full of rows, until the next one is asked for. Positions must be asked for in ascending order. Throws
   * HistoryFailed.
   */
  async before(position: number): Promise<Snapshot> {
    if (this.#failed) throw this.#failed
    try {
      return await this.#filledBefore(position)
    } catch (error) {
      if (!(error instanceof HistoryFailed)) throw error
      if (this.#emptyUntilEnd) {
        this.#failed = error
        throw error
      }
      this.#emptyUntilEnd = true
      this.notes.push(
        `the history ran on empty tables, and the rows came after it: with rows ${error.entry.id} fails: ${describe(error.failure)}`,
      )
      this.close()
      return this.before(position)
    }
  }

  /** Lets its database and its snapshots go. */
  close(): void {
    this.#giveBack()
    this.#forget(this.#given)
    this.#given = []
    this.#goesOnFrom = undefined
    this.#position = 0
  }

  async #filledBefore(position: number): Promise<Snapshot> {
    const { engine } = this.#stage
    const old = this.#given
    this.#database ??= this.#goesOnFrom ? await engine.create(this.#goesOnFrom) : await this.#begun(position)
    this.#given = []
    this.#forget(old)
    const database = this.#database
    await this.#advance(database, position)
    if (!this.#emptyUntilEnd) await this.#fill(database)
    const reached = await engine.snapshot(database)
    this.#given.push(reached)
    // A database of an engine inside this process takes its memory, and is soon made again from a snapshot.
    if (position === this.#last || !engine.secondSession) {
      this.#giveBack()
      this.#goesOnFrom = reached
    }
    if (!this.#emptyUntilEnd) return reached
    const copy = await engine.create(reached)
    if (!this.mild) await this.#putOwnRows(copy)
    await this.#fill(copy)
    const filled = await engine.snapshot(copy)
    this.#given.push(filled)
    this.#stage.leaving.push(copy.drop())
    return filled
  }

  #giveBack(): void {
    if (this.#database) this.#stage.leaving.push(this.#database.drop())
    this.#database = undefined
  }

  #forget(snapshots: readonly Snapshot[]): void {
    for (const snapshot of snapshots) this.#stage.leaving.push(snapshot.drop())
  }

  async #advance(database: Database, position: number): Promise<void> {
    const { read, runner } = this.#stage
    for (; this.#position < position; this.#position++) {
      const entry = read.history.entries[this.#position]!
      this.#stage.tell(`the history before it, ${this.#position + 1} of ${position}`)
      const written = columnsWritten(await migrationOf(this.#stage, entry))
      if (written.writes && !this.#emptyUntilEnd) await this.#fill(database)
      const outcome = await runner.run({ database, entry, direction: 'up', trace: false })
      unlessOutage(outcome)
      const { failure, killed } = outcome
      // Scripts of the past that start programs or call out moved data; the schema goes on without them.
      if (failure && notAllowed(failure)) this.notes.push(`${entry.id} was left out of the history: ${failure.message}`)
      else if (failure) throw new HistoryFailed(entry, failure)
      if (killed) throw new HistoryFailed(entry, { message: `the run was ended: ${killed}`, code: undefined, injected: false })
      for (const column of written.columns) this.#backfilled.add(column)
    }
  }

  async #begun(position: number): Promise<Database> {
    const database = await this.#stage.engine.create()
    const { baseSchema, before, foreseen } = this.#stage
    for (const name of foreseen.roles) await this.#takeRole(database, name)
    await inSession(database, async (session) => {
      for (const name of foreseen.taken) await this.#takeForGranted(session, name)
      for (const statement of [...before, ...(baseSchema ?? [])]) await session.query(statement)
    })
    if (baseSchema !== undefined) this.#position = position
    return database
  }

  /** A role that the history gives rights to and does not create is there, as it is in production. */
  async #takeRole(database: Database, name: string): Promise<void> {
    try {
      if (await this.#stage.engine.makeRole?.(database, name))
        this.notes.push(`the role ${name} was made first: the history names it and does not create it`)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      this.notes.push(`the history names the role ${name}, which cannot be had here: ${error.message}`)
    }
  }

  /** An extension that the history uses and does not create is there, as it is in production. */
  async #takeForGranted(session: Session, name: string): Promise<void> {
    try {
      await session.query(`CREATE EXTENSION IF NOT EXISTS "${name}"`)
      this.notes.push(`the extension ${name} was created first: the history uses it and does not create it`)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      this.notes.push(`the history uses the extension ${name}, which cannot be had here: ${error.message}`)
    }
  }

  /** What is wrong with the project's own rows is no fault of a migration: those that are missing are made up. */
  async #putOwnRows(database: Database): Promise<void> {
    await inSession(database, async (session) => {
      for (const sql of this.#stage.seed) {
        try {
          await session.query(sql)
        } catch (error) {
          if (!(error instanceof ServerError) || outage(error) !== undefined) throw error
          const text = sql.replace(/\s+/g, ' ').slice(0, 80)
          this.notes.push(
            `the seed file ends at a statement that fails, and other rows were made up: ${text}: ${error.code}: ${error.message}`,
          )
          return
        }
      }
    })
  }

  async #fill(database: Database): Promise<void> {
    const { foreseen, reader, runner, seeder, tell } = this.#stage
    tell(`${this.rows.toLocaleString('en')} rows a table`)
    await inSession(database, async (session) => {
      const tables = foresee(await reader.tables(session, runner.bookkeeping), foreseen)
      const { rows, empty, few } = await seeder.fill(session, tables, {
        rows: this.rows,
        given: foreseen.given,
        filled: new Set([...this.#backfilled, ...foreseen.filled]),
        mild: this.mild,
      })
      for (const [table, why] of empty) this.notes.push(`${table} has no rows: ${why}`)
      for (const [table, why] of few) this.notes.push(`${table} has only ${rows.get(table)} rows: ${why}`)
    })
  }
}

/** Did the sandbox stop the code, and not the server? */
function notAllowed({ code, message }: Failure): boolean {
  return code === undefined && message.startsWith('the sandbox does not allow it')
}

/** Does a migration write rows, and which columns does it fill? */
function columnsWritten(migration: Migration): { readonly writes: boolean; readonly columns: readonly string[] } {
  const columns: string[] = []
  let writes = false
  for (const { operation } of operationsOf(migration.up)) {
    if (operation.kind === 'update') {
      for (const { column, value } of operation.set) if (value !== 'null') columns.push(`${operation.table.name}.${column}`)
    }
    writes ||= ['insert', 'update', 'delete', 'writeRows', 'opaque', 'call'].includes(operation.kind)
  }
  return { writes, columns }
}
