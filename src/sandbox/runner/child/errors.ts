import { inspect } from 'node:util'
import { injectedMark } from '../injected.ts'
import type { Failure } from '../runner.ts'

/** What errors of drivers and ORMs carry, all of it uncertain. */
interface Foreign {
  readonly message?: unknown
  readonly code?: unknown
  readonly errno?: unknown
  readonly sqlState?: unknown
  readonly severity?: unknown
  readonly resource?: unknown
  readonly permission?: unknown
  readonly original?: unknown
  readonly parent?: unknown
  readonly driverError?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

/** What servers answered, before a tool put its own words round it: Knex writes the whole statement in front. */
const said = new WeakMap<object, string>()

/** Keeps the words of an error as the driver gave it. */
export function keepWords(error: unknown): void {
  const server = typeof error === 'object' && error !== null ? serverErrorIn(error, 0) : undefined
  if (server && typeof server.message === 'string' && server.message !== '') said.set(server, server.message)
}

/** Whatever was thrown, as data. */
export function describeError(thrown: unknown): Failure {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) {
    const message = `threw ${inspect(thrown, { depth: 1 }).slice(0, 300)}, which is no Error`
    return { message, code: undefined, injected: message.includes(injectedMark) }
  }
  const error = thrown as Foreign
  const server = serverErrorIn(error, 0)
  const message = (server && said.get(server)) ?? messageOf(error, server)
  const injected = message.includes(injectedMark) || String(server?.message ?? '').includes(injectedMark)
  if (!server) return { message, code: undefined, injected }
  return { message, code: String(server.code), ...(typeof server.errno === 'number' ? { number: server.errno } : {}), injected }
}

function messageOf(error: Foreign, server: Foreign | undefined): string {
  const own = typeof error.message === 'string' ? error.message : ''
  if (error.code === 'ERR_ACCESS_DENIED') {
    const what = [error.permission, error.resource].filter((word) => typeof word === 'string' && word !== '').join(' ')
    return `the sandbox does not allow it: ${own}${what === '' ? '' : ` (${what})`}`
  }
  if (own !== '') return own
  const inner = Array.isArray(error.errors) ? error.errors.map((one: Foreign) => String(one?.message ?? one)).join('; ') : ''
  return inner || String(server?.message ?? (error as { name?: unknown }).name ?? 'an error without a message')
}

/** The server's own error among those that the ORM put round it. */
function serverErrorIn(error: Foreign, depth: number): Foreign | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined
  const fromPostgres = typeof error.severity === 'string' && typeof error.code === 'string'
  const fromMysql = typeof error.sqlState === 'string' && typeof error.code === 'string'
  const fromSqlite = typeof error.code === 'string' && error.code.startsWith('SQLITE_')
  if (fromPostgres || fromMysql || fromSqlite) return error
  for (const inner of [error.driverError, error.original, error.parent, error.cause]) {
    const found = inner && inner !== error ? serverErrorIn(inner as Foreign, depth + 1) : undefined
    if (found) return found
  }
  return undefined
}
