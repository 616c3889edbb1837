import { type Database, ServerError, type Session } from '../engine.ts'
import { quoted } from '../engines/mysql/rows.ts'
import { type Access, accesses, behind, type Prober } from './probe.ts'

/** How long a probe waits before it is said to be blocked, in ms. */
const patience = 200

/** Opens the probes of a MySQL or MariaDB server on a database: one session for each way to use a table, one to stand in the way, one that watches. */
export async function openMysqlProber(database: Database): Promise<Prober> {
  const [holder, watcher, ...probes] = await Promise.all([database.open(), database.open(), ...accesses.map(() => database.open())])
  const blocked = async (relation: string) => {
    const waited = await Promise.all(accesses.map((access, i) => waits(probes[i]!, shapes[access](quoted(relation)))))
    return accesses.filter((_, i) => waited[i])
  }
  return {
    blocked,
    behind: (kind, relation, run, options) => {
      const server = {
        holder: holder!,
        hold: shapes[kind === 'reader' ? 'select' : 'delete'](quoted(relation)),
        waiting: () => waiting(watcher!),
        // What another session holds is for administrators to see.
        locksOf: async () => [],
        cancel: (session: number) => watcher!.query(`KILL QUERY ${session}`),
      }
      return behind(server, { cancel: options?.cancel ?? false, run, blocked: () => blocked(relation) })
    },
    close: async () => void (await Promise.all([holder!, watcher!, ...probes].map((session) => session.close()))),
  }
}

/**
 * Statements that take the metadata lock of an access and touch no row. The catalogue cannot be asked for a column, because it waits for the same lock; the
 * name of a column is looked at only when the lock was had.
 */
const shapes: Readonly<Record<Access, (table: string) => string>> = {
  select: (table) => `SELECT 1 FROM ${table} LIMIT 1`,
  insert: (table) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE 1 = 0`,
  update: (table) => `UPDATE ${table} SET surefoot_no_column = 1 WHERE 1 = 0`,
  delete: (table) => `DELETE FROM ${table} WHERE 1 = 0`,
}

/** Runs a probe, and ends it when it takes too long: lock_wait_timeout knows whole seconds only. */
async function waits(session: Session, sql: string): Promise<boolean> {
  let ended = false
  const timer = setTimeout(() => {
    ended = true
    session.cancel().catch(() => {})
  }, patience)
  try {
    await session.query(sql)
    return false
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    // ER_QUERY_INTERRUPTED. Other errors come after the lock was had: a table that is not there keeps nobody waiting.
    return ended && error.number === 1317
  } finally {
    clearTimeout(timer)
  }
}

/** Sessions of the database that wait for a metadata lock. */
async function waiting(watcher: Session): Promise<readonly number[]> {
  const { rows } = await watcher.query(
    "SELECT id AS thread FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting for%metadata lock' AND id <> CONNECTION_ID()",
  )
  return rows.map(({ thread }) => Number(thread))
}
