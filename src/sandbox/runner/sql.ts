import type { Framework, LoadOptions } from '../../frameworks/framework.ts'
import type { Migration, Script, Statement } from '../../ir/migration.ts'
import type { Transaction } from '../../ir/operation.ts'
import { withParser } from '../../pipeline/engines.ts'
import type { Project } from '../../project/project.ts'
import { LineIndex } from '../../source/line-index.ts'
import type { Session } from '../engine.ts'
import type { Observer } from '../observe/observer.ts'
import { failed, failureOf } from './failure.ts'
import type { Failure, Limits, Runner, RunOutcome, RunRequest, TracedStatement } from './runner.ts'
import { send } from './send.ts'

export interface SqlRunnerOptions {
  readonly framework: Framework
  readonly project: Project
  readonly load: LoadOptions
  readonly observer: Observer
  readonly limits: Limits
  /** Why a statement may not be sent (it reaches outside its database); undefined: it may. */
  forbidden(sql: string): string | undefined
}

/**
 * Tables that tools make for themselves before they run anything, and that migrations are known to touch: diesel_migrations' `setup_database`, dbmate's
 * `CreateMigrationsTable`.
 */
const bookkeeping: Readonly<Record<string, { readonly table: string; readonly columns: string }>> = {
  diesel: {
    table: '__diesel_schema_migrations',
    columns: 'version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
  },
  dbmate: { table: 'schema_migrations', columns: 'version VARCHAR(128) PRIMARY KEY' },
}

/**
 * Runs the SQL files of Prisma and of every tool that keeps plain SQL, statement by statement in the transactions that the tool opens. It stops at the
 * first statement that fails, as those tools do.
 */
export function sqlRunner(options: SqlRunnerOptions): Runner {
  const { name } = options.framework
  const tool = name === 'prisma' ? 'Prisma' : name === 'drizzle' ? "Drizzle's migrator" : 'the tool that keeps the files'
  return {
    product: `statement by statement, in the transactions that ${tool} opens`,
    bookkeeping: Object.values(bookkeeping).map(({ table }) => table),
    open: [],
    run: (request) => run(request, options),
    close: async () => {},
  }
}

async function run(request: RunRequest, options: SqlRunnerOptions): Promise<RunOutcome> {
  const started = performance.now()
  const statements: TracedStatement[] = []
  const outcome = (failure: Failure | undefined, killed?: 'time'): RunOutcome => ({
    statements,
    failure,
    killed,
    printed: '',
    milliseconds: performance.now() - started,
  })
  const migration = await withParser(options.load.dialect, () => options.framework.load(request.entry, options.project, options.load))
  const script = migration[request.direction]
  const refusal = refusalOf(migration, script, request)
  if (refusal !== undefined || !script) return outcome(failed(refusal ?? ''))
  const session = await request.database.open()
  const own = bookkeeping[String(options.load.history.settings.runner)]
  // It may be there already, under a name that a migration gave it or with rights that it took away.
  if (own) await session.query(`CREATE TABLE IF NOT EXISTS ${own.table} (${own.columns})`).catch(() => {})
  const clock = wallClock(options.limits.milliseconds, session)
  const sender = new Sender(session, script, request, options, statements)
  const work = sender.run().catch(failureOf)
  try {
    const failure = await Promise.race([work, clock.over])
    if (!clock.struck()) return outcome(failure)
    sender.stopped()
    return outcome(failed(`stopped after ${options.limits.milliseconds} ms`), 'time')
  } finally {
    clock.stop()
    // Where nobody could be asked to stop, the session is still at work: whoever drops the database ends it.
    const closed = session.close().catch(() => {})
    await (clock.struck() ? Promise.race([closed, waited(500)]) : closed)
  }
}

function waited(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}

function refusalOf(migration: Migration, script: Script | undefined, { entry, direction }: RunRequest): string | undefined {
  if (migration.unreadable !== undefined) return `${entry.path} could not be read: ${migration.unreadable}`
  if (migration.refused) return migration.refused.message
  return script ? undefined : `${entry.id} has no ${direction}`
}

/** Asks the server to stop when the time is up, and gives up waiting for it two seconds later (where there is one session only there is nobody to ask). */
function wallClock(milliseconds: number, session: Session) {
  let struck = false
  let grace: NodeJS.Timeout | undefined
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      struck = true
      session.cancel().catch(() => {})
      grace = setTimeout(resolve, 2000, undefined)
    }, milliseconds)
  })
  const stop = () => {
    clearTimeout(timer)
    clearTimeout(grace)
  }
  return { over, stop, struck: () => struck }
}

/** Sends one script. */
class Sender {
  readonly #session: Session
  readonly #script: Script
  readonly #request: RunRequest
  readonly #options: SqlRunnerOptions
  readonly #done: TracedStatement[]
  readonly #lines = new Map<string, LineIndex>()
  #running: Omit<TracedStatement, 'milliseconds' | 'effects' | 'failure'> | undefined
  /** The batch that made the open transaction: PostgreSQL runs the statements of one query string in one. */
  #implicit: number | undefined

  constructor(session: Session, script: Script, request: RunRequest, options: SqlRunnerOptions, done: TracedStatement[]) {
    this.#session = session
    this.#script = script
    this.#request = request
    this.#options = options
    this.#done = done
  }

  /** The failure at which the script ended; undefined when it went through. */
  async run(): Promise<Failure | undefined> {
    const session = this.#session
    const { ambient, foreignKeys, statements } = this.#script
    if (this.#options.load.dialect.name === 'sqlite' && foreignKeys !== undefined)
      await session.query(`PRAGMA foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`)
    const within = ambient === 'migration' || ambient === 'script' || ambient === 'all-pending'
    if (within) await session.query('BEGIN')
    const failure = await this.#all(statements)
    if (session.state === 'idle') return failure
    // A transaction that the file itself left open goes with its connection.
    if (failure === undefined && within && session.state === 'transaction') return this.#say('COMMIT')
    await session.query('ROLLBACK')
    return failure
  }

  /** Nobody waits any longer for the statement that runs. */
  stopped(): void {
    const running = this.#running
    this.#running = undefined
    if (running) this.#done.push({ ...running, milliseconds: 0, effects: undefined, failure: failed('the run was stopped while it ran') })
  }

  async #all(statements: readonly Statement[]): Promise<Failure | undefined> {
    const batches = this.#options.load.dialect.name === 'postgres' ? sizesOf(statements) : new Map<number, number>()
    for (const [at, statement] of statements.entries()) {
      const { batch } = statement
      const action = actionOf(statement)
      if (this.#session.state === 'idle') this.#implicit = undefined
      const starts = batch !== undefined && this.#session.state === 'idle' && action === undefined && (batches.get(batch) ?? 0) > 1
      if (starts) {
        await this.#session.query('BEGIN')
        this.#implicit = batch
      }
      // BEGIN in a query string whose transaction is open already makes it an ordinary one, which only COMMIT ends.
      if (action === 'begin' && this.#implicit !== undefined) {
        this.#implicit = undefined
        continue
      }
      const failure = await this.#one(statement, action)
      if (failure) return failure
      if (this.#implicit !== undefined && statements[at + 1]?.batch !== this.#implicit) {
        this.#implicit = undefined
        const late = this.#session.state === 'idle' ? undefined : await this.#say('COMMIT')
        if (late) return late
      }
    }
    return undefined
  }

  async #one(statement: Statement, action: Transaction['action'] | undefined): Promise<Failure | undefined> {
    const { sql } = statement
    const unsendable = unsendableBecause(statement)
    if (sql === undefined || unsendable !== undefined) return failed(this.#at(statement, unsendable ?? 'its SQL is not known'))
    const reaches = this.#options.forbidden(sql)
    if (reaches !== undefined) return failed(this.#at(statement, reaches))
    const { observer } = this.#options
    if (action !== undefined || observer.isNoise(sql)) return this.#say(sql)
    const index = this.#done.length
    const text = index === this.#request.failAt ? observer.failing : sql
    const { file, line } = this.#placeOf(statement)
    this.#running = { index, sql, file, line, connection: 0, inTransaction: this.#session.state !== 'idle' }
    const sent = await send(this.#session, text, { observer, trace: this.#request.trace, index, during: this.#request.during })
    if (this.#running) this.#done.push({ ...this.#running, ...sent })
    this.#running = undefined
    return sent.failure
  }

  /** Sends what is no step of the migration. */
  async #say(sql: string): Promise<Failure | undefined> {
    try {
      await this.#session.query(sql)
      return undefined
    } catch (error) {
      return failureOf(error)
    }
  }

  #at(statement: Statement, message: string): string {
    const { file, line } = this.#placeOf(statement)
    return `${file}:${line}: ${message}`
  }

  #placeOf({ span }: Statement): { readonly file: string; readonly line: number } {
    let lines = this.#lines.get(span.file)
    if (!lines) {
      const read = this.#options.project.read(span.file)
      lines = new LineIndex('text' in read ? read.text : '')
      this.#lines.set(span.file, lines)
    }
    return { file: span.file, line: lines.at(span.start).line }
  }
}

function sizesOf(statements: readonly Statement[]): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const { batch } of statements) if (batch !== undefined) sizes.set(batch, (sizes.get(batch) ?? 0) + 1)
  return sizes
}

/** What a statement does to the transaction; undefined: it is not about one. */
function actionOf({ operations }: Statement): Transaction['action'] | undefined {
  for (const operation of operations) if (operation.kind === 'transaction') return operation.action
  return undefined
}

/** Why a statement is nothing that a server could be sent. */
function unsendableBecause({ sql, operations }: Statement): string | undefined {
  for (const operation of operations) {
    if (operation.kind === 'opaque' && (operation.because === 'encoding' || operation.because === 'dynamic-sql')) return operation.detail
  }
  if (sql?.startsWith('\\')) return `${/^\S+/.exec(sql)![0]} is a command of psql, which no server knows`
  const filled = sql && /\$\{[A-Za-z_][\w.:-]{0,80}\}/.exec(sql)?.[0]
  if (filled) return `${filled} is filled in by the tool that runs the file, and its value is not known here`
  if (sql && /^COPY\b[^;]*\bFROM\s+STDIN\b/i.test(sql)) return 'the rows of COPY … FROM STDIN come from psql, which does not run here'
  return undefined
}
