import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'application-import',
  title: 'Model of the application in a migration',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Nothing is wrong today: it goes wrong when the model changes and the history is run on a fresh database.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A migration is run for years, on every new database, with the code of that day. A model asks for all the columns that it has then: a migration that uses it fails on a column that a later one adds, or fills one that a later one drops.',
  instead: 'Write what it does in SQL, or with a small model of its own in the migration.',
  unless: 'Only types, constants or enums are taken from the file.',
  sources: ['https://sequelize.org/docs/v6/other-topics/migrations/', 'https://typeorm.io/docs/migrations/why'],
  covers: [202, 265],
  equivalents: [],
  messages: {
    model: '{models} of {file} is today’s model: run on a fresh database, this migration meets the schema of its own day.',
  },
  on: {
    migration(at) {
      for (const { path, names, span } of at.migration.imports ?? []) {
        const models = at.modelsIn(path)
        const taken = names === undefined ? models : models.filter((model) => names.includes(model))
        const [first, ...more] = taken
        if (first !== undefined)
          at.report(span, 'model', { models: more.length > 2 ? `${first} with ${more.length} more` : taken.join(', '), file: path })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'model',
      framework: 'typeorm',
      file: "import { MigrationInterface, QueryRunner } from 'typeorm'\nimport { User } from '../entity/user'\n\nexport class Anonymous1700000000001 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n    await queryRunner.manager.update(User, { id: 1 }, { name: 'Anonymous' })\n  }\n  async down() {\n    throw new Error('forward only')\n  }\n}\n",
      files: {
        'src/entity/user.ts':
          "import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'\n\n@Entity()\nexport class User {\n  @PrimaryGeneratedColumn() id: number\n  @Column() name: string\n}\n",
      },
    },
    {
      on: 'mysql',
      says: 'model',
      framework: 'sequelize',
      title: 'The index of the models',
      file: "const { User } = require('../models')\n\nmodule.exports = {\n  async up() {\n    await User.update({ state: 'new' }, { where: { id: 1 } })\n  },\n  async down() {\n    throw new Error('forward only')\n  },\n}\n",
      files: {
        'models/index.js': "module.exports = { User: require('./user') }\n",
        'models/user.js':
          "const { DataTypes } = require('sequelize')\nmodule.exports = (sequelize) => sequelize.define('User', { state: DataTypes.STRING }, { tableName: 'users' })\n",
      },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'An enum of the same file, and a type',
      framework: 'typeorm',
      file: "import { MigrationInterface, QueryRunner } from 'typeorm'\nimport { State } from '../entity/user'\nimport type { User } from '../entity/user'\n\nexport class States1700000000001 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n    const first: Partial<User> = { state: State.New }\n    await queryRunner.query('UPDATE users SET state = $1 WHERE id = 1', [first.state])\n  }\n  async down() {\n    throw new Error('forward only')\n  }\n}\n",
      files: {
        'src/entity/user.ts':
          "import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'\n\nexport enum State { New = 'new' }\n\n@Entity()\nexport class User {\n  @PrimaryGeneratedColumn() id: number\n  @Column() state: State\n}\n",
      },
    },
    {
      on: 'postgres',
      title: 'A helper of the migrations',
      framework: 'sequelize',
      file: "const { batches } = require('./helpers/batches')\n\nmodule.exports = {\n  async up(queryInterface) {\n    await batches(queryInterface)\n  },\n  async down() {\n    throw new Error('forward only')\n  },\n}\n",
      files: { 'migrations/helpers/batches.js': "exports.batches = (q) => q.sequelize.query('SELECT 1')\n" },
    },
  ],
})
