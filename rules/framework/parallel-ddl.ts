import { defineRule, isStructural, type Moment, showName, tablesOf } from '../../src/rule/define.ts'

export default defineRule({
  id: 'parallel-ddl',
  title: 'Steps started side by side on several connections',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'They run in any order on connections of their own: a deadlock, or a failure that leaves the others running, comes and goes.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Calls that are started together take a connection each from Sequelize’s pool. Their locks are taken in any order, so that two of them, or one and the application, can wait for each other until the database kills one. When one fails the others go on, some of them after the migration has been reported as failed.',
  instead: 'await one call after the other, or pass one transaction to all of them: they share its connection then and run in their order.',
  unless: 'All of them are given the same transaction, only read, make new tables, or are about one table.',
  sources: [
    'https://sequelize.org/docs/v6/other-topics/connection-pool/',
    'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Promise/all',
  ],
  covers: [192],
  equivalents: [],
  messages: {
    together:
      '{count} steps on {tables} start together, each on a connection of its own: their locks are taken in any order, and when one fails the others go on.',
  },
  on: {
    script(at) {
      if (at.framework !== 'sequelize') return
      const groups = new Map<number, Moment[]>()
      for (const moment of at.walk.moments) {
        const { operation, transaction } = moment
        const { together } = operation.context ?? {}
        if (!together || transaction.open === 'yes' || operation.kind === 'createTable' || !isStructural(operation)) continue
        if (!tablesOf(operation).some((name) => !at.table(name, moment).fresh)) continue
        const group = groups.get(together.id) ?? []
        if (group.every((other) => other.operation.context?.together?.item !== together.item)) groups.set(together.id, [...group, moment])
      }
      for (const [first, second, ...rest] of groups.values()) {
        if (!first || !second) continue
        const names = [first, second, ...rest].flatMap(({ operation }) => tablesOf(operation).slice(0, 1).map(showName))
        const tables = [...new Set(names)]
        // Steps on one table wait for each other.
        if (tables.length < 2) continue
        at.report(
          second.operation,
          'together',
          { count: rest.length + 2, tables: tables.join(', ') },
          {
            related: [{ message: 'the first of them', span: first.operation.span }],
          },
        )
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'together',
      sequelize:
        "await Promise.all([\n  queryInterface.addColumn('orders', 'note', Sequelize.TEXT),\n  queryInterface.addColumn('users', 'note', Sequelize.TEXT),\n])",
    },
    {
      on: 'mysql',
      says: 'together',
      title: 'map without await',
      sequelize: "await Promise.all(['orders', 'users'].map((table) => queryInterface.addColumn(table, 'note', Sequelize.TEXT)))",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'One transaction for all',
      sequelize:
        "await queryInterface.sequelize.transaction((transaction) =>\n  Promise.all([\n    queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction }),\n    queryInterface.addColumn('orders', 'mark', Sequelize.TEXT, { transaction }),\n  ]),\n)",
    },
    {
      on: 'mysql',
      title: 'One after the other in a single element',
      sequelize:
        "await Promise.all([\n  (async () => {\n    await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n    await queryInterface.addColumn('orders', 'mark', Sequelize.TEXT)\n  })(),\n])",
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'mysql',
      title: 'New tables',
      sequelize:
        "await Promise.all([\n  queryInterface.createTable('carts', { id: { type: Sequelize.INTEGER, primaryKey: true } }),\n  queryInterface.createTable('wishes', { id: { type: Sequelize.INTEGER, primaryKey: true } }),\n])",
    },
  ],
})
