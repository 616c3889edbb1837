import type { Session } from '../../engine.ts'
import { isAlive } from '../own-process.ts'
import { type Address, isLocal, parseAddress } from './address.ts'
import { openSession } from './session.ts'

/** Ends every session on a database of ours and removes it. */
export async function dropDatabase(admin: Session, name: string): Promise<void> {
  const { rows } = await admin.query(`SELECT id FROM information_schema.processlist WHERE db = '${name}' AND id <> CONNECTION_ID()`)
  // A session that ended by itself meanwhile is as good.
  for (const { id } of rows) await admin.query(`KILL ${id}`).catch(() => {})
  await admin.query(`DROP DATABASE IF EXISTS ${name}`)
}

/** Removes the accounts of one run. */
export async function dropAccounts(admin: Session, prefix: string): Promise<void> {
  for (const host of ['%', 'localhost']) await admin.query(`DROP USER IF EXISTS '${prefix}'@'${host}'`)
}

/**
 * Removes databases and accounts of runs that ended without doing so: those of which no session is open under the run's account, and whose process is gone
 * where it would be on this machine. Gives the names of what was removed.
 */
export async function removeLeftovers(admin: Session, address: Address): Promise<string[]> {
  const named = "REGEXP '^surefoot_[0-9]+_[0-9a-f]{8}(_[0-9a-z]+)?$'"
  const { rows } = await admin.query(
    `SELECT 'database' AS kind, schema_name AS name FROM information_schema.schemata WHERE schema_name ${named}
     UNION SELECT 'account', user FROM mysql.user WHERE user ${named}`,
  )
  const sessions = await admin.query('SELECT DISTINCT user AS name FROM information_schema.processlist')
  const living = new Set(sessions.rows.map(({ name }) => String(name)))
  const removed: string[] = []
  for (const { kind, name } of rows) {
    const text = String(name)
    const prefix = text.split('_').slice(0, 3).join('_')
    if (living.has(prefix) || (isLocal(address) && isAlive(Number(text.split('_')[1])))) continue
    try {
      await (kind === 'database' ? dropDatabase(admin, text) : dropAccounts(admin, text))
      removed.push(text)
    } catch {
      // Another run may remove it at the same time, or it may not be ours to remove.
    }
  }
  return removed
}

/** Removes what earlier runs left on the server at `url`. Gives the names of what was removed. */
export async function cleanMysql(url: string, root: string): Promise<string[]> {
  const address = parseAddress(url)
  const admin = await openSession(root, address)
  try {
    return await removeLeftovers(admin, address)
  } finally {
    await admin.close()
  }
}
