import { spawn } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { sqliteError } from './errors.ts'
import { type Answer, type Reply, type Request, type Start, work } from './work.ts'

/** A thread, or a process where it must be, with one database of SQLite in it. */
export interface Thread {
  /** Opens a database that holds what `image` does; undefined: an empty one. What was open is closed. */
  open(image: Uint8Array | undefined): Promise<void>
  /** Runs one statement. Throws a ServerError. */
  run(sql: string): Promise<Answer>
  /** The database file; a transaction that is open is rolled back. */
  image(): Promise<Uint8Array>
  /** The version of the SQLite inside. */
  version(): Promise<string>
  closeDatabase(): Promise<void>
  /** Was a transaction open after the last statement? */
  readonly inTransaction: boolean
  /** Is it still there? */
  readonly alive: boolean
  /** Ends it at once, whatever it does; what it was doing fails as interrupted. */
  end(): Promise<void>
}

/** Starts a driver apart from our own thread. It does not keep the program running. */
export function startThread(start: Start): Thread {
  const carrier = start.provider === 'sql.js' ? inWorker(start) : inProcess(start)
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>()
  let inTransaction = false
  let gone = false
  const fail = (error: Error) => {
    gone = true
    inTransaction = false
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const answered = (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) carrier.hold(false)
    if ('answer' in reply) inTransaction = reply.answer.inTransaction
    if ('refused' in reply) {
      inTransaction = reply.inTransaction
      asked?.reject(sqliteError(reply.refused))
    } else asked?.resolve(reply)
  }
  carrier.listen(
    answered,
    (error) => fail(sqliteError(error)),
    () => fail(sqliteError({ message: 'interrupted: the statement was ended', code: 'SQLITE_INTERRUPT' })),
  )
  let count = 0
  const ask = (request: Request) =>
    new Promise<Reply>((resolve, reject) => {
      if (gone) return reject(sqliteError({ message: 'interrupted: the database is closed', code: 'SQLITE_INTERRUPT' }))
      const id = ++count
      waiting.set(id, { resolve, reject })
      carrier.hold(true)
      carrier.post({ id, ...request })
    })
  return {
    open: async (image) => {
      inTransaction = false
      await ask({ open: image })
    },
    run: async (sql) => {
      const reply = await ask({ run: sql })
      if (!('answer' in reply)) throw new Error('A thread of SQLite gave another answer than it was asked for.')
      return reply.answer
    },
    image: async () => {
      const reply = await ask({ image: true })
      inTransaction = false
      return 'bytes' in reply ? reply.bytes : new Uint8Array()
    },
    version: async () => {
      const reply = await ask({ version: true })
      return 'text' in reply ? reply.text : ''
    },
    closeDatabase: async () => {
      inTransaction = false
      await ask({ close: true })
    },
    get inTransaction() {
      return inTransaction
    },
    get alive() {
      return !gone
    },
    end: () => carrier.end(),
  }
}

/** What the driver runs in. `hold`: does the program wait for it? */
interface Carrier {
  listen(onReply: (reply: Reply) => void, onError: (error: Error) => void, onExit: () => void): void
  post(request: object): void
  hold(on: boolean): void
  end(): Promise<void>
}

// What builds or runs TypeScript may wrap functions in a call of __name, to keep what they are called.
const source = `const __name = (f) => f; const work = ${work.toString()};`

/** WebAssembly stops when its thread is ended. */
function inWorker(start: Start): Carrier {
  const code = `${source} const threads = require('node:worker_threads'); work(require, threads.workerData, threads.parentPort)`
  const worker = new Worker(code, { eval: true, workerData: start, env: {}, stdout: true, stderr: true, execArgv: [] })
  worker.unref()
  return {
    listen: (onReply, onError, onExit) => void worker.on('message', onReply).on('error', onError).on('exit', onExit),
    post: (request) => worker.postMessage(request),
    hold: (on) => (on ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  }
}

/** Native code runs on until it is done, whatever becomes of its thread: it needs a process of its own. */
function inProcess(start: Start): Carrier {
  const port = '{ on: (event, listen) => process.on(event, listen), postMessage: (reply) => process.send(reply) }'
  const code = `${source} work(require, ${JSON.stringify(start)}, ${port})`
  const child = spawn(process.execPath, ['--no-warnings', '-e', code], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    env: {},
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const hold = (on: boolean) => {
    if (on) child.ref()
    else child.unref()
    if (on) child.channel?.ref()
    else child.channel?.unref()
  }
  hold(false)
  return {
    listen: (onReply, onError, onExit) => void child.on('message', onReply).on('error', onError).on('exit', onExit),
    post: (request) => void child.send(request, (error) => error && child.kill('SIGKILL')),
    hold,
    end: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
