import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../project/cache.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { makeOwnFolder, type OwnFolder, type OwnProcess, pack, startInFolder, unpack } from '../own-process.ts'
import type { Binaries } from './binaries.ts'
import { serverEngine } from './server.ts'
import { type Address, loadDriver, openSession } from './session.ts'

/** Settings of a server that lives for minutes: nothing is kept safe from a crash, nothing runs in the background, nobody listens on the network. */
const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  // In files of its folder, which go with it: a segment of the system outlives a server that is killed.
  dynamic_shared_memory_type: 'mmap',
  deadlock_timeout: '100ms',
  autovacuum: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  logging_collector: 'off',
}

const initdbOptions = ['-U', 'postgres', '-A', 'trust', '--no-sync', '--locale=C', '-E', 'UTF8', '--wal-segsize=4']

const run = promisify(execFile)

/** Starts a server of its own for these programs, on a socket that nobody else may enter. Throws what the programs say when they do not start. */
export async function startOwnServer(binaries: Binaries, request: EngineRequest): Promise<Engine> {
  const own = makeOwnFolder(request.bytes)
  let server: OwnProcess | undefined
  try {
    const env = { ...own.surroundings.env, ...libraries(binaries, own.path) }
    const folder = { ...own, surroundings: { ...own.surroundings, env } }
    await Promise.all([makeData(binaries, folder, cacheFolder(request.root)), Promise.resolve(request.root).then(loadDriver)])
    server = launch(binaries, folder)
    const address: Address = { host: folder.path, port: 5432, user: 'postgres', password: undefined, database: 'postgres', tls: undefined }
    await ready(server, address, request.root)
    return await serverEngine(address, {
      root: request.root,
      provider: binaries.provider,
      extensions: request.extensions,
      own: server,
    })
  } catch (error) {
    await server?.stop()
    rmSync(own.path, { recursive: true, force: true })
    throw error
  }
}

/** The libraries that a package brings, under the names that its programs look for. They are links that an installation without scripts lacks. */
function libraries({ native }: Binaries, folder: string): { readonly LD_LIBRARY_PATH?: string } {
  if (native === undefined) return {}
  const links = join(folder, 'lib')
  mkdirSync(links, { mode: 0o755 })
  chmodSync(links, 0o755)
  const listed = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of listed) {
    // Paths are written from the package's folder: `native/lib/libicuuc.so.60.2` is what `native/lib/libicuuc.so.60` leads to.
    if (!/^native\/lib\/[^/]+$/.test(target)) continue
    symlinkSync(join(dirname(native), source), join(links, target.slice('native/lib/'.length)))
  }
  return { LD_LIBRARY_PATH: `${links}:${join(native, 'lib')}` }
}

/** Makes the data directory: unpacked from the cache, where there is one for this version, else by initdb, and packed for the next run. */
async function makeData(binaries: Binaries, folder: OwnFolder, cache: string): Promise<void> {
  const kept = join(cache, `postgres-${binaries.version.join('.')}-${process.platform}-${process.arch}.tar`)
  const data = join(folder.path, 'data')
  if (await unpack(kept, folder)) return
  rmSync(data, { recursive: true, force: true })
  await run(join(binaries.folder, 'initdb'), [...initdbOptions, '-D', data], folder.surroundings)
  await pack(kept, folder, 'data')
}

function launch(binaries: Binaries, folder: OwnFolder): OwnProcess {
  const options = Object.entries({ ...settings, unix_socket_directories: folder.path }).flatMap(([name, setting]) => [
    '-c',
    `${name}=${setting}`,
  ])
  // Killed outright it would leave a segment of shared memory to the system.
  return startInFolder(folder, [join(binaries.folder, 'postgres'), '-D', join(folder.path, 'data'), ...options], 'QUIT')
}

/** Waits until the server answers, for ten seconds at most. */
async function ready(server: OwnProcess, address: Address, root: string): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    try {
      return await (await openSession(root, address, { application: 'surefoot' })).close()
    } catch (error) {
      const fatal = /FATAL:\s*(.*)|could not .*/.exec(server.said().replaceAll(/.*the database system is starting up.*/g, ''))
      if (fatal) throw new Error(fatal[1] ?? fatal[0])
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
