import { type Database, ServerError, type Session } from '../engine.ts'
import { quoted } from '../engines/mysql/rows.ts'
import { type Access, accesses, begins, type Experiment, type Prober, type Queue } from './probe.ts'

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
    behind: (kind, relation, run, options) => behind(holder!, watcher!, { kind, relation, run, cancel: options?.cancel ?? false, blocked }),
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

async function behind(holder: Session, watcher: Session, { kind, relation, cancel, run, blocked }: Experiment): Promise<Queue> {
  await holder.query('BEGIN')
  let ended = false
  let failure: Error | undefined
  let running: Promise<void> | undefined
  try {
    await holder.query(shapes[kind === 'reader' ? 'select' : 'delete'](quoted(relation)))
    const before = await waiting(watcher)
    running = run()
      .then(() => {})
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error))
      })
      .finally(() => {
        ended = true
      })
    const found = await begins(
      () => waiting(watcher),
      before,
      () => ended,
    )
    if (found === undefined) return { waited: false, blocked: [], held: [], failure }
    const kept = await blocked(relation)
    if (cancel) {
      await watcher.query(`KILL QUERY ${found}`)
      await running
    }
    await holder.query('ROLLBACK')
    await running
    // What another session holds is for administrators to see.
    return { waited: true, blocked: kept, held: [], failure }
  } finally {
    if (holder.state !== 'idle') await holder.query('ROLLBACK')
    await running
  }
}

/** Sessions of the database that wait for a metadata lock. */
async function waiting(watcher: Session): Promise<readonly number[]> {
  const { rows } = await watcher.query(
    "SELECT id AS thread FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting for%metadata lock' AND id <> CONNECTION_ID()",
  )
  return rows.map(({ thread }) => Number(thread))
}
