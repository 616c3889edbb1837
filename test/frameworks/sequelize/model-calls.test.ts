import { describe, expect, it } from 'vitest'
import { all, loadText, operations, operationsIn } from './loading.ts'

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

  it('of unknown names are opaque', () => {
    const found = operations(`const User = sequelize.define(process.env.NAME, {}); await User.update({ a: 1 }, { where: {} })`)
    expect(found).toMatchObject([{ kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining('update') }])
  })

  it('that nobody declares have the table that Sequelize names by default, and that is marked as a guess', () => {
    for (const body of [
      'await sequelize.models.User.update({ a: 1 }, { where: {} })',
      "await sequelize.model('User').update({ a: 1 }, { where: {} })",
      "const { User } = require('../models'); await User.update({ a: 1 }, { where: {} })",
      "const db = require('@acme/models'); await db.User.update({ a: 1 }, { where: {} })",
    ])
      expect(operations(body), body).toMatchObject([{ kind: 'update', table: { name: 'Users', dynamic: true }, where: undefined }])
  })

  it('are told from other things by the options that only they take', () => {
    expect(operations("const { User } = require('../models'); await User.destroy({ where: { id: 3 } })")).toMatchObject([
      { kind: 'delete', table: { name: 'Users' }, where: { terms: [{ column: 'id', operator: '=' }] } },
    ])
    for (const body of [
      "const cache = require('cache'); await cache.update('key', 1)",
      "const s = require('stripe'); await s.plans.update({ id: 1 }, 3)",
    ])
      expect(operations(body), body).toMatchObject([{ kind: 'opaque' }])
  })

  it('have the table that the application declares for their name, its columns and its way of deleting', () => {
    const files = {
      'models/user.js': `module.exports = (sequelize, DataTypes) => {
        class User extends Model {}
        User.init({ firstName: { type: DataTypes.STRING, field: 'first_name' } }, { sequelize, tableName: 'app_users', paranoid: true })
        return User
      }`,
    }
    const found = operations(
      'await sequelize.models.User.update({ firstName: 1 }, { where: {} }); await sequelize.models.User.destroy({ where: {} })',
      'postgres',
      { files },
    )
    expect(found).toMatchObject([
      { kind: 'update', table: { name: 'app_users' }, set: [{ column: 'first_name' }] },
      { kind: 'update', table: { name: 'app_users' }, set: [{ column: 'deletedAt' }] },
    ])
    expect(found[0]).not.toHaveProperty('table.dynamic')
  })

  it('follow the options of the connection: its define says how all models are named', () => {
    const files = { 'config/config.js': "module.exports = { dialect: 'postgres', define: { underscored: true } }" }
    const body = "const Item = sequelize.define('UserCategory', {}); await Item.destroy({ where: {} })"
    expect(operations(body, 'postgres', { files })).toMatchObject([{ kind: 'delete', table: { name: 'user_categories' } }])
    expect(operations(body)).toMatchObject([{ kind: 'delete', table: { name: 'UserCategories' } }])
  })

  it('are found behind an index that loads its folder', () => {
    const files = {
      'models/index.js': `const fs = require('fs'); const path = require('path'); const Sequelize = require('sequelize')
        const basename = path.basename(__filename); const db = {}
        const sequelize = new Sequelize(process.env.DATABASE_URL)
        fs.readdirSync(__dirname).filter((file) => file.indexOf('.') !== 0 && file !== basename && file.slice(-3) === '.js').forEach((file) => {
          const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes)
          db[model.name] = model
        })
        Object.keys(db).forEach((name) => { if (db[name].associate) db[name].associate(db) })
        db.sequelize = sequelize
        module.exports = db`,
      'models/order.js': `module.exports = (sequelize, DataTypes) => {
        class Order extends sequelize.Sequelize.Model { static associate(models) { Order.hasMany(models.Line) } }
        Order.init({ n: DataTypes.INTEGER }, { sequelize, tableName: 'shop_orders' })
        return Order
      }`,
      'models/line.js': "module.exports = (sequelize, DataTypes) => sequelize.define('Line', { n: DataTypes.INTEGER })",
    }
    const text = `const db = require('../models')
      module.exports = { async up() { await db.Order.update({ n: 1 }, { where: {} }); await db.Line.bulkCreate([{ n: 1 }]) } }`
    expect(operationsIn(loadText(text, all.postgres, { files }).up)).toMatchObject([
      { kind: 'update', table: { name: 'shop_orders' } },
      { kind: 'insert', table: { name: 'Lines' }, rows: 1 },
    ])
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

  it('of classes that extend Model too, whose init says the table', () => {
    const text = `const User = require('../models/user')
      module.exports = { async up() { await User.update({ a: 1 }, { where: {} }); const one = await User.findOne({ where: { id: 1 } }); await one.destroy() } }`
    const model = `const { Model, DataTypes } = require('sequelize'); class User extends Model {}
      User.init({ a: DataTypes.INTEGER }, { sequelize: require('./connection'), tableName: 'users' }); module.exports = User`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/user.js': model } }).up)
    expect(found).toMatchObject([
      { kind: 'update', table: { name: 'users' }, where: undefined },
      { kind: 'select' },
      { kind: 'delete', table: { name: 'users' }, where: { terms: [{ column: 'id' }] } },
    ])
  })

  it('of classes whose static init hands on to the class above', () => {
    const model = `const { Model } = require('sequelize')
      module.exports = class Invoice extends Model { static init(sequelize, DataTypes) { return super.init({ a: DataTypes.INTEGER }, { sequelize, tableName: 'bills' }) } }`
    const text = `const Invoice = require('../models/invoice')
      module.exports = { async up(queryInterface, Sequelize) { Invoice.init(queryInterface.sequelize, Sequelize); await Invoice.destroy({ where: {} }) } }`
    const found = operationsIn(loadText(text, all.postgres, { files: { 'models/invoice.js': model } }).up)
    expect(found).toMatchObject([{ kind: 'delete', table: { name: 'bills' } }])
  })
})
