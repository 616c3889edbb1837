import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../project/cache.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { makeOwnFolder, type OwnFolder, type OwnProcess, pack, startInFolder, unpack } from '../own-process.ts'
import type { Address } from './address.ts'
import { type Binary, installerOf } from './binaries.ts'
import { serverEngine } from './server.ts'
import { openSession } from './session.ts'

const run = promisify(execFile)

/**
 * Settings as production has them (utf8mb4, a binary log by rows, the strict sql_mode that is the default), but for those of a server that lives for minutes:
 * nothing is kept safe from a crash, and nobody listens on the network.
 */
const settings = {
  'skip-networking': 'ON',
  'server-id': '1',
  'log-bin': 'binlog',
  'binlog-format': 'ROW',
  'sync-binlog': '0',
  // Without it triggers and functions are for administrators alone once there is a binary log.
  'log-bin-trust-function-creators': 'ON',
  'character-set-server': 'utf8mb4',
  'default-time-zone': '+00:00',
  'innodb-flush-log-at-trx-commit': '0',
  'innodb-doublewrite': '0',
  'innodb-buffer-pool-size': '64M',
  'innodb-log-file-size': '16M',
  'performance-schema': 'ON',
  'performance-schema-instrument': "'wait/lock/metadata/sql/mdl=ON'",
}

const ofMariadb = { 'loose-plugin-load-add': 'metadata_lock_info' }
// The X protocol listens on a port of its own.
const ofMysql = { 'loose-mysqlx': 'OFF', 'loose-innodb-redo-log-capacity': '32M' }

/** Starts a server of its own, on a socket that nobody else may enter. Throws what the program says when it does not start. */
export async function startOwnServer(binary: Binary, request: EngineRequest): Promise<Engine> {
  const folder = makeOwnFolder(request.bytes)
  const paths = { datadir: join(folder.path, 'data'), socket: join(folder.path, 'socket'), 'pid-file': join(folder.path, 'pid') }
  const lines = Object.entries({ ...paths, ...settings, ...(binary.mariadb ? ofMariadb : ofMysql) })
  const file = join(folder.path, 'server.cnf')
  writeFileSync(file, `[mysqld]\n${lines.map(([name, value]) => `${name}=${value}\n`).join('')}`, { mode: 0o644 })
  let server: OwnProcess | undefined
  try {
    await makeData(binary, folder, file, cacheFolder(request.root))
    server = startInFolder(folder, [binary.path, `--defaults-file=${file}`])
    const address: Address = { host: 'localhost', port: 0, socket: paths.socket, user: 'root', password: undefined, tls: undefined }
    await ready(server, address, request.root)
    return await serverEngine(address, { root: request.root, provider: 'binary', own: server })
  } catch (error) {
    await (server ?? startInFolder(folder, ['true'])).stop()
    throw error
  }
}

/** Makes the data directory: unpacked from the cache, where there is one for this version, else by the server's installer, and packed for the next run. */
async function makeData(binary: Binary, folder: OwnFolder, file: string, cache: string): Promise<void> {
  const name = `${binary.mariadb ? 'mariadb' : 'mysql'}-${binary.version.join('.')}-${process.platform}-${process.arch}.tar`
  if (await unpack(join(cache, name), folder)) return
  const installer = binary.mariadb ? installerOf(binary) : undefined
  if (binary.mariadb && installer === undefined) throw new Error(`mariadb-install-db is not beside ${binary.path}`)
  const [command, ...options] =
    installer === undefined
      ? [binary.path, `--defaults-file=${file}`, '--initialize-insecure']
      : [
          installer,
          `--defaults-file=${file}`,
          `--basedir=${dirname(dirname(binary.path))}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          '--force',
        ]
  await run(command!, options, { ...folder.surroundings, timeout: 120_000 })
  await pack(join(cache, name), folder, 'data')
}

/** Waits until the server answers, for twenty seconds at most. */
async function ready(server: OwnProcess, address: Address, root: string): Promise<void> {
  const deadline = performance.now() + 20_000
  for (;;) {
    try {
      return await (await openSession(root, address)).close()
    } catch (error) {
      const aborted = server.ended() ?? /\[ERROR\] (?!.*(?:Warning|mysql\.\w+))(.*)\n[\s\S]*Aborting/.exec(server.said())?.[1]
      if (aborted !== undefined) throw new Error(aborted)
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
