import { defineRule, isStructural } from '../../src/rule/define.ts'

export default defineRule({
  id: 'environment-branch',
  title: 'Structure that depends on the environment',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It may be meant; but environments then differ after the same history.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A step that runs only where NODE_ENV or another variable says so makes schemas differ after the same migrations. Tests pass on a schema that production does not have, and a later migration meets both.',
  instead: 'Make the same structure everywhere; let the application decide at run time what it uses.',
  unless: 'The branch asks for the engine, or for an extension that may be missing; rows are seeded, not structure.',
  sources: ['https://12factor.net/dev-prod-parity'],
  covers: [264],
  equivalents: [],
  messages: {
    branch: 'This step runs only where {condition}: environments have different schemas after the same migrations.',
  },
  on: {
    script(at) {
      if (at.direction === 'down') return
      const said = new Set<number>()
      for (const { operation } of at.walk.moments) {
        const branch = operation.context?.branches?.find(({ on }) => on === 'environment')
        if (!branch || said.has(branch.id) || !isStructural(operation) || /dialect|DB_(?:TYPE|CLIENT|DIALECT)/i.test(branch.condition))
          continue
        said.add(branch.id)
        const condition = branch.side === 'then' ? branch.condition : `not ${branch.condition}`
        at.report(operation, 'branch', { condition: condition.replace(/\s+/g, ' ').slice(0, 80) })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'branch',
      sequelize: "if (process.env.NODE_ENV === 'production') {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n}",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Rows, not structure',
      sequelize:
        "if (process.env.SEED_DEMO === 'true') {\n  await queryInterface.bulkInsert('settings', [{ name: 'demo', value: 'yes' }])\n}",
    },
    {
      on: 'postgres',
      title: 'The engine',
      sequelize:
        "if (queryInterface.sequelize.getDialect() === 'postgres') {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n}",
    },
  ],
})
