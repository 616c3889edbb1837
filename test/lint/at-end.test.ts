import { beforeAll, describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import { check, loadEverything } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

beforeAll(loadEverything)

/** The migrations of a project of Sequelize in which values are said to be taken out of a list. `steps`: the bodies of their `up`. */
async function narrowed(dialect: DialectName, ...steps: readonly string[]): Promise<readonly string[]> {
  const files = steps.map((body, i) => [
    `migrations/2024010100000${i}-step.js`,
    `const { states } = require('../src/states')\nmodule.exports = {\n  async up(queryInterface, Sequelize) {\n    ${body}\n  },\n  async down() { throw new Error('forward only') },\n}\n`,
  ])
  const { outcome } = await check(
    optionsFor(
      { 'src/states.js': "exports.states = ['new', 'paid', 'void']", ...Object.fromEntries(files) },
      { dialect, framework: 'sequelize' },
    ),
  )
  return outcome.findings.filter(({ rule }) => rule === 'enum-value-removed').map(() => 'told')
}

const sql = (text: string) => `await queryInterface.sequelize.query(\`${text}\`)`

describe('a list that the application writes today', () => {
  const table = `await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, state: Sequelize.ENUM(...states) })`
  const change = (list: string) => `await queryInterface.changeColumn('orders', 'state', { type: Sequelize.ENUM(${list}) })`

  it('is not held against an ENUM of long ago', async () => {
    expect(await narrowed('mysql', table, change("'new', 'paid'"), change("'new', 'paid', 'void'"))).toEqual([])
    expect(await narrowed('mysql', table, change("'new', 'paid'"))).toEqual(['told'])
  })

  it('is not held against a CHECK of long ago', async () => {
    const made = sql(
      "CREATE TABLE orders (id bigint PRIMARY KEY, state text, CONSTRAINT orders_state CHECK (state IN (${states.map((one) => `'${one}'`).join()})))",
    )
    const check = (list: string) =>
      `${sql('ALTER TABLE orders DROP CONSTRAINT orders_state')}\n    ${sql(`ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN (${list}))`)}`
    expect(await narrowed('postgres', made, check("'new', 'paid'"), check("'new', 'paid', 'void'"))).toEqual([])
    expect(await narrowed('postgres', made, check("'new', 'paid'"))).toEqual(['told'])
  })
})
