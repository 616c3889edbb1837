import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../errors.ts'
import { findPackage } from '../sandbox/packages.ts'
import { type Measured, unreachable } from './measure.ts'
import type { Size } from './statistics.ts'

type Row = Readonly<Record<string, unknown>>

/** A database file that is open for reading. */
interface Open {
  all(sql: string): readonly Row[]
  close(): void
}

/** `node:sqlite` and `better-sqlite3`, as far as they are used. */
interface Prepared {
  prepare(sql: string): { all(): readonly Row[] }
  close(): void
}
interface SqlJs {
  readonly Database: new (
    data: Uint8Array,
  ) => {
    exec(sql: string): readonly { readonly columns: readonly string[]; readonly values: readonly (readonly unknown[])[] }[]
    close(): void
  }
}

/** Counts the rows of an SQLite file's tables; their bytes where the engine was built with `dbstat`. */
export async function measureSqlite(url: string, root: string): Promise<Measured> {
  const file = pathOf(url, root)
  if (!existsSync(file)) throw new UserError(`${file} does not exist. Pass the path of the SQLite file.`)
  const database = await open(file, root)
  try {
    const serverVersion = String(database.all('SELECT sqlite_version() AS version')[0]?.version)
    const names = database.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    const bytes = bytesOf(database)
    const tables: Record<string, Size> = {}
    for (const { name } of names) {
      const table = String(name)
      // A virtual table whose module is not loaded here cannot be counted: nothing is said of it.
      const rows = countOf(database, table)
      if (rows !== undefined) tables[table] = { rows, ...(bytes ? { bytes: bytes.get(table) ?? 0 } : {}) }
    }
    return { engine: 'sqlite', serverVersion, tables }
  } catch (error) {
    throw error instanceof UserError ? error : unreachable(error)
  } finally {
    database.close()
  }
}

function pathOf(url: string, root: string): string {
  if (/^file:\/\//i.test(url)) return fileURLToPath(url)
  return resolve(root, url.replace(/^(?:sqlite|file):(?:\/\/)?/i, ''))
}

function countOf(database: Open, table: string): number | undefined {
  try {
    return Number(database.all(`SELECT count(*) AS rows FROM "${table.replaceAll('"', '""')}"`)[0]?.rows)
  } catch {
    return undefined
  }
}

/** A table's pages and those of its indexes. */
function bytesOf(database: Open): ReadonlyMap<string, number> | undefined {
  try {
    const rows = database.all(
      'SELECT coalesce(s.tbl_name, d.name) AS name, sum(d.pgsize) AS bytes FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name GROUP BY 1',
    )
    return new Map(rows.map(({ name, bytes }) => [String(name), Number(bytes)]))
  } catch {
    return undefined
  }
}

async function open(file: string, root: string): Promise<Open> {
  try {
    return (await builtIn(file)) ?? native(file, root) ?? (await compiled(file, root)) ?? missing()
  } catch (error) {
    throw error instanceof UserError ? error : unreachable(error)
  }
}

function missing(): never {
  throw new UserError('An SQLite driver is needed: run Node 22.13 or later, or install one in your project: npm install --save-dev sql.js')
}

async function builtIn(file: string): Promise<Open | undefined> {
  // The types of Node 20 do not have it.
  const name = 'node:sqlite'
  const module = await (
    import(name) as Promise<{
      readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Prepared
    }>
  ).catch(() => undefined)
  return module && prepared(new module.DatabaseSync(file, { readOnly: true }))
}

function native(file: string, root: string): Open | undefined {
  const Database = findPackage(root, 'better-sqlite3')?.load() as
    | (new (
        path: string,
        options: { readonly readonly: boolean },
      ) => Prepared)
    | undefined
  return Database && prepared(new Database(file, { readonly: true }))
}

function prepared(database: Prepared): Open {
  return { all: (sql) => database.prepare(sql).all(), close: () => database.close() }
}

/** The engine as WebAssembly reads the file whole; what still stands in a write-ahead log beside it is not seen. */
async function compiled(file: string, root: string): Promise<Open | undefined> {
  const load = findPackage(root, 'sql.js')?.load() as (() => Promise<SqlJs>) | undefined
  if (!load) return undefined
  const { Database } = await load()
  const database = new Database(readFileSync(file))
  return {
    all: (sql) =>
      database
        .exec(sql)
        .flatMap(({ columns, values }) => values.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])))),
    close: () => database.close(),
  }
}
