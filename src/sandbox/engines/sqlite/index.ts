import { parseVersion, type Version } from '../../../dialects/dialect.ts'
import { UserError } from '../../../errors.ts'
import type { Engine, EngineRequest, Snapshot } from '../../engine.ts'
import { sqliteDatabase } from './database.ts'
import { openDriver, type SqliteDriver } from './driver.ts'

const providers = ['node:sqlite', 'better-sqlite3', 'sql.js'] as const

/**
 * Opens SQLite inside this process: of the drivers that are here the one whose SQLite is nearest to the wanted version, else the newest. `request.asked`
 * names one of them. Throws a UserError when none is here.
 */
export async function openSqlite(request: EngineRequest): Promise<Engine> {
  const driver = await chooseDriver(request)
  const version = parseVersion(driver.version) ?? []
  const images = new WeakMap<Snapshot, Uint8Array | undefined>()
  let count = 0
  return {
    dialect: 'sqlite',
    product: `SQLite ${driver.version}`,
    version,
    provider: driver.provider,
    secondSession: false,
    settings: ['foreign_keys = OFF'],
    create: async (from) => sqliteDatabase(driver, `surefoot_${process.pid}_${++count}`, from === undefined ? undefined : images.get(from)),
    snapshot: async (database) => {
      if (database.wire.kind !== 'image') throw new Error('A snapshot was asked for of a database that is not SQLite’s.')
      const snapshot: Snapshot = {
        drop: async () => {
          images.delete(snapshot)
        },
      }
      images.set(snapshot, await database.wire.read())
      return snapshot
    },
    close: () => driver.close(),
  }
}

async function chooseDriver({ asked, wanted, root }: EngineRequest): Promise<SqliteDriver> {
  if (asked !== undefined && !providers.some((name) => name === asked))
    throw new UserError(
      `SQLite cannot be reached as "${asked}": it runs inside Node. Give --engine one of ${providers.join(', ')}, or leave it out.`,
    )
  const found: SqliteDriver[] = []
  for (const name of providers) {
    const driver = asked === undefined || asked === name ? await openDriver(name, root) : undefined
    if (driver) found.push(driver)
  }
  const [best, ...others] = found.toSorted((a, b) => distance(a, wanted) - distance(b, wanted))
  for (const other of others) await other.close()
  if (best) return best
  throw new UserError(
    asked === undefined || asked === 'sql.js'
      ? 'No SQLite is here to rehearse on. Install the embedded one: npm i -D sql.js'
      : asked === 'node:sqlite'
        ? `Node ${process.versions.node} has no SQLite of its own (22.13 and later do). Install the embedded one: npm i -D sql.js`
        : 'better-sqlite3 is not installed or not built for this Node. Install it: npm i -D better-sqlite3',
  )
}

/** How far a driver's version is from the wanted one; with none wanted the newest is nearest. */
function distance(driver: SqliteDriver, wanted: Version | undefined): number {
  const own = asNumber(parseVersion(driver.version) ?? [])
  return wanted === undefined ? -own : Math.abs(own - asNumber(wanted))
}

function asNumber([major = 0, minor = 0, patch = 0]: Version): number {
  return major * 1_000_000 + minor * 1_000 + patch
}
