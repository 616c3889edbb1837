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
  why: 'The runner goes on as soon as the function returns: it records the migration as done while the call still runs, or never ran. An error in it is an unhandled rejection; inside a transaction it may run after the commit. Knex sends a builder only when somebody waits for it. TypeORM has one connection for all of a migration, on which PostgreSQL’s driver queues what is sent: there a plain query runs in its turn, and in the transaction.',
  instead: 'Await the call, return its promise, or collect it in an awaited Promise.all.',
  unless: 'The promise is returned, chained into what is returned, or collected.',
  sources: ['https://typescript-eslint.io/rules/no-floating-promises/'],
  covers: [190],
  equivalents: [],
  messages: {
    dropped: 'Nobody waits for this call: the migration is recorded as done before it has run, and its failure goes unnoticed.',
    neverSent:
      'Nobody waits for this call: Knex sends what is neither awaited nor returned nor given a then() never, and the migration is recorded as done.',
    inTurn: {
      text: 'Nobody waits for this call: it is sent in its turn, but its failure ends the whole process, and version 9 of the driver pg no longer queues it.',
      severity: 'warning',
    },
  },
  on: {
    script(at) {
      const said = new Set<string>()
      let last = -1
      for (const { operation, statement, index, transaction } of at.walk.moments) {
        const { context } = operation
        if (index === last || context?.awaited !== 'dropped') continue
        last = index
        const call = context.droppedCall ?? statement.span
        if (said.has(`${call.file}:${call.start}`)) continue
        said.add(`${call.file}:${call.start}`)
        // Measured with TypeORM 0.3.20 and 1.1 on pg 8: the calls run before the INSERT that records the migration; when one fails nothing is committed.
        const queued = context.inTurn && at.dialect === 'postgres' && transaction.open === 'yes'
        if (context.droppedCall === undefined && at.framework === 'knex') at.report(call, 'neverSent', {})
        else at.report(call, queued ? 'inTurn' : 'dropped', {})
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
    {
      on: 'mysql',
      says: 'dropped',
      title: 'MySQL commits each, and what records the migration stays where one fails',
      typeorm: "queryRunner.query('CREATE TABLE notes (id bigint PRIMARY KEY)')",
    },
    {
      on: 'postgres',
      says: 'inTurn',
      title: 'Queued on the one connection of the migration, until the driver no longer does that',
      typeorm: "queryRunner.query('CREATE TABLE notes (id bigint PRIMARY KEY)')",
    },
    {
      on: 'postgres',
      says: 'inTurn',
      title: 'One statement, sent at once',
      typeorm: "queryRunner.manager.delete('notes', { id: 1 })",
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
