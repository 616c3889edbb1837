import { expect, it } from 'vitest'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

const helper = `
exports.addFilled = async (knex, table, column) => {
  await knex.raw(\`ALTER TABLE \${table} ADD COLUMN \${column} text\`)
  await knex.raw(\`UPDATE \${table} SET \${column} = ''\`)
}
`
const calling = (table: string, ...columns: readonly string[]) => `
const { addFilled } = require('../lib/columns')
exports.up = async (knex) => {
${columns.map((column) => `  await addFilled(knex, '${table}', '${column}')\n`).join('')}}
exports.down = async () => { throw new Error('there is no way back') }
`

async function findings(files: Readonly<Record<string, string>>) {
  const { outcome } = await check(
    optionsFor({ 'package.json': '{ "dependencies": { "knex": "3.1.0", "pg": "8" } }', ...files }, { dialect: 'postgres' }),
  )
  return outcome.findings
}

it('a finding in code that several migrations call says which of them it was, and names what else was found for that one alone', async () => {
  const found = await findings({
    'lib/columns.js': helper,
    'migrations/1_orders.js': calling('orders', 'note'),
    'migrations/2_shops.js': calling('shops', 'region', 'zone'),
  })
  const updates = found.filter(({ rule }) => rule === 'mixed-ddl-dml')
  expect(updates.map(({ file, migration, related }) => [file, migration, related!.map(({ message, rule }) => rule ?? message)])).toEqual([
    ['lib/columns.js', '1_orders.js', ['called by 1_orders.js', 'the lock on orders is taken here', 'unbatched-update']],
    ['lib/columns.js', '2_shops.js', ['called by 2_shops.js', 'the lock on shops is taken here', 'unbatched-update']],
  ])
  expect(updates.map(({ related }) => related![0])).toMatchObject([
    { file: 'migrations/1_orders.js', line: 4, column: 9, endColumn: 42 },
    { file: 'migrations/2_shops.js', line: 4, column: 9 },
  ])
})

it('a finding in the migration itself, or in its SQL, says nothing of a caller', async () => {
  const found = await findings({
    'sql/shops.sql': "ALTER TABLE shops ADD COLUMN region text;\nUPDATE shops SET region = '';\n",
    'migrations/1_orders.js': `
exports.up = async (knex) => { await knex('orders').update({ note: '' }) }
exports.down = async () => { throw new Error('there is no way back') }
`,
    'migrations/2_shops.js': `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
exports.up = async (knex) => { await knex.raw(readFileSync(join(__dirname, '../sql/shops.sql'), 'utf8')) }
exports.down = async () => { throw new Error('there is no way back') }
`,
  })
  expect(found.map(({ file }) => file)).toEqual(expect.arrayContaining(['migrations/1_orders.js', 'sql/shops.sql']))
  expect(
    found.flatMap(({ related = [] }) => related.map(({ message }) => message)).filter((message) => /^called by/.test(message)),
  ).toEqual([])
})

it('the end of a down stands where its SQL does', async () => {
  const found = await findings({
    'sql/down.sql': '-- back\n\nALTER TABLE orders DROP COLUMN memo;\n',
    'migrations/1_orders.js': `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
exports.up = async (knex) => { await knex.raw('ALTER TABLE orders ADD COLUMN note text, ADD COLUMN memo text') }
exports.down = async (knex) => { await knex.raw(readFileSync(join(__dirname, '../sql/down.sql'), 'utf8')) }
`,
  })
  expect(found.find(({ rule }) => rule === 'irreversible-down')).toMatchObject({ file: 'sql/down.sql', line: 3 })
})

it('the call is the one in the migration, however deep the code and wherever its text', async () => {
  const found = await findings({
    'lib/sql.js': "exports.fill = 'UPDATE orders SET note = 1'\nexports.memo = 'UPDATE orders SET memo = 1'\n",
    'lib/fill.js': "const { fill } = require('./sql')\nexports.filled = async (knex) => { await knex.raw(fill) }\n",
    'lib/all.js': "const { filled } = require('./fill')\nexports.all = (knex) => Promise.all([knex].map((one) => filled(one)))\n",
    'migrations/1_deep.js': `
const { all } = require('../lib/all')
const both = async (knex) => {
  await all(knex)
}
exports.up = (knex) => both(knex)
exports.down = async () => { throw new Error('there is no way back') }
`,
    'migrations/2_text.js': `
const { memo } = require('../lib/sql')
exports.up = async (knex) => {
  await knex.raw(memo)
}
exports.down = async () => { throw new Error('there is no way back') }
`,
  })
  const callers = found.filter(({ rule }) => rule === 'unbatched-update').map(({ file, related }) => [file, related![0]])
  expect(callers).toMatchObject([
    ['lib/sql.js', { message: 'called by 1_deep.js', file: 'migrations/1_deep.js', line: 4 }],
    ['lib/sql.js', { message: 'called by 2_text.js', file: 'migrations/2_text.js', line: 4 }],
  ])
})
