import type { Entry } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import { type Base, inSession, type Stage } from './base.ts'
import { type Catalog, type Contents, type Difference, differences, type SeedTable } from './catalog.ts'
import type { Database, Snapshot } from './engine.ts'
import type { Effects } from './observe/observer.ts'
import { declaredBy, holdPrepared, type OldQuery, oldQueries, touchedBy, tryQueries } from './old-release.ts'
import { unlessOutage } from './outage.ts'
import type { RunOutcome } from './runner/runner.ts'
import type { Plant, Planted } from './seed.ts'

/** What a database held before a run and after it. */
export interface Run {
  readonly outcome: RunOutcome
  readonly before: State
  readonly after: State
}

export interface State {
  readonly catalog: Catalog
  readonly contents: Contents
}

/** A failure that was forced in one statement, what it left, and how the retry went; `retry` undefined: nothing was left. */
export interface Failed {
  readonly at: number
  readonly left: readonly Difference[]
  /** Tables whose number of rows had changed. */
  readonly rowsChanged: readonly string[]
  readonly retry: RunOutcome | undefined
}

/** A query of the running release that worked before the migration and does not after it. */
export interface Broken {
  readonly query: OldQuery
  readonly message: string
}

/** The running release's queries, before a migration and after it. */
export interface OldRelease {
  /** Those that worked before it. */
  readonly worked: readonly OldQuery[]
  /** Those of them that stop working with it. */
  readonly broken: readonly Broken[]
  /** By table, what the server says to a SELECT * that was prepared before it and is executed after it, in the same session. */
  readonly prepared: ReadonlyMap<string, string>
}

/** Statements of a migration that are made to fail, one at a time. */
const failuresTried = 12

/**
 * One migration on trial: each experiment begins with a fresh copy of the database that the migration finds, and each is done once, when it is first
 * asked for. Close it when all is asked.
 */
export class Trial {
  readonly stage: Stage
  readonly entry: Entry
  readonly migration: Migration
  readonly position: number
  readonly base: Base
  readonly #bases: (rows: number) => Base
  readonly #snapshots = new Map<number, Promise<Snapshot>>()
  readonly #databases: Database[] = []
  readonly #done = new Map<string, Promise<unknown>>()

  constructor(
    stage: Stage,
    what: { readonly entry: Entry; readonly migration: Migration; readonly position: number },
    base: Base,
    bases: (rows: number) => Base,
  ) {
    this.stage = stage
    this.entry = what.entry
    this.migration = what.migration
    this.position = what.position
    this.base = base
    this.#bases = bases
  }

  /** `up`, observed, on as many rows as were asked for. */
  up(): Promise<Run> {
    return this.once('up', async () => (await this.#upped()).run)
  }

  /** `up`, observed, on so many rows a table. */
  upOn(rows: number): Promise<Run> {
    if (rows === this.base.rows) return this.up()
    if (rows === this.fewRows) return this.#few().then(({ run }) => run)
    return this.once(`up on ${rows}`, async () => {
      const database = await this.#copy(rows)
      const run = await this.#run(database, 'up', await this.#found(rows, database), { trace: true })
      this.drop(database)
      return run
    })
  }

  /** `down` after `up`, against what was there before `up`; undefined when there is none or `up` failed. */
  down(): Promise<Run | undefined> {
    return this.once('down', async () => {
      const { database, run } = await this.#upped()
      if (this.migration.down === undefined || failed(run.outcome)) return undefined
      this.stage.tell('down')
      return this.#run(database, 'down', run.before, { trace: true })
    })
  }

  /** `up` once more after `down`; undefined when `down` did not come to its end. */
  redo(): Promise<Run | undefined> {
    return this.once('redo', async () => {
      const down = await this.down()
      if (down === undefined || failed(down.outcome)) return undefined
      this.stage.tell('up again after down')
      return this.#run((await this.#upped()).database, 'up', down.after, {})
    })
  }

  /**
   * Statements made to fail one at a time: what stays behind, and what the retry says. Only failures that left something are given. The first one is left out, as
   * nothing ran before it; of statements in one transaction that the engine can roll back, the last stands for all.
   */
  failures(): Promise<readonly Failed[]> {
    return this.once('failures', async () => {
      const { outcome } = await this.upOn(this.fewRows)
      if (failed(outcome) || this.opensUnknown) return []
      const tried = await this.#abreast(this.#pointsOfFailure(outcome), (at) => this.#failing(at))
      return tried.filter((each) => each !== undefined)
    })
  }

  async #failing(at: number): Promise<Failed | undefined> {
    this.stage.tell(`a failure in statement ${at + 1}, and the retry`)
    const database = await this.#copy(this.fewRows)
    const run = await this.#run(database, 'up', await this.#found(this.fewRows, database), { failAt: at })
    const left = differences(run.before.catalog, run.after.catalog)
    const rowsChanged = changedCounts(run.before.contents, run.after.contents)
    const leaves = run.outcome.failure?.injected !== false && (left.length > 0 || rowsChanged.length > 0)
    const again = { database, entry: this.entry, direction: 'up', trace: false } as const
    const found = leaves ? { at, left, rowsChanged, retry: await this.stage.runner.run(again) } : undefined
    this.drop(database)
    return found
  }

  /** Does the work on each, in order; two at a time where the engine has sessions enough. */
  async #abreast<T, Result>(all: readonly T[], work: (one: T) => Promise<Result>): Promise<readonly Result[]> {
    const results: Result[] = []
    let next = 0
    const lane = async () => {
      for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at]!)
    }
    const lanes = await Promise.allSettled(this.stage.engine.secondSession ? [lane(), lane()] : [lane()])
    for (const each of lanes) if (each.status === 'rejected') throw each.reason
    return results
  }

  /** Does nothing say whether the tool opens a transaction, on an engine where that makes a difference? */
  get opensUnknown(): boolean {
    const { ambient, ambientAssumed } = this.migration.up
    return (ambient === 'unknown' || ambientAssumed) && this.stage.read.load.dialect.transactionalDdl
  }

  #pointsOfFailure({ statements }: RunOutcome): readonly number[] {
    const last = statements.length - 1
    const [first] = statements
    const together = statements.every(({ inTransaction, connection }) => inTransaction && connection === first?.connection)
    if (together && this.stage.read.load.dialect.transactionalDdl) return last > 0 ? [last] : []
    return Array.from({ length: Math.min(last, failuresTried) }, (_, index) => index + 1)
  }

  /** `up` on rows that plausible data would not have; undefined when the tables cannot hold them. */
  planted(plant: Plant): Promise<{ readonly planted: Planted; readonly outcome: RunOutcome } | undefined> {
    return this.once(`planted ${JSON.stringify(plant)}`, async () => {
      this.stage.tell('rows that it may not stand')
      const database = await this.#copy(this.fewRows)
      const tables = await this.#tables(database)
      const planted = await inSession(database, (session) => this.stage.seeder.plant(session, tables, plant))
      const outcome = planted && (await this.stage.runner.run({ database, entry: this.entry, direction: 'up', trace: false }))
      this.drop(database)
      if (!planted || !outcome) return undefined
      unlessOutage(outcome)
      return { planted, outcome }
    })
  }

  /** Queries such as the running release makes on the tables that the migration touches. */
  async oldRelease(): Promise<OldRelease> {
    return this.#few()
  }

  /** The tables that the migration finds. */
  tables(): Promise<readonly SeedTable[]> {
    return this.#tables()
  }

  /** `at`: a fresh copy, where one is at hand. */
  #tables(at?: Database): Promise<readonly SeedTable[]> {
    return this.once('tables', async () => {
      const database = at ?? (await this.#copy(this.fewRows))
      const tables = await inSession(database, (session) => this.stage.reader.tables(session, this.stage.runner.bookkeeping))
      if (!at) this.drop(database)
      return tables
    })
  }

  /** `up` while `during` looks on from other sessions, at each statement with what it holds. */
  watched(
    during: (database: Database, statement: { readonly index: number; readonly sql: string; readonly effects: Effects }) => Promise<void>,
  ): Promise<RunOutcome> {
    return this.once('watched', async () => {
      const database = await this.#copy(this.fewRows)
      const outcome = await this.stage.runner.run({
        database,
        entry: this.entry,
        direction: 'up',
        trace: true,
        during: (statement) => during(database, statement),
      })
      this.drop(database)
      return outcome
    })
  }

  /** A fresh copy of what the migration finds, for an experiment of its own, which lets it go. */
  copy(): Promise<Database> {
    return this.#copy(this.fewRows)
  }

  /** Rows of the smaller of the two sizes that are compared. */
  get fewRows(): number {
    return Math.min(this.base.rows, Math.max(10, Math.min(2000, Math.floor(this.base.rows / 10))))
  }

  /** Begins to fill the smaller of the two bases while the other one is at work, on engines that can do both. What goes wrong with it is said to whoever asks for it. */
  prepare(): void {
    if (this.stage.engine.secondSession) this.once('prepared', () => this.#snapshot(this.fewRows)).catch(() => {})
  }

  /**
   * What the battery will ask for in the end; `up` has come to its end. It is begun beside what is asked for first, where the engine can do both. Where each database takes memory of this process, it
   * is done at once on the one that is there, which is let go then.
   */
  async goAhead(): Promise<void> {
    if (this.stage.engine.secondSession) {
      this.failures().catch(() => {})
      this.down().catch(() => {})
      return
    }
    await this.redo()
    this.drop((await this.#upped()).database)
  }

  /** Lets its databases go; the bases stay. Never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.#done.values()].map((done) => done.catch(() => undefined)))
    for (const database of [...this.#databases]) this.drop(database)
  }

  /** Does a piece of work once, whoever asks for it first. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    let done = this.#done.get(name) as Promise<T> | undefined
    if (!done) {
      done = work()
      this.#done.set(name, done)
    }
    return done
  }

  /** `up` on few rows, and queries of the running release before it and after it. */
  #few(): Promise<OldRelease & { readonly run: Run }> {
    return this.once('few', async () => {
      this.stage.tell('up on fewer rows, and queries of the running release')
      const { dialect } = this.stage.engine
      const database = await this.#copy(this.fewRows)
      const tables = await this.#tables(database)
      const queries = oldQueries(tables, this.migration, await declaredBy(this.stage), dialect)
      const before = await this.#found(this.fewRows, database)
      const working = await inSession(database, (session) => tryQueries(session, queries))
      const fine = queries.filter((_, index) => working[index] === undefined)
      const held = dialect === 'postgres' ? await holdPrepared(await database.open(), touchedBy(this.migration, tables)) : undefined
      const run = await this.#run(database, 'up', before, { trace: true })
      const after = failed(run.outcome) ? [] : await inSession(database, (session) => tryQueries(session, fine))
      const prepared = failed(run.outcome) ? undefined : await held?.execute()
      this.drop(database)
      return {
        run,
        worked: fine,
        prepared: prepared ?? new Map(),
        broken: fine.flatMap((query, index) => (after[index] === undefined ? [] : [{ query, message: after[index] }])),
      }
    })
  }

  #upped(): Promise<{ readonly database: Database; readonly run: Run }> {
    return this.once('upped', async () => {
      const database = await this.#copy(this.base.rows)
      this.stage.tell('up')
      return { database, run: await this.#run(database, 'up', await this.#found(this.base.rows, database), { trace: true }) }
    })
  }

  async #copy(rows: number): Promise<Database> {
    const database = await this.stage.engine.create(await this.#snapshot(rows))
    this.#databases.push(database)
    return database
  }

  #snapshot(rows: number): Promise<Snapshot> {
    const snapshot = this.#snapshots.get(rows) ?? this.#bases(rows).before(this.position)
    this.#snapshots.set(rows, snapshot)
    return snapshot
  }

  /** Lets a copy go. */
  drop(database: Database): void {
    this.#databases.splice(this.#databases.indexOf(database), 1)
    this.stage.leaving.push(database.drop())
  }

  async #run(
    database: Database,
    direction: 'up' | 'down',
    before: State,
    { trace = false, failAt }: { readonly trace?: boolean; readonly failAt?: number },
  ): Promise<Run> {
    const request = { database, entry: this.entry, direction, trace, ...(failAt === undefined ? {} : { failAt }) }
    const outcome = await this.stage.runner.run(request)
    unlessOutage(outcome)
    // Where there is one session only, the statement that was stopped may still have it: nobody can look.
    if (outcome.killed === 'time' && !this.stage.engine.secondSession) return { outcome, before, after: before }
    return { outcome, before, after: await this.state(database) }
  }

  /** What every fresh copy of one size holds; `database` is such a copy, where one is at hand. */
  #found(rows: number, database?: Database): Promise<State> {
    return this.once(`found ${rows}`, async () => {
      if (database) return this.state(database)
      const copy = await this.#copy(rows)
      const state = await this.state(copy)
      this.drop(copy)
      return state
    })
  }

  /** What a copy holds now. */
  state(database: Database): Promise<State> {
    const { reader, runner } = this.stage
    return inSession(database, async (session) => ({
      catalog: await reader.catalog(session, runner.bookkeeping),
      contents: await reader.contents(session, runner.bookkeeping),
    }))
  }
}

/** Did a run not come to its end? */
export function failed({ failure, killed, deadlock }: RunOutcome): boolean {
  return failure !== undefined || killed !== undefined || deadlock !== undefined
}

/** Tables and columns of which fewer or more hold a value than before. */
function changedCounts(before: Contents, after: Contents): readonly string[] {
  return [...after].flatMap(([name, count]) => (before.has(name) && before.get(name) !== count ? [name] : []))
}
