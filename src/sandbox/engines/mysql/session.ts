import type { Connection, ResultSetHeader } from 'mysql2/promise'
import { UserError } from '../../../errors.ts'
import { type Result, ServerError, type Session } from '../../engine.ts'
import { findPackage } from '../../packages.ts'
import { type Address, showAddress } from './address.ts'

export interface SessionOptions {
  readonly database?: string
  /** Ends the statement that a session runs; KILL QUERY by another session. */
  readonly cancel?: (id: number) => Promise<void>
}

/** Bits of the status that the server sends with each OK (https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html). */
const IN_TRANSACTION = 1
const AUTOCOMMIT = 2

/** Opens a session through mysql2. Throws a UserError when the driver or the server is not there, a ServerError when the server refuses us. */
export async function openSession(root: string, address: Address, options: SessionOptions = {}): Promise<Session> {
  const connection = await connect(root, address, options.database)
  // A connection that ends while nothing runs says so by an event, which nobody else would hear; the next statement tells.
  connection.on('error', () => {})
  let status = AUTOCOMMIT
  let closed = false
  const ask = async () => {
    // An error and a set of rows carry no status that the driver gives; DO 0 answers with one and does nothing.
    const [header] = await connection.query('DO 0')
    status = (header as ResultSetHeader).serverStatus
  }
  return {
    id: connection.threadId,
    get state() {
      return (status & IN_TRANSACTION) === 0 ? 'idle' : 'transaction'
    },
    query: async (sql) => {
      try {
        const [answer] = await connection.query(sql)
        const last = lastHeader(answer)
        if (last !== undefined) status = last.serverStatus
        else if ((status & AUTOCOMMIT) === 0) await ask()
        return resultOf(sql, answer)
      } catch (error) {
        // DDL that fails has ended the transaction all the same, and so has a deadlock.
        if (!closed) await ask().catch(() => {})
        throw serverError(error)
      }
    },
    cancel: async () => {
      await options.cancel?.(connection.threadId)
    },
    close: async () => {
      if (closed) return
      closed = true
      // COM_QUIT would wait behind a statement that still runs.
      connection.destroy()
    },
  }
}

async function connect(root: string, address: Address, database: string | undefined): Promise<Connection> {
  const found = findPackage(root, 'mysql2')
  if (!found) throw new UserError('MySQL and MariaDB are reached through the package mysql2, which is not installed: npm i -D mysql2')
  const mysql = found.load('mysql2/promise') as typeof import('mysql2/promise')
  try {
    return await mysql.createConnection({
      ...(address.socket === undefined ? { host: address.host, port: address.port } : { socketPath: address.socket }),
      user: address.user,
      ...(address.password === undefined ? {} : { password: address.password }),
      ...(database === undefined ? {} : { database }),
      ...(address.tls === undefined ? {} : { ssl: { rejectUnauthorized: address.tls === 'verify' } }),
      connectTimeout: 10_000,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      // Rows that an UPDATE found but did not change are not written; a space after a function's name is as the server has it.
      flags: ['-FOUND_ROWS', '-IGNORE_SPACE'],
    })
  } catch (error) {
    const { code, errno } = error as { code?: string; errno?: number }
    if (errno !== undefined && errno >= 1000) throw serverError(error)
    throw new UserError(`No server answers at ${showAddress(address)} (${code ?? String(error)}). Start it, or give its URL by --engine.`)
  }
}

/** The last header of an answer: of the statement itself, or the one that a CALL ends with. */
function lastHeader(answer: unknown): ResultSetHeader | undefined {
  const last = Array.isArray(answer) ? (answer.at(-1) as unknown) : answer
  return typeof last === 'object' && last !== null && last.constructor.name === 'ResultSetHeader' ? (last as ResultSetHeader) : undefined
}

function resultOf(sql: string, answer: unknown): Result {
  if (!Array.isArray(answer)) {
    const writes = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^!][\s\S]*?\*\/)*(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|WITH|CALL|EXECUTE)\b/i.test(sql)
    return { rows: [], affected: writes ? (answer as ResultSetHeader).affectedRows : 0 }
  }
  // CALL gives a list of row sets; the last one that has rows is its answer.
  const sets = answer.filter((each): each is unknown[] => Array.isArray(each))
  const rows = (sets.length > 0 ? sets.at(-1) : answer.filter((each) => lastHeader(each) === undefined)) as Record<string, unknown>[]
  return { rows: rows.map(plainRow), affected: 0 }
}

function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
}

/** Plain JSON: bytes are written as SQL would, x'00ff'; points and the like as the driver reads them. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

/** The driver's error in the contract's words: the symbol (`ER_DUP_FIELDNAME`) and the number. */
function serverError(error: unknown): ServerError {
  const { message, sqlMessage, code, errno, sqlState } = error as {
    message?: string
    sqlMessage?: string
    code?: string
    errno?: number
    sqlState?: string
  }
  return new ServerError(sqlMessage ?? message ?? String(error), code ?? `ER_${errno ?? 'UNKNOWN_ERROR'}`, {
    ...(errno === undefined ? {} : { number: errno }),
    ...(sqlState === undefined ? {} : { detail: `SQLSTATE ${sqlState}` }),
  })
}
