import { beforeAll, describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { engines, loadText, operationsIn, upWith } from './loading.ts'

let all: Readonly<Record<DialectName, Dialect>>
beforeAll(async () => {
  all = await engines()
})

function up(body: string, dialect: DialectName = 'postgres', options: Parameters<typeof loadText>[2] = {}) {
  return loadText(upWith(body), all[dialect], options).up
}
function operations(body: string, dialect: DialectName = 'postgres', options: Parameters<typeof loadText>[2] = {}): readonly Operation[] {
  return operationsIn(up(body, dialect, options))
}

describe('models used in migrations', () => {
  const model = `const { DataTypes } = require('sequelize')
    module.exports = (sequelize) => sequelize.define('User', { name: DataTypes.STRING }, { tableName: 'users' })`

  it('work on the table that they name', () => {
    const text = `const define = require('../models/user')
      module.exports = { async up(queryInterface) {
        const User = define(queryInterface.sequelize)
        await User.update({ name: 'x' }, { where: {} })
        await User.destroy({ where: { id: 1 } })
        await User.bulkCreate([{ name: 'a' }])
        const rows = await User.findAll()
        for (const row of rows) await queryInterface.bulkUpdate('users', { name: 'y' }, { id: row.id })
      } }`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/user.js': model } }).up)
    expect(found).toMatchObject([
      { kind: 'update', table: { name: 'users' }, where: undefined },
      { kind: 'delete', table: { name: 'users' }, where: { terms: [{ column: 'id', operator: '=' }] } },
      { kind: 'insert', table: { name: 'users' }, rows: 1 },
      { kind: 'select' },
      { kind: 'update', context: { loops: [{ over: 'rows' }] } },
    ])
  })

  it('of unknown tables are opaque', () => {
    const found = operations(`await sequelize.models.User.update({ a: 1 }, { where: {} })`)
    expect(found).toMatchObject([{ kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining('User.update') }])
  })
})

describe('instances of models', () => {
  it('change the one row that they stand for', () => {
    const found = operations(`const User = sequelize.define('user', {}, { tableName: 'users' })
      const user = await User.findOne({ where: { mail: 'a' } })
      await user.update({ name: 'x' })
      await user.destroy()`)
    expect(found).toMatchObject([
      { kind: 'select', query: { limited: true } },
      { kind: 'update', table: { name: 'users' }, set: [{ column: 'name' }], where: { terms: [{ column: 'id', operator: '=' }] } },
      { kind: 'delete', table: { name: 'users' }, where: { terms: [{ column: 'id', operator: '=' }] } },
    ])
  })

  it('of classes that extend Model are said aloud where their table is not followed', () => {
    const text = `const User = require('../models/user')
      module.exports = { async up() { await User.update({ a: 1 }, { where: {} }) } }`
    const model = `const { Model, DataTypes } = require('sequelize'); class User extends Model {}
      User.init({ a: DataTypes.INTEGER }, { sequelize: require('./connection'), tableName: 'users' }); module.exports = User`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/user.js': model } }).up)
    expect(found.length).toBeGreaterThan(0)
    for (const operation of found) expect(['update', 'opaque']).toContain(operation.kind)
  })
})
