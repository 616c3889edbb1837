import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine, EngineRequest } from '../../src/sandbox/engine.ts'
import { findBinaries } from '../../src/sandbox/engines/mysql/binaries.ts'
import { openMysql } from '../../src/sandbox/engines/mysql/index.ts'
import { mysqlObserver } from '../../src/sandbox/observe/mysql.ts'
import { send } from '../../src/sandbox/runner/send.ts'
import { serverFoldersOf } from '../processes.ts'

const request: EngineRequest = {
  dialect: 'mariadb',
  wanted: undefined,
  asked: undefined,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
}

const binaries = await findBinaries(request)
if (binaries.length === 0) console.warn('skipped: a MySQL or MariaDB server of our own: neither mysqld nor mariadbd is on this machine')

const foldersOf = (pid: number) => serverFoldersOf(pid).filter((path) => existsSync(join(path, 'server.cnf')))

describe.skipIf(binaries.length === 0)('a server of our own', () => {
  const cache = mkdtempSync(join(tmpdir(), 'surefoot-cache-'))
  let engine: Engine

  beforeAll(async () => {
    process.env.SUREFOOT_CACHE = cache
    engine = await openMysql(request)
  }, 120_000)
  afterAll(async () => {
    await engine.close()
    rmSync(cache, { recursive: true, force: true })
    delete process.env.SUREFOOT_CACHE
  })

  test('has the settings of production, and its data directory is kept for the next time', () => {
    expect(engine.provider).toBe('binary')
    expect(engine.settings).toEqual(
      expect.arrayContaining(['log_bin = ON', 'binlog_format = ROW', 'character_set_server = utf8mb4', 'time_zone = +00:00']),
    )
    expect(engine.settings).toContainEqual(expect.stringMatching(/^sql_mode = .*STRICT_TRANS_TABLES/))
    expect(readdirSync(cache)).toEqual([expect.stringMatching(/^(?:mariadb|mysql)-\d+\.\d+\.\d+-.*\.tar$/)])
  })

  test('listens on no port', async () => {
    const database = await engine.create()
    const session = await database.open()
    expect((await session.query('SELECT @@port AS port, @@skip_networking AS alone')).rows[0]).toMatchObject({ alone: '1' })
    await database.drop()
  })

  test('the observer sees the locks that a transaction holds, and the tables whose rows were touched', async () => {
    const database = await engine.create()
    const session = await database.open()
    const observer = mysqlObserver(engine)
    for (const sql of [
      'CREATE TABLE a (id INT PRIMARY KEY, n INT)',
      'CREATE TABLE b (id INT PRIMARY KEY)',
      'INSERT INTO a VALUES (1, 1), (2, 2)',
      'BEGIN',
    ])
      await session.query(sql)
    const watch = async (sql: string) => (await send(session, sql, { observer, trace: true, index: 0, during: undefined })).effects
    expect(await watch('INSERT INTO b SELECT id FROM a')).toMatchObject({
      locks: expect.arrayContaining([
        { relation: 'a', mode: 'SHARED_READ' },
        { relation: 'b', mode: 'SHARED_WRITE' },
      ]),
      held: [],
      written: { b: 2 },
    })
    expect(await watch('DELETE FROM b WHERE id = 1')).toMatchObject({
      locks: [],
      held: expect.arrayContaining([{ relation: 'b', mode: 'SHARED_WRITE' }]),
    })
    await session.query('COMMIT')
    // Outside a transaction the statement is put into one, so that what it holds is seen.
    expect(await watch('UPDATE a SET n = 5')).toMatchObject({ locks: [{ relation: 'a', mode: 'SHARED_WRITE' }], written: { a: 2 } })
    expect(session.state).toBe('idle')
    await database.drop()
  })

  test('is gone when the program that started it was killed', async () => {
    const script = join(cache, 'start.mts')
    writeFileSync(
      script,
      `import { openMysql } from ${JSON.stringify(join(request.root, 'src/sandbox/engines/mysql/index.ts'))}
       await openMysql(${JSON.stringify(request)})
       console.log('ready')
       setInterval(() => {}, 1000)`,
    )
    const child = spawn(process.execPath, ['--import', 'tsx', script], { cwd: request.root, stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(foldersOf(child.pid!)).toHaveLength(1)
    child.kill('SIGKILL')
    for (let i = 0; i < 200 && foldersOf(child.pid!).length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(foldersOf(child.pid!)).toEqual([])
  }, 60_000)

  test('is gone when it is closed', async () => {
    const other = await openMysql({ ...request, dialect: 'mysql' })
    // A MariaDB may answer for MySQL, and says so.
    expect(other.product).toMatch(other.dialect === 'mariadb' ? /^MariaDB/ : /^MySQL/)
    const before = foldersOf(process.pid).length
    await other.close()
    expect(foldersOf(process.pid)).toHaveLength(before - 1)
  })
})

test('what is no server is refused with what to do', async () => {
  await expect(openMysql({ ...request, asked: 'pglite' })).rejects.toMatchObject({
    name: 'UserError',
    message: '"pglite" is no MySQL or MariaDB server. Give a server by its URL: --engine mysql://root@127.0.0.1:3306',
  })
})
