import { randomBytes } from 'node:crypto'
import { parseVersion, type Version } from '../../../dialects/dialect.ts'
import type { Database, Engine, Provider, Session, Snapshot } from '../../engine.ts'
import type { OwnProcess } from '../own-process.ts'
import { serverDatabase } from '../server-database.ts'
import { dropDatabase, removeLeftovers } from './leftovers.ts'
import { dropRole, makeRole, quoted } from './roles.ts'
import { type Address, openSession } from './session.ts'
import { openWire } from './wire.ts'

export interface ServerRequest {
  readonly root: string
  readonly provider: Provider
  readonly extensions: readonly string[]
  /** The server, where it is ours. */
  readonly own?: OwnProcess
}

/** What decides how a statement runs here, so that one scan is one scan. Any role may set them for itself. */
const roleSettings = ['max_parallel_maintenance_workers = 0', 'max_parallel_workers_per_gather = 0', 'synchronous_commit = off']

/** Settings that a proof depends on. */
const shown = ['TimeZone', 'lock_timeout', 'statement_timeout', 'default_transaction_isolation', 'jit', 'fsync', 'lc_collate']

/**
 * An engine on a running server. All that it makes is named `surefoot_<pid>_<random>`: one role without rights, and the databases that this role owns. The
 * session that makes them carries the same name as its application, so that another run knows that they are in use.
 */
export async function serverEngine(address: Address, request: ServerRequest): Promise<Engine> {
  const prefix = `surefoot_${process.pid}_${randomBytes(4).toString('hex')}`
  const admin = await openSession(request.root, address, { application: prefix })
  const server = new Server(admin, prefix, address, request)
  try {
    await server.begin()
    return server.engine()
  } catch (error) {
    await server.close()
    throw error
  }
}

class Server {
  private readonly password = randomBytes(16).toString('hex')
  private readonly databases = new Set<string>()
  /** Roles of the histories' own, and whether they are of our making. */
  private readonly roles = new Map<string, Promise<boolean>>()
  private version: Version = []
  private settings: string[] = []
  private count = 0
  private closed = false
  /** Removes databases beside the one that makes them: nobody waits for that before the end. */
  private broom: Promise<Session> | undefined
  private readonly admin: Session
  private readonly prefix: string
  private readonly address: Address
  private readonly request: ServerRequest

  constructor(admin: Session, prefix: string, address: Address, request: ServerRequest) {
    this.admin = admin
    this.prefix = prefix
    this.address = address
    this.request = request
  }

  async begin(): Promise<void> {
    const { admin, prefix } = this
    const { rows } = await admin.query(
      "SELECT current_setting('server_version') AS version, rolsuper FROM pg_roles WHERE rolname = current_user",
    )
    this.version = parseVersion(String(rows[0]?.version)) ?? []
    await removeLeftovers(admin)
    await admin.query(`CREATE ROLE ${prefix} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${this.password}'`)
    for (const setting of roleSettings) await admin.query(`ALTER ROLE ${prefix} SET ${setting}`)
    if (rows[0]?.rolsuper !== true) await admin.query(`GRANT ${prefix} TO CURRENT_USER`)
    const list = shown.map((name) => `'${name.toLowerCase()}'`).join(', ')
    const found = await admin.query(
      `SELECT name, current_setting(name) AS value FROM pg_settings WHERE lower(name) IN (${list}) ORDER BY 1`,
    )
    this.settings = [...found.rows.map(({ name, value }) => `${name} = ${value}`), ...roleSettings]
  }

  engine(): Engine {
    return {
      dialect: 'postgres',
      product: `PostgreSQL ${this.version.join('.')}`,
      version: this.version,
      provider: this.request.provider,
      secondSession: true,
      ...(this.request.own ? { inMemory: this.request.own.inMemory, outOfSpace: this.request.own.outOfSpace } : {}),
      settings: this.settings,
      create: (from) => this.create(from),
      snapshot: (database) => this.snapshot(database),
      makeRole: (database, name) => this.makeRole(database, name),
      close: () => this.close(),
    }
  }

  private async create(from?: Snapshot): Promise<Database> {
    const name = await this.createDatabase(from === undefined ? undefined : this.nameOf(from))
    if (from === undefined) await this.addExtensions(name)
    return this.database(name)
  }

  private async makeRole(database: Database, name: string): Promise<boolean> {
    const made = this.roles.get(name) ?? makeRole(this.admin, name, this.prefix).then((whose) => whose !== 'theirs')
    this.roles.set(name, made)
    if (!(await made)) return false
    // Whoever is to own a table must be allowed to make it: https://www.postgresql.org/docs/current/sql-altertable.html
    const session = await database.open()
    await session.query(`GRANT CREATE ON SCHEMA public TO ${quoted(name)}`).finally(() => session.close())
    return true
  }

  private async createDatabase(template: string | undefined): Promise<string> {
    if (this.closed) throw new Error('the engine is closed')
    const name = `${this.prefix}_${++this.count}`
    this.databases.add(name)
    // Copying files begins with a checkpoint: quick on a server of our own, but another one may have much to write.
    const strategy = template !== undefined && (this.version[0] ?? 0) >= 15 && this.request.provider !== 'url' ? ' STRATEGY FILE_COPY' : ''
    const create = `CREATE DATABASE ${name} OWNER ${this.prefix} TEMPLATE ${template ?? 'template0'}${strategy}`
    if (template !== undefined) await this.admin.query(create)
    else
      await this.admin.query(`${create} ENCODING 'UTF8'`).catch(async (error: { code?: string }) => {
        // The cluster's locale has another encoding.
        if (error.code !== '22023') throw error
        await this.admin.query(`${create} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
      })
    return name
  }

  /** Extensions that only a superuser may create are there from the start; all others the migrations create themselves. */
  private async addExtensions(database: string): Promise<void> {
    if (this.request.extensions.length === 0) return
    const session = await openSession(this.request.root, { ...this.address, database }, { application: this.prefix })
    try {
      const trusted = (this.version[0] ?? 0) >= 13 ? 'trusted' : 'false'
      const names = this.request.extensions.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')
      const { rows } = await session.query(
        `SELECT DISTINCT name FROM pg_available_extension_versions WHERE name IN (${names}) AND superuser AND NOT ${trusted}`,
      )
      for (const { name } of rows)
        await session
          .query(
            `CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE; UPDATE pg_extension SET extowner = '${this.prefix}'::regrole WHERE extname = '${name}'`,
          )
          .catch(() => {}) // Not a superuser, or not usable here: the migration that asks for it gets the server's own answer.
    } finally {
      await session.close()
    }
  }

  private database(name: string): Database {
    const { prefix: user, password, request, admin } = this
    const address: Address = { ...this.address, user, password, database: name }
    const cancel = async (id: number) => void (await admin.query(`SELECT pg_cancel_backend(${id})`))
    return serverDatabase(name, {
      user,
      password,
      open: () => openSession(request.root, address, { application: user, cancel }),
      openStream: () => openWire(address),
      remove: () => this.remove(name),
    })
  }

  private readonly snapshots = new WeakMap<Snapshot, string>()

  private nameOf(snapshot: Snapshot): string {
    const name = this.snapshots.get(snapshot)
    if (name === undefined) throw new Error('this snapshot is of another engine, or dropped')
    return name
  }

  private async snapshot(database: Database): Promise<Snapshot> {
    const name = await this.createDatabase(database.name)
    const snapshot: Snapshot = {
      drop: () => {
        this.snapshots.delete(snapshot)
        return this.remove(name)
      },
    }
    this.snapshots.set(snapshot, name)
    return snapshot
  }

  private async remove(name: string): Promise<void> {
    if (!this.databases.delete(name)) return
    this.broom ??= openSession(this.request.root, this.address, { application: this.prefix })
    await this.broom.then((session) => dropDatabase(session, name, this.version)).catch(() => {})
  }

  async close(): Promise<void> {
    const { admin, prefix, request } = this
    this.closed = true
    // A server of our own takes everything with it.
    if (!request.own) {
      // Statements of a session take turns: what is being made is there after that, and what is being removed is gone.
      await admin.query('SELECT 1').catch(() => {})
      for (const name of [...this.databases]) await this.remove(name)
      await this.broom?.then((session) => session.query('SELECT 1')).catch(() => {})
      for (const [name, made] of this.roles) if (await made.catch(() => false)) await dropRole(admin, name, prefix)
      await admin.query(`DROP ROLE IF EXISTS ${prefix}`).catch(() => {})
    }
    await Promise.all([admin.close(), this.broom?.then((session) => session.close()).catch(() => {})])
    await request.own?.stop()
  }
}
