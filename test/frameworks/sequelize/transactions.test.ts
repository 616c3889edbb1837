import { describe, expect, it } from 'vitest'
import { all, loadText, up } from './loading.ts'

describe('transactions', () => {
  const segments = (body: string, options: Parameters<typeof loadText>[2] = {}) =>
    up(body, 'postgres', options).statements.map((statement) => [
      statement.operations[0]?.kind === 'transaction' ? statement.operations[0].action : statement.operations[0]?.kind,
      statement.segment,
      statement.operations[0]?.context?.enclosing,
    ])

  it('of a callback hold the calls that get it, and enclose those that do not', () => {
    expect(
      segments(`await sequelize.transaction(async (t) => {
        await queryInterface.dropTable('a', { transaction: t })
        await queryInterface.dropTable('b')
      })
      await queryInterface.dropTable('c')`),
    ).toEqual([
      ['begin', 0, 0],
      ['dropTable', 0, 0],
      ['dropTable', undefined, 0],
      ['commit', 0, 0],
      ['dropTable', undefined, undefined],
    ])
  })

  it.each([
    ['shorthand', `{ transaction }`],
    ['with others', `{ cascade: true, transaction }`],
    ['spread before', `{ ...opts, transaction }`],
    ['spread of an object that has it', `{ ...withIt }`],
    ['a variable', `withIt`],
    ['options that cannot be read', `unreadable()`],
  ])('are found in options: %s', (_how, written) => {
    const body = `await sequelize.transaction(async (transaction) => { const opts = {}; const withIt = { transaction }; await queryInterface.dropTable('a', ${written}) })`
    expect(segments(body)[1]).toEqual(['dropTable', 0, 0])
  })

  it('are found in addIndex and addConstraint, whose options are one object', () => {
    const found = segments(`await sequelize.transaction(async (transaction) => {
      await queryInterface.addIndex('t', { fields: ['a'], transaction })
      await queryInterface.addIndex('t', ['a'], { transaction })
      await queryInterface.addConstraint('t', { type: 'unique', fields: ['a'], transaction })
      await sequelize.query('SELECT 1', { transaction })
    })`)
    expect(found.map(([, segment]) => segment)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('opened by hand end with commit; the rollback of a catch ends nothing on the way that succeeds', () => {
    expect(
      segments(`const t = await sequelize.transaction()
      try {
        await queryInterface.dropTable('a', { transaction: t })
        await t.commit()
      } catch (error) { await t.rollback(); throw error }`),
    ).toEqual([
      ['begin', 0, 0],
      ['dropTable', 0, 0],
      ['commit', 0, 0],
      ['rollback', 0, undefined],
    ])
  })

  it('reach every call where continuation-local storage is configured', () => {
    const body = `await sequelize.transaction(async () => { await queryInterface.dropTable('a') })`
    expect(segments(body)[1]?.[1]).toBeUndefined()
    expect(segments(body, { runner: { cls: true } })[1]?.[1]).toBe(0)
  })

  it('inside another are savepoints', () => {
    expect(
      segments(
        `await sequelize.transaction(async (t) => { await sequelize.transaction({ transaction: t }, async (s) => { await queryInterface.dropTable('a', { transaction: s }) }) })`,
      ).map(([kind]) => kind),
    ).toEqual(['begin', 'savepoint', 'dropTable', 'release', 'commit'])
  })

  it('given by the runner hold what gets them', () => {
    const text = `async function up(utils) {
      await utils.queryInterface.dropTable('a', { transaction: utils.transaction })
      await utils.sequelize.query('DELETE FROM b')
    }
    export { up }`
    const found = loadText(text, all.postgres).up.statements.map(({ segment, operations }) => [segment, operations[0]?.context?.enclosing])
    expect(found).toEqual([
      [0, 0],
      [undefined, 0],
    ])
  })

  it('of SQL texts are numbered behind those of objects', () => {
    const found = segments(`await sequelize.transaction(async (t) => {}); await sequelize.query('BEGIN; DELETE FROM a; COMMIT')`)
    expect(found.map(([kind, segment]) => [kind, segment])).toEqual([
      ['begin', 0],
      ['commit', 0],
      ['begin', 1],
      ['delete', 1],
      ['commit', 1],
    ])
  })
})
