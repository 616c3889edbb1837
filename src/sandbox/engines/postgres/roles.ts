import type { Session } from '../../engine.ts'

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** What the comment of a role begins with that a run made: the run's name follows. */
export const madeBy = 'Made for a rehearsal by '

/** Whose comment a role of that name has: one row, or none. */
export function roleNamed(name: string): string {
  return `SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = ${literal(name)}`
}

/** The roles that may act as the one of that name, as a query. */
export function membersOf(name: string): string {
  return `SELECT pg_get_userbyid(member) FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = roleid WHERE rolname = ${name}`
}

/** Makes a role that the run's own role, which is called as the run is, may act as. `theirs`: there is one that no rehearsal made. */
export async function makeRole(admin: Session, name: string, run: string): Promise<'made' | 'shared' | 'theirs'> {
  const { rows } = await admin.query(roleNamed(name))
  if (rows.length > 0 && !String(rows[0]!.comment).startsWith(madeBy)) return 'theirs'
  if (rows.length === 0) {
    await admin.query(`CREATE ROLE ${quoted(name)} NOLOGIN`)
    await admin.query(`COMMENT ON ROLE ${quoted(name)} IS ${literal(madeBy + run)}`)
  }
  await admin.query(`GRANT ${quoted(name)} TO ${run}`)
  return rows.length === 0 ? 'made' : 'shared'
}

/** Removes a role that `makeRole` gave, unless another run uses it, which then removes it. Never throws. */
export async function dropRole(admin: Session, name: string, run: string): Promise<void> {
  try {
    const others = await admin.query(`${membersOf(literal(name))} AND pg_get_userbyid(member) <> ${literal(run)}`)
    if (others.rows.length === 0) await admin.query(`DROP ROLE IF EXISTS ${quoted(name)}`)
  } catch {
    // The next run finds it.
  }
}
