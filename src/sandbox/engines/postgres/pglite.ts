import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseVersion } from '../../../dialects/dialect.ts'
import { UserError } from '../../../errors.ts'
import { type Database, type Engine, type EngineRequest, ServerError, type Snapshot } from '../../engine.ts'
import { type FoundPackage, findPackage } from '../../packages.ts'
import { cacheFolder, keep } from './cache.ts'
import { pgliteDatabase } from './pglite-database.ts'
import { type Image, type Instance, startInstance } from './pglite-worker.ts'

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
  engine.spare = first
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
    close: () => engine.close(),
  }
}

class Pglites {
  /** A database that nobody has used yet. */
  spare: Database | undefined
  private readonly live = new Map<Database, Instance>()
  private readonly snapshots = new WeakMap<Snapshot, Uint8Array>()
  private count = 0
  private readonly image: Image
  private readonly pristine: Uint8Array

  constructor(image: Image, pristine: Uint8Array) {
    this.image = image
    this.pristine = pristine
  }

  async create(from?: Snapshot): Promise<Database> {
    const { spare } = this
    if (from === undefined && spare) {
      this.spare = undefined
      return spare
    }
    const data = from === undefined ? this.pristine : this.snapshots.get(from)
    if (!data) throw new Error('this snapshot is of another engine, or dropped')
    // An instance takes some 200 MiB: what nobody needs any more makes room.
    this.spare = undefined
    await spare?.drop()
    const instance = await startInstance(this.image, data)
    const database: Database = pgliteDatabase(`surefoot_${process.pid}_${++this.count}`, instance, () => this.live.delete(database))
    this.live.set(database, instance)
    return database
  }

  async snapshot(database: Database): Promise<Snapshot> {
    const instance = this.live.get(database)
    if (!instance) throw new ServerError(`the database ${database.name} is gone`, '3D000')
    const data = await instance.dump()
    const snapshot: Snapshot = { drop: async () => void this.snapshots.delete(snapshot) }
    this.snapshots.set(snapshot, data)
    return snapshot
  }

  async close(): Promise<void> {
    await Promise.all([...this.live.keys()].map((database) => database.drop()))
  }
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

// Made in a process of its own: initdb takes several hundred MiB, which WebAssembly never gives back.
const makePristine = `
const { PGlite } = require(process.argv[1])
PGlite.create()
  .then((database) => database.dumpDataDir('gzip'))
  .then((tar) => tar.arrayBuffer())
  .then((bytes) => process.stdout.write(Buffer.from(bytes), () => process.exit(0)))
  .catch((error) => { console.error(error); process.exit(1) })`

/** The data directory of a new cluster as a tar file: from the cache, else made and put there. */
async function pristineData(found: FoundPackage, folder: string): Promise<Uint8Array> {
  const name = `pglite-${found.version}.tar.gz`
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
