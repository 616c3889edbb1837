import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { parseAddress } from '../../src/sandbox/engines/postgres/address.ts'
import { findBinaries } from '../../src/sandbox/engines/postgres/binaries.ts'
import { openPostgres } from '../../src/sandbox/engines/postgres/index.ts'
import { cleanPostgres } from '../../src/sandbox/engines/postgres/leftovers.ts'
import { openSession } from '../../src/sandbox/engines/postgres/session.ts'
import { serverFoldersOf } from '../processes.ts'
import { request, root, url } from './postgres-servers.ts'

const binaries = await findBinaries(request)
if (binaries.length === 0) console.warn('skipped: no PostgreSQL programs on this machine')
const admin = await openSession(root, parseAddress(url), { application: 'test' }).catch((error: Error) => error.message)
if (typeof admin === 'string') console.warn(`skipped: ${url}: ${admin}`)
afterAll(async () => {
  if (typeof admin !== 'string') await admin.close()
})

const until = async (condition: () => boolean | Promise<boolean>) => {
  for (let i = 0; i < 200 && !(await condition()); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await condition()).toBe(true)
}

/** Opens an engine in a process of its own and kills that without a warning once it has a database. Gives its process id. */
async function killed(asked: string): Promise<number> {
  const program = `
    import { openPostgres } from ${JSON.stringify(join(root, 'src/sandbox/engines/postgres/index.ts'))}
    const engine = await openPostgres(${JSON.stringify({ ...request, asked })})
    await (await engine.create()).open()
    console.log('ready')
    setInterval(() => {}, 1000)`
  const folder = mkdtempSync(join(tmpdir(), 'surefoot-test-'))
  writeFileSync(join(folder, 'program.mts'), program)
  const child = spawn(process.execPath, ['--import', 'tsx', join(folder, 'program.mts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  rmSync(folder, { recursive: true })
  return child.pid!
}

describe.skipIf(binaries.length === 0)('a server of our own', () => {
  it('starts, is entered by nobody else, and leaves nothing behind', async () => {
    const engine = await openPostgres({ ...request, asked: 'binary' })
    expect(engine).toMatchObject({ dialect: 'postgres', provider: 'binary', secondSession: true, version: binaries[0]!.version })
    expect(engine.settings).toContain('TimeZone = UTC')
    const [folder, ...more] = serverFoldersOf(process.pid)
    expect(more).toEqual([])
    expect(statSync(folder!).mode & 0o077).toBe(0)
    const database = await engine.create()
    const session = await database.open()
    expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await engine.close()
    expect(serverFoldersOf(process.pid)).toEqual([])
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ name: 'ServerError' })
  })

  it('ends when the program is killed, and its folder goes with it', async () => {
    const pid = await killed('binary')
    await until(() => serverFoldersOf(pid).length === 0)
  })

  it('removes the folders of runs that are dead', async () => {
    const folder = join(tmpdir(), 'surefoot-999999999-0123abcd')
    mkdirSync(folder, { recursive: true })
    const engine = await openPostgres({ ...request, asked: 'binary' })
    expect(existsSync(folder)).toBe(false)
    await engine.close()
  })
})

describe.skipIf(typeof admin === 'string')('a server that the user named', () => {
  const things = async () => {
    if (typeof admin === 'string') throw new Error(admin)
    const { rows } = await admin.query(`
      SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'surefoot\\_${process.pid}\\_%'
      UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'surefoot\\_${process.pid}\\_%'`)
    return rows.map(({ name }) => String(name))
  }

  it('has nothing of ours when we are done, sessions still open or not', async () => {
    const engine = await openPostgres({ ...request, asked: url })
    const database = await engine.create()
    const session = await database.open()
    await session.query('CREATE TABLE t (a int)')
    await engine.create()
    expect((await things()).length).toBeGreaterThan(2)
    await engine.close()
    expect(await things()).toEqual([])
  })

  it('is cleaned of what a killed run left, but not of what a living one uses', async () => {
    if (typeof admin === 'string') return
    const living = await openPostgres({ ...request, asked: url })
    await living.create()
    const mine = await things()
    const pid = await killed(url)
    const left = async () => (await admin.query(`SELECT 1 AS one FROM pg_roles WHERE rolname LIKE 'surefoot\\_${pid}\\_%'`)).rows.length
    await until(
      async () =>
        (await admin.query(`SELECT 1 AS one FROM pg_stat_activity WHERE application_name LIKE 'surefoot\\_${pid}\\_%'`)).rows.length === 0,
    )
    // Another run that begins now may be the one that removes them.
    await cleanPostgres(url, root)
    expect(await left()).toBe(0)
    expect(await things()).toEqual(mine)
    await living.close()
  })
})

describe('an engine that cannot be had', () => {
  it.each([
    ['postgres://db.example.com/app', /not on this machine.*--allow-remote/],
    [
      'postgres://postgres:secret@127.0.0.1:1/x',
      /^postgres:\/\/postgres:\*\*\*@127.0.0.1:1\/x cannot be used: .*Check that the server runs/,
    ],
    ['postgres://[bad', /is not a URL of a server/],
    ['mysterious', /no PostgreSQL engine called mysterious/],
  ])('%s', async (asked, says) => {
    const error = await openPostgres({ ...request, asked }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toMatch(says)
  })
})
