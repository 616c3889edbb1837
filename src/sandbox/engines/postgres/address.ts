import { userInfo } from 'node:os'
import { UserError } from '../../../errors.ts'
import type { Address } from './session.ts'

/** Is this a URL of a PostgreSQL server? */
export function isUrl(asked: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(asked)
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=require` as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). Throws a UserError when it is none.
 */
export function parseAddress(url: string): Address {
  const parsed = read(url)
  const setting = (name: string) => parsed.searchParams.get(name) ?? undefined
  const host = setting('host') ?? (decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '') || 'localhost')
  const port = Number(setting('port') ?? (parsed.port || 5432))
  const mode = setting('sslmode') ?? (setting('ssl') === 'true' ? 'verify-full' : undefined)
  const password = setting('password') ?? decodeURIComponent(parsed.password)
  const user = setting('user') ?? (decodeURIComponent(parsed.username) || userInfo().username)
  return {
    host,
    port,
    user,
    password: password === '' ? undefined : password,
    database: setting('dbname') ?? (decodeURIComponent(parsed.pathname.slice(1)) || 'postgres'),
    tls: mode === undefined || /^(?:disable|allow|prefer)$/.test(mode) ? undefined : mode.startsWith('verify') ? 'verify' : 'encrypt',
  }
}

function read(url: string): URL {
  try {
    // WHATWG URLs want a host for some schemes and none for others; `postgres:///db` and `postgres://%2Ftmp/db` are both allowed here.
    return new URL(url)
  } catch {
    throw new UserError(`${redact(url)} is not a URL of a server. Write it as postgres://user:password@host:5432/database`)
  }
}

/** The URL without its password, to be shown. */
export function redact(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@').replace(/([?&]password=)[^&]*/, '$1***')
}

/** Is the server on this machine: a loopback address or a socket? */
export function isLocal({ host }: Address): boolean {
  return host.startsWith('/') || host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1'
}
