import { randomBytes } from 'node:crypto'
import { parseVersion } from '../../../dialects/dialect.ts'
import { UserError } from '../../../errors.ts'
import { type Database, type Engine, type Provider, ServerError, type Session, type Snapshot } from '../../engine.ts'
import type { OwnProcess } from '../own-process.ts'
import { serverDatabase } from '../server-database.ts'
import { type Address, showAddress } from './address.ts'
import { copyTables, type Made, readObjects, writeObjects } from './copy.ts'
import { dropAccounts, dropDatabase, removeLeftovers } from './leftovers.ts'
import { openSession } from './session.ts'
import { makeWatch, setWatch } from './watch.ts'
import { openWire } from './wire.ts'

export interface ServerRequest {
  readonly root: string
  readonly provider: Provider
  /** The server, where it is ours. */
  readonly own?: OwnProcess
}

/** Settings that a proof depends on. */
const shown = [
  'sql_mode',
  'time_zone',
  'character_set_server',
  'collation_server',
  'lower_case_table_names',
  'log_bin',
  'binlog_format',
  'foreign_key_checks',
  'innodb_strict_mode',
  'explicit_defaults_for_timestamp',
  'lock_wait_timeout',
  'innodb_lock_wait_timeout',
  'alter_algorithm',
]

/**
 * An engine on a running server. All that it makes is named `surefoot_<pid>_<random>`: an account that may do anything in its own databases and nothing
 * elsewhere, and these databases. One session of that account stays open, by which other runs know that it is in use.
 */
export async function serverEngine(address: Address, request: ServerRequest): Promise<Engine> {
  const admin = await openSession(request.root, address)
  const server = new Server(admin, address, request)
  try {
    return await server.begin()
  } catch (error) {
    await server.close()
    if (error instanceof ServerError && (error.number === 1044 || error.number === 1227 || error.number === 1142))
      throw new UserError(
        `The account ${address.user} at ${showAddress(address)} may not create databases and accounts, which a rehearsal needs: ${error.message}`,
      )
    throw error
  }
}

/** A snapshot: the copy of the tables, and the texts of what would look into them by the rights of an account that has none there. */
interface Frozen {
  readonly name: string
  readonly objects: readonly Made[]
}

class Server {
  private readonly prefix = `surefoot_${process.pid}_${randomBytes(4).toString('hex')}`
  private readonly password = randomBytes(16).toString('hex')
  private readonly databases = new Set<string>()
  private readonly snapshots = new WeakMap<Snapshot, Frozen>()
  private keeper: Session | undefined
  private count = 0
  private closed = false
  /** Copies change settings of the one session that makes them, and so take turns. */
  private turn: Promise<unknown> = Promise.resolve()
  private readonly admin: Session
  private readonly address: Address
  private readonly request: ServerRequest

  constructor(admin: Session, address: Address, request: ServerRequest) {
    this.admin = admin
    this.address = address
    this.request = request
  }

  async begin(): Promise<Engine> {
    const { admin, prefix, password, address, request } = this
    await removeLeftovers(admin, address)
    const { rows } = await admin.query('SELECT VERSION() AS version')
    const version = String(rows[0]?.version)
    const mariadb = /mariadb/i.test(version)
    // An anonymous account for localhost, as old installations have it, would win over '%'.
    const accounts = ['%', 'localhost'].map((host) => `'${prefix}'@'${host}'`)
    for (const account of accounts) await admin.query(`CREATE USER ${account} IDENTIFIED BY '${password}'`)
    this.databases.add(`${prefix}_watch`)
    const watch = await makeWatch(admin, `${prefix}_watch`, accounts, mariadb)
    this.keeper = await openSession(request.root, { ...address, user: prefix, password })
    const list = shown.map((name) => `'${name}'`).join(', ')
    const settings = await admin.query(`SHOW VARIABLES WHERE variable_name IN (${list})`)
    const engine: Engine = {
      dialect: mariadb ? 'mariadb' : 'mysql',
      product: `${mariadb ? 'MariaDB' : 'MySQL'} ${(parseVersion(version) ?? []).join('.')}`,
      version: parseVersion(version) ?? [],
      provider: request.provider,
      secondSession: true,
      ...(request.own ? { inMemory: request.own.inMemory, outOfSpace: request.own.outOfSpace } : {}),
      settings: settings.rows.map((row) => `${row.Variable_name} = ${row.Value}`),
      create: (from) => this.create(from),
      snapshot: (database) => this.snapshot(database),
      close: () => this.close(),
    }
    setWatch(engine, watch)
    return engine
  }

  private async create(from?: Snapshot): Promise<Database> {
    const { admin, prefix } = this
    const name = this.nextName()
    const frozen = from === undefined ? undefined : this.snapshots.get(from)
    if (from !== undefined && frozen === undefined) throw new Error('this snapshot is of another engine, or dropped')
    await this.inTurn(async () => {
      if (frozen === undefined) await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
      else await copyTables(admin, frozen.name, name)
      // An underscore stands for any character in a grant.
      for (const host of ['%', 'localhost']) await admin.query(`GRANT ALL ON \`${name.replaceAll('_', '\\_')}\`.* TO '${prefix}'@'${host}'`)
      if (frozen !== undefined) await writeObjects(admin, name, frozen.objects)
    })
    return this.database(name)
  }

  private nextName(kind = ''): string {
    if (this.closed) throw new Error('the engine is closed')
    const name = `${this.prefix}_${kind}${++this.count}`
    this.databases.add(name)
    return name
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work)
    this.turn = done.catch(() => {})
    return done
  }

  private database(name: string): Database {
    const { prefix: user, password, request, admin } = this
    const address: Address = { ...this.address, user, password }
    const cancel = async (id: number) => void (await admin.query(`KILL QUERY ${id}`).catch(() => {}))
    return serverDatabase(name, {
      user,
      password,
      open: () =>
        openSession(request.root, address, { database: name, cancel }).catch((error: Error) => {
          // It answered when it was opened: now it has gone away.
          throw error instanceof UserError ? new ServerError(error.message, 'ECONNREFUSED') : error
        }),
      openStream: () => openWire(address),
      remove: () => this.remove(name),
    })
  }

  private async snapshot(database: Database): Promise<Snapshot> {
    const name = this.nextName('s')
    const objects = await this.inTurn(async () => {
      await copyTables(this.admin, database.name, name)
      return readObjects(this.admin, database.name)
    })
    const snapshot: Snapshot = { drop: () => this.remove(name) }
    this.snapshots.set(snapshot, { name, objects })
    return snapshot
  }

  private async remove(name: string): Promise<void> {
    if (!this.databases.delete(name)) return
    await dropDatabase(this.admin, name).catch(() => {})
  }

  async close(): Promise<void> {
    this.closed = true
    await this.turn
    await this.keeper?.close()
    for (const name of [...this.databases]) await this.remove(name)
    await dropAccounts(this.admin, this.prefix).catch(() => {})
    await this.admin.close()
    await this.request.own?.stop()
  }
}
