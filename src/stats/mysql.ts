import { UserError } from '../errors.ts'
import { type Measured, unreachable } from './measure.ts'

/** What is used of `mysql2`. */
interface Driver {
  createConnection(options: { readonly uri: string; readonly connectTimeout: number; readonly supportBigNumbers: boolean }): Connection
}
interface Connection {
  query(sql: string, done: (error: unknown, rows: unknown) => void): void
  destroy(): void
  on(event: 'error', listener: () => void): void
}

const sizes = `
SELECT table_name AS name, coalesce(table_rows, 0) AS count, coalesce(data_length, 0) + coalesce(index_length, 0) AS bytes
FROM information_schema.tables
WHERE table_schema = database() AND table_type = 'BASE TABLE'`

/** The sizes that MySQL and MariaDB estimate of the tables of the database that the address names. */
export async function measureMysql(url: string, driver: unknown): Promise<Measured> {
  // The package is the project's own: what is used of it is said above.
  const connection = (driver as Driver).createConnection({ uri: url, connectTimeout: 15_000, supportBigNumbers: true })
  // A connection that breaks is said by the query that waits for it.
  connection.on('error', () => undefined)
  const ask = (sql: string) =>
    new Promise<readonly Readonly<Record<string, unknown>>[]>((resolve, reject) => {
      connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows as readonly Readonly<Record<string, unknown>>[])))
    })
  try {
    const [server] = await ask('SELECT version() AS version, database() AS name')
    if (server?.name === null) throw new UserError('The address names no database. Add it: mysql://host/database')
    const said = String(server?.version)
    const isMaria = /mariadb/i.test(said)
    // MySQL 8 answers from a copy of these figures that may be a day old.
    if (!isMaria) await ask('SET SESSION information_schema_stats_expiry = 0').catch(() => undefined)
    const rows = await ask(sizes)
    const serverVersion = /(\d+\.\d+\.\d+)(?=-mariadb)/i.exec(said)?.[1] ?? /^\d+(?:\.\d+)*/.exec(said)?.[0] ?? said
    const tables = rows.map(({ name, count, bytes }) => [String(name), { rows: Number(count), bytes: Number(bytes) }] as const)
    return { engine: isMaria ? 'mariadb' : 'mysql', serverVersion, tables: Object.fromEntries(tables) }
  } catch (error) {
    throw error instanceof UserError ? error : unreachable(error)
  } finally {
    connection.destroy()
  }
}
