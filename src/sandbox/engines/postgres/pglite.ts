import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseVersion } from '../../../dialects/dialect.ts'
import { UserError } from '../../../errors.ts'
import { cacheFolder, keep } from '../../../project/cache.ts'
import { type Database, type Engine, type EngineRequest, ServerError, type Snapshot } from '../../engine.ts'
import { type FoundPackage, findPackage } from '../../packages.ts'
import { pgliteDatabase } from './pglite-database.ts'
import { type Image, type Instance, startInstance } from './pglite-worker.ts'
import { answer, simpleQuery, sync } from './protocol.ts'
import { quoted, roleNamed } from './roles.ts'

// Node has it; the types that this project compiles with do not.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> }

const packageName = '@electric-sql/pglite'

/** An engine on PGlite: PostgreSQL as WebAssembly, one session for each database, a thread for each. */
export async function openPglite(request: EngineRequest): Promise<Engine> {
  const found = findPackage(request.root, packageName)
  if (!found) throw new UserError(`The embedded PostgreSQL is not installed. Run: npm i -D ${packageName}`)
  const dist = dirname(found.resolve())
  const [wasm, pristine] = await Promise.all([
    WebAssembly.compile(readFileSync(join(dist, 'pglite.wasm'))),
    pristineData(found, cacheFolder(request.root)),
  ])
  const image: Image = { found, wasm, files: shared(readFileSync(join(dist, 'pglite.data'))), extensions: extensionsOf(found, request) }
  const engine = new Pglites(image, pristine)
  const first = await engine.create()
  const session = await first.open()
  const { rows } = await session.query("SELECT current_setting('server_version') AS version, current_setting('TimeZone') AS zone")
  await session.close()
  await first.drop()
  const version = String(rows[0]?.version)
  return {
    dialect: 'postgres',
    product: `PostgreSQL ${version} (PGlite ${found.version})`,
    version: parseVersion(version) ?? [],
    provider: 'pglite',
    secondSession: false,
    settings: [`TimeZone = ${rows[0]?.zone}`, 'max_parallel_maintenance_workers = 0'],
    create: (from) => engine.create(from),
    snapshot: (database) => engine.snapshot(database),
    makeRole: async (database, name) => {
      const session = await database.open()
      try {
        if ((await session.query(roleNamed(name))).rows.length > 0) return false
        await session.query(`CREATE ROLE ${quoted(name)} NOLOGIN`)
        return true
      } finally {
        await session.close()
      }
    },
    close: () => engine.close(),
  }
}

/** The name under which instances keep what they were when they started. */
const pristineName = 'pristine'

/** Instances that may wait: the one that a migration went up on stays for its `down`, and every other experiment takes a second. */
const mayWait = 2

/** An instance and what it keeps, by name, with the libraries that were loaded then. */
interface Pooled {
  readonly instance: Instance
  readonly kept: Map<string, string>
}

/**
 * The instances. One that is given back waits for the next who wants what it keeps: becoming that again takes some 20 ms, a new one most of a second. One
 * takes some 200 MiB, so that no more wait than a rehearsal of one migration uses at a time.
 */
class Pglites {
  private readonly live = new Map<Database, Pooled>()
  private readonly snapshots = new Map<Snapshot, { readonly name: string; readonly data: Uint8Array }>()
  private waiting: Pooled[] = []
  private count = 0
  private closed = false
  private readonly image: Image
  private readonly pristine: Uint8Array

  constructor(image: Image, pristine: Uint8Array) {
    this.image = image
    this.pristine = pristine
  }

  async create(from?: Snapshot): Promise<Database> {
    const source = from === undefined ? { name: pristineName, data: this.pristine } : this.snapshots.get(from)
    if (!source) throw new Error('this snapshot is of another engine, or dropped')
    const pooled = (await this.again(source.name)) ?? (await this.start(source))
    if (this.closed) {
      await pooled.instance.end()
      throw new Error('the engine is closed')
    }
    const lease = new Lease(pooled.instance)
    const database: Database = pgliteDatabase(`surefoot_${process.pid}_${++this.count}`, lease, () => this.giveBack(database))
    this.live.set(database, pooled)
    return database
  }

  /** An instance that waits, as it was under this name; it is ended when it cannot be. Where none has it, the place of the one that waited longest is made free. */
  private async again(name: string): Promise<Pooled | undefined> {
    const pooled = this.waiting.find(({ kept }) => kept.has(name))
    if (!pooled) {
      if (this.waiting.length === mayWait) await this.waiting.shift()!.instance.end()
      return undefined
    }
    this.waiting = this.waiting.filter((each) => each !== pooled)
    const { instance, kept } = pooled
    try {
      if ((await librariesOf(instance)) === kept.get(name)) {
        await instance.restore(name)
        return pooled
      }
    } catch {
      // It is in a state that it does not come back from.
    }
    await instance.end()
    return undefined
  }

  private async start({ name, data }: { readonly name: string; readonly data: Uint8Array }): Promise<Pooled> {
    const instance = await startInstance(this.image, data)
    const kept = new Map<string, string>()
    // PL/pgSQL is loaded at its first use, which nearly every migration is.
    await instance.run(simpleQuery('DO $$ BEGIN END $$'))
    await this.keep({ instance, kept }, name)
    return { instance, kept }
  }

  private async keep({ instance, kept }: Pooled, name: string): Promise<void> {
    const libraries = await librariesOf(instance)
    if (libraries === undefined) return
    await instance.keep(name)
    kept.set(name, libraries)
  }

  private async giveBack(database: Database): Promise<void> {
    const pooled = this.live.get(database)
    this.live.delete(database)
    if (!pooled) return
    const full = this.closed || this.waiting.length === mayWait
    if (full || pooled.instance.state !== 'idle' || pooled.kept.size === 0) return pooled.instance.end()
    this.waiting.push(pooled)
  }

  async snapshot(database: Database): Promise<Snapshot> {
    const pooled = this.live.get(database)
    if (!pooled) throw new ServerError(`the database ${database.name} is gone`, '3D000')
    const name = `snapshot ${++this.count}`
    // What is in the files needs no recovery from the log.
    await pooled.instance.run(simpleQuery('CHECKPOINT'))
    const data = await pooled.instance.dump()
    await this.keep(pooled, name)
    const snapshot: Snapshot = {
      drop: async () => {
        this.snapshots.delete(snapshot)
        for (const { instance, kept } of [...this.live.values(), ...this.waiting]) if (kept.delete(name)) instance.forget(name)
        const useless = this.waiting.filter(({ kept }) => kept.size === 0)
        this.waiting = this.waiting.filter(({ kept }) => kept.size > 0)
        await Promise.all(useless.map(({ instance }) => instance.end()))
      },
    }
    this.snapshots.set(snapshot, { name, data })
    return snapshot
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.live.keys()].map((database) => database.drop()))
    await Promise.all(this.waiting.splice(0).map(({ instance }) => instance.end()))
  }
}

/** An instance as one database has it: nothing of the database reaches the instance once that is given back. */
class Lease {
  private over = false
  private readonly instance: Instance

  constructor(instance: Instance) {
    this.instance = instance
  }

  async run(messages: Uint8Array): Promise<Buffer> {
    if (this.over) throw new Error('the database was dropped')
    return this.instance.run(messages)
  }

  end(): void {
    this.over = true
  }
}

/** The libraries that the server has loaded (pg_get_loaded_modules is there since PostgreSQL 18); undefined: it does not say. */
async function librariesOf(instance: Instance): Promise<string | undefined> {
  // A Sync first: after an error in the extended protocol the server waits for it.
  const reply = await instance.run(Buffer.concat([sync, simpleQuery('ROLLBACK')]))
  const list = answer(
    await instance.run(simpleQuery("SELECT string_agg(file_name, ' ' ORDER BY file_name) AS names FROM pg_get_loaded_modules()")),
  )
  const { names } = list.result.rows[0] ?? {}
  return reply.length > 0 && typeof names === 'string' ? names : undefined
}

/** Bytes in memory that threads share instead of copying. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

/** The extensions that PGlite ships, by the name that CREATE EXTENSION uses; those that it does not have are left to the server's own answer. */
function extensionsOf(found: FoundPackage, request: EngineRequest): [string, string][] {
  return request.extensions.flatMap((extension): [string, string][] => {
    const name = extension.replaceAll('-', '_')
    const places = name === 'vector' ? [findPackage(request.root, `${packageName}-pgvector`)] : [found]
    for (const place of places) {
      try {
        if (place) return [[name, place.resolve(place === found ? `${packageName}/contrib/${name}` : undefined)]]
      } catch {
        // Not among those that PGlite ships.
      }
    }
    return []
  })
}

// Made in a process of its own: initdb takes several hundred MiB, which WebAssembly never gives back. Without templates, which nobody copies, and with
// a short log it has a third of the size.
const makePristine = `
const { PGlite } = require(process.argv[1])
PGlite.create({ initDbStartParams: ['--wal-segsize=1'] })
  .then(async (database) => {
    await database.exec("UPDATE pg_database SET datistemplate = false")
    for (const sql of ['DROP DATABASE template0', 'DROP DATABASE template1', 'CHECKPOINT']) await database.exec(sql)
    return database.dumpDataDir('gzip')
  })
  .then((tar) => tar.arrayBuffer())
  .then((bytes) => process.stdout.write(Buffer.from(bytes), () => process.exit(0)))
  .catch((error) => { console.error(error); process.exit(1) })`

/** The data directory of a new cluster as a tar file: from the cache, else made and put there. */
async function pristineData(found: FoundPackage, folder: string): Promise<Uint8Array> {
  const name = `pglite-${found.version}-small.tar.gz`
  try {
    return shared(gunzipSync(readFileSync(join(folder, name))))
  } catch {
    // Not there yet, or broken: made anew.
  }
  const made = await new Promise<Buffer>((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024, env: {}, timeout: 120_000 } as const
    execFile(process.execPath, ['-e', makePristine, found.resolve()], options, (error, stdout, stderr) => {
      if (error)
        reject(
          new UserError(`The embedded PostgreSQL (PGlite ${found.version}) could not be started: ${lastLine(stderr) || error.message}`),
        )
      else resolve(stdout)
    })
  })
  keep(folder, name, made)
  return shared(gunzipSync(made))
}

function lastLine(output: Buffer): string {
  return output.toString().trim().split('\n').at(-1) ?? ''
}
