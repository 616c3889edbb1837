import { UserError } from '../../../errors.ts'

/** Where a server is and who we are there. */
export interface Address {
  readonly host: string
  readonly port: number
  /** The path of its Unix socket; host and port do not count then. */
  readonly socket: string | undefined
  readonly user: string
  readonly password: string | undefined
  /** `verify`: the server's certificate must be known; `encrypt`: any will do; undefined: in the clear. */
  readonly tls: 'verify' | 'encrypt' | undefined
}

/** Is this a URL of a MySQL or MariaDB server? */
export function isUrl(asked: string): boolean {
  return /^(?:mysqlx?|mariadb):\/\//i.test(asked)
}

/**
 * Reads `mysql://user:password@host:3306/database?socket=/run/mysqld/mysqld.sock&ssl-mode=REQUIRED`; the named database is never touched. Throws a
 * UserError when it is no such URL.
 */
export function parseAddress(url: string): Address {
  const parsed = read(url)
  const setting = (name: string) => parsed.searchParams.get(name) ?? undefined
  const mode = (setting('ssl-mode') ?? setting('sslmode') ?? '').toUpperCase()
  const ssl = setting('ssl') ?? setting('sslaccept')
  const host = decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '')
  const password = decodeURIComponent(parsed.password)
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: Number(parsed.port === '' ? 3306 : parsed.port),
    socket: setting('socket') ?? setting('socketPath') ?? setting('unix_socket') ?? (host.startsWith('/') ? host : undefined),
    user: decodeURIComponent(parsed.username) || 'root',
    password: password === '' ? undefined : password,
    tls: mode.startsWith('VERIFY') || ssl === 'true' || ssl === 'strict' ? 'verify' : mode === 'REQUIRED' ? 'encrypt' : undefined,
  }
}

function read(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw new UserError(`${redact(url)} is not a URL of a server. Write it as mysql://user:password@host:3306/database`)
  }
}

/** The URL without its password, to be shown. */
export function redact(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@').replace(/([?&]password=)[^&]*/, '$1***')
}

/** Is the server on this machine: a loopback address or a socket? */
export function isLocal({ host, socket }: Address): boolean {
  return socket !== undefined || host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1'
}

/** Where it is, for people: `127.0.0.1:3306`, `/run/mysqld/mysqld.sock`. */
export function showAddress({ host, port, socket }: Address): string {
  return socket ?? `${host}:${port}`
}
