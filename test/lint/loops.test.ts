import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { runExample, settingsFor } from '../run-example.ts'

const backfill = rules.filter(({ id }) => id === 'unbatched-update' || id === 'n-plus-one-backfill')

/** What the rules on backfills say of an example, as message ids would be too long: the first words. */
async function said(example: Example): Promise<readonly string[]> {
  const { findings, opaque, errors } = await runExample(example, settingsFor(backfill, 'strict'), backfill, 'strict')
  expect([opaque, errors]).toEqual([[], []])
  return findings.map(({ rule, message }) => `${rule}: ${message.split(' ').slice(0, 2).join(' ')}`)
}

const one = ['unbatched-update: The batches']
const history = ['await queryRunner.query("CREATE TABLE jobs (id int PRIMARY KEY, state varchar(9), KEY by_state (state))")']
const sql = "\"UPDATE jobs SET state = 'new' WHERE state = 'old' LIMIT 1000\""

describe('a batch loop of Sequelize', () => {
  const query = (options = '') => `const [, n] = await queryInterface.sequelize.query(${sql}${options})\nif (!n) break`

  it('commits each statement when there is no transaction', async () => {
    expect(await said({ on: 'mysql', sequelize: `while (true) {\n${query()}\n}` })).toEqual([])
  })

  it('is one transaction inside the callback of one', async () => {
    const sequelize = `await queryInterface.sequelize.transaction(async (transaction) => {\nwhile (true) {\n${query(', { transaction }')}\n}\n})`
    expect(await said({ on: 'mysql', sequelize })).toEqual(one)
  })

  it('commits each turn when every turn opens its own', async () => {
    const sequelize = `let more = true\nwhile (more) {\nawait queryInterface.sequelize.transaction(async (transaction) => {\nconst [, n] = await queryInterface.sequelize.query(${sql}, { transaction })\nmore = n > 0\n})\n}`
    expect(await said({ on: 'mysql', sequelize })).toEqual([])
  })

  it('commits each turn when the turn commits by hand', async () => {
    const sequelize = `for (;;) {\nconst transaction = await queryInterface.sequelize.transaction()\ntry {\nconst [, n] = await queryInterface.sequelize.query(${sql}, { transaction })\nawait transaction.commit()\nif (!n) break\n} catch (error) {\nawait transaction.rollback()\nthrow error\n}\n}`
    expect(await said({ on: 'mysql', sequelize })).toEqual([])
  })

  it('is one transaction when only its catch ends it', async () => {
    const sequelize = `const transaction = await queryInterface.sequelize.transaction()\nfor (;;) {\ntry {\nconst [, n] = await queryInterface.sequelize.query(${sql}, { transaction })\nif (!n) break\n} catch (error) {\nawait transaction.rollback()\nthrow error\n}\n}\nawait transaction.commit()`
    expect(await said({ on: 'mysql', sequelize })).toEqual(one)
  })

  it('reads pages that its inner loop writes', async () => {
    const sequelize = `let last = 0\nwhile (true) {\nconst [rows] = await queryInterface.sequelize.query('SELECT id, name FROM users WHERE id > :last ORDER BY id LIMIT 500', { replacements: { last } })\nif (rows.length === 0) break\nfor (const row of rows) {\nawait queryInterface.sequelize.query('UPDATE users SET slug = :slug WHERE id = :id', { replacements: { slug: row.name.toLowerCase(), id: row.id } })\n}\nlast = rows[rows.length - 1].id\n}`
    expect(await said({ on: 'postgres', sequelize })).toEqual([])
  })
})

describe('a batch loop of TypeORM', () => {
  const batch = `const result = await queryRunner.query(${sql})\nif (result.affectedRows === 0) break`

  it('is one transaction inside the one that the runner opens', async () => {
    expect(await said({ on: 'mysql', history, typeorm: `while (true) {\n${batch}\n}` })).toEqual(one)
  })

  it('commits each statement when the runner opens none', async () => {
    expect(await said({ on: 'mysql', history, runner: { transaction: 'none' }, typeorm: `while (true) {\n${batch}\n}` })).toEqual([])
  })

  it('commits each turn when the turn ends the transaction and begins the next', async () => {
    const typeorm = `while (true) {\n${batch}\nawait queryRunner.commitTransaction()\nawait queryRunner.startTransaction()\n}`
    expect(await said({ on: 'mysql', history, typeorm })).toEqual([])
  })

  it('is one transaction in a savepoint of each turn: the outer transaction holds the locks', async () => {
    const typeorm = `while (true) {\nawait queryRunner.startTransaction()\n${batch}\nawait queryRunner.commitTransaction()\n}`
    expect(await said({ on: 'mysql', history, typeorm })).toEqual(one)
  })

  it('commits each turn with a transaction of its own where the runner opens none', async () => {
    const typeorm = `while (true) {\nawait queryRunner.startTransaction()\n${batch}\nawait queryRunner.commitTransaction()\n}`
    expect(await said({ on: 'mysql', history, runner: { transaction: 'none' }, typeorm })).toEqual([])
  })
})
