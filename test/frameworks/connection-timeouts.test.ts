import { expect, it } from 'vitest'
import awaited from '../../rules/framework/transaction-not-passed.ts'
import rule from '../../rules/timeouts/missing-lock-timeout.ts'
import { timeoutsIn } from '../../src/frameworks/connection-timeouts.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

async function said(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const rules = [rule, awaited]
  const { outcome } = await check(optionsFor(files, { dialect: 'postgres', boundByRunner: false }, { rules }))
  return outcome.findings.map(({ rule: id }) => id)
}

const sequelize = {
  'migrations/1-note.js':
    "module.exports = { up: (q, S) => q.addColumn('orders', 'note', S.TEXT), down: (q) => q.removeColumn('orders', 'note') }",
}
const typeorm = {
  'src/migrations/1700000000000-Note.ts':
    "export class Note1700000000000 { async up(queryRunner) { await queryRunner.query('ALTER TABLE orders ADD note text') } async down(queryRunner) { await queryRunner.query('ALTER TABLE orders DROP COLUMN note') } }",
}
const knex = {
  'migrations/1_note.js':
    "exports.up = (knex) => knex.schema.alterTable('orders', (t) => { t.text('note') })\nexports.down = (knex) => knex.schema.alterTable('orders', (t) => { t.dropColumn('note') })",
}

it('takes the timeouts of the connection that migrations run on for those of the session', async () => {
  const source = (extra: string) =>
    `import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts']${extra} })`
  expect(await said({ ...typeorm, 'src/data-source.ts': source('') })).toEqual(['missing-lock-timeout'])
  expect(await said({ ...typeorm, 'src/data-source.ts': source(", extra: { options: '-c lock_timeout=4000' }") })).toEqual([])
  expect(await said({ ...typeorm, 'src/data-source.ts': source(', extra: { lock_timeout: 0 }') })).toEqual(['missing-lock-timeout'])
  const config = (options: object) => JSON.stringify({ production: { dialect: 'postgres', dialectOptions: options } })
  expect(await said({ ...sequelize, 'config/config.json': config({}) })).toEqual(['missing-lock-timeout'])
  expect(await said({ ...sequelize, 'config/config.json': config({ lock_timeout: 5000 }) })).toEqual([])
  expect(await said({ ...sequelize, 'config/config.json': config({ statement_timeout: 600_000 }) })).toEqual(['missing-lock-timeout'])
  const knexfile = (connection: string) => `module.exports = { client: 'pg', connection: ${connection} }`
  expect(await said({ ...knex, 'knexfile.js': knexfile('process.env.DATABASE_URL') })).toEqual(['missing-lock-timeout'])
  expect(await said({ ...knex, 'knexfile.js': knexfile("{ host: 'db', statement_timeout: 30000 }") })).toEqual([])
})

it('reads them in the spellings of the drivers, and those of production where environments stand side by side', () => {
  expect(timeoutsIn('pool: { afterCreate: (c, done) => c.query("SET lock_timeout = \'5s\'", done) }')).toEqual({ lockTimeout: '5s' })
  expect(timeoutsIn('url: `${base}?options=-c%20lock_timeout%3D5000`')).toEqual({ lockTimeout: '5000' })
  expect(timeoutsIn('{ development: { lock_timeout: 5000 }, production: { statement_timeout: 9000 } }')).toEqual({
    statementTimeout: '9000',
  })
  expect(timeoutsIn('acquireConnectionTimeout: 5000, lockTimeout: 5')).toEqual({})
})

it('sees continuation-local storage switched on in what sequelize-cli loads', async () => {
  const up = "(q, S) => q.sequelize.transaction(async () => { await q.createTable('tags', { id: S.INTEGER }) })"
  const files = { 'migrations/1-tags.js': `module.exports = { up: ${up}, down: (q) => q.dropTable('tags') }` }
  const config = (cls: string) => `${cls}module.exports = { production: { dialect: 'postgres' } }`
  const on = "require('sequelize').useCLS(require('cls-hooked').createNamespace('app'))\n"
  expect(await said({ ...files, 'config/config.js': config('') })).toEqual(['transaction-not-passed'])
  expect(await said({ ...files, 'config/config.js': config(on) })).toEqual([])
})
