import type { Engine, Session } from '../../engine.ts'

/** What the account under which migrations run can see of a server. */
export interface Watch {
  /** A SELECT that gives `kind`, `name` and `value` for the database in use; see {@link Part}. */
  readonly mark: string
  /** Rows that the mark itself reads one after the other, beside those of the temporary tables that it fills. */
  readonly ownReads: number
}

/**
 * `counter`: a counter of the session. `storage`: the number that InnoDB gives to the storage of a table, new when it is written anew. `lock`: a metadata lock
 * that the session holds. `rows`: rows read and written in a table since the server started, with a blank between.
 */
type Part = 'counter' | 'storage' | 'lock' | 'rows'

const watches = new WeakMap<Engine, Watch>()

/** What is known of how to watch an engine of ours. */
export function watchOf(engine: Engine): Watch | undefined {
  return watches.get(engine)
}

export function setWatch(engine: Engine, watch: Watch): void {
  watches.set(engine, watch)
}

/**
 * Makes the database `name` with views through which `account` sees of the server's internals what belongs to the database in use, and nothing else: the tables
 * themselves are for those who may see every session's work. What this server does not have, or does not let us see, is left out.
 */
export async function makeWatch(admin: Session, name: string, accounts: readonly string[], mariadb: boolean): Promise<Watch> {
  const views = mariadb ? await mariadbViews(admin) : mysqlViews
  await admin.query(`CREATE DATABASE ${name}`)
  const status = mariadb ? 'information_schema' : 'performance_schema'
  const parts: [Part, string][] = [
    ['counter', `SELECT variable_name AS name, variable_value AS value FROM ${status}.session_status WHERE variable_name LIKE 'HANDLER%'`],
  ]
  for (const [part, select] of Object.entries(views) as [Part, string][]) {
    const view = `${name}.seen_${part}`
    try {
      await admin.query(`CREATE SQL SECURITY DEFINER VIEW ${view} AS ${select}`)
      await admin.query(`SELECT * FROM ${view} LIMIT 1`)
      for (const account of accounts) await admin.query(`GRANT SELECT ON ${view} TO ${account}`)
      parts.push([part, `SELECT name, value FROM ${view}`])
    } catch {
      // Not on this version, or not for this account.
    }
  }
  const mark = parts
    .map(([part, select]) => `SELECT '${part}' AS kind, seen.name AS name, CAST(seen.value AS CHAR) AS value FROM (${select}) AS seen`)
    .join(' UNION ALL ')
  return { mark, ownReads: await ownReads(admin, name, mark) }
}

/** Measures what a mark adds to the counters of its session. */
async function ownReads(admin: Session, database: string, mark: string): Promise<number> {
  await admin.query(`USE ${database}`)
  const reads: number[] = []
  for (let i = 0; i < 3; i++) {
    const { rows } = await admin.query(mark)
    const counter = (wanted: string) => Number(rows.find(({ name }) => String(name).toUpperCase() === wanted)?.value ?? 0)
    reads.push(counter('HANDLER_READ_RND_NEXT') - counter('HANDLER_TMP_WRITE'))
  }
  return Math.max(0, reads[2]! - reads[1]!)
}

type Views = Readonly<Record<string, string>>

const touched =
  "SELECT object_name AS name, CONCAT(count_fetch, ' ', count_insert + count_update + count_delete) AS value FROM performance_schema.table_io_waits_summary_by_table WHERE object_type = 'TABLE' AND object_schema = DATABASE()"

const mysqlViews: Views = {
  storage:
    "SELECT SUBSTRING(name, INSTR(name, '/') + 1) AS name, table_id AS value FROM information_schema.innodb_tables WHERE name LIKE CONCAT(DATABASE(), '/%')",
  lock: "SELECT l.object_name AS name, l.lock_type AS value FROM performance_schema.metadata_locks l JOIN performance_schema.threads t ON t.thread_id = l.owner_thread_id WHERE t.processlist_id = CONNECTION_ID() AND l.object_type = 'TABLE' AND l.lock_status = 'GRANTED' AND l.object_schema = DATABASE()",
  rows: touched,
}

async function mariadbViews(admin: Session): Promise<Views> {
  const { rows } = await admin.query(
    "SELECT @@performance_schema AS on_or_off, (SELECT count(*) FROM information_schema.plugins WHERE plugin_name = 'METADATA_LOCK_INFO' AND plugin_status = 'ACTIVE') AS plugin",
  )
  return {
    storage:
      "SELECT SUBSTRING(name, INSTR(name, '/') + 1) AS name, table_id AS value FROM information_schema.innodb_sys_tables WHERE name LIKE CONCAT(DATABASE(), '/%')",
    ...(Number(rows[0]?.plugin) > 0 && {
      lock: "SELECT table_name AS name, REPLACE(lock_mode, 'MDL_', '') AS value FROM information_schema.metadata_lock_info WHERE thread_id = CONNECTION_ID() AND table_schema = DATABASE() AND lock_type = 'Table metadata lock'",
    }),
    ...(Number(rows[0]?.on_or_off) === 1 && { rows: touched }),
  }
}
