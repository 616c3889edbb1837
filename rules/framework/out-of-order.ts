import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'out-of-order',
  title: 'Migration placed before a deployed one',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Flyway stops, golang-migrate and Drizzle skip it in silence: the databases that matter most never get it.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A migration whose name sorts before one that databases have already run is late everywhere but on a fresh database. golang-migrate remembers only the newest version and never runs it; so does Drizzle, by the date in its journal; Flyway and goose refuse to go on; the others run it after the later ones, in an order that nobody has tested.',
  instead: 'Give it a name that sorts after the newest migration of the base branch.',
  unless: 'The runner is told to allow it (Flyway’s outOfOrder, goose’s -allow-missing) and the order of the two does not matter.',
  sources: [
    'https://documentation.red-gate.com/fd/flyway-out-of-order-setting-277578977.html',
    'https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md',
    'https://pressly.github.io/goose/blog/2021/out-of-order-migrations/',
    'https://github.com/drizzle-team/drizzle-orm/issues/5316',
  ],
  covers: [271],
  equivalents: [],
  messages: {
    skipped: 'The base branch has {newest}, which sorts after this migration: {tool} on every database that has run it.',
    overtaken: {
      text: 'The journal dates this migration no later than {newest}, which comes before it: Drizzle passes over it in silence on every database that has run {newest}.',
      help: 'Give it a "when" in meta/_journal.json that is greater than all before it, and look whether databases lack it already.',
    },
    late: {
      text: 'The base branch has {newest}, which sorts after this migration: databases that have run it run this one later, new ones before it.',
      profile: 'strict',
    },
  },
  on: {
    history(at) {
      for (const { path, position, overtakenBy } of at.migrations) {
        const span = { file: path, start: 0, end: 0 }
        if (overtakenBy !== undefined) at.report(span, 'overtaken', { newest: overtakenBy }, { migration: position, evidence: 'derived' })
      }
      const newest = at.migrations.find(({ id }) => id === at.changes?.newestInBase)
      if (!at.changes || !newest) return
      for (const { id, path, position, convention, repeatable } of at.migrations) {
        if (position > newest.position || repeatable || !at.changes.added.includes(id)) continue
        const tool = tools[convention ?? '']
        const span = { file: path, start: 0, end: 0 }
        if (tool === undefined) at.report(span, 'late', { newest: newest.id }, { migration: position, evidence: 'derived' })
        else at.report(span, 'skipped', { newest: newest.id, tool }, { migration: position, evidence: 'derived' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'overtaken',
      title: 'Merged after a branch that was made later',
      framework: 'drizzle',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      file: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      files: { 'migrations/meta/_journal.json': journal(1738368000000, 1735689600000) },
    },
    {
      on: 'postgres',
      says: 'skipped',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      down: 'DROP TABLE refunds;',
      base: {
        'migrations/002_step.up.sql': 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
        'migrations/002_step.down.sql': 'DROP TABLE refunds;',
      },
    },
    {
      on: 'mysql',
      says: 'late',
      profile: 'strict',
      title: 'A runner that runs it late',
      history: ["await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })"],
      sequelize: "await queryInterface.createTable('refunds', { id: { type: Sequelize.INTEGER, primaryKey: true } })",
      down: "await queryInterface.dropTable('refunds')",
      base: {
        'migrations/2024010100002-step.js':
          "module.exports = {\n  async up(queryInterface, Sequelize) {\nawait queryInterface.createTable('refunds', { id: { type: Sequelize.INTEGER, primaryKey: true } })\n  },\n  async down(queryInterface, Sequelize) {\nawait queryInterface.dropTable('refunds')\n  },\n}\n",
      },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A journal in the order of its dates',
      framework: 'drizzle',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      file: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      files: { 'migrations/meta/_journal.json': journal(1735689600000, 1738368000000) },
    },
    {
      on: 'postgres',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      down: 'DROP TABLE refunds;',
      base: {
        'migrations/001_step.up.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);',
        'migrations/001_step.down.sql': '-- forward only',
      },
    },
  ],
})

/** What the tools do that do not simply run it late. */
const tools: Readonly<Record<string, string>> = {
  flyway: 'flyway migrate stops',
  goose: 'goose up stops',
  pair: 'golang-migrate, and whatever else remembers only the newest version, passes over it',
}

/** A journal of Drizzle's with two migrations of these dates. */
function journal(first: number, second: number): string {
  const entries = [
    { idx: 0, when: first, tag: '001_step' },
    { idx: 1, when: second, tag: '002_step' },
  ]
  return JSON.stringify({ dialect: 'postgresql', entries })
}
