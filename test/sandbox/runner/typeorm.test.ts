import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { openSqlite } from '../../../src/sandbox/engines/sqlite/index.ts'
import { postgresObserver } from '../../../src/sandbox/observe/postgres.ts'
import { sqliteObserver } from '../../../src/sandbox/observe/sqlite.ts'
import { engines } from '../postgres-servers.ts'
import { type Bench, bench, snapshotOf } from './project-bench.ts'

const all = await engines()
for (const sentence of all.absent) console.warn(`skipped: ${sentence}`)

const head = "import { MigrationInterface, QueryRunner, TableColumn } from 'typeorm'\n"
const files = {
  'package.json': '{ "dependencies": { "typeorm": "^1.0.0", "pg": "^8.0.0" } }',
  'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@names/*": ["src/names/*"] }, "experimentalDecorators": true } }',
  'src/names/tables.ts': `export enum Tables { Orders = 'orders' }\nexport const { Orders: orders } = Tables\n`,
  'src/entity.ts': `import 'reflect-metadata'
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ type: 'text', nullable: true })
  status!: string | null
}
`,
  'src/migrations/1700000000001-Add.ts': `${head}import { orders } from '@names/tables'
import { Order } from '../entity'

export class Add1700000000001 implements MigrationInterface {
  name = 'Add1700000000001'

  constructor(private readonly column = 'a') {}

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn(orders, new TableColumn({ name: this.column, type: 'int', isNullable: true }))
    await this.fill(queryRunner)
    await Promise.all([1, 2].map((id) => queryRunner.query('UPDATE orders SET a = $1 WHERE id = $2', [id, id])))
    console.log(Order.name)
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn(orders, this.column)
  }

  private async fill(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.manager.query('UPDATE orders SET a = 0')
  }
}
`,
  'src/migrations/1700000000002-Twice.ts': `${head}
export class Twice1700000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orders ADD COLUMN b int')
    await queryRunner.query('ALTER TABLE orders ADD COLUMN b int')
  }
  async down(): Promise<void> {}
}
`,
  'src/migrations/1700000000003-Concurrently.ts': `${head}
export class Concurrently1700000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX CONCURRENTLY orders_status ON orders (status)')
  }
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY orders_status')
  }
}
`,
}

describe.each(all.found)('TypeORM on %s', (_, engine: Engine) => {
  let project: Bench
  let without: Bench
  let base: Snapshot
  let database: Database

  beforeAll(async () => {
    const options = { framework: 'typeorm', dialect: 'postgres', observer: postgresObserver } as const
    project = await bench(files, options)
    without = await bench(files, { ...options, runner: { transaction: 'none' } })
    base = await snapshotOf(
      engine,
      'CREATE TABLE orders (id serial PRIMARY KEY, status text)',
      "INSERT INTO orders (status) SELECT 'new' FROM generate_series(1, 50)",
    )
  }, 60_000)
  afterAll(async () => {
    await project.close()
    await without.close()
    await engine.close()
  })

  async function fresh(work: () => Promise<void>): Promise<void> {
    database = await engine.create(base)
    try {
      await work()
    } finally {
      await database.drop()
    }
  }
  async function names(sql: string): Promise<readonly unknown[]> {
    const session = await database.open()
    try {
      return (await session.query(sql)).rows.map(({ name }) => name)
    } finally {
      await session.close()
    }
  }
  const columns = () =>
    names(
      "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    )
  const recorded = () => names('SELECT name FROM migrations')

  it('runs up and down in its transaction, with the lines of the TypeScript file', () =>
    fresh(async () => {
      const up = await project.run('Add', database)
      expect(up).toMatchObject({ failure: undefined, killed: undefined, printed: 'Order\n' })
      const file = 'src/migrations/1700000000001-Add.ts'
      expect(up.statements.map(({ line }) => line)).toEqual([11, 22, 13, 13])
      expect(up.statements).toMatchObject([
        { sql: expect.stringMatching(/ADD "a" int/), file, connection: 0, inTransaction: true },
        { sql: 'UPDATE orders SET a = 0', inTransaction: true, effects: { written: { orders: 50 } } },
        { file, inTransaction: true },
        { file, inTransaction: true },
      ])
      expect(up.statements[1]!.effects!.held).toContainEqual({ relation: 'orders', mode: 'AccessExclusiveLock' })
      expect(await columns()).toEqual(['id', 'status', 'a'])
      expect(await recorded()).toEqual(['Add1700000000001'])
      const down = await project.run('Add', database, { direction: 'down' })
      expect(down).toMatchObject({ failure: undefined, statements: [{ line: 18 }] })
      expect(await columns()).toEqual(['id', 'status'])
      expect(await recorded()).toEqual([])
    }))

  it('leaves nothing of a migration that fails, and everything where there is no transaction', () =>
    fresh(async () => {
      const up = await project.run('Twice', database)
      expect(up.failure).toMatchObject({ code: '42701' })
      expect(await columns()).toEqual(['id', 'status'])
      const bare = await without.run('Twice', database)
      expect(bare.failure).toMatchObject({ code: '42701' })
      expect(bare.statements.map(({ inTransaction }) => inTransaction)).toEqual([false, false])
      expect(await columns()).toEqual(['id', 'status', 'b'])
      expect(await recorded()).toEqual([])
    }))

  it('cannot build an index concurrently in its transaction, and can without one', () =>
    fresh(async () => {
      expect((await project.run('Concurrently', database)).failure).toMatchObject({ code: '25001' })
      const up = await without.run('Concurrently', database)
      expect(up.failure).toBeUndefined()
      expect((await without.run('Concurrently', database, { direction: 'down' })).failure).toBeUndefined()
    }))

  it('fails where it is asked to, and can be tried again', () =>
    fresh(async () => {
      const up = await project.run('Add', database, { failAt: 2 })
      expect(up.failure).toMatchObject({ injected: true })
      expect(await columns()).toEqual(['id', 'status'])
      expect((await project.run('Add', database)).failure).toBeUndefined()
    }))

  it('undoes a migration that came into the database another way', () =>
    fresh(async () => {
      await names('ALTER TABLE orders ADD COLUMN a int')
      const down = await project.run('Add', database, { direction: 'down' })
      expect(down.failure).toBeUndefined()
      expect(await columns()).toEqual(['id', 'status'])
    }))
})

describe('TypeORM on SQLite', () => {
  it('runs up and down on the image of a database', async () => {
    const engine = await openSqlite({
      dialect: 'sqlite',
      wanted: undefined,
      asked: undefined,
      allowRemote: false,
      root: import.meta.dirname,
      extensions: [],
      bytes: 0,
    })
    const project = await bench(
      {
        ...files,
        'src/migrations/1700000000001-Add.ts': files['src/migrations/1700000000001-Add.ts'].replace('$1 WHERE id = $2', '? WHERE id = ?'),
      },
      { framework: 'typeorm', dialect: 'sqlite', observer: sqliteObserver },
    )
    const database = await engine.create()
    const query = async (sql: string) => {
      const session = await database.open()
      try {
        return (await session.query(sql)).rows
      } finally {
        await session.close()
      }
    }
    try {
      await query('CREATE TABLE orders (id integer PRIMARY KEY, status text)')
      await query("INSERT INTO orders (status) VALUES ('x'), ('y'), ('z')")
      const up = await project.run('Add', database)
      expect(up.failure).toBeUndefined()
      expect(up.statements.map(({ line }) => line)).toEqual([11, 11, 11, 11, 22, 13, 13])
      expect(await query('SELECT id, a FROM orders')).toEqual([
        { id: 1, a: 1 },
        { id: 2, a: 2 },
        { id: 3, a: 0 },
      ])
      const twice = await project.run('Twice', database)
      expect(twice.failure).toMatchObject({ code: 'SQLITE_ERROR', message: expect.stringContaining('duplicate column name: b') })
      expect((await project.run('Add', database, { direction: 'down' })).failure).toBeUndefined()
      expect(await query('SELECT * FROM orders LIMIT 1')).toEqual([{ id: 1, status: 'x' }])
    } finally {
      await database.drop()
      await project.close()
      await engine.close()
    }
  })
})

describe('not run', () => {
  it.skip.each(all.absent.length > 0 ? all.absent.map((line) => [line]) : [['nothing: every kind of server is there']])('%s', () => {})
})
