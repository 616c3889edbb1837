import type { Job, Row } from '../protocol.ts'
import { type Link, traced } from './trace.ts'
import { Tunnel } from './tunnel.ts'

interface Connection {
  stream: unknown
  ssl: unknown
  prependListener(event: 'readyForQuery', listener: (message: { readonly status?: string }) => void): void
}

/** As much of pg's Client as is used here, in every version since 7. */
interface Client {
  connection: Connection
  ssl?: unknown
  user?: unknown
  password?: unknown
  database?: unknown
  connectionParameters: Record<string, unknown>
  processID?: number | null
  query(...args: unknown[]): unknown
}

interface Driver {
  readonly Client: { readonly prototype: Client & { connect(...args: unknown[]): unknown } }
}

type Callback = (error: unknown, result?: unknown) => void

const links = new WeakMap<Client, Link>()
let count = 0
let place: Extract<Job['database'], { kind: 'stream' }> | undefined

/** From here on every connection of this pg goes to the given database. Connections are counted from 0 again. */
export function tunnelPostgres(to: Extract<Job['database'], { kind: 'stream' }>): void {
  place = to
  count = 0
}

const patched = new WeakSet<object>()

/** Patches the project's pg: its connections go through the parent, and so does word of each statement. */
export function patchPostgres(driver: Driver): void {
  const { prototype } = driver.Client
  if (patched.has(prototype)) return
  patched.add(prototype)
  const connect = prototype.connect
  const query = prototype.query
  prototype.connect = function (this: Client, ...args: unknown[]) {
    this.connection.stream = new Tunnel()
    this.connection.ssl = this.ssl = false
    const { user, password, database } = place!
    Object.assign(this, { user, database })
    // Not enumerable in newer versions, and read from either place.
    for (const holder of [this, this.connectionParameters])
      Object.defineProperty(holder, 'password', { value: password ?? '', writable: true, configurable: true, enumerable: false })
    Object.assign(this.connectionParameters, { user, database, ssl: false })
    links.set(this, linkOf(this, query))
    return connect.apply(this, args)
  }
  prototype.query = function (this: Client, ...args: unknown[]) {
    const link = links.get(this)
    if (!link) return query.apply(this, args)
    return watched(this, link, query, args)
  }
}

function linkOf(client: Client, query: Client['query']): Link {
  let state: ReturnType<Link['state']> = 'idle'
  client.connection.prependListener('readyForQuery', ({ status }) => {
    state = status === 'T' ? 'transaction' : status === 'E' ? 'failed' : 'idle'
  })
  return {
    number: count++,
    session: () => client.processID ?? 0,
    state: () => state,
    last: Promise.resolve(),
    query: (text) =>
      new Promise((resolve, reject) => {
        const done: Callback = (error, result) => {
          // The server's word on the state follows its error.
          if (error && state === 'transaction') state = 'failed'
          if (error) reject(error)
          else resolve((result as { readonly rows?: readonly Row[] }).rows ?? [])
        }
        query.call(client, { text, types: { getTypeParser: (type: number) => plain.get(type) ?? String } }, done)
      }),
  }
}

/** How values of our own questions are read, whatever parsers the project has set. */
const plain: ReadonlyMap<number, (text: string) => unknown> = new Map([
  [16, (text: string) => text === 't'],
  ...[21, 23, 26, 700, 701].map((type) => [type, Number] as const),
  ...[114, 3802].map((type) => [type, (text: string): unknown => JSON.parse(text)] as const),
])

function watched(client: Client, link: Link, query: Client['query'], args: unknown[]): unknown {
  const [first, second, third] = args
  const call = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined
  if (typeof call?.submit === 'function') {
    // A cursor or a stream is read by its owner: it is sent in its turn and not watched.
    link.last = link.last.then(() => query.apply(client, args)).catch(() => {})
    return first
  }
  const text = call ? call.text : first
  if (typeof text !== 'string') return query.apply(client, args)
  const callback = [second, third, call?.callback].find((one): one is Callback => typeof one === 'function')
  const values = Array.isArray(second) ? second : undefined
  const send = (replaced?: string) =>
    new Promise<unknown>((resolve, reject) => {
      const done: Callback = (error, result) => (error ? reject(error) : resolve(result))
      if (replaced !== undefined) query.call(client, replaced, done)
      else if (call) query.call(client, { ...call, callback: undefined, ...(values ? { values } : {}) }, done)
      else if (values) query.call(client, text, values, done)
      else query.call(client, text, done)
    })
  const result = traced(link, text, send)
  if (!callback) return result
  // Out of the promise, so that what the callback throws is not lost in it.
  result.then(
    (value) => process.nextTick(callback, null, value),
    (error) => process.nextTick(callback, error),
  )
  return undefined
}
