import { createRequire } from 'node:module'
import type { Job } from '../protocol.ts'
import { loadDriver, resolvePackage, versionOf } from './drivers.ts'
import { loadFresh } from './modules.ts'
import { mysqlOptions, patchMysql } from './mysql.ts'
import { asMigration, calledFrom, remembering } from './place.ts'
import { patchPostgres, tunnelPostgres } from './postgres.ts'
import { type Database, sqlite3Shim } from './sqlite.ts'

interface Sequelize {
  query(sql: string, options?: object): Promise<unknown>
  transaction(work: (transaction: object) => Promise<void>): Promise<void>
  getQueryInterface?(): object
  readonly queryInterface?: object
  close(): Promise<void>
}
type SequelizeClass = new (options: object) => Sequelize

const table = 'SequelizeMeta'

/** Runs one migration as sequelize-cli and umzug do, and keeps their table of names. */
export async function runSequelize(job: Job, image: Database | undefined): Promise<void> {
  const { sequelize, Class } = connect(job, image)
  try {
    const quoted = job.dialect === 'mysql' || job.dialect === 'mariadb' ? `\`${table}\`` : `"${table}"`
    await sequelize.query(`CREATE TABLE IF NOT EXISTS ${quoted} (name VARCHAR(255) NOT NULL, PRIMARY KEY (name))`)
    if (job.handed) await sequelize.transaction((transaction) => callMigration(job, sequelize, Class, transaction))
    else await callMigration(job, sequelize, Class, undefined)
    const name = job.id.replaceAll("'", "''")
    if (job.direction === 'down') await sequelize.query(`DELETE FROM ${quoted} WHERE name = '${name}'`)
    else
      await sequelize.query(
        `INSERT INTO ${quoted} (name) SELECT '${name}'${job.dialect === 'mysql' || job.dialect === 'mariadb' ? ' FROM dual' : ''} WHERE NOT EXISTS (SELECT 1 FROM ${quoted} WHERE name = '${name}')`,
      )
  } finally {
    await sequelize.close().catch(() => {})
  }
}

/** `handed`: the transaction that the runner opens and hands to it. */
async function callMigration(job: Job, sequelize: Sequelize, Class: SequelizeClass, handed: object | undefined): Promise<void> {
  const module = asMigration(() => loadFresh(job.file))
  const holder = [module, module.default].find((one) => typeof (one as Record<string, unknown> | undefined)?.[job.direction] === 'function')
  const work = (holder as Record<string, unknown> | undefined)?.[job.direction]
  if (typeof work !== 'function') throw new Error(`Could not find migration method: ${job.direction}`)
  const own = sequelize.queryInterface ?? sequelize.getQueryInterface?.()
  if (!own) throw new Error('the installed sequelize has no query interface')
  const context: Record<string, unknown> = {
    queryInterface: undefined,
    context: undefined,
    Sequelize: Class,
    DataTypes: Reflect.get(Class, 'DataTypes'),
    name: job.id,
    path: job.file,
  }
  for (const name of ['transaction', 'query', 'models', 'getDialect', 'define', 'authenticate']) {
    const value: unknown = Reflect.get(sequelize, name)
    context[name] = typeof value === 'function' ? value.bind(sequelize) : value
  }
  context.getQueryInterface = () => queryInterface
  if (handed) context.transaction = handed
  // Umzug's ({ context, name, path }) and sequelize-cli's (queryInterface, Sequelize) find what they ask for in the same object.
  const queryInterface = remembering(own, context)
  await asMigration(() => {
    if (work.length < 3) return work.call(holder, queryInterface, Class)
    return new Promise((resolve, reject) => {
      const done = (error: unknown) => (error ? reject(error) : resolve(undefined))
      Promise.resolve(work.call(holder, queryInterface, Class, done)).catch(reject)
    })
  })
}

function connect(job: Job, image: Database | undefined): { readonly sequelize: Sequelize; readonly Class: SequelizeClass } {
  const entry = resolvePackage('sequelize', job) ?? resolvePackage('@sequelize/core', job)
  if (entry === undefined) throw new Error('the package sequelize is not installed in the project: npm i sequelize')
  const version = versionOf(entry)
  const major = Number(version.split('.')[0])
  if (major < 5 || major > 7) throw new Error(`sequelize ${version} is not known here: 5, 6 and 7 can be run`)
  const loaded = createRequire(entry)(entry) as SequelizeClass & { readonly Sequelize?: SequelizeClass; readonly default?: SequelizeClass }
  const Class = loaded.Sequelize ?? loaded.default ?? loaded
  const options = major === 7 ? optionsOfSeven(job, entry) : optionsOf(job, entry, image)
  const sequelize = new Class({ ...options, logging: false })
  const { query } = sequelize
  sequelize.query = (...args) => calledFrom(() => query.apply(sequelize, args))
  return { sequelize, Class }
}

/** Version 7 takes the dialect as a class of a package of its own. */
function optionsOfSeven(job: Job, core: string): object {
  const { database } = job
  const entry = resolvePackage('@sequelize/postgres', job)
  if (job.dialect !== 'postgres' || database.kind === 'image') throw new Error('Sequelize 7 can be run here on PostgreSQL only')
  if (entry === undefined) throw new Error('the package @sequelize/postgres is not installed in the project: npm i @sequelize/postgres')
  const { PostgresDialect } = createRequire(core)(entry) as { readonly PostgresDialect: unknown }
  tunnelPostgres(database)
  patchPostgres(loadDriver('pg', job, entry).exports as Parameters<typeof patchPostgres>[0])
  return {
    dialect: PostgresDialect,
    host: 'localhost',
    user: database.user,
    database: database.database,
    pool: poolOf(database.connections),
  }
}

function poolOf(connections: number): object {
  const one = connections === 1
  return { max: one ? 1 : 5, min: 0, idle: 10_000, acquire: one ? 3000 : 30_000 }
}

function optionsOf(job: Job, beside: string, image: Database | undefined): object {
  const { database } = job
  if (database.kind === 'image') return { dialect: 'sqlite', storage: ':memory:', dialectModule: sqlite3Shim(image!) }
  const server = { host: 'localhost', username: database.user, password: database.password ?? '', database: database.database }
  const shared = { ...server, pool: poolOf(database.connections) }
  if (job.dialect === 'postgres') {
    const { exports, found } = loadDriver('pg', job, beside)
    tunnelPostgres(database)
    patchPostgres(exports as Parameters<typeof patchPostgres>[0])
    return { ...shared, dialect: 'postgres', ...(found ? {} : { dialectModule: exports }) }
  }
  const { exports, found } = loadDriver('mysql2', job, beside)
  patchMysql(exports as Parameters<typeof patchMysql>[0])
  const { stream } = mysqlOptions(database)
  return { ...shared, dialect: 'mysql', dialectOptions: { stream }, ...(found ? {} : { dialectModule: exports }) }
}
