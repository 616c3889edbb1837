import { describe, expect, it } from 'vitest'
import { mended } from './project-mended.ts'

const knexfile = { 'knexfile.js': "module.exports = { client: 'pg' }" }
const file = 'migrations/20240101000001_step.js'
const next = (name: string) => `migrations/20240101000002_${name}.js`
const optOut = '\nexports.config = { transaction: false }\n'
const migration = (up: string, down: string) => `exports.up = (knex) => ${up}\n\nexports.down = (knex) => ${down}\n`
const table = (...parts: readonly string[]) =>
  `knex.schema.alterTable('orders', (table) => {\n${parts.map((part) => `  table.${part}\n`).join('')}})`
const drop = 'DROP INDEX CONCURRENTLY IF EXISTS "orders_user_id_index"'
const built = 'CREATE INDEX CONCURRENTLY "orders_user_id_index" ON "orders" ("user_id")'
const own = `exports.up = async (knex) => {\n  await knex.raw('${drop}')\n  await knex.raw('${built}')\n}\n\nexports.down = async (knex) => {\n  await knex.raw('${drop}')\n}\n${optOut}`

describe('an index in a migration of Knex is built CONCURRENTLY', () => {
  it('in place of a builder that asks for nothing else, and in no transaction', async () => {
    const down = table("dropIndex('user_id')")
    expect((await mended({ ...knexfile, [file]: migration(table("index('user_id')"), down) })).changed).toEqual({
      [file]: migration(`knex.schema.raw('${drop}').raw('${built}')`, down) + optOut,
    })
  })

  it('in SQL, with its rest of an earlier run removed', async () => {
    const text = (sent: string) =>
      `exports.up = async (knex) => {\n  ${sent}\n}\n\nexports.down = (knex) => knex.raw('DROP INDEX orders_user')\n`
    expect((await mended({ ...knexfile, [file]: text("await knex.raw('CREATE INDEX orders_user ON orders (user_id)')") })).changed).toEqual(
      {
        [file]:
          text(
            "await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS orders_user')\n  await knex.raw('CREATE INDEX CONCURRENTLY orders_user ON orders (user_id)')",
          ) + optOut,
      },
    )
  })

  it('in a migration of its own beside others, with what takes it back', async () => {
    const files = {
      ...knexfile,
      [file]: migration(table("string('note')", "index('user_id')"), table("dropIndex('user_id')", "dropColumn('note')")),
    }
    expect((await mended(files)).changed).toEqual({
      [file]: migration(table("string('note')"), table("dropColumn('note')")),
      [next('build_orders_user_id_index')]: own,
    })
  })

  it('in a migration that is set in as the code is, not as the comment above it', async () => {
    const license = '/*!\n * Written by somebody.\n */\n\n'
    const files = {
      ...knexfile,
      [file]: license + migration(table("string('note')", "index('user_id')"), table("dropIndex('user_id')", "dropColumn('note')")),
    }
    expect((await mended(files)).changed[next('build_orders_user_id_index')]).toBe(own)
  })

  it('where it is chained to a column', async () => {
    const files = { ...knexfile, [file]: migration(table("integer('user_id').index()"), table("dropColumn('user_id')")) }
    expect((await mended(files)).changed).toEqual({
      [file]: migration(table("integer('user_id')"), table("dropColumn('user_id')")),
      [next('build_orders_user_id_index')]: own,
    })
  })

  it('under the name that the database has', async () => {
    const mapping = { 'knexfile.js': "module.exports = { client: 'pg', ...knexSnakeCaseMappers() }" }
    const { changed } = await mended({
      ...mapping,
      [file]: migration(table("index('userId', 'orders_user_id_index')"), table("dropIndex('userId', 'orders_user_id_index')")),
    })
    expect(changed[file]).toContain(`.raw('${built}')`)
  })

  it('not where the way back is nothing but what takes it back, which would leave it empty', async () => {
    const up = `${table("index('user_id')")}.raw('COMMENT ON TABLE orders IS NULL')`
    expect(await mended({ ...knexfile, [file]: migration(up, table("dropIndex('user_id')")) })).toMatchObject({
      changed: {},
      left: ['index-not-concurrent: the statement is not written where it is run'],
    })
  })

  it('in TypeScript and in an object', async () => {
    const path = 'migrations/1_step.ts'
    const typed = (up: string, down: string) =>
      `import type { Knex } from 'knex';\n\nexport async function up(knex: Knex): Promise<void> {\n${up}}\n\nexport async function down(knex: Knex): Promise<void> {\n${down}}\n`
    const line = (sent: string) => `  await knex.${sent};\n`
    const note = line("schema.alterTable('orders', (table) => { table.string('note') })")
    const noNote = line("schema.alterTable('orders', (table) => { table.dropColumn('note') })")
    const index = line("raw('CREATE INDEX orders_user ON orders (user_id)')")
    expect((await mended({ ...knexfile, [path]: typed(note + index, line("raw('DROP INDEX orders_user')") + noNote) })).changed).toEqual({
      [path]: typed(note, noNote),
      'migrations/2_build_orders_user.ts': `${typed(
        line("raw('DROP INDEX CONCURRENTLY IF EXISTS orders_user')") +
          line("raw('CREATE INDEX CONCURRENTLY orders_user ON orders (user_id)')"),
        line("raw('DROP INDEX CONCURRENTLY IF EXISTS orders_user')"),
      )}\nexport const config = { transaction: false };\n`,
    })
    const object = "module.exports = {\n  up: (knex) => knex.schema.alterTable('orders', (table) => {\n    table.index('user_id')\n  }),\n"
    const down = "  down: (knex) => knex.schema.alterTable('orders', (table) => {\n    table.dropIndex('user_id')\n  }),\n}\n"
    expect((await mended({ ...knexfile, [file]: object + down })).changed[file]).toMatch(
      /^module\.exports = \{\n {2}config: \{ transaction: false \},\n {2}up: \(knex\) => knex\.schema\.raw\('DROP/,
    )
  })
})

describe('a constraint in a migration of Knex', () => {
  const key = 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)'
  const down = "knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_user')"

  it('is added NOT VALID, and validated when that is committed', async () => {
    expect((await mended({ ...knexfile, [file]: migration(`knex.raw('${key}')`, down) })).changed).toEqual({
      [file]: migration(`knex.raw('${key} NOT VALID')`, down),
      [next('validate_orders_user')]:
        `exports.up = async (knex) => {\n  await knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_user')\n}\n\nexports.down = async () => {}\n${optOut}`,
    })
  })

  const ownKey = 'ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_foreign" FOREIGN KEY ("user_id") REFERENCES "users" ("id")'
  const validated = {
    [next('validate_orders_user_id_foreign')]:
      `exports.up = async (knex) => {\n  await knex.raw('ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_foreign"')\n}\n\nexports.down = async () => {}\n${optOut}`,
  }
  const undo = table("dropForeign('user_id')")

  it('is written in SQL where the builder adds it and nothing else', async () => {
    const text = migration(table("foreign('user_id').references('users.id').onDelete('CASCADE')"), undo)
    expect((await mended({ ...knexfile, [file]: text })).changed).toEqual({
      [file]: migration(`knex.schema.raw('${ownKey} ON DELETE CASCADE NOT VALID')`, undo),
      ...validated,
    })
  })

  it('is taken out of the callback where that does more', async () => {
    const both = table("dropForeign('user_id')", "dropColumn('note')")
    const text = migration(table("string('note')", "foreign('user_id').references('id').inTable('users')"), both)
    expect((await mended({ ...knexfile, [file]: text })).changed).toEqual({
      [file]: migration(`${table("string('note')")}.raw('${ownKey} NOT VALID')`, both),
      ...validated,
    })
  })

  it('is taken out of the chain of its column', async () => {
    const column = "integer('user_id').references('id').inTable('users').onDelete('SET NULL').comment('who')"
    const drop = table("dropColumn('user_id')")
    expect((await mended({ ...knexfile, [file]: migration(table(column), drop) })).changed).toEqual({
      [file]: migration(`${table("integer('user_id').comment('who')")}.raw('${ownKey} ON DELETE SET NULL NOT VALID')`, drop),
      ...validated,
    })
  })

  it('is left as it is where the builder’s call is made elsewhere', async () => {
    const text = `const key = (table) => table.foreign('user_id').references('users.id')\n${migration("knex.schema.alterTable('orders', key)", undo)}`
    expect(await mended({ ...knexfile, [file]: text })).toMatchObject({
      changed: {},
      left: ['fk-without-not-valid: the builder has no NOT VALID; write it in SQL'],
    })
  })
})

describe('a call of Knex', () => {
  it('waits for locks with a bound, in the chain that it stands in', async () => {
    const down = "knex.schema.alterTable('orders', (table) => {\n  table.dropColumn('note')\n})"
    const chain = (first: string) =>
      migration(`knex.schema\n${first}  .alterTable('orders', (table) => {\n    table.string('note')\n  })`, down)
    expect((await mended({ ...knexfile, [file]: chain('') }, { timeouts: true })).changed).toEqual({
      [file]: chain(`  .raw("SET LOCAL lock_timeout = '5s'")\n`),
    })
  })

  it('waits for locks with a bound on the line before it, unless that may be another connection', async () => {
    const text = (first: string, more = '') =>
      `exports.up = async (knex) => {\n${first}  await knex.raw('ALTER TABLE orders ADD COLUMN note text')\n}\n\nexports.down = (knex) => knex.raw('ALTER TABLE orders DROP COLUMN note')\n${more}`
    expect((await mended({ ...knexfile, [file]: text('') }, { timeouts: true })).changed).toEqual({
      [file]: text(`  await knex.raw("SET LOCAL lock_timeout = '5s'")\n`),
    })
    expect(await mended({ ...knexfile, [file]: text('', optOut) }, { timeouts: true })).toMatchObject({
      changed: {},
      left: ['missing-lock-timeout: without a transaction each call may use another connection of the pool'],
    })
  })

  it('is awaited, and made on the transaction that is open', async () => {
    const text = (call: string) =>
      `exports.up = async (knex) => {\n  await knex.transaction(async (trx) => {\n    ${call}.schema.alterTable('orders', (table) => { table.string('note') })\n  })\n}\n\nexports.down = (knex) => ${table("dropColumn('note')")}\n${optOut}`
    expect((await mended({ ...knexfile, [file]: text('knex') })).changed).toEqual({ [file]: text('await trx') })
  })

  it('says IF EXISTS where the builder has a word for it', async () => {
    const refuses = "\n\nexports.down = () => { throw new Error('forward only: nobody needs them') }\n"
    const { changed } = await mended(
      { [file]: `exports.up = (knex) => knex.schema.dropTable('a').dropTable('b')${refuses}` },
      { dialect: 'mysql' },
    )
    expect(changed).toEqual({ [file]: `exports.up = (knex) => knex.schema.dropTableIfExists('a').dropTable('b')${refuses}` })
  })

  it('asks before what the builder has no such word for, where it sends no more than that', async () => {
    const text = (first: string, second: string) =>
      `exports.up = async (knex) => {\n  ${first}await knex.schema.createTable('shops', (table) => {\n    table.increments()\n  })\n  ${second}await knex.schema.alterTable('orders', (table) => {\n    table.integer('shop_id')\n  })\n}\n\nexports.down = async (knex) => {\n  await knex.schema.alterTable('orders', (table) => {\n    table.dropColumn('shop_id')\n  })\n  await knex.schema.dropTableIfExists('shops')\n}\n`
    expect((await mended({ [file]: text('', '') }, { dialect: 'mysql' })).changed).toEqual({
      [file]: text("if (!(await knex.schema.hasTable('shops'))) ", ''),
    })
    const keyed = text('', '').replace('increments()', "increments()\n    table.string('name').unique()")
    expect(await mended({ [file]: keyed }, { dialect: 'mysql' })).toMatchObject({
      changed: {},
      left: ['non-idempotent-ddl: the call does more than this'],
    })
  })
})
