import { spawn } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { mysqlUrl as mariadb, postgresUrl as postgres } from '../../scripts/servers.ts'
import { findBinaries } from '../../src/sandbox/engines/postgres/binaries.ts'
import { descendants, foldersOf, isRunning } from '../processes.ts'
import { request } from '../sandbox/postgres-servers.ts'
import { command, environment, type Files, folder } from './command.ts'

/** What the server at a URL has that bears a name of the run with this process number; undefined: there is no server. */
async function onPostgres(pid: number | string): Promise<readonly string[] | undefined> {
  const client = new pg.Client({ connectionString: postgres, connectionTimeoutMillis: 3000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database WHERE datname LIKE 'surefoot_${pid}_%' UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'surefoot_${pid}_%'
       UNION SELECT 'asleep' FROM pg_stat_activity WHERE application_name LIKE 'surefoot_${pid}_%' AND query LIKE '%pg_sleep%'`,
    )
    return rows.map(({ name }) => name)
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function onMariadb(pid: number | string): Promise<readonly string[] | undefined> {
  const connection = await mysql.createConnection({ uri: mariadb, connectTimeout: 3000 }).catch(() => undefined)
  if (!connection) return undefined
  try {
    const [rows] = await connection.query(
      `SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'surefoot\\_${pid}\\_%'
       UNION SELECT user FROM mysql.user WHERE user LIKE 'surefoot\\_${pid}\\_%'
       UNION SELECT 'asleep' FROM information_schema.processlist WHERE db LIKE 'surefoot\\_${pid}\\_%' AND state = 'User sleep'`,
    )
    return (rows as { name: string }[]).map(({ name }) => name)
  } finally {
    await connection.end()
  }
}

const script = (sql: string): Files => ({ 'migrations/001.sql': 'CREATE TABLE a (id integer);\n', 'migrations/002.sql': sql })
const loop: Files = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
  'migrations/01-first.js': `module.exports = { up: (queryInterface, { INTEGER }) => queryInterface.createTable('a', { id: INTEGER }) }\n`,
  'migrations/02-loop.js': `module.exports = { async up(queryInterface, { INTEGER }) { await queryInterface.addColumn('a', 'b', INTEGER); for (;;); } }\n`,
}

interface Bad {
  readonly name: string
  readonly files: Files
  readonly dialect: string
  readonly engine: string
  readonly signal: 'SIGINT' | 'SIGTERM'
  /** What a server has of the run; undefined: it is not there. */
  readonly server?: (pid: number | string) => Promise<readonly string[] | undefined>
}

const sleeping: Bad[] = [
  {
    name: 'a PostgreSQL server',
    files: script('SELECT pg_sleep(600);'),
    dialect: 'postgres',
    engine: postgres,
    signal: 'SIGINT',
    server: onPostgres,
  },
  {
    name: 'a MariaDB server',
    files: script('SELECT SLEEP(600);'),
    dialect: 'mariadb',
    engine: mariadb,
    signal: 'SIGTERM',
    server: onMariadb,
  },
]
const looping: Bad[] = [
  { name: 'a PostgreSQL server', files: loop, dialect: 'postgres', engine: postgres, signal: 'SIGTERM', server: onPostgres },
  { name: 'binaries of the machine', files: loop, dialect: 'postgres', engine: 'binary', signal: 'SIGINT' },
  { name: 'PGlite', files: loop, dialect: 'postgres', engine: 'pglite', signal: 'SIGINT' },
  { name: 'sql.js', files: loop, dialect: 'sqlite', engine: 'sql.js', signal: 'SIGTERM' },
]
const absent = new Set<unknown>()
for (const server of [onPostgres, onMariadb]) {
  if ((await server('none')) !== undefined) continue
  absent.add(server)
  console.warn(`skipped: the server at ${server === onPostgres ? postgres : mariadb} is not there`)
}

if ((await findBinaries(request)).length === 0) {
  absent.add('binary')
  console.warn('skipped: no PostgreSQL programs on this machine')
}

describe.runIf(process.platform === 'linux')('a rehearsal that is stopped', () => {
  it.each(sleeping.filter(({ server }) => !absent.has(server)))('while $name works leaves nothing behind', (bad) =>
    stopped(bad, async (pid) => (await bad.server!(pid))!.includes('asleep')),
  )

  it.each(looping.filter(({ server, engine }) => !absent.has(server) && !absent.has(engine)))(
    'while a migration loops on $name leaves nothing behind',
    // Packages are loaded in less time than that.
    (bad) => stopped(bad, async (pid) => descendants(pid).some((one) => isForMigrations(one) && secondsOf(one.pid) > 1.2)),
  )

  it.skipIf(absent.has('binary'))('while a server of its own starts leaves nothing behind', () =>
    stopped(looping.find(({ engine }) => engine === 'binary')!, async (pid) => descendants(pid).some(isForMigrations)),
  )
})

function isForMigrations({ started }: { readonly started: string }): boolean {
  return started.includes('sandbox-child')
}

/** Seconds of a processor that a process of Linux has had; its clock ticks a hundred times a second. */
function secondsOf(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) / 100
  } catch {
    return 0
  }
}

async function stopped({ files, dialect, engine, signal, server }: Bad, begun: (pid: number) => Promise<boolean>): Promise<void> {
  const root = folder(files)
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'))
  const child = spawn(
    process.execPath,
    [command, 'rehearse', '--all', '--dialect', dialect, '--engine', engine, '--rows', '50', '--timeout', '600'],
    {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  let over = false
  void ended.then(() => {
    over = true
  })
  const pid = child.pid!
  while (!over && !(await begun(pid))) await new Promise((later) => setTimeout(later, 50))
  const processes = descendants(pid)
  child.kill(signal)
  expect(await ended, said).toBe(signal === 'SIGINT' ? 130 : 143)
  expect(said).toContain(`stopped by ${signal}`)
  if (server) expect(await server(pid)).toEqual([])
  expect(foldersOf(pid)).toEqual([])
  // The kernel takes a moment to bury them.
  for (const { pid: orphan, started } of processes) {
    for (let waits = 0; isRunning(orphan, started) && waits < 100; waits++) await new Promise((later) => setTimeout(later, 50))
    expect(isRunning(orphan, started), started).toBe(false)
  }
}
