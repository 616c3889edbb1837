import { createRequire } from 'node:module'
import type { Job } from '../protocol.ts'
import { loadDriver, resolvePackage, standIn } from './drivers.ts'
import { loadFresh } from './modules.ts'
import { mysqlOptions, patchMysql } from './mysql.ts'
import { asMigration, remembering } from './place.ts'
import { patchPostgres, tunnelPostgres } from './postgres.ts'
import { type Database, refused, sqliteLink } from './sqlite.ts'
import { traced } from './trace.ts'

interface QueryRunner {
  query(sql: string, ...others: unknown[]): Promise<unknown>
  release(): Promise<void>
}
interface DataSource {
  initialize?(): Promise<unknown>
  connect(): Promise<unknown>
  runMigrations(options: object): Promise<unknown>
  showMigrations(): Promise<boolean>
  undoLastMigration(options: object): Promise<unknown>
  createQueryRunner(): QueryRunner
  destroy?(): Promise<void>
  close(): Promise<void>
}
interface Recorded {
  readonly name: string
}
interface TypeOrm {
  readonly DataSource?: new (options: object) => DataSource
  readonly Connection?: new (options: object) => DataSource
}
type Direction = (this: object, runner: object, ...others: unknown[]) => unknown

/** Runs one migration by TypeORM's own executor, which opens its transactions and keeps its table. */
export async function runTypeOrm(job: Job, image: Database | undefined): Promise<void> {
  const entry = resolvePackage('typeorm', job)
  if (entry === undefined) throw new Error('the package typeorm is not installed in the project: npm i typeorm')
  try {
    createRequire(entry)('reflect-metadata')
  } catch {
    // Decorated entities say so themselves when they are loaded.
  }
  const typeorm = createRequire(entry)(entry) as TypeOrm
  const Migration = classOf(job)
  const Class = typeorm.DataSource ?? typeorm.Connection
  if (!Class) throw new Error('the installed typeorm has neither DataSource nor Connection: 0.2, 0.3 and 1 can be run here')
  const source = new Class({ ...optionsOf(job, entry, image), entities: [], migrations: [Migration], logging: false, synchronize: false })
  if (image) watchRunners(source, image)
  await (source.initialize ? source.initialize() : source.connect())
  try {
    if (job.direction === 'up') await source.runMigrations({ transaction: job.transaction })
    else {
      await ensureRecorded(source, Migration, job)
      await source.undoLastMigration({ transaction: job.transaction })
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'EntityMetadataNotFoundError') throw error
    throw new Error(`${error.message} In a rehearsal TypeORM is started with the migration alone, without the entities of the application.`)
  } finally {
    await (source.destroy ? source.destroy() : source.close()).catch(() => {})
  }
}

/** The class of the migration, whose up and down are marked as the migration's own code. */
function classOf(job: Job): new () => object {
  const module = asMigration(() => loadFresh(job.file))
  const all = [...Object.values(module), ...(typeof module.default === 'object' ? Object.values(module.default ?? {}) : [])]
  const classes = all.filter(
    (one): one is new () => object => typeof one === 'function' && typeof Reflect.get(one, 'prototype')?.up === 'function',
  )
  const found = classes.find(({ name }) => name === job.exportName) ?? classes.find(({ name }) => name === job.id) ?? classes[0]
  if (!found) throw new Error(`no class with up(queryRunner) is exported${job.exportName === undefined ? '' : ` as ${job.exportName}`}`)
  for (const name of ['up', 'down']) {
    const original: unknown = Reflect.get(found.prototype, name)
    if (typeof original !== 'function') continue
    const watched: Direction = function (runner, ...others) {
      return asMigration(() => Reflect.apply(original, this, [remembering(runner), ...others]))
    }
    Object.defineProperty(found.prototype, name, { value: watched, configurable: true, writable: true })
  }
  return found
}

/** A down is undone from the table's last row: it is put there when the database came from elsewhere. */
async function ensureRecorded(source: DataSource, Migration: new () => object, job: Job): Promise<void> {
  const name = String(Reflect.get(new Migration(), 'name') ?? Migration.name)
  const quote = job.dialect === 'mysql' || job.dialect === 'mariadb' ? '`' : '"'
  const table = `${quote}migrations${quote}`
  const literal = `'${name.replaceAll("'", "''")}'`
  // This makes the table when there is none.
  await source.showMigrations()
  const runner = source.createQueryRunner()
  try {
    const rows = (await runner.query(`SELECT ${quote}name${quote} FROM ${table} ORDER BY ${quote}id${quote} DESC`)) as readonly Recorded[]
    if (rows[0]?.name === name) return
    await runner.query(`DELETE FROM ${table} WHERE ${quote}name${quote} = ${literal}`)
    const timestamp = /\d{13}$/.exec(name)?.[0] ?? Date.now()
    await runner.query(`INSERT INTO ${table} (${quote}timestamp${quote}, ${quote}name${quote}) VALUES (${timestamp}, ${literal})`)
  } finally {
    await runner.release()
  }
}

function optionsOf(job: Job, beside: string, image: Database | undefined): object {
  const { database } = job
  if (database.kind === 'image') return { type: 'sqljs', driver: engineOf(image!) }
  const one = database.connections === 1
  const shared = { host: 'localhost', username: database.user, password: database.password ?? '', database: database.database }
  if (job.dialect === 'postgres') {
    const { exports, found } = loadDriver('pg', job, beside)
    tunnelPostgres(database)
    patchPostgres(exports as Parameters<typeof patchPostgres>[0])
    const extra = { max: one ? 1 : 10, connectionTimeoutMillis: one ? 3000 : 30_000 }
    return { ...shared, type: 'postgres', extra, ...(found ? {} : { driver: exports }) }
  }
  const { exports } = loadDriver('mysql2', job, beside)
  patchMysql(exports as Parameters<typeof patchMysql>[0])
  const { stream } = mysqlOptions(database)
  standIn('mysql', exports, beside)
  // Asked for by name: older versions take the package mysql where both are there.
  return { ...shared, type: job.dialect, driver: exports, connectorPackage: 'mysql2', extra: { stream, connectionLimit: 10 } }
}

/** A sql.js whose every database is the one given. */
function engineOf(image: Database): () => Promise<object> {
  const Class = class {
    constructor() {
      Object.assign(image, { close: () => {} })
      // biome-ignore lint/correctness/noConstructorReturn: the driver makes its database with new.
      return image
    }
  }
  const engine = Object.assign(async () => ({ Database: Class }), { Database: Class })
  return engine
}

/** sql.js answers at once, so its statements are watched where TypeORM hands them over. */
function watchRunners(source: DataSource, image: Database): void {
  const create = source.createQueryRunner
  const link = sqliteLink(image)
  const watched = new WeakSet<QueryRunner>()
  source.createQueryRunner = function (this: DataSource, ...args: []) {
    const runner = create.apply(this, args)
    // The driver has one runner and gives it again and again.
    if (watched.has(runner)) return runner
    watched.add(runner)
    const query = runner.query
    const asItIs = async (sql: string, others: unknown[]) => {
      try {
        const result = await query.call(runner, sql, ...others)
        link.sent(sql)
        return result
      } catch (error) {
        refused((error as { readonly driverError?: unknown }).driverError)
        throw error
      }
    }
    runner.query = (sql, ...others) => traced(link, sql, async (text) => (text === undefined ? asItIs(sql, others) : link.run(text).rows))
    return runner
  }
}
