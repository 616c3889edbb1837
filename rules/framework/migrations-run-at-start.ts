import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'migrations-run-at-start',
  title: 'Every replica runs the migrations when it starts',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'With one replica it works; with several it is a race that mostly goes well.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'TypeORM takes no lock before it looks which migrations are pending: replicas that start together run the same one at once. One of them fails or both write, the new release’s pods die while the old ones still serve, and a long migration runs into the probe that restarts them.',
  instead: 'Run the migrations as a step of its own before the new release starts (typeorm migration:run in a job).',
  unless: 'There is only ever one instance, such as a desktop application.',
  sources: [
    'https://github.com/typeorm/typeorm/issues/4588',
    'https://typeorm.io/docs/data-source/data-source-options#common-data-source-options',
  ],
  covers: [],
  equivalents: [],
  messages: {
    races:
      'Each instance runs pending migrations when it starts, without a lock: instances that start together run the same migration at once.',
  },
  on: {
    history(at) {
      if (at.dialect === 'sqlite') return
      for (const span of at.facts.runsAtStart) at.report(span, 'races', {}, { migration: 'whole' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'races',
      typeorm: "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')",
      files: {
        'src/data-source.ts':
          "import { DataSource } from 'typeorm'\n\nexport default new DataSource({\n  type: 'postgres',\n  migrations: ['src/migrations/*.ts'],\n  migrationsRun: true,\n})\n",
      },
    },
  ],
  good: [
    {
      on: 'postgres',
      typeorm: "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')",
      files: {
        'src/data-source.ts':
          "import { DataSource } from 'typeorm'\n\nexport default new DataSource({\n  type: 'postgres',\n  migrations: ['src/migrations/*.ts'],\n  migrationsRun: process.env.RUN_MIGRATIONS === 'true',\n})\n",
      },
    },
  ],
})
