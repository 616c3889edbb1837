import type { Fork } from '../../dialects/dialect.ts'
import type { Script } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import type { LoadOptions } from '../framework.ts'

/** Which of Drizzle's migrators runs a history, as plain data of `History.settings`. */
export interface MigratorSettings {
  /** The driver whose migrator a file of the project imports: `neon-http`; undefined: none was seen, or drizzle-kit runs them. */
  readonly driver?: string
  readonly driverFrom?: string
  readonly foreignKeys?: boolean
  readonly fork?: Fork
  /** As drizzle-kit 1.0 lays them out: what its migrator opens is taken to be what 0.45 opens. */
  readonly folders?: true
}

/** Their migrate() sends statement by statement and opens no transaction (drizzle-orm/neon-http/migrator.js, xata-http/migrator.js). */
const withoutTransaction = new Set(['neon-http', 'xata-http'])
/** Hand the statements to a function of the project's. */
const throughProxy = /-proxy$/

const places = [
  '**/*{migrat,drizzle}*.{ts,js,mjs,mts,cjs,cts}',
  '**/{db,database,drizzle}/*.{ts,js,mjs,mts,cjs,cts}',
  '**/{db,index,client}.{ts,js,mjs,mts}',
]
const imported = /drizzle-orm\/([a-z0-9-]{1,40}(?:\/[a-z]{1,10})?)\/migrator['"]/

/** The migrator that the package around a folder of migrations imports. */
export function migratorOf(project: Project, directory: string): MigratorSettings {
  const found = project
    .glob(places, ['**/*.d.ts', '**/{test,tests,__tests__}/**'])
    .slice(0, 400)
    .flatMap((path) => {
      const file = project.read(path)
      const driver = 'text' in file && file.text.includes('drizzle-orm/') ? imported.exec(file.text)?.[1] : undefined
      return driver === undefined ? [] : [{ path, driver }]
    })
  const top = directory.split('/')[0]
  const own = found.filter(({ path }) => path.split('/')[0] === top)
  const drivers = new Set((own.length > 0 ? own : found).map(({ driver }) => driver))
  const only = drivers.size === 1 ? (own[0] ?? found[0]) : undefined
  const has = (name: string) => project.dependency(name, directory) !== undefined
  const foreignKeys = foreignKeysOf(only?.driver, has)
  return {
    ...(only?.driver === 'libsql' || (only === undefined && has('@libsql/client')) ? { fork: 'libSQL' as const } : {}),
    ...(only ? { driver: only.driver, driverFrom: only.path } : {}),
    ...(foreignKeys === undefined ? {} : { foreignKeys }),
  }
}

/** SQLite: the migrate() of libsql switches foreign keys off before its transaction; better-sqlite3 is built with them on, and D1 always enforces them. */
function foreignKeysOf(driver: string | undefined, has: (name: string) => boolean): boolean | undefined {
  if (driver === 'libsql') return false
  if (driver === 'better-sqlite3' || driver === 'd1') return true
  if (driver !== undefined) return undefined
  if (has('@libsql/client')) return false
  return has('better-sqlite3') ? true : undefined
}

/**
 * What the migrator opens around a file: one transaction around all that is pending, on every engine and driver but those of HTTP
 * (`migrate` of drizzle-orm/pg-core/dialect.js, mysql-core/dialect.js, sqlite-core/dialect.js, read in 0.45; `drizzle-kit migrate` calls it).
 */
export function ambientOf({ runner, history }: LoadOptions): Pick<Script, 'ambient' | 'ambientBecause' | 'ambientAssumed'> {
  const { driver, driverFrom, folders } = history.settings as MigratorSettings
  if (runner.transaction !== undefined) {
    const ambient = runner.transaction === 'all' ? 'all-pending' : runner.transaction === 'each' ? 'migration' : 'none'
    return { ambient, ambientBecause: `the configuration says runner.transaction is "${runner.transaction}"`, ambientAssumed: false }
  }
  if (driver !== undefined && withoutTransaction.has(driver))
    return {
      ambient: 'none',
      ambientBecause: `${driverFrom} migrates through ${driver}, which knows no transaction`,
      ambientAssumed: false,
    }
  if (driver !== undefined && throughProxy.test(driver))
    return {
      ambient: 'unknown',
      ambientBecause: `${driverFrom} hands the statements to a function of its own (${driver})`,
      ambientAssumed: true,
    }
  return {
    ambient: 'all-pending',
    ambientBecause: "Drizzle's migrator runs all pending migrations in one transaction",
    ambientAssumed: folders === true,
  }
}
