import { type Database, ServerError, type Session } from '../engine.ts'
import { type Access, accesses, behind, type Prober } from './probe.ts'

/** How long a probe waits before it is said to be blocked, in ms. */
const patience = 200

/** Opens the probes of a PostgreSQL server on a database: one session for each way to use a table, and one to stand in the way. */
export async function openPostgresProber(database: Database): Promise<Prober> {
  const [holder, ...probes] = await Promise.all([database.open(), ...accesses.map(() => database.open())])
  for (const session of probes) await session.query(`SET lock_timeout = ${patience}`)
  const blocked = async (relation: string) => {
    const { table, column } = await find(probes[0]!, relation)
    const waited = await Promise.all(accesses.map((access, i) => waits(probes[i]!, shapes[access](table, column))))
    return accesses.filter((_, i) => waited[i])
  }
  return {
    blocked,
    behind: async (kind, relation, run, options) => {
      const [watcher] = probes
      const { table } = await find(watcher!, relation)
      const server = {
        holder: holder!,
        hold: kind === 'reader' ? shapes.select(table, undefined) : shapes.delete(table, undefined),
        waiting: () => waiting(watcher!),
        locksOf: (session: number) => locksOf(watcher!, session, table),
        cancel: (session: number) => watcher!.query(`SELECT pg_cancel_backend(${session})`),
      }
      return behind(server, { cancel: options?.cancel ?? false, run, blocked: () => blocked(relation) })
    },
    close: async () => void (await Promise.all([holder!, ...probes].map((session) => session.close()))),
  }
}

/** Statements that take the lock of an access and touch no row. */
const shapes: Readonly<Record<Access, (table: string, column: string | undefined) => string>> = {
  select: (table) => `SELECT FROM ${table} LIMIT 1`,
  insert: (table) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE false`,
  update: (table, column) =>
    column === undefined ? shapes.delete(table, column) : `UPDATE ${table} SET ${column} = ${column} WHERE false`,
  delete: (table) => `DELETE FROM ${table} WHERE false`,
}

/** Runs a probe; was it the lock that kept it? Other errors come after the lock was had: a table that is not there keeps nobody waiting. */
async function waits(session: Session, sql: string): Promise<boolean> {
  try {
    await session.query(sql)
    return false
  } catch (error) {
    if (!(error instanceof ServerError) || error.code === '08006') throw error
    return error.code === '55P03'
  }
}

/** The relation as SQL writes it, and a column of it that an UPDATE may set. The catalogue is read without a lock on the relation. */
async function find(session: Session, relation: string): Promise<{ readonly table: string; readonly column: string | undefined }> {
  const { rows } = await session.query(`
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS table,
      (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY a.attnum LIMIT 1) AS column
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND '${relation.replaceAll("'", "''")}' = CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname`)
  const [row] = rows
  if (!row) return { table: `"${relation.replaceAll('"', '""')}"`, column: undefined }
  return { table: String(row.table), column: typeof row.column === 'string' ? row.column : undefined }
}

/** Sessions of the database that wait for a lock, whatever it is on: CONCURRENTLY waits for transactions, not for relations. */
async function waiting(watcher: Session): Promise<readonly number[]> {
  const { rows } = await watcher.query(`
    SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND a.datname = current_database() AND l.pid <> pg_backend_pid()`)
  return rows.map(({ pid }) => Number(pid))
}

async function locksOf(watcher: Session, pid: number, table: string): Promise<readonly string[]> {
  const { rows } = await watcher.query(
    `SELECT mode FROM pg_locks WHERE pid = ${pid} AND granted AND relation = '${table.replaceAll("'", "''")}'::regclass ORDER BY mode`,
  )
  return rows.map(({ mode }) => String(mode))
}
