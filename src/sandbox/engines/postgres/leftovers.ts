import { atLeast, parseVersion, type Version } from '../../../dialects/dialect.ts'
import type { Session } from '../../engine.ts'
import { parseAddress } from './address.ts'
import { madeBy, membersOf, quoted } from './roles.ts'
import { openSession } from './session.ts'

/** Ends every session on a database of ours and removes it. */
export async function dropDatabase(admin: Session, name: string, version: Version): Promise<void> {
  if (atLeast(version, 13)) return void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  await admin.query(`DROP DATABASE IF EXISTS ${name}`)
}

/**
 * Removes databases and roles of runs that ended without doing so: those whose name no living session carries as its application. Gives the names of what
 * was removed.
 */
export async function removeLeftovers(admin: Session): Promise<string[]> {
  const { rows } = await admin.query(`
    SELECT kind, name FROM (
      SELECT 'database' AS kind, datname::text AS name, datname::text AS made FROM pg_database
      UNION ALL SELECT 'role', rolname::text, coalesce(substring(shobj_description(oid, 'pg_authid') from '^${madeBy}(.*)'), rolname::text) FROM pg_roles
    ) AS thing
    WHERE made ~ '^surefoot_\\d+_[0-9a-f]{8}(_\\d+)?$' AND NOT EXISTS (
      SELECT 1 FROM pg_stat_activity
      WHERE application_name = substring(made from '^surefoot_\\d+_[0-9a-f]{8}') OR application_name IN (${membersOf('thing.name')})
    )
    ORDER BY kind`)
  const version = parseVersion(String((await admin.query('SHOW server_version')).rows[0]?.server_version)) ?? []
  const removed: string[] = []
  for (const { kind, name } of rows) {
    const drop =
      kind === 'database' ? dropDatabase(admin, String(name), version) : admin.query(`DROP ROLE IF EXISTS ${quoted(String(name))}`)
    // Another run may remove it at the same time, or it may not be ours to remove.
    await drop.then(() => removed.push(String(name))).catch(() => {})
  }
  return removed
}

/** Removes what earlier runs left on the server at `url`. Gives the names of what was removed. */
export async function cleanPostgres(url: string, root: string): Promise<string[]> {
  const admin = await openSession(root, parseAddress(url), { application: 'surefoot' })
  try {
    return await removeLeftovers(admin)
  } finally {
    await admin.close()
  }
}
