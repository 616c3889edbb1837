import { beforeAll, describe, expect, it } from 'vitest'
import { check, loadEverything } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

beforeAll(loadEverything)

/** The rules that speak of the last of these bodies of Knex migrations. */
async function found(...bodies: readonly string[]): Promise<readonly string[]> {
  const files = bodies.map((body, at) => [
    `migrations/${at + 1}_m.js`,
    `exports.up = async (knex) => { ${body} }\nexports.down = async () => { throw new Error('forward only') }\n`,
  ])
  const { outcome } = await check(optionsFor(Object.fromEntries(files), { dialect: 'postgres', framework: 'knex' }))
  return outcome.findings.filter(({ file }) => file === files.at(-1)![0]).map(({ rule }) => rule)
}

const users = "await knex.schema.createTable('users', (t) => { t.increments('id') })"
const posts =
  "if (!(await knex.schema.hasTable('posts'))) await knex.schema.createTable('posts', (t) => { t.increments('id'); t.string('title').unique(); t.integer('user_id').references('id').inTable('users') })"
const uuid =
  "if (!(await knex.schema.hasColumn('users', 'uuid'))) await knex.schema.alterTable('users', (t) => { t.uuid('uuid').defaultTo(knex.fn.uuid()) })"

describe('a step behind a question whose answer the history tells', () => {
  it('says nothing where the table that it makes is there', async () => {
    expect(await found(`${users}; ${posts}`, posts)).toEqual([])
    expect(await found(users, posts)).toEqual([])
  })

  it('leaves the transaction around it alone', async () => {
    const inside = `await knex.transaction(async (trx) => { if (!(await trx.schema.hasTable('users'))) await trx.schema.createTable('users', (t) => { t.increments('id') }) })`
    expect(await found(users, inside)).toEqual([])
    expect(await found(users, `if (!(await knex.schema.hasTable('users'))) ${inside}`)).toEqual([])
    const make = "await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true } }, { transaction: t })"
    const again = `if (!(await queryInterface.tableExists('users'))) await queryInterface.sequelize.transaction(async (t) => { ${make} })`
    const files = [make.replace(', { transaction: t }', ''), again].map((body, at) => [
      `migrations/${at + 1}_m.js`,
      `module.exports = { async up(queryInterface, Sequelize) { ${body} }, async down() { throw new Error('forward only') } }\n`,
    ])
    const { outcome } = await check(optionsFor(Object.fromEntries(files), { dialect: 'sqlite', framework: 'sequelize' }))
    expect(outcome.findings).toEqual([])
  })

  it('is judged where it makes a column: a helper may have named it after the earlier migrations ran', async () => {
    expect(await found(users.replace('t.increments', "t.uuid('uuid'); t.increments"), uuid)).toEqual(['volatile-default-rewrite'])
  })

  it('is judged again once the table is gone, or where it asks for something else', async () => {
    const index = "if (!(await knex.schema.hasColumn('posts', 'day'))) await knex.schema.alterTable('posts', (t) => { t.index('title') })"
    expect(await found(`${users}; ${posts}`, index)).toEqual(['index-not-concurrent'])
    const again = `await knex.schema.dropTable('posts'); ${posts}; await knex('posts').insert({ id: 1 })`
    expect(await found(`${users}; ${posts}`, again)).not.toContain('history-conflict')
  })

  it('says nothing where it is a constraint of that name, and the error is caught', async () => {
    const files = (...texts: readonly string[]) => Object.fromEntries(texts.map((text, at) => [`migrations/${at + 1}_m.sql`, text]))
    const spoken = async (...texts: readonly string[]) =>
      (await check(optionsFor(files(...texts), { dialect: 'postgres' }))).outcome.findings.map(({ rule, line }) => `${rule} ${line}`)
    const made = 'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE posts (id int PRIMARY KEY, user_id int, other_id int);'
    const add = (name: string) =>
      `DO $$ BEGIN ALTER TABLE posts ADD CONSTRAINT ${name} FOREIGN KEY (user_id) REFERENCES users (id); EXCEPTION WHEN duplicate_object THEN null; END $$;`
    expect(await spoken(`${made}\n${add('posts_user')}`, add('posts_user'))).toEqual([])
    expect(await spoken(`${made}\n${add('posts_user')}`, add('posts_other'))).toEqual(['fk-without-not-valid 1'])
  })
})
