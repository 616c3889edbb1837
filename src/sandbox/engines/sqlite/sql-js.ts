import type { SqlJsStatic } from 'sql.js'
import { findPackage } from '../../packages.ts'
import type { SqliteDriver, SqliteValue } from './connection.ts'

/** The embedded default: SQLite as WebAssembly, in memory. Undefined: the package is not installed. */
export async function openSqlJs(root: string): Promise<SqliteDriver | undefined> {
  const found = findPackage(root, 'sql.js')
  if (!found) return undefined
  const library = await (found.load() as (config?: object) => Promise<SqlJsStatic>)()
  const probe = new library.Database()
  const version = String(probe.exec('SELECT sqlite_version()')[0]?.values[0]?.[0])
  probe.close()
  return {
    provider: 'sql.js',
    version,
    close: () => {},
    connect: (image) => {
      const database = new library.Database(image)
      return {
        run: (sql) => {
          const statement = database.prepare(sql)
          try {
            const rows: Record<string, SqliteValue>[] = []
            const columns = statement.getColumnNames()
            while (statement.step()) {
              // The types of the package leave out its second argument: integers beyond 2^53 would be rounded.
              const values = (statement.get as (values: null, options: object) => SqliteValue[]).call(statement, null, { useBigInt: true })
              rows.push(Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null])))
            }
            return rows
          } finally {
            statement.free()
          }
        },
        image: () => database.export(),
        close: () => database.close(),
      }
    },
  }
}
