import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresAddress } from '../../scripts/servers.ts'
import { type Files, mended } from './project-mended.ts'
import { connect, connectAdmin } from './server.ts'

const admin = await connectAdmin()
const modules = realpathSync(join(import.meta.dirname, '../../node_modules'))
const folder = mkdtempSync(join(tmpdir(), 'surefoot-orm-'))
symlinkSync(modules, join(folder, 'node_modules'))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await admin?.end()
})

const load = createRequire(join(modules, 'x.js'))
const tables =
  "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int, state text); CREATE INDEX old ON orders (user_id); INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, 1, 5, 'new');"
const seen =
  "SELECT conname AS name, pg_get_constraintdef(oid) AS definition, convalidated FROM pg_constraint WHERE conrelid IN ('orders'::regclass, 'users'::regclass) UNION ALL SELECT indexname, indexdef, NULL FROM pg_indexes WHERE tablename = 'orders' UNION ALL SELECT column_name, data_type, NULL FROM information_schema.columns WHERE table_name = 'orders' ORDER BY 1"

type Run = (paths: readonly string[], database: string, direction: 'up' | 'down') => Promise<void>

/** Umzug's way: each file's function, in order, and backwards. */
const withSequelize: Run = async (paths, database, direction) => {
  const Sequelize = load('sequelize')
  const { user, password, host, port } = postgresAddress
  const sequelize = new Sequelize(database, user, password, { host, port, dialect: 'postgres', logging: false })
  try {
    for (const path of direction === 'up' ? paths : paths.toReversed())
      await load(path)[direction](sequelize.getQueryInterface(), Sequelize)
  } finally {
    await sequelize.close()
  }
}

const withTypeorm: Run = async (paths, database, direction) => {
  const { DataSource } = load('typeorm')
  const { user: username, password, host, port } = postgresAddress

  const source = new DataSource({ type: 'postgres', host, port, username, password, database, migrations: paths })
  await source.initialize()
  try {
    if (direction === 'up') await source.runMigrations({ transaction: 'each' })
    else for (const _ of paths) await source.undoLastMigration({ transaction: 'each' })
  } finally {
    await source.destroy()
  }
}

let made = 0

/** The constraints, indexes and columns that the database holds when the framework has run the files, and when it has undone them. */
async function after(files: Files, run: Run): Promise<readonly unknown[]> {
  const count = made++
  const database = `surefoot_orm_${process.pid}_${count}`
  const paths = Object.keys(files)
    .sort()
    .map((path) => join(folder, String(count), path))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, String(count), path, '..'), { recursive: true })
    writeFileSync(join(folder, String(count), path), text)
  }
  await admin!.query(`CREATE DATABASE ${database}`)
  const client = await connect(database)
  try {
    await client.query(tables)
    await run(paths, database, 'up')
    const { rows: up } = await client.query(seen)
    await run(paths, database, 'down')
    const { rows: down } = await client.query(seen)
    return [up, down]
  } finally {
    await client.end()
    await admin!.query(`DROP DATABASE ${database}`)
  }
}

async function endAlike(project: Files, files: Files, run: Run, written = 'NOT VALID', count = 2) {
  const { changed, left } = await mended({ ...project, ...files })
  expect(left).toEqual([])
  expect(Object.keys(changed)).toHaveLength(count)
  expect(Object.values(changed).join('')).toContain(written)
  const unmended = await after(files, run)
  expect(await after({ ...files, ...changed }, run)).toEqual(unmended)
}

const check = (where: string, fields = "['total']") => `{ fields: ${fields}, type: 'check', name: 'ck', where: ${where} }`
const constraints: readonly string[] = [
  "{ fields: ['user_id'], type: 'foreign key', references: { table: 'users', field: 'id' }, onDelete: 'cascade', onUpdate: 'no action' }",
  "{ fields: ['user_id'], type: 'FOREIGN KEY', name: 'Who', references: { table: 'users', fields: ['id'] }, deferrable: Sequelize.Deferrable.INITIALLY_DEFERRED }",
  "{ fields: ['user_id'], type: 'FOREIGN KEY', references: { table: 'users', field: 'id' }, deferrable: Sequelize.Deferrable.INITIALLY_IMMEDIATE }",
  check('{ total: { [Sequelize.Op.gte]: 0, [Sequelize.Op.lt]: 100 } }'),
  check('{ total: { [Sequelize.Op.between]: [0, 10] } }'),
  check("{ state: ['new', \"it's\"] }", "['state']"),
  check("{ state: { [Sequelize.Op.notIn]: ['old'] } }", "['state']"),
  check("{ [Sequelize.Op.or]: [{ total: null }, { total: 5, state: { [Sequelize.Op.ne]: 'old' } }] }"),
  check("Sequelize.literal('total > 0 AND state IS NOT NULL')"),
]

describe.skipIf(admin === undefined)('Sequelize leaves PostgreSQL alike with constraints as they were and as they are mended', () => {
  it.each(constraints)('%s', async (constraint) => {
    const name = /name: '(\w+)'/.exec(constraint)?.[1] ?? 'orders_user_id_users_fk'
    const files = {
      'migrations/20240101000000-orders.js': `module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.addConstraint('orders', ${constraint})\n  },\n\n  async down(queryInterface) {\n    await queryInterface.removeConstraint('orders', '${name}')\n  },\n}\n`,
    }
    await endAlike({ 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }, files, withSequelize)
  })
})

const indexes: readonly (readonly [string, string])[] = [
  ["['total'], { name: 'ix', transaction }", "'ix'"],
  ["['total', 'state'], { transaction }", "['total', 'state']"],
  ["{ fields: ['state'], name: 'Of State', unique: true, where: { total: { [Sequelize.Op.gt]: 3 } }, transaction }", "'Of State'"],
  ["['state'], { name: 'ix', where: { state: 'it\\'s' }, transaction }", "'ix'"],
  [
    "[{ name: 'total', order: 'DESC' }, { name: 'state', collate: 'C', operator: 'text_pattern_ops' }], { name: 'ix', transaction }",
    "'ix'",
  ],
  ["['id'], { name: 'ix', using: 'BRIN', transaction }", "'ix'"],
  ["[Sequelize.literal('lower(state)')], { name: 'ix', transaction }", "'ix'"],
  ["[Sequelize.fn('upper', Sequelize.col('state')), 'total'], { name: 'ix', transaction }", "'ix'"],
]

describe.skipIf(admin === undefined)(
  'Sequelize leaves PostgreSQL alike with an index as it was and built in a migration of its own',
  () => {
    it.each(indexes)('%s', async (index, name) => {
      const files = {
        'migrations/20240101000000-orders.js': `module.exports = {\n  up: (queryInterface, Sequelize) => queryInterface.sequelize.transaction(async (transaction) => {\n    await queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction })\n    await queryInterface.addIndex('orders', ${index})\n  }),\n\n  down: (queryInterface) => queryInterface.sequelize.transaction(async (transaction) => {\n    await queryInterface.removeIndex('orders', ${name}, { transaction })\n    await queryInterface.removeColumn('orders', 'note', { transaction })\n  }),\n}\n`,
      }
      const project = { 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }
      await endAlike(project, files, withSequelize, 'INDEX CONCURRENTLY')
    })
  },
)

describe.skipIf(admin === undefined)(
  'Sequelize leaves PostgreSQL alike with indexes that are made and dropped one behind the other',
  () => {
    it('in migrations of their own', async () => {
      const all = `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.sequelize.transaction(async (transaction) => {
    await queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction })
    await queryInterface.addIndex('orders', ['total'], { transaction })
    await queryInterface.addIndex('orders', ['state'], { transaction })
    await queryInterface.removeIndex('orders', 'old', { transaction })
  }),

  down: (queryInterface) => queryInterface.sequelize.transaction(async (transaction) => {
    await queryInterface.addIndex('orders', ['user_id'], { name: 'old', transaction })
    await queryInterface.removeIndex('orders', ['state'], { transaction })
    await queryInterface.removeIndex('orders', ['total'], { transaction })
    await queryInterface.removeColumn('orders', 'note', { transaction })
  }),
}
`
      const project = { 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }
      const files = { 'migrations/20240102000000-all.js': all }
      await endAlike(project, files, withSequelize, 'DROP INDEX CONCURRENTLY', 4)
    })
  },
)

describe.skipIf(admin === undefined)('Sequelize leaves PostgreSQL alike with steps as they were and in a transaction', () => {
  it.each([
    "await queryInterface.renameColumn('orders', 'state', 'status')\n    await queryInterface.addColumn('orders', 'state', { type: Sequelize.STRING, defaultValue: 'x', allowNull: false })",
    "await queryInterface.createTable('shops', { id: { type: Sequelize.INTEGER, primaryKey: true } })\n    await queryInterface.addColumn('orders', 'shop', {\n      type: Sequelize.INTEGER,\n      references: { model: 'shops', key: 'id' },\n    })",
    "for (const name of ['a', 'b']) {\n      await queryInterface.addColumn('orders', name, Sequelize.INTEGER)\n    }\n    await queryInterface.removeColumn('orders', 'total')",
    "await queryInterface.sequelize.query(`\n      ALTER TABLE orders ADD COLUMN note text\n    `)\n    await queryInterface.bulkInsert('users', [{ id: 7 }])\n    return queryInterface.removeColumn('orders', 'total')",
  ])('%s', async (up) => {
    const files = {
      'migrations/20240101000000-orders.js': `module.exports = {\n  async up(queryInterface, Sequelize) {\n    ${up}\n  },\n\n  async down() {\n  },\n}\n`,
    }
    const project = { 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }
    const { changed } = await mended({ ...project, ...files })
    expect(Object.values(changed).join('')).toContain('sequelize.transaction(')
    const [unmended] = await after(files, withSequelize)
    expect((await after({ ...files, ...changed }, withSequelize))[0]).toEqual(unmended)
  })
})

const calls: readonly (readonly [string, string])[] = [
  [
    "createForeignKey('orders', new TableForeignKey({ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete: 'CASCADE' }))",
    "dropForeignKey('orders', new TableForeignKey({ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] }))",
  ],
  [
    "createForeignKey('public.orders', new TableForeignKey({ name: 'Who', columnNames: ['user_id'], referencedTableName: 'public.users', referencedColumnNames: ['id'], deferrable: 'INITIALLY DEFERRED' }))",
    "dropForeignKey('orders', 'Who')",
  ],
  [
    "createCheckConstraint('orders', new TableCheck({ name: 'ck', expression: `\"total\" > 0 AND state <> 'it''s'` }))",
    "dropCheckConstraint('orders', 'ck')",
  ],
]

describe.skipIf(admin === undefined)('TypeORM leaves PostgreSQL alike with constraints as they were and as they are mended', () => {
  it.each(calls)('%s', async (up, down) => {
    const files = {
      'src/migrations/1700000000001-Orders.js': `const { TableForeignKey, TableCheck } = require('typeorm')\n\nmodule.exports = {\n  Orders1700000000001: class Orders1700000000001 {\n    async up(queryRunner) {\n      await queryRunner.${up}\n    }\n\n    async down(queryRunner) {\n      await queryRunner.${down}\n    }\n  },\n}\n`,
    }
    const project = {
      'package.json': '{ "dependencies": { "typeorm": "1.0.0" } }',
      'src/data-source.js':
        "const { DataSource } = require('typeorm')\nmodule.exports = new DataSource({ type: 'postgres', migrations: ['src/migrations/*.js'], migrationsTransactionMode: 'each' })\n",
    }
    await endAlike(project, files, withTypeorm)
  })
})

const tableIndexes: readonly string[] = [
  "{ name: 'ix', columnNames: ['total'] }",
  "{ name: 'Of State', columnNames: ['state', 'total'], isUnique: true, where: `\"total\" > 3 AND state <> 'it''s'` }",
  "{ columnNames: ['total'] }",
]

describe.skipIf(admin === undefined)('TypeORM leaves PostgreSQL alike with an index as it was and built in a migration of its own', () => {
  it.each(tableIndexes)('%s', async (index) => {
    const files = {
      'src/migrations/1700000000001-Orders.js': `const { TableColumn, TableIndex } = require('typeorm')\n\nmodule.exports = {\n  Orders1700000000001: class Orders1700000000001 {\n    async up(queryRunner) {\n      await queryRunner.addColumn('orders', new TableColumn({ name: 'note', type: 'text', isNullable: true }))\n      await queryRunner.createIndex('orders', new TableIndex(${index}))\n    }\n\n    async down(queryRunner) {\n      await queryRunner.dropIndex('orders', new TableIndex(${index}))\n      await queryRunner.dropColumn('orders', 'note')\n    }\n  },\n}\n`,
    }
    const project = {
      'package.json': '{ "dependencies": { "typeorm": "1.0.0" } }',
      'src/data-source.js':
        "const { DataSource } = require('typeorm')\nmodule.exports = new DataSource({ type: 'postgres', migrations: ['src/migrations/*.js'], migrationsTransactionMode: 'each' })\n",
    }
    await endAlike(project, files, withTypeorm, 'INDEX CONCURRENTLY')
  })
})
