import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine, EngineRequest } from '../../engine.ts'
import type { Binaries } from './binaries.ts'
import { cacheFolder } from './cache.ts'
import { serverEngine } from './server.ts'
import { type Address, openSession } from './session.ts'

/** Settings of a server that lives for minutes: nothing is kept safe from a crash, nothing runs in the background, nobody listens on the network. */
const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
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

/** As whom a server runs: PostgreSQL refuses to be root. undefined: as we do. */
interface Person {
  readonly uid: number
  readonly gid: number
}

const run = promisify(execFile)

/** Starts a server of its own for these programs, on a socket that nobody else may enter. Throws what the programs say when they do not start. */
export async function startOwnServer(binaries: Binaries, request: EngineRequest): Promise<Engine> {
  removeDeadFolders()
  const person = process.getuid?.() === 0 ? unprivileged() : undefined
  const folder = join(shortFolder(), `surefoot-${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(folder, { mode: 0o700 })
  if (person) chownSync(folder, person.uid, person.gid)
  let server: OwnServer | undefined
  try {
    const environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C', ...libraries(binaries, folder) }
    await makeData(binaries, folder, { cwd: folder, env: environment, ...person }, cacheFolder(request.root))
    server = launch(binaries, folder, { cwd: folder, env: environment, ...person })
    const address: Address = { host: folder, port: 5432, user: 'postgres', password: undefined, database: 'postgres', tls: undefined }
    await ready(server, address, request.root)
    const { stop } = server
    return await serverEngine(address, { root: request.root, provider: binaries.provider, extensions: request.extensions, stop })
  } catch (error) {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** The folder for temporary files, where the name of a socket in it is short enough for the system (some 100 bytes). */
function shortFolder(): string {
  return tmpdir().length <= 60 ? tmpdir() : '/tmp'
}

function unprivileged(): Person | undefined {
  const people = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] = people.find(([name]) => name === 'nobody') ?? people.find(([name]) => name === 'postgres') ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
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

interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
}

/** Makes the data directory: unpacked from the cache, where there is one for this version, else by initdb, and packed for the next run. */
async function makeData(binaries: Binaries, folder: string, surroundings: Surroundings, cache: string): Promise<void> {
  const kept = join(cache, `postgres-${binaries.version.join('.')}-${process.platform}-${process.arch}.tar`)
  if (await unpack(kept, surroundings)) return
  rmSync(join(folder, 'data'), { recursive: true, force: true })
  await run(join(binaries.folder, 'initdb'), [...initdbOptions, '-D', join(folder, 'data')], surroundings)
  await pack(kept, surroundings)
}

/** The archive is opened by us and read by the server's user, who may not be allowed into our folders. */
async function unpack(kept: string, surroundings: Surroundings): Promise<boolean> {
  try {
    return await tar(['-xf', '-'], surroundings, openSync(kept, 'r'), 'ignore')
  } catch {
    return false
  }
}

async function pack(kept: string, surroundings: Surroundings): Promise<void> {
  const part = `${kept}.${process.pid}`
  try {
    mkdirSync(dirname(kept), { recursive: true })
    if (await tar(['-cf', '-', 'data'], surroundings, 'ignore', openSync(part, 'wx'))) renameSync(part, kept)
  } catch {
    // A cache that cannot be written is no fault: the next run makes the directory again.
  }
  rmSync(part, { force: true })
}

function tar(
  options: readonly string[],
  surroundings: Surroundings,
  input: number | 'ignore',
  output: number | 'ignore',
): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (well: boolean) => {
      for (const file of [input, output]) if (typeof file === 'number') closeSync(file)
      resolve(well)
    }
    const child = spawn('tar', [...options], { ...surroundings, stdio: [input, output, 'ignore'] })
    child.once('error', () => done(false))
    child.once('exit', (code) => done(code === 0))
  })
}

interface OwnServer {
  readonly process: ChildProcess
  /** What it has said so far. */
  said(): string
  stop(): Promise<void>
}

// The shell lives as long as its standard input: when this program ends, in whatever way, it stops the server, which need not tidy up, and removes its folder.
const keeper = '"$@" & server=$!; cat > /dev/null; kill -QUIT $server 2> /dev/null; wait $server; cd /; rm -rf "$SUREFOOT_FOLDER"'

function launch(binaries: Binaries, folder: string, surroundings: Surroundings): OwnServer {
  const options = Object.entries({ ...settings, unix_socket_directories: folder }).flatMap(([name, setting]) => [
    '-c',
    `${name}=${setting}`,
  ])
  const command = [join(binaries.folder, 'postgres'), '-D', join(folder, 'data'), ...options]
  const child = spawn('sh', ['-c', keeper, 'sh', ...command], {
    ...surroundings,
    env: { ...surroundings.env, SUREFOOT_FOLDER: folder },
    stdio: ['pipe', 'ignore', 'pipe'],
    // In a group of its own: Ctrl-C is for us, and we stop it when we are done.
    detached: true,
  })
  let said = ''
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data).slice(-10_000)
  })
  child.on('error', (error) => {
    said += error.message
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  child.unref()
  return {
    process: child,
    said: () => said,
    stop: async () => {
      child.stdin.end()
      const late = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      }, 5_000)
      await ended
      clearTimeout(late)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until the server answers, for ten seconds at most. */
async function ready(server: OwnServer, address: Address, root: string): Promise<void> {
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

/** Folders of runs that ended without removing them. */
function removeDeadFolders(): void {
  for (const name of readdirSync(shortFolder())) {
    const pid = /^surefoot-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(shortFolder(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
