import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rehearse } from '../../src/index.ts'
import { root } from './postgres-servers.ts'

const packages = realpathSync(join(root, 'node_modules', '..'))

it('a migration of Knex without down is told, and it and those behind it are rehearsed', async () => {
  const { findings, rehearsals, errors } = await rehearse({
    engine: 'sql.js',
    dialect: 'sqlite',
    rows: 20,
    packages,
    battery: true,
    only: ['migrations/1_a.js', 'migrations/2_b.js', 'migrations/3_c.js'],
    files: {
      'package.json': '{ "dependencies": { "knex": "^3.0.0", "better-sqlite3": "^12.0.0" } }',
      'knexfile.js': "module.exports = { client: 'better-sqlite3' }",
      'migrations/1_a.js':
        "exports.up = (knex) => knex.schema.createTable('a', (t) => { t.increments(); t.string('s') })\nexports.down = (knex) => knex.schema.dropTable('a')\n",
      'migrations/2_b.js': "exports.up = (knex) => knex.schema.alterTable('a', (t) => { t.string('x') })\n",
      'migrations/3_c.js':
        "exports.up = (knex) => knex.schema.alterTable('a', (t) => { t.index('x') })\nexports.down = (knex) => knex.schema.alterTable('a', (t) => { t.dropIndex('x') })\n",
    },
  })
  expect(errors).toEqual([])
  expect(rehearsals.map(({ migration, notRun, steps }) => [migration, notRun, steps.length > 0])).toEqual([
    ['1_a.js', undefined, true],
    ['2_b.js', undefined, true],
    ['3_c.js', undefined, true],
  ])
  expect(findings.filter(({ rule }) => rule === 'missing-down')).toMatchObject([{ severity: 'error', migration: '2_b.js' }])
})
