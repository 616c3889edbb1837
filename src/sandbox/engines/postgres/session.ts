import { UserError } from '../../../errors.ts'
import { type Result, ServerError, type Session } from '../../engine.ts'
import { findPackage } from '../../packages.ts'
import { stateOf, value, written } from './protocol.ts'

/** Where a PostgreSQL server is and as whom to enter it. A `host` that begins with `/` is the folder of its socket. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  /** `verify`: with a certificate that must be right; `encrypt`: with any; undefined: in the clear. */
  readonly tls: 'verify' | 'encrypt' | undefined
}

/** The part of `pg` that is used (https://node-postgres.com/apis/client). */
interface Client {
  readonly processID: number | null
  readonly connection: { on(event: 'readyForQuery', listener: (message: { readonly status: string }) => void): void }
  connect(): Promise<void>
  query(sql: string): Promise<Answered | readonly Answered[]>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): void
}
interface Answered {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly command: string | null
  readonly rowCount: number | null
}
type Driver = { readonly Client: new (options: object) => Client }

const types = { getTypeParser: (type: number) => (text: string) => value(text, type) }

/** The project's `pg`, else our own. It takes a while, the first time. */
export function loadDriver(root: string): Driver {
  const found = findPackage(root, 'pg')
  if (!found) throw new UserError('A PostgreSQL server is reached through the package pg, which is not installed. Run: npm i -D pg')
  return found.load() as Driver
}

/** Opens a session. `cancel` is what ends a statement that runs in it. Throws a ServerError when the server refuses it. */
export async function openSession(
  root: string,
  address: Address,
  options: { readonly application: string; readonly cancel?: (id: number) => Promise<void> },
): Promise<Session> {
  const { Client } = loadDriver(root)
  const { tls, ...rest } = address
  const client = new Client({
    ...rest,
    ssl: tls === undefined ? false : { rejectUnauthorized: tls === 'verify' },
    application_name: options.application,
    connectionTimeoutMillis: 10_000,
    types,
  })
  let state: Session['state'] = 'idle'
  let lost: Error | undefined
  client.on('error', (error) => {
    lost = error
  })
  client.connection.on('readyForQuery', ({ status }) => {
    state = stateOf(status)
  })
  try {
    await client.connect()
  } catch (error) {
    await client.end().catch(() => {})
    throw serverError(error)
  }
  const id = client.processID ?? 0
  // One statement after the other, also where several parts of a run share the session.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    id,
    get state() {
      return state
    },
    async query(sql) {
      if (lost) throw serverError(lost)
      try {
        const answered = turn.then(() => client.query(sql))
        turn = answered.catch(() => {})
        return resultOf(await answered)
      } catch (error) {
        throw serverError(error)
      }
    },
    cancel: async () => options.cancel?.(id),
    close: () => client.end().catch(() => {}),
  }
}

function resultOf(answered: Answered | readonly Answered[]): Result {
  const last = isList(answered) ? answered.at(-1) : answered
  if (!last) return { rows: [], affected: 0 }
  return { rows: last.rows, affected: written(`${last.command ?? ''} ${last.rowCount ?? 0}`) }
}

function isList(answered: Answered | readonly Answered[]): answered is readonly Answered[] {
  return Array.isArray(answered)
}

/** What `pg` threw, as ours. A connection that broke has the code 08006, as the server would say it. */
function serverError(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  const { message, code, detail } = error as { message?: string; code?: string; detail?: string }
  const sqlstate = code !== undefined && /^[0-9A-Z]{5}$/.test(code)
  return new ServerError(message || code || String(error), sqlstate ? code : '08006', detail === undefined ? {} : { detail })
}
