import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'edited-migration',
  title: 'Deployed migration edited or deleted',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Databases part from each other without a word: those that ran the old text keep its result, new ones get another.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A runner remembers a migration by its name and never runs it again. What is changed in it reaches only databases that are made later: tests pass on a fresh one while production lacks the column. Flyway compares checksums and stops the deployment instead; `prisma migrate dev` wants to reset the database.',
  instead: 'Put the file back as the base branch has it and write what is to change into a new migration.',
  unless:
    'Only the way back, comments or spaces differ (Flyway counts comments too), the script is run again whenever it changes (Flyway’s R__), or no database has run it yet.',
  sources: [
    'https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories',
    'https://documentation.red-gate.com/fd/validate-184127464.html',
    'https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts',
  ],
  covers: [272],
  equivalents: [],
  messages: {
    edited: 'The base branch has {migration} with other statements: databases that ran it keep the old result, new ones get this one.',
    refused: 'The base branch has {migration} with another checksum: flyway migrate stops at every database that has run it.',
    spelled: {
      text: 'The base branch has {migration} with another text, if the same statements: prisma migrate dev asks to reset databases that ran it.',
      severity: 'info',
      profile: 'strict',
    },
    deleted: {
      text: 'The base branch has {migrations}, which this one deletes: databases that ran {them} cannot go back past {them}, new ones never run {them}.',
      severity: 'warning',
      help: 'Keep the files. Where the history is squashed into one migration, mark that one as applied on every database first.',
    },
  },
  on: {
    history(at) {
      for (const { id, path, sameMeaning } of at.changes?.edited ?? []) {
        const entry = at.migrations.find((migration) => migration.path === path && migration.id === id)
        if (!entry || entry.repeatable) continue
        const flyway = entry.convention === 'flyway'
        const message = flyway ? 'refused' : sameMeaning ? 'spelled' : 'edited'
        if (message === 'spelled' && at.framework !== 'prisma') continue
        at.report({ file: path, start: 0, end: 0 }, message, { migration: id }, { migration: 'whole', evidence: 'derived' })
      }
      const deleted = at.changes?.deleted ?? []
      const last = at.migrations.at(-1)
      if (deleted.length === 0 || !last) return
      const migrations = deleted.length < 4 ? deleted.join(', ') : `${deleted.slice(0, 2).join(', ')} and ${deleted.length - 2} more`
      const slots = { migrations, them: deleted.length === 1 ? 'it' : 'them' }
      at.report({ file: last.path, start: 0, end: 0 }, 'deleted', slots, { migration: 'whole', evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'edited',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, region text);',
      base: { 'migrations/001_step.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    },
    {
      on: 'mysql',
      says: 'edited',
      title: 'A column in a builder’s list',
      sequelize:
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, region: Sequelize.STRING })",
      base: {
        'migrations/2024010100001-step.js':
          "module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })\n  },\n}\n",
      },
    },
    {
      on: 'postgres',
      says: 'spelled',
      profile: 'strict',
      title: 'Prisma and a comment',
      prisma: '-- the first table\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      base: { 'prisma/migrations/2024010100001_step/migration.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    },
    {
      on: 'postgres',
      says: 'deleted',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      base: {
        'migrations/001_step.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);',
        'migrations/002_region.sql': 'ALTER TABLE orders ADD COLUMN region text;',
      },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A new migration',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: 'ALTER TABLE orders ADD COLUMN region text;',
      base: { 'migrations/001_step.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    },
    {
      on: 'postgres',
      title: 'Comments and spaces',
      sql: '-- every order\nCREATE TABLE orders\n  (id bigint PRIMARY KEY);',
      base: { 'migrations/001_step.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    },
    {
      on: 'mysql',
      title: 'Only the way back',
      sequelize: "await queryInterface.createTable('orders', { id: Sequelize.INTEGER })",
      down: "await queryInterface.dropTable('orders')",
      base: {
        'migrations/2024010100001-step.js':
          "module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.createTable('orders', { id: Sequelize.INTEGER })\n  },\n  async down() {},\n}\n",
      },
    },
  ],
})
