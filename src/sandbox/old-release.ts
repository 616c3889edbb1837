import type { Migration } from '../ir/migration.ts'
import { operationsOf, tableOf } from '../ir/visit.ts'
import type { SeedTable } from './catalog.ts'
import { ServerError, type Session } from './engine.ts'

/** A query as the release that still runs makes it: its columns spelled out, as ORMs do. */
export interface OldQuery {
  readonly table: string
  readonly does: 'reads' | 'inserts' | 'updates'
  readonly sql: string
}

/** Queries on the tables that a migration touches: SELECT, INSERT and UPDATE of all the columns that there are before it. */
export function oldQueries(tables: readonly SeedTable[], migration: Migration): readonly OldQuery[] {
  const touched = new Set([...operationsOf(migration.up)].flatMap(({ operation }) => namesIn(operation)))
  return tables
    .filter(({ name }) => touched.has(name) || touched.has(name.slice(name.lastIndexOf('.') + 1)))
    .flatMap(({ name, sql, columns, primaryKey, unique }) => {
      const quote = sql.startsWith('`') ? '`' : '"'
      const quoted = (column: string) => `${quote}${column.replaceAll(quote, quote + quote)}${quote}`
      const all = columns.map((column) => quoted(column.name)).join(', ')
      const keys = new Set([...primaryKey, ...unique.flat()])
      const free = columns.filter((column) => column.made === undefined && !keys.has(column.name)).map((column) => quoted(column.name))
      if (columns.length === 0) return []
      const reads: OldQuery = { table: name, does: 'reads', sql: `SELECT ${all} FROM ${sql} LIMIT 1` }
      if (free.length === 0) return [reads]
      const list = free.join(', ')
      return [
        reads,
        { table: name, does: 'inserts', sql: `INSERT INTO ${sql} (${list}) SELECT ${list} FROM ${sql} LIMIT 1` },
        { table: name, does: 'updates', sql: `UPDATE ${sql} SET ${free.map((column) => `${column} = ${column}`).join(', ')} WHERE 1 = 1` },
      ]
    })
}

function namesIn(operation: Parameters<typeof tableOf>[0]): readonly string[] {
  const table = tableOf(operation)
  return [...(table ? [table.name] : []), ...('tables' in operation && operation.tables ? operation.tables.map(({ name }) => name) : [])]
}

/** Runs each query and takes it back. Gives for each what the server said against it; undefined: nothing. */
export async function tryQueries(session: Session, queries: readonly OldQuery[]): Promise<readonly (string | undefined)[]> {
  const said: (string | undefined)[] = []
  for (const { sql } of queries) {
    await session.query('BEGIN')
    try {
      await session.query(sql)
      said.push(undefined)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      said.push(`${error.code}: ${error.message}`)
    } finally {
      await session.query('ROLLBACK')
    }
  }
  return said
}
