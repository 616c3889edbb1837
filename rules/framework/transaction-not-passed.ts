import { defineRule, runsBeside, waitsForItself } from '../../src/rule/define.ts'

const helps: Partial<Record<string, string>> = {
  typeorm: 'Call queryRunner.query, or queryRunner.manager: they are on the connection that holds the transaction.',
  knex: 'Call it on the transaction that the callback is given, or add .transacting(trx).',
}

export default defineRule({
  id: 'transaction-not-passed',
  title: 'Call inside a transaction that does not get it',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The call runs beside the transaction, and may wait for it for ever.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'A call without the transaction object takes another connection from the pool. It does not see what the transaction did, is not rolled back with it, and waits for its locks: often for ever, since the transaction waits for the call.',
  instead: 'Pass { transaction } to every call inside the callback.',
  unless:
    'Continuation-local storage hands the transaction on (configuration: "runner": { "cls": true }), or the call gets it in any form.',
  sources: ['https://sequelize.org/docs/v6/other-topics/transactions/'],
  covers: [188, 189],
  equivalents: [],
  messages: {
    other:
      'This call does not get the transaction that is open around it: it runs on another connection, is not rolled back with it, and may wait for its locks for ever.',
  },
  on: {
    script(at) {
      let last = -1
      // The statements of one query string are one call.
      const batches = new Set<number>()
      for (const moment of at.walk.moments) {
        const { operation, statement, index } = moment
        if (index === last || !runsBeside(statement) || operation.kind === 'transaction') continue
        if (waitsForItself(moment, at.walk.moments, at)) continue
        if (operation.kind === 'refuse' || operation.kind === 'interpolate' || operation.kind === 'opaque') continue
        last = index
        if (statement.batch !== undefined) {
          if (batches.has(statement.batch)) continue
          batches.add(statement.batch)
        }
        const help = helps[at.framework]
        at.report(statement.span, 'other', {}, help === undefined ? {} : { help })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'other',
      title: 'The connection in place of the transaction',
      framework: 'knex',
      file: "exports.up = (knex) => knex.transaction(async (trx) => {\n  await trx('orders').where({ id: 1 }).update({ total: 1 })\n  await knex('lines').where({ id: 1 }).update({ total: 1 })\n})\n\nexports.down = async () => {}\n\nexports.config = { transaction: false }\n",
    },
    {
      on: 'postgres',
      says: 'other',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }, { transaction })\n  await queryInterface.addColumn('orders', 'memo', { type: Sequelize.TEXT })\n})",
    },
    {
      on: 'postgres',
      says: 'other',
      title: 'Several statements in one call',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.sequelize.query('ALTER TABLE orders ADD COLUMN note text; ALTER TABLE orders ADD COLUMN memo text', {})\n  await queryInterface.addColumn('orders', 'size', { type: Sequelize.TEXT }, { transaction })\n})",
    },
  ],
  good: [
    {
      on: 'postgres',
      sequelize:
        "await queryInterface.sequelize.transaction(async (t) => {\n  await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }, { transaction: t })\n  await queryInterface.sequelize.query('ALTER TABLE orders ADD COLUMN memo text', { transaction: t })\n})",
    },
    {
      on: 'postgres',
      title: 'Continuation-local storage',
      runner: { cls: true },
      sequelize:
        "await queryInterface.sequelize.transaction(async () => {\n  await queryInterface.addColumn('orders', 'memo', { type: Sequelize.TEXT })\n})",
    },
    {
      on: 'postgres',
      title: 'All on the transaction',
      framework: 'knex',
      file: "exports.up = (knex) => knex.transaction(async (trx) => {\n  await trx('orders').where({ id: 1 }).update({ total: 1 })\n  await knex('lines').where({ id: 1 }).update({ total: 1 }).transacting(trx)\n})\n\nexports.down = async () => {}\n\nexports.config = { transaction: false }\n",
    },
  ],
})
