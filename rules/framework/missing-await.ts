import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-await',
  title: 'Schema call whose promise nobody waits for',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration is recorded as done before it is, and its errors are lost.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'The runner goes on as soon as the function returns: it records the migration as done while the call still runs, or never ran. An error in it is an unhandled rejection; inside a transaction it may run after the commit. Knex sends a builder only when somebody waits for it.',
  instead: 'Await the call, return its promise, or collect it in an awaited Promise.all.',
  unless: 'The promise is returned, chained into what is returned, or collected.',
  sources: ['https://typescript-eslint.io/rules/no-floating-promises/'],
  covers: [190],
  equivalents: [],
  messages: {
    dropped: 'Nobody waits for this call: the migration is recorded as done before it has run, and its failure goes unnoticed.',
    neverSent:
      'Nobody waits for this call: Knex sends what is neither awaited nor returned nor given a then() never, and the migration is recorded as done.',
  },
  on: {
    script(at) {
      const said = new Set<string>()
      let last = -1
      for (const { operation, statement, index } of at.walk.moments) {
        const { context } = operation
        if (index === last || context?.awaited !== 'dropped') continue
        last = index
        const call = context.droppedCall ?? statement.span
        if (said.has(`${call.file}:${call.start}`)) continue
        said.add(`${call.file}:${call.start}`)
        at.report(call, at.framework === 'knex' && context.droppedCall === undefined ? 'neverSent' : 'dropped', {})
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'dropped', sequelize: "queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })" },
    {
      on: 'postgres',
      says: 'dropped',
      title: 'forEach does not wait',
      sequelize: "['orders'].forEach(async (table) => {\n  await queryInterface.addColumn(table, 'note', { type: Sequelize.TEXT })\n})",
    },
  ],
  good: [
    { on: 'postgres', sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })" },
    {
      on: 'postgres',
      title: 'Collected',
      sequelize: "await Promise.all(['orders', 'users'].map((table) => queryInterface.addColumn(table, 'note', { type: Sequelize.TEXT })))",
      also: ['parallel-ddl'],
    },
    {
      on: 'postgres',
      title: 'A returned chain',
      sequelize:
        "return queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }).then(() => queryInterface.addColumn('users', 'note', { type: Sequelize.TEXT }))",
    },
  ],
})
