import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, ServerError, type Session } from '../../engine.ts'
import { answer, lastState, opening, refusal, simpleQuery, welcome, wholeMessage } from './protocol.ts'

/** What runs the messages of a database, until that is dropped. */
interface Backend {
  run(messages: Uint8Array): Promise<Buffer>
  end(): void
}

/** How long a connection waits for another one's transaction to end, in ms. */
const patience = 5_000

/** How long a session that closes waits for what still runs in it, in ms. */
const farewell = 1_000

const user = 'postgres'
const database = 'postgres'

/** Puts the only session back to what a new connection would find, but for statements that were prepared before. */
const refresh = 'CLOSE ALL; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES'

/** Whoever has the only session of an instance while a transaction is open. */
type Owner = object

/**
 * The only session of an instance, which connections take turns at: whoever opened a transaction keeps it until the end of it, and meanwhile the others wait.
 */
class Turns {
  private owner: Owner | undefined
  private last: Promise<unknown> = Promise.resolve()
  private readonly waiting: { owner: Owner; go: () => void }[] = []
  private readonly backend: Backend

  constructor(backend: Backend) {
    this.backend = backend
  }

  /** Runs messages for `owner`. Throws a ServerError when another one's transaction does not end. */
  async run(owner: Owner, messages: Uint8Array): Promise<Buffer> {
    await this.turn(owner)
    const result = this.last.then(() => this.backend.run(messages))
    this.last = result.catch(() => {})
    const reply = await result
    const state = lastState(reply)
    if (state === 'idle') this.release(owner)
    else if (state !== undefined) this.owner = owner
    return reply
  }

  /** Ends what a connection left open, and takes back what it set. */
  async leave(owner: Owner, prepared: Iterable<string> = []): Promise<void> {
    if (this.owner === owner) await this.run(owner, simpleQuery('ROLLBACK')).catch(() => {})
    const statements = [refresh, ...[...prepared].map((name) => `DEALLOCATE "${name.replaceAll('"', '""')}"`)]
    for (const sql of statements) await this.run(owner, simpleQuery(sql)).catch(() => {})
    this.release(owner)
  }

  private turn(owner: Owner): Promise<void> | undefined {
    if (this.owner === undefined || this.owner === owner) {
      this.owner = owner
      return undefined
    }
    return new Promise((resolve, reject) => {
      const place = { owner, go: () => {} }
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(place), 1)
        reject(new ServerError('the only session is in a transaction of another connection, which does not end', '55P03'))
      }, patience)
      place.go = () => {
        clearTimeout(timer)
        resolve()
      }
      this.waiting.push(place)
    })
  }

  private release(owner: Owner): void {
    if (this.owner !== owner) return
    this.owner = undefined
    const next = this.waiting.shift()
    if (!next) return
    this.owner = next.owner
    next.go()
  }
}

/** A database in an instance of its own, which `giveBack` takes back when it is dropped. */
export function pgliteDatabase(name: string, backend: Backend, giveBack: () => Promise<void>): Database {
  const turns = new Turns(backend)
  const streams = new Set<Duplex>()
  return {
    name,
    open: async () => openSession(turns),
    wire: {
      kind: 'stream',
      user,
      password: undefined,
      database,
      connections: 1,
      open: async () => {
        const stream = openStream(turns)
        streams.add(stream)
        stream.once('close', () => streams.delete(stream))
        return stream
      },
    },
    drop: async () => {
      backend.end()
      for (const stream of streams) stream.destroy()
      await giveBack().catch(() => {})
    },
  }
}

function openSession(turns: Turns): Session {
  const owner: Owner = {}
  let state: Session['state'] = 'idle'
  const query = async (sql: string) => {
    const reply = answer(await turns.run(owner, simpleQuery(sql)).catch(broken))
    state = reply.status ?? state
    if (reply.error) throw reply.error
    return reply.result
  }
  return {
    id: 0,
    get state() {
      return state
    },
    query,
    cancel: async () => {},
    // A statement without an end is ended when the database is dropped: nobody has to wait for it here.
    close: () => Promise.race([turns.leave(owner), pause(farewell)]),
  }
}

function pause(milliseconds: number): Promise<void> {
  return sleep(milliseconds, undefined, { ref: false })
}

function broken(error: Error): never {
  throw error instanceof ServerError ? error : new ServerError(error.message, '08006')
}

/** A connection for a driver: its start is answered here, everything else by the instance. */
function openStream(turns: Turns): Duplex {
  const owner: Owner = {}
  let data = Buffer.alloc(0)
  let open = false
  let last: Promise<void> = Promise.resolve()
  const prepared = new Set<string>()
  const ask = async (messages: Uint8Array): Promise<Buffer> => turns.run(owner, messages)

  async function start(parameters: ReadonlyMap<string, string>): Promise<Buffer> {
    const asked = [...parameters].filter(([name]) => !['user', 'database', 'client_encoding', 'replication', 'options'].includes(name))
    const sets = asked.map(([name, setting]) => `SET "${name.replaceAll('"', '""')}" = '${setting.replaceAll("'", "''")}'`)
    for (const set of sets) await ask(simpleQuery(set))
    const shown = ['server_version', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'integer_datetimes']
    const list = shown.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')
    const { rows } = answer(await ask(simpleQuery(`SELECT ${list}`))).result
    return welcome(Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, setting]) => [name, String(setting)])), 1)
  }

  async function take(stream: Duplex): Promise<void> {
    const messages: Buffer[] = []
    for (;;) {
      const length = wholeMessage(data, open)
      if (length === undefined) break
      const message = data.subarray(0, length)
      data = data.subarray(length)
      if (open && message[0] === 0x58) return void stream.push(null)
      if (open) {
        const named = message[0] === 0x50 ? message.toString('utf8', 5, message.indexOf(0, 5)) : ''
        if (named !== '') prepared.add(named)
        messages.push(message)
        continue
      }
      const packet = opening(message)
      if (packet.kind === 'encryption') stream.push('N')
      else if (packet.kind === 'startup') {
        open = true
        stream.push(await start(packet.parameters))
      }
    }
    if (messages.length > 0) stream.push(await ask(Buffer.concat(messages)))
  }

  const stream = new Duplex({
    allowHalfOpen: false,
    read() {},
    write(chunk: Buffer, _, done) {
      data = Buffer.concat([data, chunk])
      last = last
        .then(() => take(stream))
        .catch((error) => {
          stream.push(refusal(error instanceof ServerError ? error.code : '08006', String(error.message)))
          stream.push(null)
        })
      last.then(() => done(), done)
    },
    final(done) {
      stream.push(null)
      done()
    },
    destroy(error, done) {
      turns.leave(owner, prepared).finally(() => done(error))
    },
  })
  return stream
}
