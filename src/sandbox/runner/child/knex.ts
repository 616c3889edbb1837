import { createRequire } from 'node:module'
import { mappedName, type NameMapping, rowName } from '../../../frameworks/knex/name-mapping.ts'
import type { Job } from '../protocol.ts'
import { loadDriver, resolvePackage } from './drivers.ts'
import { loadFresh } from './modules.ts'
import { mysqlOptions, patchMysql } from './mysql.ts'
import { asMigration, calledFrom, remembering } from './place.ts'
import { patchPostgres, tunnelPostgres } from './postgres.ts'
import { type Database, sqlite3Shim } from './sqlite.ts'

interface Knex {
  (...args: readonly unknown[]): unknown
  transaction(work: (transaction: Knex) => unknown): Promise<unknown>
  destroy(): Promise<void>
}
type Client = new (config: object) => { _driver(): unknown }

/** Runs one migration in the transaction that Knex's migrator would open around it. Its tables of names and of the lock are not kept. */
export async function runKnex(job: Job, image: Database | undefined): Promise<void> {
  const entry = resolvePackage('knex', job)
  if (entry === undefined) throw new Error('the package knex is not installed in the project: npm i knex')
  const make = createRequire(entry)(entry) as ((config: object) => Knex) & { readonly default?: (config: object) => Knex }
  const knex = (make.default ?? make)({ ...configOf(job, entry, image), ...mappers(job.names) })
  try {
    if (job.transaction === 'none') await callMigration(job, knex)
    else await knex.transaction((transaction) => callMigration(job, transaction))
  } finally {
    await knex.destroy().catch(() => {})
  }
}

async function callMigration(job: Job, knex: Knex): Promise<void> {
  const module = asMigration(() => loadFresh(job.file))
  const holder = [module, module.default].find((one) => typeof (one as Record<string, unknown> | undefined)?.[job.direction] === 'function')
  const work = (holder as Record<string, unknown> | undefined)?.[job.direction]
  if (typeof work !== 'function') throw new Error(`Invalid migration: ${job.id} must have both an up and down function`)
  // A builder is sent at each `then`: it is waited for once, and the promise by all others.
  await asMigration(() => Promise.resolve(work.call(holder, watched(knex))))
}

/** The connection, each of whose calls remembers where it was made: a builder is sent when it is awaited, and no stack reaches back then. */
function watched(knex: Knex): Knex {
  return new Proxy(knex, {
    apply: (target, self, args: unknown[]) => calledFrom(() => Reflect.apply(target, self, args)),
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (name === 'schema' && typeof value === 'object' && value !== null) return remembering(value)
      if (typeof value !== 'function' || name === 'constructor') return value
      return (...args: unknown[]) => calledFrom(() => Reflect.apply(value, target, args))
    },
  })
}

/** The names of the project's code on their way to the database and back, as its own configuration maps them. */
function mappers(mapping: NameMapping | undefined): object {
  if (mapping === undefined || mapping.by === 'unknown') return {}
  const wrapIdentifier = (value: string, original: (name: string) => string) => original(mappedName(mapping, value))
  if (mapping.rows !== 'camel case') return { wrapIdentifier }
  const ofRow = (row: unknown): unknown =>
    typeof row === 'object' && row !== null && !Array.isArray(row)
      ? Object.fromEntries(Object.entries(row).map(([name, value]) => [rowName(mapping, name), value]))
      : row
  return { wrapIdentifier, postProcessResponse: (result: unknown) => (Array.isArray(result) ? result.map(ofRow) : ofRow(result)) }
}

function configOf(job: Job, entry: string, image: Database | undefined): object {
  const { database } = job
  const client = (dialect: string, driver: unknown) => {
    const Base = createRequire(entry)(`./lib/dialects/${dialect}/index.js`) as Client
    return class extends Base {
      override _driver() {
        return driver
      }
    }
  }
  if (database.kind === 'image')
    return { client: client('sqlite3', sqlite3Shim(image!)), connection: { filename: ':memory:' }, useNullAsDefault: true }
  const one = database.connections === 1
  const pool = { min: 0, max: one ? 1 : 5, acquireTimeoutMillis: one ? 3000 : 30_000 }
  if (job.dialect === 'postgres') {
    const { exports } = loadDriver('pg', job, entry)
    tunnelPostgres(database)
    patchPostgres(exports as Parameters<typeof patchPostgres>[0])
    const connection = { host: 'localhost', user: database.user, password: database.password ?? '', database: database.database }
    return { client: client('postgres', exports), connection, pool }
  }
  const { exports } = loadDriver('mysql2', job, entry)
  patchMysql(exports as Parameters<typeof patchMysql>[0])
  return { client: client('mysql2', exports), connection: mysqlOptions(database), pool }
}
