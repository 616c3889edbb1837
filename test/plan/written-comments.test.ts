import { describe, expect, it } from 'vitest'
import { mended } from './project-mended.ts'

describe('a comment above a step that goes into a migration of its own', () => {
  it('goes with it: Sequelize', async () => {
    const file = (up: string, down: string) => `module.exports = {
  async up(queryInterface, Sequelize) {
    // For the shop.
    await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)
${up}  },
  async down(queryInterface) {
${down}    await queryInterface.removeColumn('orders', 'note')
  },
}
`
    const path = 'migrations/20240101000001-step.js'
    const index = `
    // Orders are looked for by their user,
    // a hundred times a second.
    await queryInterface.addIndex('orders', ['user_id'], {
      name: 'orders_user',
    })
`
    const back = `    // No longer.
    await queryInterface.removeIndex('orders', 'orders_user')
`
    const { changed } = await mended({
      '.sequelizerc': '',
      'config/config.json': '{ "development": { "dialect": "postgres" } }',
      [path]: file(index, back),
    })
    expect(changed[path]).toBe(file('', ''))
    expect(changed['migrations/20240101000002-build-orders-user.js']).toBe(`module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query('DROP INDEX CONCURRENTLY IF EXISTS "orders_user"')
    // Orders are looked for by their user,
    // a hundred times a second.
    await queryInterface.sequelize.query('CREATE INDEX CONCURRENTLY "orders_user" ON "orders" ("user_id")')
  },

  async down(queryInterface) {
    // No longer.
    await queryInterface.sequelize.query('DROP INDEX CONCURRENTLY IF EXISTS "orders_user"')
  },
}
`)
  })

  it('goes with it out of a callback: Knex', async () => {
    const path = 'migrations/20240101000001_step.js'
    const file = (up: string, down: string) =>
      `exports.up = (knex) => knex.schema.alterTable('orders', (table) => {\n  table.string('note')\n${up}})\n\nexports.down = (knex) => knex.schema.alterTable('orders', (table) => {\n${down}  table.dropColumn('note')\n})\n`
    const { changed } = await mended({
      'knexfile.js': "module.exports = { client: 'pg' }",
      [path]: file("  // By their user.\n  table.index('user_id')\n", "  table.dropIndex('user_id')\n"),
    })
    expect(changed[path]).toBe(file('', ''))
    expect(changed['migrations/20240101000002_build_orders_user_id_index.js']).toContain(
      "\n  // By their user.\n  await knex.raw('CREATE INDEX CONCURRENTLY",
    )
  })

  it('goes with a query whose SQL stands on lines of its own: TypeORM', async () => {
    const path = 'src/migrations/1700000000001-Step.ts'
    const file = (up: string) => `import { MigrationInterface, QueryRunner } from "typeorm"

export class Step1700000000001 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
${up}    await queryRunner.query('ALTER TABLE orders ADD COLUMN note text')
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX orders_user')
    await queryRunner.query('ALTER TABLE orders DROP COLUMN note')
  }
}
`
    const index = `    // By their user.
    await queryRunner.query(
      'CREATE INDEX orders_user ON orders (user_id)',
    )

`
    const { changed } = await mended({
      'src/data-source.ts':
        "import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsTransactionMode: 'each' })\n",
      [path]: file(index),
    })
    expect(changed[path]).not.toContain('By their user')
    const [, made] = Object.entries(changed).find(([name]) => name !== path)!
    expect(made).toContain("\n    // By their user.\n    await queryRunner.query('CREATE INDEX CONCURRENTLY orders_user")
  })
})
