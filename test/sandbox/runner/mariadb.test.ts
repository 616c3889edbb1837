import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlUrl } from '../../../scripts/servers.ts'
import type { Database, Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { openMysql } from '../../../src/sandbox/engines/mysql/index.ts'
import { mysqlObserver } from '../../../src/sandbox/observe/mysql.ts'
import { type Bench, bench, snapshotOf } from './project-bench.ts'

const opened = await openMysql({
  dialect: 'mariadb',
  wanted: undefined,
  asked: mysqlUrl,
  allowRemote: false,
  root: import.meta.dirname,
  extensions: [],
  bytes: 0,
}).catch((error: Error) => error.message)
if (typeof opened === 'string') console.warn(`skipped: ${opened}`)
const engines: readonly (readonly [string, Engine])[] = typeof opened === 'string' ? [] : [[opened.product, opened]]

const sequelize = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0", "mysql2": "^3.0.0" } }',
  'migrations/01-add.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'a', { type: Sequelize.INTEGER })
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.sequelize.query('UPDATE orders SET a = ? WHERE id > ?', { replacements: [1, 10], transaction })
      await queryInterface.changeColumn('orders', 'total', { type: Sequelize.BIGINT }, { transaction })
      await queryInterface.sequelize.query('UPDATE orders SET a = 2 WHERE id = $1', { bind: [11], transaction })
    })
  },
  down: (queryInterface) => queryInterface.removeColumn('orders', 'a'),
}
`,
  'migrations/02-forgotten.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.sequelize.query('UPDATE orders SET status = 1', { transaction })
      await queryInterface.addColumn('orders', 'd', { type: Sequelize.INTEGER })
    })
  },
}
`,
}

const typeorm = {
  'package.json': '{ "dependencies": { "typeorm": "^1.0.0", "mysql2": "^3.0.0" } }',
  'src/migrations/1700000000000-Add.ts': `import { MigrationInterface, QueryRunner, TableColumn } from 'typeorm'

export class Add1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn('orders', new TableColumn({ name: 'a', type: 'int', isNullable: true }))
    const rows: { id: number }[] = await queryRunner.query('SELECT id FROM orders WHERE id < ?', [3])
    for (const { id } of rows) await queryRunner.query('UPDATE orders SET a = ? WHERE id = ?', [id, id])
    await queryRunner.query('ALTER TABLE orders ADD COLUMN a int')
  }
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn('orders', 'a')
  }
}
`,
}

describe.each(engines)('on %s', (_, engine) => {
  let base: Snapshot
  let database: Database

  beforeAll(async () => {
    base = await snapshotOf(
      engine,
      'CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, status varchar(20), total int)',
      "INSERT INTO orders (status) SELECT 'new' FROM information_schema.columns LIMIT 50",
    )
  }, 60_000)
  afterAll(async () => {
    await base.drop()
    await engine.close()
  })

  async function on<T>(
    files: Readonly<Record<string, string>>,
    framework: 'sequelize' | 'typeorm',
    work: (project: Bench) => Promise<T>,
  ): Promise<T> {
    const project = await bench(files, { framework, dialect: 'mariadb', observer: mysqlObserver(engine) })
    database = await engine.create(base)
    try {
      return await work(project)
    } finally {
      await database.drop()
      await project.close()
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
  const columns = async () => (await query('SHOW COLUMNS FROM orders')).map((row) => row.Field)

  it('Sequelize runs up and down: DDL ends the transaction, and each ALTER says how it ran', () =>
    on(sequelize, 'sequelize', async (project) => {
      const up = await project.run('01', database)
      expect(up.failure).toBeUndefined()
      expect(up.statements).toMatchObject([
        { line: 3, inTransaction: false, effects: { algorithm: 'INSTANT' } },
        { line: 5, inTransaction: true, effects: { written: { orders: 40 } } },
        { line: 6, inTransaction: true, effects: { algorithm: 'COPY, LOCK=SHARED', rewritten: ['orders'] } },
        { line: 7, inTransaction: false },
      ])
      expect(await columns()).toEqual(['id', 'status', 'total', 'a'])
      expect(await query('SELECT count(*) AS n FROM orders WHERE a = 1')).toEqual([{ n: '39' }])
      expect(await query('SELECT name FROM SequelizeMeta')).toEqual([{ name: '01-add.js' }])
      expect((await project.run('01', database, { direction: 'down' })).failure).toBeUndefined()
      expect(await columns()).toEqual(['id', 'status', 'total'])
    }))

  it('a failure that was asked for leaves the half that MySQL keeps', () =>
    on(sequelize, 'sequelize', async (project) => {
      const up = await project.run('01', database, { failAt: 2 })
      expect(up.failure).toMatchObject({ injected: true, code: 'ER_NO_SUCH_TABLE', number: 1146 })
      expect(await columns()).toEqual(['id', 'status', 'total', 'a'])
      expect(await query('SELECT count(*) AS n FROM orders WHERE a IS NOT NULL')).toEqual([{ n: '0' }])
    }))

  it('tells of a statement that waits for its own transaction', () =>
    on(sequelize, 'sequelize', async (project) => {
      const up = await project.run('02', database)
      expect(up.deadlock).toMatchObject({ waiting: expect.stringMatching(/ADD `d`/), blocking: 'UPDATE orders SET status = 1' })
    }))

  it('TypeORM leaves what DDL committed, and does not record the migration', () =>
    on(typeorm, 'typeorm', async (project) => {
      const up = await project.run('Add', database)
      expect(up.failure).toMatchObject({ code: 'ER_DUP_FIELDNAME', number: 1060, injected: false })
      expect(up.statements.map(({ line }) => line)).toEqual([5, 6, 7, 7, 8])
      expect(await columns()).toEqual(['id', 'status', 'total', 'a'])
      expect(await query('SELECT count(*) AS n FROM migrations')).toEqual([{ n: '0' }])
    }))
})

describe('not run', () => {
  it.skip.each([[typeof opened === 'string' ? opened : 'nothing: the server is there']])('%s', () => {})
})
