import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { discoverHistories } from '../../../src/frameworks/discover.ts'
import type { RunnerOptions } from '../../../src/frameworks/framework.ts'
import { dialectOf, frameworks } from '../../../src/pipeline/engines.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import type { Database, Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { postgresObserver } from '../../../src/sandbox/observe/postgres.ts'
import type { RunRequest } from '../../../src/sandbox/runner/runner.ts'
import { sqlRunner } from '../../../src/sandbox/runner/sql.ts'
import { engines } from '../postgres-servers.ts'

const all = await engines()
for (const sentence of all.absent) console.warn(`skipped: ${sentence}`)

let database: Database

interface Asked extends Partial<Omit<RunRequest, 'database' | 'entry'>> {
  readonly transaction?: NonNullable<RunnerOptions['transaction']>
  readonly prisma?: boolean
  readonly pair?: boolean
  readonly milliseconds?: number
}

async function run(sql: string, asked: Asked = {}) {
  const { transaction = 'none', prisma = false, pair = false, milliseconds = 10_000, ...request } = asked
  const project = prisma
    ? memoryProject(
        {
          'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
          'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
          'prisma/migrations/20240101000000_a/migration.sql': sql,
        },
        { prisma: '5.0.0' },
      )
    : memoryProject(
        pair ? { 'migrations/001_a.up.sql': sql, 'migrations/001_a.down.sql': 'drop table gone;' } : { 'migrations/001_a.sql': sql },
      )
  const [framework] = await frameworks([prisma ? 'prisma' : 'raw-sql'])
  const history = discoverHistories(project, { frameworks: [framework!], dialect: 'postgres' })[0]!
  const dialect = await dialectOf('postgres')
  await framework!.ready()
  const runner = sqlRunner({
    framework: framework!,
    project,
    load: { dialect, version: dialect.latest, runner: prisma ? {} : { transaction }, history },
    observer: postgresObserver,
    limits: { milliseconds, mebibytes: 512 },
    forbidden: (text) => (/alter system/i.test(text) ? 'ALTER SYSTEM reaches outside the database' : undefined),
  })
  return runner.run({ database, entry: history.entries[0]!, direction: 'up', trace: true, ...request })
}

async function query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const session = await database.open()
  try {
    return (await session.query(sql)).rows
  } finally {
    await session.close()
  }
}

async function columns(): Promise<readonly unknown[]> {
  const rows = await query(
    "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
  )
  return rows.map(({ name }) => name)
}

describe.each(all.found)('SQL files on %s', (_, engine: Engine) => {
  let base: Snapshot
  beforeAll(async () => {
    database = await engine.create()
    await query('CREATE TABLE orders (id int PRIMARY KEY, status text)')
    base = await engine.snapshot(database)
    await database.drop()
  }, 60_000)
  afterAll(() => engine.close())
  beforeEach(async () => {
    database = await engine.create(base)
  })
  afterEach(() => database.drop())

  it('are sent statement by statement, each with its line and the locks that it takes', async () => {
    const outcome = await run('-- a note\nalter table orders add column a int;\n\ncreate index orders_status on orders (status);\n')
    expect(outcome).toMatchObject({ failure: undefined, killed: undefined })
    expect(outcome.statements).toMatchObject([
      {
        index: 0,
        sql: 'alter table orders add column a int',
        file: 'migrations/001_a.sql',
        line: 2,
        connection: 0,
        inTransaction: false,
      },
      { index: 1, line: 4, inTransaction: false, effects: { locks: expect.arrayContaining([{ relation: 'orders', mode: 'ShareLock' }]) } },
    ])
    expect(outcome.statements[0]!.effects!.locks).toContainEqual({ relation: 'orders', mode: 'AccessExclusiveLock' })
    expect(await columns()).toEqual(['id', 'status', 'a'])
  })

  it('keep what ran before a failure when there is no transaction', async () => {
    const outcome = await run(
      'alter table orders add column a int; select version(); alter table orders add column a int; create table after_it ();',
    )
    expect(outcome.failure).toMatchObject({ code: '42701', injected: false })
    expect(outcome.statements.map(({ failure }) => failure?.code)).toEqual([undefined, '42701'])
    expect(await columns()).toEqual(['id', 'status', 'a'])
  })

  it('keep nothing when the tool opens a transaction, and hold the locks of earlier statements', async () => {
    const sql = 'alter table orders add column a int; update orders set a = 1; alter table orders add column a int;'
    const outcome = await run(sql, { transaction: 'each' })
    expect(outcome.failure).toMatchObject({ code: '42701' })
    expect(outcome.statements[1]).toMatchObject({ inTransaction: true })
    expect(outcome.statements[1]!.effects!.held).toContainEqual({ relation: 'orders', mode: 'AccessExclusiveLock' })
    expect(await columns()).toEqual(['id', 'status'])
  })

  it('respect BEGIN and COMMIT of their own', async () => {
    const sql =
      'alter table orders add column a int; begin; alter table orders add column b int; commit; begin; alter table orders add column c int;'
    const outcome = await run(sql)
    expect(outcome.failure).toBeUndefined()
    expect(outcome.statements.map(({ inTransaction }) => inTransaction)).toEqual([false, true, true])
    expect(await columns()).toEqual(['id', 'status', 'a', 'b'])
  })

  it('of Prisma travel in one query string, which PostgreSQL takes as one transaction', async () => {
    const outcome = await run('alter table orders add column a int;\nalter table orders add column a int;', { prisma: true })
    expect(outcome.failure).toMatchObject({ code: '42701' })
    expect(await columns()).toEqual(['id', 'status'])
    const concurrent = await run('create index concurrently i on orders (status); select 1;', { prisma: true })
    expect(concurrent.failure).toMatchObject({ code: '25001' })
    const alone = await run('create index concurrently i on orders (status);', { prisma: true })
    expect(alone).toMatchObject({ failure: undefined, statements: [{ inTransaction: false }] })
  })

  it('of golang-migrate do so too: one string, one transaction, unless the file ends it', async () => {
    const outcome = await run('alter table orders add column a int; alter table orders add column a int;', { pair: true })
    expect(outcome.statements.map(({ inTransaction }) => inTransaction)).toEqual([true, true])
    expect(await columns()).toEqual(['id', 'status'])
    await run('begin; alter table orders add column a int; commit; alter table orders add column b int; select 1/0;', { pair: true })
    expect(await columns()).toEqual(['id', 'status', 'a'])
  })

  it('fail at the statement that is asked for', async () => {
    const sql = 'set client_min_messages = warning; alter table orders add column a int; alter table orders add column b int;'
    const outcome = await run(sql, { failAt: 1 })
    expect(outcome.failure).toMatchObject({ injected: true, message: expect.stringContaining('surefoot: injected failure') })
    expect(outcome.statements).toMatchObject([
      { failure: undefined },
      { sql: 'alter table orders add column b int', failure: { injected: true } },
    ])
    expect(await columns()).toEqual(['id', 'status', 'a'])
  })

  it('show what they hold before it is released', async () => {
    const seen: string[] = []
    await run('alter table orders add column a int; create index concurrently i on orders (status)', {
      during: async ({ index, effects }) => {
        seen.push(`${index}: ${effects.locks.map(({ mode }) => mode).join()}`)
        if (!engine.secondSession) return
        expect(await query("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'orders'::regclass")).toHaveLength(1)
      },
    })
    expect(seen).toEqual(['0: AccessExclusiveLock'])
  })

  it('are not watched when nobody asks', async () => {
    const outcome = await run('alter table orders add column a int', { trace: false })
    expect(outcome.statements).toMatchObject([{ effects: undefined, failure: undefined }])
    expect(await columns()).toContain('a')
  })

  it.each([
    ['\\i other.sql\n', /^migrations\/001_a\.sql:2: \\i is a command of psql/],
    ['alter table ${schema}.orders add column b int;', /:2: \$\{schema\} is filled in by the tool/],
    ['alter system set wal_level = minimal;', /:2: ALTER SYSTEM reaches outside/],
    ['copy orders from stdin;\n1\tnew\n\\.\n', /rows of COPY … FROM STDIN/],
  ])('that no server could be sent fail in words: %s', async (sql, message) => {
    const outcome = await run(`alter table orders add column a int;\n${sql}`)
    expect(outcome.failure).toMatchObject({ message: expect.stringMatching(message), code: undefined, injected: false })
    expect(outcome.statements).toHaveLength(1)
  })

  it('are stopped when their time is up', async () => {
    const outcome = await run('alter table orders add column a int; select pg_sleep(60);', { milliseconds: 700 })
    expect(outcome).toMatchObject({ killed: 'time', failure: { message: 'stopped after 700 ms', injected: false } })
    expect(outcome.milliseconds).toBeLessThan(10_000)
    expect(outcome.statements).toMatchObject([{ failure: undefined }, { sql: 'select pg_sleep(60)', failure: { injected: false } }])
  })

  it('say when there is no such direction', async () => {
    const outcome = await run('select 1', { prisma: true, direction: 'down' })
    expect(outcome.failure?.message).toBe('20240101000000_a has no down')
    expect((await run('select 1', { pair: true, direction: 'down' })).failure).toMatchObject({ code: '42P01' })
  })
})

describe('not run', () => {
  it.skip.each(all.absent.length > 0 ? all.absent.map((line) => [line]) : [['nothing: every kind of server is there']])('%s', () => {})
})
