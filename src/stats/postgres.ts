import { UserError } from '../errors.ts'
import { type Measured, unreachable } from './measure.ts'
import type { Size } from './statistics.ts'

/** What is used of `pg`. */
interface Driver {
  readonly Client: new (options: {
    readonly connectionString: string
    readonly application_name: string
    readonly connectionTimeoutMillis: number
    readonly statement_timeout: number
  }) => Client
}
interface Client {
  connect(): Promise<void>
  query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>
  end(): Promise<void>
}

/**
 * Tables, partitions and materialised views that are nobody's system. A table that was never analysed has reltuples -1 (0 before PostgreSQL
 * 14): the rows counted since the statistics began stand in then.
 */
const sizes = `
SELECT c.oid::text AS id, i.inhparent::text AS parent, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
       greatest(c.reltuples, coalesce(s.n_live_tup, 0), 0)::bigint::text AS rows,
       pg_total_relation_size(c.oid)::text AS bytes
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`

interface Relation extends Size {
  readonly parent: string | undefined
  readonly name: string
}

/** The sizes that PostgreSQL keeps of its tables. */
export async function measurePostgres(url: string, driver: unknown): Promise<Measured> {
  // The package is the project's own: what is used of it is said above.
  const { Client } = driver as Driver
  const client = new Client({
    connectionString: url,
    application_name: 'surefoot stats',
    connectionTimeoutMillis: 15_000,
    statement_timeout: 60_000,
  })
  try {
    await client.connect()
    const [{ rows: version }, { rows }] = [await client.query('SHOW server_version'), await client.query(sizes)]
    const serverVersion = /^\d+(?:\.\d+)*/.exec(String(version[0]?.server_version))?.[0]
    if (serverVersion === undefined) throw new UserError('The server does not say which version of PostgreSQL it is.')
    return { engine: 'postgres', serverVersion, tables: withPartitions(rows) }
  } catch (error) {
    throw error instanceof UserError ? error : unreachable(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A partitioned table is as large as its partitions together. */
function withPartitions(rows: readonly Readonly<Record<string, unknown>>[]): Record<string, Size> {
  const relations = new Map<string, Relation>()
  for (const { id, parent, schema, name, kind, rows: count, bytes } of rows) {
    relations.set(String(id), {
      parent: parent === null ? undefined : String(parent),
      name: `${schema}.${name}`,
      rows: kind === 'p' ? 0 : Number(count),
      bytes: kind === 'p' ? 0 : Number(bytes),
    })
  }
  const totals = new Map<string, { rows: number; bytes: number }>()
  for (const own of relations.values()) {
    for (let at: Relation | undefined = own; at; at = at.parent === undefined ? undefined : relations.get(at.parent)) {
      const total = totals.get(at.name) ?? { rows: 0, bytes: 0 }
      totals.set(at.name, { rows: total.rows + own.rows, bytes: total.bytes + (own.bytes ?? 0) })
    }
  }
  return Object.fromEntries(totals)
}
