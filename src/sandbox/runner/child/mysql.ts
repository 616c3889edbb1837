import { EventEmitter } from 'node:events'
import type { Job, Row } from '../protocol.ts'
import { type Link, traced } from './trace.ts'
import { Tunnel } from './tunnel.ts'

type Callback = (error: unknown, rows?: unknown, fields?: unknown) => void

/** As much of mysql2's Connection as is used here. */
interface Connection {
  readonly config: object
  readonly threadId?: number
  query(...args: unknown[]): unknown
  execute(...args: unknown[]): unknown
}

interface Driver {
  readonly Connection: { readonly prototype: Connection }
}

/** SERVER_STATUS_IN_TRANS of the client protocol. */
const inTransactionFlag = 1

const links = new WeakMap<Connection, Link & { heard(rows: unknown): void }>()
let count = 0

/** Options for mysql2's createConnection and createPool with which every connection goes through the parent. The server is the one to speak first. */
export function mysqlOptions(to: Extract<Job['database'], { kind: 'stream' }>): Readonly<Record<string, unknown>> {
  count = 0
  return { user: to.user, password: to.password ?? '', database: to.database, stream: () => new Tunnel().connect() }
}

const patched = new WeakSet<object>()

/** Patches the project's mysql2, so that the parent has word of each statement. */
export function patchMysql(driver: Driver): void {
  const { prototype } = driver.Connection
  if (patched.has(prototype)) return
  patched.add(prototype)
  const { query, execute } = prototype
  prototype.query = function (this: Connection, ...args: unknown[]) {
    return watched(this, query, query, args)
  }
  prototype.execute = function (this: Connection, ...args: unknown[]) {
    return watched(this, execute, query, args)
  }
}

function linkOf(connection: Connection, query: Connection['query']) {
  const known = links.get(connection)
  if (known) return known
  let inTransaction = false
  const heard = (rows: unknown) => {
    const status = statusOf(rows)
    if (status !== undefined) inTransaction = (status & inTransactionFlag) !== 0
  }
  const link = {
    number: count++,
    session: () => connection.threadId ?? 0,
    state: (): 'idle' | 'transaction' => (inTransaction ? 'transaction' : 'idle'),
    heard,
    last: Promise.resolve() as Promise<unknown>,
    query: (text: string) =>
      new Promise<readonly Row[]>((resolve, reject) => {
        query.call(connection, { sql: text, rowsAsArray: false }, (error: unknown, rows: unknown) => {
          if (error) return reject(error)
          heard(rows)
          resolve(Array.isArray(rows) ? (rows as readonly Row[]) : [])
        })
      }),
  }
  links.set(connection, link)
  return link
}

/** The server's status after a statement without rows; of several the last one's. */
function statusOf(rows: unknown): number | undefined {
  const last: unknown = Array.isArray(rows) && rows.length > 0 && isHeader(rows.at(-1)) ? rows.at(-1) : rows
  return isHeader(last) ? last.serverStatus : undefined
}

function isHeader(value: unknown): value is { readonly serverStatus: number } {
  return typeof value === 'object' && value !== null && 'serverStatus' in value && typeof value.serverStatus === 'number'
}

function watched(connection: Connection, own: Connection['query'], query: Connection['query'], args: unknown[]): unknown {
  const [first, ...others] = args
  const call = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined
  const text = call ? call.sql : first
  const inner = typeof call?.onResult === 'function' ? (call.onResult as Callback) : undefined
  const callback = others.find((one): one is Callback => typeof one === 'function') ?? inner
  // Without a callback rows are read by events: sent as it is.
  if (typeof text !== 'string' || !callback) return own.apply(connection, args)
  const link = linkOf(connection, query)
  const values = others.filter((one) => typeof one !== 'function')
  const emitter = new EventEmitter()
  const send = (replaced?: string) =>
    new Promise<readonly [unknown, unknown]>((resolve, reject) => {
      const done: Callback = (error, rows, fields) => {
        if (error) return reject(error)
        link.heard(rows)
        resolve([rows, fields])
      }
      if (replaced === undefined) own.call(connection, inner ? { ...plainCall(call!) } : first, ...values, done)
      else query.call(connection, replaced, ...(values.length > 0 || call?.values ? [values[0] ?? call?.values] : []), done)
    })
  traced(link, text, send).then(
    ([rows, fields]) => process.nextTick(callback, null, rows, fields),
    (error) => process.nextTick(callback, error),
  )
  return emitter
}

/** A Query object of mysql2 as the options that it was made of. */
function plainCall({ sql, values, rowsAsArray, nestTables, typeCast }: Record<string, unknown>): Record<string, unknown> {
  const options: Record<string, unknown> = { sql, rowsAsArray: rowsAsArray ?? false }
  for (const [name, value] of Object.entries({ values, nestTables, typeCast })) if (value !== undefined) options[name] = value
  return options
}
