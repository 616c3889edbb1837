import { describe, expect, it } from 'vitest'
import { mended } from './project-mended.ts'

const index = 'CREATE INDEX orders_user ON orders (user_id);\n'
const other = 'CREATE TABLE shops (id bigint PRIMARY KEY);\n'
const drop = 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\n'
const built = 'CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);\n'

describe('an index in a SQL file is built CONCURRENTLY', () => {
  it('where it stands, when it stands alone and the runner opens no transaction', async () => {
    expect((await mended({ 'migrations/1_a.sql': `-- for the list\n${index}` })).changed).toEqual({
      'migrations/1_a.sql': `${drop}-- for the list\n${built}`,
    })
    expect((await mended({ 'migrations/1_a.sql': `${other}\n-- for the list\n${index}` })).changed).toEqual({
      'migrations/1_a.sql': other,
      'migrations/2_build_orders_user.sql': `${drop}-- for the list\n${built}`,
    })
  })

  it('goose: in a file without a transaction, when nothing else needs one', async () => {
    const up = `-- +goose Up\n${index}`
    const down = '\n-- +goose Down\nDROP INDEX orders_user;\n'
    expect((await mended({ 'migrations/1_a.sql': up + down })).changed).toEqual({
      'migrations/1_a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${drop}${built}${down}`,
    })
  })

  it('goose: in a migration of its own beside others, with what takes it back', async () => {
    const files = {
      'migrations/20240131235959_a.sql': `-- +goose Up\n${other}${index}\n-- +goose Down\nDROP INDEX orders_user;\nDROP TABLE shops;\n`,
    }
    expect((await mended(files)).changed).toEqual({
      'migrations/20240131235959_a.sql': `-- +goose Up\n${other}\n-- +goose Down\nDROP TABLE shops;\n`,
      'migrations/20240201000000_build_orders_user.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${drop}${built}\n-- +goose Down\n${drop}`,
    })
  })

  it('Atlas: with its word for it above all else', async () => {
    const files = { 'migrations/20240101000000_a.sql': index, 'migrations/atlas.sum': 'h1:x=\n20240101000000_a.sql h1:y=\n' }
    expect((await mended(files)).changed).toEqual({
      'migrations/20240101000000_a.sql': `-- atlas:txmode none\n\n${drop}${built}`,
    })
  })

  it('dbmate: alone, since a block is one query string', async () => {
    expect(
      (await mended({ 'db/migrations/1_a.sql': `-- migrate:up\n${index}\n-- migrate:down\nDROP INDEX orders_user;\n` })).changed,
    ).toEqual({
      'db/migrations/1_a.sql': `-- migrate:up transaction:false\n${built}\n-- migrate:down\nDROP INDEX orders_user;\n`,
    })
  })

  it('up/down pairs: alone in a pair of its own, behind the last number', async () => {
    const files = {
      'migrations/001_a.up.sql': other + index,
      'migrations/001_a.down.sql': 'DROP INDEX orders_user;\nDROP TABLE shops;\n',
      'migrations/002_b.up.sql': 'SELECT 1;\n',
      'migrations/002_b.down.sql': 'SELECT 1;\n',
    }
    expect((await mended(files)).changed).toEqual({
      'migrations/001_a.up.sql': other,
      'migrations/001_a.down.sql': 'DROP TABLE shops;\n',
      'migrations/003_build_orders_user.up.sql': built,
      'migrations/003_build_orders_user.down.sql': drop,
    })
  })

  it('Flyway: which sees such a file itself', async () => {
    const files = { 'sql/V1__orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n', 'sql/V2__a.sql': other + index }
    expect((await mended(files)).changed).toEqual({ 'sql/V2__a.sql': other, 'sql/V2.1__build_orders_user.sql': drop + built })
  })

  it('Prisma: alone in its file, which Prisma sends as it stands', async () => {
    const schema = 'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n'
    const path = 'prisma/migrations/20240101000000_a/migration.sql'
    const own = { 'prisma/schema.prisma': schema }
    expect((await mended({ ...own, [path]: index })).changed).toEqual({ [path]: built })
    expect((await mended({ ...own, [path]: `-- CreateIndex\n${index}\n-- CreateTable\n${other}` })).changed).toEqual({
      [path]: `-- CreateTable\n${other}`,
      'prisma/migrations/20240101000001_build_orders_user/migration.sql': `-- CreateIndex\n${built}`,
    })
  })

  it('not where a later statement may need it, or nothing says who runs the file', async () => {
    const unique = index.replace('INDEX', 'UNIQUE INDEX')
    const needs = await mended({
      'migrations/1_a.sql': `BEGIN;\n${unique}INSERT INTO orders (user_id) VALUES (1) ON CONFLICT DO NOTHING;\nCOMMIT;\n`,
    })
    expect(needs.left).toContain('index-not-concurrent: later statements of the migration may need it')
    const folders = await mended({
      'migrations/2024-01-01-000000_a/up.sql': index + other,
      'migrations/2024-01-01-000000_a/down.sql': 'DROP TABLE shops;\nDROP INDEX orders_user;\n',
    })
    expect(folders.changed).toEqual({})
    expect(folders.left).toEqual([expect.stringContaining('no way to run one SQL file without a transaction')])
  })
})

describe('a constraint in SQL', () => {
  it('is added NOT VALID, and validated by a migration of its own', async () => {
    const add = 'ALTER TABLE orders\n  ADD CONSTRAINT orders_total CHECK (total >= 0)'
    const key = 'ALTER TABLE ONLY public.orders ADD FOREIGN KEY (user_id) REFERENCES users (id)'
    const first = await mended({ 'migrations/1_a.sql': `${add};\n` })
    expect(first.changed).toEqual({
      'migrations/1_a.sql': `${add} NOT VALID;\n`,
      'migrations/2_validate_orders_total.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total;\n',
    })
    expect((await mended({ 'migrations/1_a.sql': `${key};\n` })).changed).toEqual({
      'migrations/1_a.sql':
        'ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n',
      'migrations/2_validate_orders_user_id_fkey.sql': 'ALTER TABLE public.orders VALIDATE CONSTRAINT orders_user_id_fkey;\n',
    })
  })
})

describe('a wait for locks', () => {
  it('is bounded above the statement and its comment, for the transaction where there is one', async () => {
    const add = '-- notes\nALTER TABLE orders ADD COLUMN note text;\n'
    expect((await mended({ 'migrations/1_a.sql': add }, { timeouts: true })).changed).toEqual({
      'migrations/1_a.sql': `SET lock_timeout = '5s';\n${add}`,
    })
    const down = '\n-- +goose Down\nALTER TABLE orders DROP COLUMN note;\n'
    expect((await mended({ 'migrations/1_a.sql': `-- +goose Up\n${add}${down}` }, { timeouts: true })).changed).toEqual({
      'migrations/1_a.sql': `-- +goose Up\nSET LOCAL lock_timeout = '5s';\n${add}${down}`,
    })
  })

  it('is bounded on MySQL, and the change says what it may cost', async () => {
    const files = { 'migrations/1_a.sql': 'ALTER TABLE orders ADD COLUMN note TEXT NULL;\n' }
    expect((await mended(files, { dialect: 'mysql', timeouts: true, profile: 'style' })).changed).toEqual({
      'migrations/1_a.sql': 'SET SESSION lock_wait_timeout = 5;\nALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT;\n',
    })
  })
})

const dataSource = (mode: string) => ({
  'package.json': '{ "dependencies": { "typeorm": "0.3.20" } }',
  'src/data-source.ts': `import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsTransactionMode: '${mode}' })\n`,
})
const typeorm = (up: string, down: string, more = '') =>
  `import { MigrationInterface, QueryRunner, TableIndex } from "typeorm";\n\nexport class Orders1700000000001 implements MigrationInterface {\n    name = "Orders1700000000001";\n${more}\n    public async up(queryRunner: QueryRunner): Promise<void> {\n${up}    }\n\n    public async down(queryRunner: QueryRunner): Promise<void> {\n${down}    }\n}\n`
const path = 'src/migrations/1700000000001-Orders.ts'
const line = (call: string) => `        await queryRunner.${call};\n`

describe('a migration of TypeORM', () => {
  it('builds its index outside a transaction', async () => {
    const down = line('query(`DROP INDEX "orders_user"`)')
    const files = { ...dataSource('each'), [path]: typeorm(line('query(`CREATE INDEX "orders_user" ON "orders" ("user_id")`)'), down) }
    const up =
      line('query(\'DROP INDEX CONCURRENTLY IF EXISTS "orders_user"\')') +
      line('query(`CREATE INDEX CONCURRENTLY "orders_user" ON "orders" ("user_id")`)')
    expect((await mended(files)).changed).toEqual({ [path]: typeorm(up, down, '    transaction = false as const;\n') })
  })

  it('says so to the builder', async () => {
    const down = line('dropIndex("orders", "orders_user")')
    const call = (more: string) => line(`createIndex("orders", new TableIndex({ name: "orders_user", columnNames: ["user_id"]${more} }))`)
    const { changed } = await mended({ ...dataSource('each'), [path]: typeorm(call(''), down) })
    expect(changed[path]).toContain(call(', isConcurrent: true'))
  })

  it('leaves a transaction around all that is pending alone', async () => {
    const up = line('query(`CREATE INDEX "orders_user" ON "orders" ("user_id")`)')
    const { changed, left } = await mended({ ...dataSource('all'), [path]: typeorm(up, line('query(`DROP INDEX "orders_user"`)')) })
    expect(changed).toEqual({})
    expect(left).toEqual([expect.stringContaining('migrationsTransactionMode')])
  })

  it('gets a second migration in its own style', async () => {
    const sql = 'ALTER TABLE "orders" ADD CONSTRAINT "orders_user" FOREIGN KEY ("user_id") REFERENCES "users"("id")'
    const down = line('query(`ALTER TABLE "orders" DROP CONSTRAINT "orders_user"`)')
    const { changed } = await mended({ ...dataSource('each'), [path]: typeorm(line(`query(\`${sql}\`)`), down) })
    expect(changed).toEqual({
      [path]: typeorm(line(`query(\`${sql} NOT VALID\`)`), down),
      'src/migrations/1700000000002-ValidateOrdersUser.ts': typeorm(
        line('query(\'ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user"\')'),
        '',
      )
        .replace(', TableIndex', '')
        .replaceAll('Orders1700000000001', 'ValidateOrdersUser1700000000002'),
    })
  })
})

const sequelize = (up: string, down = "await queryInterface.removeColumn('orders', 'note')") =>
  `'use strict'\n\nmodule.exports = {\n  async up(queryInterface, Sequelize) {\n    ${up}\n  },\n\n  async down(queryInterface) {\n    ${down}\n  },\n}\n`
const file = 'migrations/20240101000000-orders.js'
const package_ = { 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }

describe('a migration of Sequelize', () => {
  it('says concurrently in the options of its call, whatever their place', async () => {
    const drop = (name: string) => `await queryInterface.sequelize.query('DROP INDEX CONCURRENTLY IF EXISTS "${name}"')\n    `
    for (const [before, after] of [
      ["addIndex('orders', ['note'])", `${drop('orders_note')}await queryInterface.addIndex('orders', ['note'], { concurrently: true })`],
      [
        "addIndex('orders', { fields: ['note'], name: 'o' })",
        `${drop('o')}await queryInterface.addIndex('orders', { concurrently: true, fields: ['note'], name: 'o' })`,
      ],
    ] as const) {
      const down = "await queryInterface.removeIndex('orders', ['note'])"
      expect((await mended({ ...package_, [file]: sequelize(`await queryInterface.${before}`, down) })).changed).toEqual({
        [file]: sequelize(after, down),
      })
    }
  })

  it('awaits, passes the transaction that is open, and bounds its waits there', async () => {
    const up = (first: string, second: string) =>
      `await queryInterface.sequelize.transaction(async (t) => {\n      ${first}queryInterface.addColumn('orders', 'note', Sequelize.TEXT${second})\n    })`
    const bound = 'await queryInterface.sequelize.query("SET LOCAL lock_timeout = \'5s\'", { transaction: t })\n      await '
    expect((await mended({ ...package_, [file]: sequelize(up('', '')) }, { timeouts: true })).changed).toEqual({
      [file]: sequelize(up(bound, ', { transaction: t }')),
    })
  })

  const steps =
    "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })\n    // Behind it.\n    await queryInterface.sequelize.query(`UPDATE orders\n    SET note = '' WHERE id = 1`)\n\n    await queryInterface.removeColumn('orders', 'memo')"
  const back = 'await queryInterface.removeColumn("orders", "note")'

  it('opens a transaction around steps that build on one another', async () => {
    const wrapped = `await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }, { transaction })
      // Behind it.
      await queryInterface.sequelize.query(\`UPDATE orders
    SET note = '' WHERE id = 1\`, { transaction })

      await queryInterface.removeColumn('orders', 'memo', { transaction })
    })`
    const { changed } = await mended({ ...package_, [file]: sequelize(steps, back) })
    expect(changed[file]).toContain(wrapped)
  })

  it('opens one to bound the wait of what touches one table', async () => {
    const up = "await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)"
    const { changed } = await mended({ ...package_, [file]: sequelize(up, back) }, { timeouts: true })
    expect(changed[file]).toContain(`    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.sequelize.query("SET LOCAL lock_timeout = '5s'", { transaction })
      await queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction })
    })`)
    // One call names the schema in what it sends, the other does not.
    const two = `await queryInterface.changeColumn('orders', 'id', { type: Sequelize.BIGINT, allowNull: false })\n    ${up}`
    expect((await mended({ ...package_, [file]: sequelize(two, back) }, { timeouts: true })).done).toContain(
      'missing-lock-timeout: Bound the wait for locks with lock_timeout',
    )
  })

  it.each([
    [
      'asks the database before',
      "const known = await queryInterface.describeTable('orders')\n    await queryInterface.addColumn('orders', 'note', known.memo)",
    ],
    [
      'goes on after a failure',
      "try {\n      await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n    } catch (error) {\n      console.error(error)\n    }",
    ],
    ['has several on their way', "await Promise.all([1, 2].map((i) => queryInterface.addColumn('orders', `note${i}`, Sequelize.TEXT)))"],
    [
      'has another use for the name',
      "const transaction = 'note'\n    await queryInterface.addColumn('orders', transaction, Sequelize.TEXT)",
    ],
    [
      'touches other tables',
      "await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n    await queryInterface.addColumn('lines', 'note', Sequelize.TEXT)",
    ],
  ])('is left as it is where a call may go to any connection and it %s', async (_, up) => {
    const { changed, left } = await mended(
      { ...package_, [file]: sequelize(up, "throw new Error('There is no way back')") },
      { timeouts: true },
    )
    expect(changed).toEqual({})
    expect(left).toContain('missing-lock-timeout: without a transaction each call may use another connection of the pool')
  })
})
