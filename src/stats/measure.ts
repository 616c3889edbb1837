import { UserError } from '../errors.ts'
import { findPackage } from '../sandbox/packages.ts'
import { measureMysql } from './mysql.ts'
import { measurePostgres } from './postgres.ts'
import { measureSqlite } from './sqlite.ts'
import type { Statistics } from './statistics.ts'

/** What an engine's room gives: the statistics without the day. */
export type Measured = Omit<Statistics, 'version' | 'taken'>

/** A driver that is installed in the project, or beside this program. A UserError says which command installs it. */
function driver(root: string, name: string): unknown {
  const found = findPackage(root, name)
  if (!found) throw new UserError(`${name} is needed to reach this database. Install it in your project: npm install --save-dev ${name}`)
  return found.load()
}

/**
 * Asks a database how many rows and bytes its tables have, from what the engine keeps about them; SQLite counts. `url`: postgres://…,
 * mysql://…, mariadb://…, or an SQLite file. `root`: the project whose driver is used. Only reads. Throws a UserError when the database
 * cannot be reached; its sentence holds no password.
 */
export async function measure(url: string, root: string, today: string): Promise<Statistics> {
  const scheme = /^([a-z][a-z0-9+]+):/i.exec(url)?.[1]?.toLowerCase()
  const measured = await of(scheme, url, root)
  return { version: 1, engine: measured.engine, serverVersion: measured.serverVersion, taken: today, tables: measured.tables }
}

function of(scheme: string | undefined, url: string, root: string): Promise<Measured> {
  switch (scheme) {
    case 'postgres':
    case 'postgresql':
      return measurePostgres(url, driver(root, 'pg'))
    case 'mysql':
    case 'mysql2':
    case 'mariadb':
      return measureMysql(url.replace(/^[a-z0-9]+:/i, 'mysql:'), driver(root, 'mysql2'))
    case undefined:
    case 'file':
    case 'sqlite':
      return measureSqlite(url, root)
    default:
      throw new UserError(
        `${scheme}: is no database that Surefoot knows. Pass postgres://…, mysql://…, mariadb://… or the path of an SQLite file.`,
      )
  }
}

/** Why a database could not be reached, in the driver's words; drivers name hosts and users, never passwords. */
export function unreachable(error: unknown): UserError {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  const said = message === undefined || message === '' ? (code ?? String(error)) : message
  return new UserError(`The database could not be asked: ${said.split('\n')[0]}. Check the address, and that the server is running.`)
}
