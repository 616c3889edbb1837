import { describe, expect, it } from 'vitest'
import { mended } from './project-mended.ts'

const package_ = { 'package.json': '{ "dependencies": { "sequelize": "6.37.5" } }' }
const file = 'migrations/20240101000000-orders.js'
const sequelize = (up: string, head = '') =>
  `'use strict'\n${head}\nmodule.exports = {\n  async up(queryInterface, Sequelize) {\n    ${up}\n  },\n\n  async down(queryInterface) {\n    await queryInterface.removeConstraint('orders', 'who')\n  },\n}\n`
const key = "fields: ['user_id'], type: 'foreign key', name: 'who', references: { table: 'users', field: 'id' }"
const sql = 'ALTER TABLE "orders" ADD CONSTRAINT "who" FOREIGN KEY ("user_id") REFERENCES "users" ("id")'
const validated = { 'migrations/20240101000001-validate-who.js': expect.stringContaining('VALIDATE CONSTRAINT "who"') }

describe('a constraint of Sequelize’s builder becomes SQL that is NOT VALID', () => {
  it('on the connection of its transaction, with what the call is given besides', async () => {
    const inside = (call: string) => `await queryInterface.sequelize.transaction(async (transaction) => {\n      await ${call}\n    })`
    const text = sequelize(inside(`queryInterface.addConstraint('orders', { ${key}, onDelete: 'set null', transaction, logging: false })`))
    expect((await mended({ ...package_, [file]: text })).changed).toEqual({
      [file]: sequelize(inside(`queryInterface.sequelize.query('${sql} ON DELETE SET NULL NOT VALID', { transaction, logging: false })`)),
      ...validated,
    })
  })

  it('where its promise is returned, and what it is told stands in constants', async () => {
    const text = sequelize(`return queryInterface.addConstraint(TABLE, { ${key} })`, "\nconst TABLE = 'orders'\n")
    expect((await mended({ ...package_, [file]: text })).changed).toEqual({
      [file]: sequelize(`return queryInterface.sequelize.query('${sql} NOT VALID')`, "\nconst TABLE = 'orders'\n"),
      ...validated,
    })
  })

  it.each([
    ['in a loop', `for (const table of ['orders']) await queryInterface.addConstraint(table, { ${key} })`],
    [
      'with members from elsewhere',
      `const more = { onDelete: 'cascade' }\n    await queryInterface.addConstraint('orders', { ${key}, ...more })`,
    ],
    [
      'with a condition whose SQL is not certain',
      "await queryInterface.addConstraint('orders', { fields: ['user_id'], type: 'check', name: 'who', where: { user_id: { [Sequelize.Op.not]: 5 } } })",
    ],
  ])('not %s', async (_, up) => {
    expect(await mended({ ...package_, [file]: sequelize(up) })).toMatchObject({
      changed: {},
      left: [expect.stringContaining('the builder has no NOT VALID; write it in SQL')],
    })
  })
})

const dataSource = {
  'package.json': '{ "dependencies": { "typeorm": "0.3.20" } }',
  'src/data-source.ts':
    "import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsTransactionMode: 'each' })\n",
}
const path = 'src/migrations/1700000000001-Orders.ts'
const typeorm = (imports: string, up: string, down = "dropForeignKey('orders', 'who')") =>
  `import { MigrationInterface, QueryRunner${imports} } from 'typeorm'\n\nexport class Orders1700000000001 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    ${up}\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.${down}\n  }\n}\n`
const made = "new TableForeignKey({ name: 'who', columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] })"

describe('a constraint of TypeORM’s builder becomes SQL that is NOT VALID', () => {
  it('and its class is imported no more, unless the way back makes one', async () => {
    const call = `await queryRunner.createForeignKey('orders', ${made})`
    const sent = `await queryRunner.query(\`${sql} NOT VALID\`)`
    const second = { 'src/migrations/1700000000002-ValidateWho.ts': expect.stringContaining('VALIDATE CONSTRAINT "who"') }
    expect((await mended({ ...dataSource, [path]: typeorm(', TableForeignKey', call) })).changed).toEqual({
      [path]: typeorm('', sent),
      ...second,
    })
    const down = `dropForeignKey('orders', ${made})`
    expect((await mended({ ...dataSource, [path]: typeorm(', TableForeignKey', call, down) })).changed).toEqual({
      [path]: typeorm(', TableForeignKey', sent, down),
      ...second,
    })
  })

  it('not where all that is pending is one transaction, in which its lock would be held through the validation', async () => {
    const source = {
      ...dataSource,
      'src/data-source.ts': dataSource['src/data-source.ts'].replace(", migrationsTransactionMode: 'each'", ''),
    }
    const call = typeorm(', TableForeignKey', `await queryRunner.createForeignKey('orders', ${made})`)
    const text = typeorm('', `await queryRunner.query(\`${sql}\`)`)
    for (const up of [call, text])
      expect(await mended({ ...source, [path]: up })).toMatchObject({
        changed: {},
        left: [expect.stringContaining('until migrationsTransactionMode is "each"')],
      })
  })

  it('not where it is described elsewhere', async () => {
    const text = typeorm(', TableForeignKey', `const key = ${made}\n    await queryRunner.createForeignKey('orders', key)`)
    expect(await mended({ ...dataSource, [path]: text })).toMatchObject({
      changed: {},
      left: [expect.stringContaining('the builder has no NOT VALID; write it in SQL')],
    })
  })
})
