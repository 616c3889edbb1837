import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mysqlUrl } from '../../scripts/servers.ts'
import type { Database, Engine, Session } from '../../src/sandbox/engine.ts'
import { openMysql } from '../../src/sandbox/engines/mysql/index.ts'
import { openMysqlProber } from '../../src/sandbox/observe/mysql-probe.ts'
import type { Prober } from '../../src/sandbox/observe/probe.ts'

const opened: Engine | string = await openMysql({
  dialect: 'mariadb',
  wanted: undefined,
  asked: mysqlUrl,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
}).catch((error: Error) => error.message)
if (typeof opened === 'string') console.warn(`skipped: MySQL or MariaDB at ${mysqlUrl}: ${opened}`)

describe.skipIf(typeof opened === 'string')(typeof opened === 'string' ? `no server: ${opened}` : `on ${opened.product}`, () => {
  const engine = opened as Engine
  let database: Database
  let session: Session
  let prober: Prober

  beforeEach(async () => {
    database = await engine.create()
    session = await database.open()
    await session.query('CREATE TABLE `my orders` (id INT PRIMARY KEY, twice INT AS (id * 2) STORED)')
    await session.query('INSERT INTO `my orders` (id) VALUES (1), (2)')
    prober = await openMysqlProber(database)
  })
  afterEach(async () => {
    await prober.close()
    await database.drop()
  })
  afterAll(() => engine.close())

  test('a table that nobody holds keeps nobody waiting, nor does one that is not there', async () => {
    expect(await prober.blocked('my orders')).toEqual([])
    expect(await prober.blocked('nowhere')).toEqual([])
  })

  test('a lock for reading keeps writers waiting, one for writing everybody', async () => {
    await session.query('LOCK TABLES `my orders` READ')
    expect(await prober.blocked('my orders')).toEqual(['insert', 'update', 'delete'])
    await session.query('LOCK TABLES `my orders` WRITE')
    expect(await prober.blocked('my orders')).toEqual(['select', 'insert', 'update', 'delete'])
    await session.query('UNLOCK TABLES')
    expect(await prober.blocked('my orders')).toEqual([])
  })

  test('an ALTER waits behind an idle reader, and everybody behind the ALTER', async () => {
    const queue = await prober.behind('reader', 'my orders', () => session.query('ALTER TABLE `my orders` ADD COLUMN late INT'))
    expect(queue).toEqual({ waited: true, blocked: ['select', 'insert', 'update', 'delete'], held: [], failure: undefined })
    expect((await session.query('SHOW COLUMNS FROM `my orders`')).rows).toHaveLength(3)
  })

  test('an INSERT waits for neither reader nor writer', async () => {
    let id = 10
    for (const holder of ['reader', 'writer'] as const) {
      const queue = await prober.behind(holder, 'my orders', () => session.query(`INSERT INTO \`my orders\` (id) VALUES (${++id})`))
      expect(queue).toEqual({ waited: false, blocked: [], held: [], failure: undefined })
    }
  })

  test('an ALTER that is ended while it waits leaves nothing', async () => {
    const ended = await prober.behind('writer', 'my orders', () => session.query('ALTER TABLE `my orders` ADD COLUMN later INT'), {
      cancel: true,
    })
    expect(ended).toMatchObject({ waited: true, failure: { number: 1317 } })
    expect((await session.query("SHOW COLUMNS FROM `my orders` LIKE 'later'")).rows).toEqual([])
  })
})
