import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'schema-sync',
  title: 'Schema changed past the migrations',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'At the next start the library alters production by itself: columns whose names changed are dropped with their values.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'synchronize, sync({ alter }) and prisma db push compare the models with the database and change what differs, without a review, without a lock timeout and without a way back. A renamed property is a dropped column and a new one; sync({ force }) drops every table. What they did is in no migration, so that the next migration fails on databases that already have it.',
  instead:
    'Switch it off, and let migrations alone change the schema; in tests and on a developer’s machine, ask for the environment first.',
  unless: 'The option depends on the environment, or the data source is that of tests, of a developer, or of a database in memory.',
  sources: [
    'https://typeorm.io/docs/data-source/data-source-options#common-data-source-options',
    'https://sequelize.org/docs/v6/core-concepts/model-basics/#synchronization-in-production',
    'https://www.prisma.io/docs/orm/prisma-migrate/workflows/prototyping-your-schema',
  ],
  covers: [29, 266],
  equivalents: [],
  messages: {
    synchronize:
      'The data source brings the schema in line with the entities at every start, in production too: renamed and removed properties drop columns with their values.',
    alter:
      'The application alters the tables to match its models at every start, in production too: removed attributes drop columns with their values.',
    force: {
      text: 'The application drops every table of its models at the start, in production too, and makes them anew.',
      severity: 'error',
    },
    pushed: {
      text: 'The deployment pushes the schema past the migrations: what it changes is in none of them.',
      help: 'Deploy with prisma migrate deploy.',
    },
    inMigration: {
      text: 'The migration lets the library compare models with the database and alter what differs: which changes those are depends on the day it runs.',
      help: 'Write the changes out; the models go on changing after this migration.',
    },
    forced: {
      text: 'The migration drops the tables of the models with all their rows and makes them anew.',
      severity: 'error',
      help: 'Write the changes out.',
    },
  },
  on: {
    syncSchema(sync, at) {
      at.report(sync, sync.force ? 'forced' : 'inMigration', {}, { evidence: 'derived' })
    },
    history(at) {
      for (const { value, span } of at.facts.synchronize) at.report(span, value, {}, { migration: 'whole' })
      for (const span of at.facts.pushes) at.report(span, 'pushed', {}, { migration: 'whole' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'synchronize',
      typeorm: "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')",
      files: {
        'src/data-source.ts':
          "import { DataSource } from 'typeorm'\n\nexport default new DataSource({\n  type: 'postgres',\n  migrations: ['src/migrations/*.ts'],\n  synchronize: true,\n})\n",
      },
    },
    {
      on: 'postgres',
      says: 'force',
      sequelize: "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })",
      files: { 'src/app.js': "const { sequelize } = require('./models')\n\nsequelize.sync({ force: true }).then(() => listen(3000))\n" },
    },
    {
      on: 'postgres',
      says: 'pushed',
      prisma: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      files: { 'package.json': '{ "scripts": { "start": "prisma db push --accept-data-loss && node dist/main.js" } }' },
    },
    {
      on: 'postgres',
      says: 'alter',
      title: 'A function that the server calls',
      sequelize: "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })",
      files: {
        'src/models/index.ts': 'export const prepare = async () => {\n  await sequelize.sync({ alter: true })\n}\n',
        'src/serve.ts': "import { prepare } from './models'\n\nprepare().then(() => listen(3000))\n",
      },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Only where nothing is lost',
      typeorm: "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')",
      files: {
        'src/data-source.ts':
          "import { DataSource } from 'typeorm'\n\nexport default new DataSource({\n  type: 'postgres',\n  migrations: ['src/migrations/*.ts'],\n  synchronize: process.env.NODE_ENV === 'test',\n})\n",
        'src/database.ts':
          "import { DataSource } from 'typeorm'\n\nconst devOptions = { type: 'postgres', migrations: ['src/migrations/*.ts'], synchronize: true }\n",
        'test/data-source.ts':
          "import { DataSource } from 'typeorm'\n\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], synchronize: true })\n",
      },
    },
    {
      on: 'postgres',
      title: 'A script for developers',
      prisma: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      files: { 'package.json': '{ "scripts": { "db:push": "prisma db push", "start": "node dist/main.js" } }' },
    },
    {
      on: 'postgres',
      title: 'A function that tests alone call',
      sequelize: "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })",
      files: {
        'src/models/index.ts': 'export const prepare = async () => {\n  await sequelize.sync({ force: true })\n}\n',
        'src/tester/start.ts': "import { prepare } from '../models'\n\nbeforeAll(() => prepare())\n",
      },
    },
  ],
})
