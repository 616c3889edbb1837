import { expect, it } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

/** What irreversible-down says of a down, where roles, grants and accounts that refer to roles have been made before. */
async function said(dialect: DialectName, down: string): Promise<readonly string[]> {
  const files = {
    'package.json': '{ "dependencies": { "knex": "3.1.0" } }',
    'migrations/1_tables.js': `
exports.up = async (knex) => {
  await knex.schema.createTable('roles', (table) => { table.integer('id').primary(); table.text('name') })
  await knex.schema.createTable('grants', (table) => { table.integer('role'); table.text('verb') })
  await knex.schema.createTable('places', (table) => { table.integer('id').primary(); table.integer('within').references('places.id') })
  await knex.schema.createTable('accounts', (table) => { table.integer('role').references('roles.id') })
}
exports.down = async () => { throw new Error('there is no way back') }
`,
    'migrations/2_rows.js': `
exports.up = async (knex) => { await knex('grants').insert([{ role: 1, verb: 'read' }]) }
exports.down = async (knex) => { ${down} }
`,
  }
  const { outcome } = await check(optionsFor(files, { dialect }))
  return outcome.findings.filter(({ rule }) => rule === 'irreversible-down').map(({ message }) => message)
}

const refused = 'This step of down fails: TRUNCATE roles is refused while a foreign key of accounts points at it.'
const missing = 'This step of down fails: column verb of roles does not exist.'

it.each<[DialectName, string, readonly string[]]>([
  ['postgres', "await knex('roles').truncate()", [refused]],
  ['mysql', "await knex('roles').truncate()", [refused]],
  ['mariadb', "await knex.raw('TRUNCATE TABLE roles')", [refused]],
  // Knex empties a table of SQLite with DELETE.
  ['sqlite', "await knex('roles').truncate()", []],
  ['postgres', "await knex.raw('TRUNCATE roles, accounts')", []],
  ['postgres', "await knex.raw('TRUNCATE roles CASCADE')", []],
  ['mysql', "await knex.raw('SET foreign_key_checks = 0'); await knex('roles').truncate()", []],
  ['mysql', "await knex('places').truncate()", []],
  ['postgres', "if (await knex('roles').first()) await knex('roles').truncate()", []],
  ['postgres', "await knex('roles').where({ verb: 'read' }).del()", [missing]],
  ['mysql', "await knex('roles').whereIn('verb', ['read']).update({ name: '' })", [missing]],
  ['postgres', "await knex('roles').update({ verb: 'read' })", [missing]],
  ['postgres', "await knex('grants').where({ verb: 'read' }).del()", []],
  ['postgres', 'await knex.raw("DELETE FROM grants USING roles WHERE grants.role = roles.id AND name = \'x\'")', []],
  ['postgres', "await knex.raw('DELETE FROM roles WHERE ctid IS NULL')", []],
])('a down on %s: %s', async (dialect, down, messages) => {
  expect(await said(dialect, down)).toEqual(messages)
})
