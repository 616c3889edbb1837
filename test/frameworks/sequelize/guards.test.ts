import { describe, expect, it } from 'vitest'
import { operations } from './loading.ts'

describe('guards', () => {
  const guardsOf = (body: string) => operations(body).at(-1)?.context?.guards
  const describe_ = `const table = await queryInterface.describeTable('users')\n`

  it.each([
    ['!table.email', 'absent'],
    ['table.email === undefined', 'absent'],
    ['table.email', 'exists'],
    ['table["email"]', 'exists'],
    [`!('email' in table)`, 'absent'],
    [`!Object.keys(table).includes('email')`, 'absent'],
    [`!table.hasOwnProperty('email')`, 'absent'],
  ])('by describeTable: %s', (condition, requires) => {
    expect(guardsOf(`${describe_}if (${condition}) { await queryInterface.dropTable('x') }`)).toMatchObject([
      { by: 'describe', requires, table: { name: 'users' }, column: 'email' },
    ])
  })

  it('by describeTable with an early return', () => {
    expect(guardsOf(`${describe_}if (table.email) return\nawait queryInterface.dropTable('x')`)).toMatchObject([
      { by: 'describe', requires: 'absent', column: 'email' },
    ])
  })

  it.each([
    [`!(await queryInterface.tableExists('users'))`, 'absent'],
    [`(await queryInterface.showAllTables()).includes('users')`, 'exists'],
  ])('by the list of tables: %s', (condition, requires) => {
    expect(guardsOf(`if (${condition}) { await queryInterface.dropTable('x') }`)).toMatchObject([
      { by: 'catalog', requires, table: { name: 'users' } },
    ])
  })

  it('by the list of indexes', () => {
    const body = `const indexes = await queryInterface.showIndex('users')
      if (!indexes.some((index) => index.name === 'i')) { await queryInterface.addIndex('users', ['a']) }`
    expect(guardsOf(body)).toMatchObject([{ by: 'catalog', table: { name: 'users' } }])
  })

  it('by a query of the catalog', () => {
    const body = `const [rows] = await sequelize.query("SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'email'")
      if (rows.length === 0) { await queryInterface.addColumn('users', 'email', Sequelize.STRING) }`
    expect(guardsOf(body)).toMatchObject([{ by: 'catalog', requires: 'absent', table: { name: 'users' }, column: 'email' }])
  })

  it('do not stand around calls behind an unknown condition: these are branches', () => {
    const [operation] = operations(`if (process.env.CLOUD === 'yes') await queryInterface.dropTable('x')`)
    expect(operation?.context).toMatchObject({ branches: [{ on: 'environment', side: 'then' }] })
    expect(operation?.context?.guards).toBeUndefined()
  })
})

describe('the dialect', () => {
  const body = `if (sequelize.getDialect() === 'postgres') { await queryInterface.dropTable('pg') } else { await queryInterface.dropTable('other') }`
  it('decides the branches that ask for it', () => {
    expect(operations(body, 'postgres')).toMatchObject([{ table: { name: 'pg' } }])
    expect(operations(body, 'mysql')).toMatchObject([{ table: { name: 'other' } }])
  })

  it.each([`sequelize.dialect.name`, `sequelize.options.dialect`, `queryInterface.sequelize.getDialect()`])(
    'is what %s gives',
    (written) => {
      expect(operations(`await queryInterface.dropTable(${written} === 'sqlite' ? 'a' : 'b')`, 'sqlite')).toMatchObject([
        { table: { name: 'a' } },
      ])
    },
  )

  it('is asked for with the word of the configuration: MariaDB reached through mysql2 is mysql', () => {
    expect(
      operations(`await queryInterface.dropTable(sequelize.getDialect())`, 'mariadb', { settings: { dialect: 'mysql' } }),
    ).toMatchObject([{ table: { name: 'mysql' } }])
  })
})
