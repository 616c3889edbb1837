import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { postgresObserver } from '../../../src/sandbox/observe/postgres.ts'
import { engines } from '../postgres-servers.ts'
import { type Bench, bench, snapshotOf } from './project-bench.ts'

const all = await engines()
for (const sentence of all.absent) console.warn(`skipped: ${sentence}`)

const files = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0", "pg": "^8.0.0" } }',
  'tables.js': `exports.orders = 'orders'`,
  'migrations/01-add.js': `const { orders } = require('../tables')
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn(orders, 'a', { type: Sequelize.INTEGER })
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addIndex('orders', ['a'], { transaction })
      await queryInterface.sequelize.query('UPDATE orders SET a = $1', { bind: [1], transaction })
    })
    const [rows] = await queryInterface.sequelize.query('SELECT a FROM orders')
    console.log('rows', rows)
  },
  down: (queryInterface) => queryInterface.removeColumn('orders', 'a'),
}
`,
  // As sequelize-cli and umzug run them when Babel or a bundler has not been at work.
  'migrations/02-umzug.ts': `import type { QueryInterface } from 'sequelize'
import { DataTypes, literal } from 'sequelize'
type Given = { context: QueryInterface; name: string }

export const up = async ({ context: queryInterface, name }: Given) => {
  await queryInterface.addColumn('orders', 'b', { type: DataTypes.STRING, defaultValue: literal("'x'") })
  console.log(name)
}

export const down = async ({ context }: Given): Promise<void> => {
  await context.removeColumn('orders', 'b')
}
`,
  'migrations/03-callback.js': `exports.up = function (queryInterface, Sequelize, done) {
  queryInterface.addColumn('orders', 'c', Sequelize.TEXT).then(() => done(), done)
}
exports.down = function (queryInterface, Sequelize, done) { done(new Error('no way back')) }
`,
  'migrations/04-forgotten.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn('orders', 'd', { type: Sequelize.INTEGER }, { transaction })
      await queryInterface.sequelize.query('UPDATE orders SET d = 1')
    })
  },
}
`,
  'migrations/05-twice.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'e', Sequelize.INTEGER)
    await queryInterface.addColumn('orders', 'e', Sequelize.INTEGER)
  },
}
`,
  'migrations/07-forgotten-first.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn('orders', 'g', { type: Sequelize.INTEGER })
    })
  },
}
`,
  // A runner of the project's own opens a transaction around each.
  'migrations/06-handed.ts': `import * as Sequelize from 'sequelize'

export async function up(utils: { transaction: Sequelize.Transaction; queryInterface: Sequelize.QueryInterface; sequelize: Sequelize.Sequelize }) {
  await utils.queryInterface.addColumn('orders', 'f', { type: Sequelize.INTEGER }, { transaction: utils.transaction })
  await utils.sequelize.query('UPDATE orders SET f = 1', { transaction: utils.transaction })
}
`,
}

// As Bluebird does: whoever begins the queue is who all in it are called back for, unless it is told to keep them apart.
const bluebird = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0", "pg": "^8.0.0" } }',
  'node_modules/bluebird/package.json': '{ "name": "bluebird", "version": "3.7.2", "main": "js/release/promise.js" }',
  'node_modules/bluebird/js/release/promise.js': `const { AsyncResource } = require('node:async_hooks')
module.exports = function () {
  let asyncHooks = false
  const queue = []
  const drain = () => { for (let next = queue.shift(); next; next = queue.shift()) next() }
  return {
    config(options) { asyncHooks = options.asyncHooks },
    queued: (work) => (...args) => new Promise((resolve, reject) => {
      const call = () => work(...args).then(resolve, reject)
      if (queue.push(asyncHooks ? AsyncResource.bind(call) : call) === 1) setImmediate(drain)
    }),
  }
}
`,
  'migrations/01-two.js': `const { queued } = require('bluebird')()
module.exports = {
  async up(queryInterface, Sequelize) {
    const { sequelize } = queryInterface
    sequelize.query = queued(sequelize.query.bind(sequelize))
    await Promise.all([
      queryInterface.addColumn('orders', 'a', Sequelize.INTEGER),
      queryInterface.addColumn('orders', 'b', Sequelize.INTEGER),
    ])
  },
}
`,
}

describe.each(all.found)('Sequelize on %s', (_, engine: Engine) => {
  let project: Bench
  let base: Snapshot
  let database: Database

  beforeAll(async () => {
    project = await bench(files, { framework: 'sequelize', dialect: 'postgres', observer: postgresObserver })
    base = await snapshotOf(
      engine,
      'CREATE TABLE orders (id serial PRIMARY KEY, status text)',
      "INSERT INTO orders (status) SELECT 'new' FROM generate_series(1, 50)",
    )
  }, 60_000)
  afterAll(async () => {
    await project.close()
    await engine.close()
  })

  async function fresh<T>(work: () => Promise<T>): Promise<T> {
    database = await engine.create(base)
    try {
      return await work()
    } finally {
      await database.drop()
    }
  }
  async function query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const session = await database.open()
    try {
      return (await session.query(sql)).rows
    } finally {
      await session.close()
    }
  }
  const columns = async () =>
    (
      await query(
        "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
      )
    ).map(({ name }) => name)

  it('says what runs the migrations', () => {
    expect(project.product).toMatch(/^sequelize 6\.\d+\.\d+ of the project, pg 8\.\d+\.\d+ of the project$/)
    expect(project.bookkeeping).toEqual(['SequelizeMeta'])
  })

  it('runs up and down, with the line, the transaction and the locks of each statement', () =>
    fresh(async () => {
      const up = await project.run('01-add', database)
      expect(up).toMatchObject({ failure: undefined, killed: undefined })
      expect(up.printed).toContain('rows [')
      const file = 'migrations/01-add.js'
      expect(up.statements).toMatchObject([
        { index: 0, sql: expect.stringMatching(/ADD COLUMN "a" INTEGER/), file, line: 4, connection: 0, inTransaction: false },
        { index: 1, sql: expect.stringMatching(/CREATE INDEX/), file, line: 6, inTransaction: true },
        { index: 2, sql: 'UPDATE orders SET a = $1', file, line: 7, inTransaction: true, effects: { written: { orders: 50 } } },
        { index: 3, sql: 'SELECT a FROM orders', file, line: 9, inTransaction: false },
      ])
      expect(up.statements[0]!.effects!.locks).toContainEqual({ relation: 'orders', mode: 'AccessExclusiveLock' })
      expect(up.statements[2]!.effects!.held).toContainEqual({ relation: 'orders', mode: 'ShareLock' })
      expect(await columns()).toEqual(['id', 'status', 'a'])
      expect(await query('SELECT name FROM "SequelizeMeta"')).toEqual([{ name: '01-add.js' }])
      const down = await project.run('01-add', database, { direction: 'down' })
      expect(down.failure).toBeUndefined()
      expect(await columns()).toEqual(['id', 'status'])
      expect(await query('SELECT name FROM "SequelizeMeta"')).toEqual([])
    }))

  it('runs the same without watching', () =>
    fresh(async () => {
      const up = await project.run('01-add', database, { trace: false })
      expect(up.statements.map(({ line, effects }) => [line, effects])).toEqual([
        [4, undefined],
        [6, undefined],
        [7, undefined],
        [9, undefined],
      ])
      expect(await columns()).toEqual(['id', 'status', 'a'])
    }))

  it("runs umzug's TypeScript with the lines of the file", () =>
    fresh(async () => {
      const up = await project.run('02-umzug', database)
      expect(up).toMatchObject({ failure: undefined, statements: [{ file: 'migrations/02-umzug.ts', line: 6 }], printed: '02-umzug.ts\n' })
      expect(await columns()).toEqual(['id', 'status', 'b'])
      expect((await project.run('02-umzug', database, { direction: 'down' })).failure).toBeUndefined()
      expect(await columns()).toEqual(['id', 'status'])
    }))

  it('waits for a callback', () =>
    fresh(async () => {
      expect(await project.run('03', database)).toMatchObject({ failure: undefined })
      expect(await columns()).toEqual(['id', 'status', 'c'])
      expect(await project.run('03', database, { direction: 'down' })).toMatchObject({
        failure: { message: 'no way back', code: undefined },
      })
    }))

  it('hands over a transaction to a migration that counts on one, and takes all of it back when a statement fails', () =>
    fresh(async () => {
      const up = await project.run('06', database)
      expect(up.failure).toBeUndefined()
      expect(up.statements.map(({ line, inTransaction }) => [line, inTransaction])).toEqual([
        [4, true],
        [5, true],
      ])
      expect(await query('SELECT count(*)::int AS n FROM orders WHERE f = 1')).toEqual([{ n: 50 }])
    }).then(() =>
      fresh(async () => {
        expect(await project.run('06', database, { failAt: 1 })).toMatchObject({ failure: { injected: true } })
        expect(await columns()).toEqual(['id', 'status'])
      }),
    ))

  it('knows the line of a statement that goes through promises of another kind', () =>
    fresh(async () => {
      const options = { framework: 'sequelize', dialect: 'postgres', observer: postgresObserver, only: ['sequelize', 'pg'] } as const
      const own = await bench(bluebird, options)
      const up = await own.run('01-two', database, { trace: false })
      expect(up.failure).toBeUndefined()
      expect(up.statements.map(({ sql, line }) => [/"[ab]"/.exec(sql)?.[0], line])).toEqual([
        ['"a"', 7],
        ['"b"', 8],
      ])
      await own.close()
    }))

  it('stops at the first error and leaves what was done', () =>
    fresh(async () => {
      const up = await project.run('05', database)
      expect(up.failure).toMatchObject({ code: '42701', injected: false })
      expect(up.statements.map(({ failure }) => failure?.code)).toEqual([undefined, '42701'])
      expect(await columns()).toEqual(['id', 'status', 'e'])
      expect(await query('SELECT name FROM "SequelizeMeta"')).toEqual([])
    }))

  it.each([
    [0, ['id', 'status']],
    [2, ['id', 'status', 'a']],
  ])('fails at statement %i when it is asked to', (failAt, left) =>
    fresh(async () => {
      const up = await project.run('01-add', database, { failAt })
      expect(up.failure).toMatchObject({ injected: true })
      expect(up.statements).toHaveLength(failAt + 1)
      expect(up.statements[failAt]!.failure).toMatchObject({ injected: true })
      expect(await columns()).toEqual(left)
      expect(await query("SELECT 1 FROM pg_indexes WHERE indexname = 'orders_a'")).toEqual([])
    }),
  )

  it('shows what a statement holds before it is released', () =>
    fresh(async () => {
      const seen: [number, number][] = []
      await project.run('01-add', database, {
        during: async ({ index }) => {
          // Where there is one session only, it is the migration's.
          if (!engine.secondSession) return
          const [row] = await query(
            "SELECT count(*)::int AS count FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'orders'::regclass",
          )
          seen.push([index, Number(row!.count)])
        },
      })
      if (engine.secondSession)
        expect(seen).toEqual([
          [0, 1],
          [1, 0],
          [2, 0],
          [3, 0],
        ])
    }))

  it.runIf(engine.secondSession)('ends in words when the server goes away in the middle', () =>
    fresh(async () => {
      const up = await project.run('01-add', database, {
        during: async ({ index }) => {
          if (index === 1)
            await query(
              'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
            )
        },
      })
      expect(up.failure?.message).toMatch(/terminat|connection/i)
      expect(up.killed).toBeUndefined()
      expect(await columns()).toEqual(['id', 'status', 'a'])
      expect((await project.run('03', database)).failure).toBeUndefined()
    }),
  )

  it('tells of a statement that waits for its own transaction', () =>
    fresh(async () => {
      const up = await project.run('04', database)
      expect(up.killed).toBeUndefined()
      expect(up.failure).toBeDefined()
      expect(up.deadlock?.blocking).toMatch(/ADD COLUMN "d"/)
      if (engine.secondSession) expect(up.deadlock?.waiting).toBe('UPDATE orders SET d = 1')
      expect(up.milliseconds).toBeLessThan(8000)
      // The next run is as good as the first.
      expect((await project.run('05', database, { failAt: 1 })).failure).toMatchObject({ injected: true })
    }))

  it('tells of a call beside a transaction in which nothing has run yet', () =>
    fresh(async () => {
      const up = await project.run('07', database)
      // With one connection the call can have none; with more it runs on another.
      expect(up.failure === undefined).toBe(engine.secondSession)
      expect(up.deadlock?.blocking).toEqual(engine.secondSession ? undefined : expect.stringMatching(/^START TRANSACTION/))
    }))
})

describe('not run', () => {
  it.skip.each(all.absent.length > 0 ? all.absent.map((line) => [line]) : [['nothing: every kind of server is there']])('%s', () => {})
})
