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
const folder = mkdtempSync(join(tmpdir(), 'surefoot-knex-'))
symlinkSync(modules, join(folder, 'node_modules'))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await admin?.end()
})

interface Knex {
  readonly migrate: { latest(): Promise<unknown>; rollback(config?: object, all?: boolean): Promise<unknown> }
  destroy(): Promise<void>
}
const makeKnex = createRequire(join(modules, 'x.js'))('knex') as (config: object) => Knex

const tables =
  'CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint); INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, 1);'
const seen = `
  SELECT 'index' AS what, indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, indisvalid AS valid FROM pg_index
    WHERE indrelid IN ('orders'::regclass, 'users'::regclass)
  UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conrelid IN ('orders'::regclass, 'users'::regclass)
  UNION ALL SELECT 'column', attrelid::regclass::text || '.' || attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped AND attrelid IN ('orders'::regclass, 'users'::regclass)
  ORDER BY 1, 2, 3`

let made = 0

/** What the database holds when Knex's own migrator has run the files, and when it has undone them. */
async function after(files: Files): Promise<readonly unknown[]> {
  const count = made++
  const name = `surefoot_knex_${process.pid}_${count}`
  const directory = join(folder, String(count), 'migrations')
  mkdirSync(directory, { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, String(count), path), text)
  await admin!.query(`CREATE DATABASE ${name}`)
  const client = await connect(name)
  const knex = makeKnex({ client: 'pg', connection: { ...postgresAddress, database: name }, migrations: { directory } })
  try {
    await client.query(tables)
    await knex.migrate.latest()
    const { rows: up } = await client.query(seen)
    await knex.migrate.rollback({}, true)
    const { rows: down } = await client.query(seen)
    return [up, down]
  } finally {
    await knex.destroy()
    await client.end()
    await admin!.query(`DROP DATABASE ${name}`)
  }
}

const table = (...parts: readonly string[]) =>
  `knex.schema.alterTable('orders', (table) => {\n${parts.map((part) => `  table.${part}\n`).join('')}})`
const file = 'migrations/20240101000001_step.js'
const cases: Readonly<Record<string, readonly [string, string]>> = {
  'an index alone': [table("index('user_id')"), table("dropIndex('user_id')")],
  'an index beside others': [
    table("string('note')", "index('user_id')", "integer('place').index()"),
    table("dropIndex('user_id')", "dropColumn('note')", "dropColumn('place')"),
  ],
  'a constraint in SQL': [
    "knex.raw('ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)')",
    "knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_user')",
  ],
  'a foreign key of the builder': [
    table("foreign('user_id').references('users.id').onDelete('CASCADE').withKeyName('who')"),
    table("dropForeign('user_id', 'who')"),
  ],
  'a foreign key beside others': [
    table("string('note')", "foreign(['user_id']).references(['id']).inTable('users').deferrable('deferred')", "integer('place')"),
    table("dropForeign('user_id')", "dropColumn('note')", "dropColumn('place')"),
  ],
  'a foreign key of a column': [
    table("bigInteger('other_id').references('id').inTable('users').onDelete('SET NULL').comment('who')"),
    table("dropColumn('other_id')"),
  ],
  'waits without a bound': ["knex.schema\n  .alterTable('orders', (table) => { table.string('note') })", table("dropColumn('note')")],
}

describe.skipIf(admin === undefined)('Knex leaves PostgreSQL alike with the migrations as they were and as they are mended', () => {
  it.each(Object.entries(cases))('%s', async (_, [up, down]) => {
    const files = { [file]: `exports.up = (knex) => ${up}\n\nexports.down = (knex) => ${down}\n` }
    const { changed, done } = await mended({ 'knexfile.js': "module.exports = { client: 'pg' }", ...files }, { timeouts: true })
    expect(done).not.toEqual([])
    const unmended = await after(files)
    expect(await after({ ...files, ...changed })).toEqual(unmended)
  })
})
