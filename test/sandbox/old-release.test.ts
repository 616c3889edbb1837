import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rehearse } from '../../src/index.ts'
import { root } from './postgres-servers.ts'

const packages = realpathSync(join(root, 'node_modules', '..'))
const sqlite = { engine: 'sql.js', dialect: 'sqlite', rows: 50, packages, battery: false } as const

/** What the rehearsal of the last migration of a project says of one rule. */
async function verdict(files: Readonly<Record<string, string>>, only: string, rule: string) {
  const { findings, rehearsals } = await rehearse({ ...sqlite, files, only: [only] })
  expect(rehearsals.map(({ notRun }) => notRun)).toEqual([undefined])
  return findings.find((finding) => finding.rule === rule)?.verdict
}

const prisma = (columns: string) => ({
  'prisma/schema.prisma': `datasource db {\n  provider = "sqlite"\n  url = env("URL")\n}\nmodel Order {\n  id Int @id\n${columns}\n  @@map("orders")\n}\n`,
  'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n',
  'prisma/migrations/20240101000000_orders/migration.sql':
    'CREATE TABLE "orders" ("id" INTEGER NOT NULL PRIMARY KEY, "status" TEXT, "note" TEXT);\n',
})
const drop = 'prisma/migrations/20240201000000_drop/migration.sql'
const dropped = { [drop]: 'ALTER TABLE "orders" DROP COLUMN "status";\n' }

const sequelize = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
  'models/order.js':
    "module.exports = (sequelize, { STRING }) => sequelize.define('Order', { status: STRING }, { tableName: 'orders', timestamps: false })\n",
  'migrations/01-orders.js':
    "module.exports = { up: (queryInterface, { INTEGER, STRING }) => queryInterface.createTable('orders', { id: { type: INTEGER, primaryKey: true }, status: STRING, note: STRING }) }\n",
}

describe('queries of the running release', () => {
  it('are those of its models, which decide by themselves', async () => {
    expect(await verdict({ ...prisma('  status String?'), ...dropped }, drop, 'drop-before-contract')).toMatchObject({
      verdict: 'confirmed',
      because: expect.stringMatching(/^the model Order \(prisma\/schema\.prisma\) reads orders and fails: .*status/),
    })
    const renamed = {
      ...sequelize,
      'migrations/02-rename.js': "module.exports = { up: (queryInterface) => queryInterface.renameColumn('orders', 'status', 'state') }\n",
    }
    expect(await verdict(renamed, 'migrations/02-rename.js', 'rename-breaking')).toMatchObject({
      verdict: 'confirmed',
      because: expect.stringMatching(/^the model Order \(models\/order\.js\) reads orders and fails/),
    })
  })

  it('are made up where no model makes them, and then a condition', async () => {
    for (const columns of ['  note String?', ''])
      expect(await verdict({ ...prisma(columns), ...dropped }, drop, 'drop-before-contract')).toMatchObject({
        verdict: 'conditional',
        because: expect.stringMatching(/^a release that reads orders as it was fails/),
      })
  })

  it('are looked for on production in what the server counts, and never made there', async () => {
    const files = {
      'package.json': '{ "dependencies": { "prisma": "^6.0.0" } }',
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
      'prisma/migrations/20240101000000_orders/migration.sql':
        'CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL, note text);\n',
      [drop]: 'ALTER TABLE orders DROP COLUMN note, DROP COLUMN status;\n',
    }
    const asked = { dialect: 'postgres', serverVersion: '18', engine: 'pglite', rows: 100 } as const
    const { findings } = await rehearse({ ...asked, files, only: [drop] })
    expect(findings.find(({ rule, message }) => rule === 'drop-before-contract' && message.includes('status'))!.verdict).toMatchObject({
      verdict: 'conditional',
      query: "SELECT calls, query FROM pg_stat_statements WHERE query ILIKE '%orders%' AND query ILIKE '%status%' ORDER BY calls DESC",
    })
  })

  it('are those of the table that the finding names, under the name that it had', async () => {
    const files = {
      ...sequelize,
      'models/order.js': '',
      'migrations/02-users.js':
        "module.exports = { up: (queryInterface, { INTEGER, STRING }) => queryInterface.createTable('users', { id: { type: INTEGER, primaryKey: true }, name: STRING, mail: STRING }) }\n",
      'migrations/03-both.js': `module.exports = { up: async (queryInterface) => {
  await queryInterface.renameColumn('users', 'mail', 'email')
  await queryInterface.renameTable('orders', 'sales')
  await queryInterface.renameColumn('sales', 'note', 'remark')
} }
`,
    }
    const { findings } = await rehearse({ ...sqlite, files, only: ['migrations/03-both.js'] })
    const told = findings.filter(({ rule }) => rule === 'rename-breaking').map(({ verdict: found }) => found?.because)
    expect(told).toEqual([
      expect.stringMatching(/^a release that reads users as it was fails: .*mail/),
      expect.stringMatching(/^a release that reads orders as it was fails: /),
      expect.stringMatching(/^a release that reads orders as it was fails: /),
    ])
  })

  it('put rows into a table whose key is a text', async () => {
    const add = 'prisma/migrations/20240201000000_region/migration.sql'
    const files = {
      ...prisma('  status String?'),
      'prisma/migrations/20240101000000_orders/migration.sql': 'CREATE TABLE "orders" ("id" TEXT NOT NULL PRIMARY KEY, "status" TEXT);\n',
      [add]: `CREATE TABLE "new_orders" ("id" TEXT NOT NULL PRIMARY KEY, "status" TEXT, "region" TEXT NOT NULL);
INSERT INTO "new_orders" ("id", "status", "region") SELECT "id", "status", 'x' FROM "orders";
DROP TABLE "orders";
ALTER TABLE "new_orders" RENAME TO "orders";
`,
    }
    expect(await verdict(files, add, 'insert-breaking')).toMatchObject({
      because: expect.stringMatching(/inserts into orders.* NOT NULL constraint failed: orders\.region/),
    })
  })

  it('know nothing of a column that the migration brings', async () => {
    const add = 'prisma/migrations/20240201000000_add/migration.sql'
    const files = {
      ...prisma('  status String?\n  region String'),
      [add]:
        'CREATE TABLE "new_orders" ("id" INTEGER NOT NULL PRIMARY KEY, "status" TEXT, "note" TEXT, "region" TEXT);\nDROP TABLE "new_orders";\nALTER TABLE "orders" ADD COLUMN "region" TEXT;\n',
    }
    const { findings, rehearsals } = await rehearse({ ...sqlite, files, only: [add], battery: true })
    expect(rehearsals[0]!.observations.filter(({ kind }) => kind === 'breaks-release')).toEqual([])
    expect(findings.filter(({ verdict: found }) => found?.verdict === 'confirmed')).toEqual([])
  })

  it('delete what others refer to', async () => {
    const file = 'migrations/002_key.sql'
    const files = (before: string, after: string) => ({
      'migrations/001_orders.sql': `CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint CONSTRAINT lines_order REFERENCES orders (id) ON DELETE ${before});\n`,
      [file]: `ALTER TABLE lines DROP CONSTRAINT lines_order, ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE ${after};\n`,
    })
    const run = async (before: string, after: string) => {
      const { findings } = await rehearse({
        ...{ files: files(before, after), only: [file], engine: 'pglite', dialect: 'postgres', serverVersion: '18' },
        ...{ rows: 50, packages, battery: false, profile: 'strict' },
      })
      return findings.find(({ rule }) => rule === 'cascade-removed')?.verdict
    }
    expect(await run('CASCADE', 'RESTRICT')).toMatchObject({
      verdict: 'confirmed',
      because: expect.stringMatching(/^DELETE FROM orders WHERE "id" = .* went through before it and fails after it: 23\d{3}: /),
    })
    expect(await run('CASCADE', 'SET NULL')).toMatchObject({ verdict: 'not proven' })
  })
})
