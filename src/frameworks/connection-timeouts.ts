import type { Script } from '../ir/migration.ts'
import type { DialectName } from '../ir/names.ts'

/** How long every session of a connection waits, as its options say: PostgreSQL's spelling, milliseconds without a unit. */
export interface ConnectionTimeouts {
  readonly lockTimeout?: string
  readonly statementTimeout?: string
}

const unit = String.raw`\d{1,9}\s?(?:ms|s|min|h)?`
/** `lock_timeout: 5000`, `options: '-c lock_timeout=5s'`, `?options=-c%20lock_timeout%3D5000`, `conn.query("SET lock_timeout = '5s'")`. */
const written = (name: string) =>
  new RegExp(
    String.raw`\b${name}['"]?\s{0,3}:\s{0,3}['"]?(${unit})\b|-c(?:\s|%20|\+){0,3}${name}(?:=|%3D)(${unit})\b|\bset\s+(?:session\s+)?${name}\s{0,3}(?:=|\bto\b)\s{0,3}'?(${unit})\b`,
    'i',
  )
const lock = written('lock_timeout')
const statement = written('statement_timeout')

/**
 * What the text of a file that makes a connection sets for its sessions: node-postgres takes lock_timeout and statement_timeout among its
 * options (https://node-postgres.com/apis/client), and libpq's `options` (https://www.postgresql.org/docs/current/libpq-connect.html).
 * Where environments stand side by side, production's.
 */
export function timeoutsIn(text: string): ConnectionTimeouts {
  const production = text.search(/['"]?\bproduction['"]?\s{0,9}[:=]\s{0,9}\{/)
  const own = production < 0 ? text : text.slice(production)
  const find = (pattern: RegExp) =>
    pattern
      .exec(own)
      ?.slice(1)
      .find((value) => value !== undefined)
  const [lockTimeout, statementTimeout] = [find(lock), find(statement)]
  return { ...(lockTimeout === undefined ? {} : { lockTimeout }), ...(statementTimeout === undefined ? {} : { statementTimeout }) }
}

/** The `session` of a script whose history's settings hold `timeoutsIn`, with what else the library sets there; nothing where that is nothing. */
export function sessionOf(
  { lockTimeout, statementTimeout }: Readonly<Record<string, unknown>>,
  dialect: DialectName,
  others: Readonly<Record<string, string>> = {},
): Pick<Script, 'session'> {
  const session = {
    ...others,
    ...(dialect === 'postgres' && typeof lockTimeout === 'string' ? { lock_timeout: lockTimeout } : {}),
    ...(dialect === 'postgres' && typeof statementTimeout === 'string' ? { statement_timeout: statementTimeout } : {}),
  }
  return Object.keys(session).length > 0 ? { session } : {}
}
