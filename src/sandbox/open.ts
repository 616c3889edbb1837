import type { Dialect } from '../dialects/dialect.ts'
import { isSql } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { ReadHistory } from '../pipeline/check.ts'
import type { Stage } from './base.ts'
import type { CatalogReader } from './catalog.ts'
import type { Database, Engine, EngineRequest } from './engine.ts'
import { foreseenIn } from './foreseen.ts'
import type { Observer } from './observe/observer.ts'
import type { Prober } from './observe/probe.ts'
import type { Limits, Runner } from './runner/runner.ts'
import type { Seeder } from './seed.ts'

/** What one dialect brings to a rehearsal. */
export interface Room {
  open(request: EngineRequest): Promise<Engine>
  observer(engine: Engine): Observer
  /** Sessions that stand in the way of others, and in line behind them; absent: there is one session only. */
  readonly prober?: (database: Database) => Promise<Prober>
  readonly reader: CatalogReader
  readonly seeder: Seeder
  /** Why a statement may not be sent to a throwaway database; undefined: it may. */
  forbidden(sql: string): string | undefined
}

/** Each loaded when a history asks for it. */
const rooms: Readonly<Record<DialectName, () => Promise<Room>>> = {
  postgres: async () => (await import('./rooms/postgres.ts')).postgresRoom,
  mysql: async () => (await import('./rooms/mysql.ts')).mysqlRoom,
  mariadb: async () => (await import('./rooms/mysql.ts')).mysqlRoom,
  sqlite: async () => (await import('./rooms/sqlite.ts')).sqliteRoom,
}

/** Measured: a row of ten columns with its indexes, in six copies. */
const bytesOfRow = 2048

/** What `openStage` is told of the call. */
export interface StageOptions {
  readonly rows: number
  readonly root: string
  readonly engine: string | undefined
  readonly allowRemote: boolean
  readonly env: readonly string[]
  readonly baseSchema: string | undefined
  readonly seed?: string
  readonly before?: (read: ReadHistory) => Promise<string>
  readonly limits: Limits
  /** A server of our own keeps its data on a disk, whatever room there is in memory. */
  readonly onDisk: boolean
  /** Hears what is tried, as it begins. */
  tell(what: string): void
}

/** The engine, the runner and the readers for one history. Engines are kept in `engines` and shared. Throws a UserError when no engine can be had. */
export async function openStage(read: ReadHistory, options: StageOptions, engines: Map<string, Promise<Engine>>): Promise<Stage> {
  const { dialect, version } = read.load
  const room = await rooms[dialect.name]()
  const foreseen = await foreseenIn(read)
  const tables = foreseen.tables + (options.baseSchema?.match(/\bCREATE\s+TABLE\b/gi)?.length ?? 0)
  const request: EngineRequest = {
    dialect: dialect.name,
    wanted: read.declaredVersion ?? version,
    asked: options.engine,
    allowRemote: options.allowRemote,
    root: options.root,
    extensions: [...foreseen.extensions, ...foreseen.taken].sort(),
    bytes: options.onDisk ? Number.POSITIVE_INFINITY : tables * options.rows * bytesOfRow,
  }
  const key = JSON.stringify([dialect.name, request.wanted, request.extensions])
  const opened = engines.get(key) ?? room.open(request)
  engines.set(key, opened)
  const observer = opened.then((engine) => room.observer(engine))
  observer.catch(() => {})
  // Begun before the engine is there: a process for the migrations loads its packages meanwhile.
  const runner = await runnerOf(read, observer, room, options)
  const engine = await opened.catch(async (error: unknown) => {
    await runner.close()
    throw error
  })
  return {
    engine,
    runner,
    ...(room.prober && engine.secondSession ? { prober: room.prober } : {}),
    reader: room.reader,
    seeder: room.seeder,
    read,
    foreseen,
    leaving: [],
    tell: options.tell,
    before: options.before ? await statementsOf(await options.before(read), 'ground', dialect, version) : [],
    seed: options.seed === undefined ? [] : await statementsOf(options.seed, 'seed', dialect, version),
    baseSchema: options.baseSchema === undefined ? undefined : await statementsOf(options.baseSchema, 'base schema', dialect, version),
  }
}

async function runnerOf(read: ReadHistory, observer: Promise<Observer>, { forbidden }: Room, options: StageOptions): Promise<Runner> {
  const { framework, project, load } = read
  if (isSql(framework.name)) {
    const { sqlRunner } = await import('./runner/sql.ts')
    return sqlRunner({ framework, project, load, observer: await observer, limits: options.limits, forbidden })
  }
  const { processRunner } = await import('./runner/process.ts')
  return processRunner({
    framework,
    project,
    load,
    observer,
    limits: options.limits,
    forbidden,
    root: options.root,
    env: environment(options.env),
  })
}

/** The variables that the migrations may see, with their values here. */
function environment(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

async function statementsOf(sql: string, name: string, dialect: Dialect, version: readonly number[]): Promise<readonly string[]> {
  await dialect.ready()
  const { tracedText } = await import('../source/traced.ts')
  return dialect.parse(tracedText(sql, name), { version }).flatMap((statement) => statement.sql ?? [])
}
