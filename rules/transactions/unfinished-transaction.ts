import { defineRule, isStructural } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unfinished-transaction',
  title: 'Transaction that is never committed',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The database rolls everything back when the connection closes, and the runner has recorded the migration as done.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'A BEGIN without its COMMIT lasts until the connection is closed, and is rolled back then. Until that it holds its locks: in a pool, for as long as the program lives. A ROLLBACK at the end, left from trying things out, undoes every step before it.',
  instead: 'End it with COMMIT, or leave BEGIN out where the runner opens a transaction.',
  unless:
    'A later statement ends it, the runner’s own transaction is open (BEGIN is a warning then), or something that could not be read may end it.',
  sources: ['https://www.postgresql.org/docs/current/sql-begin.html', 'https://dev.mysql.com/doc/refman/8.4/en/commit.html'],
  covers: [184],
  equivalents: ['squawk:ban-uncommitted-transaction'],
  messages: {
    open: 'Nothing commits the transaction that begins here: what follows is rolled back when the connection closes, and until then its locks are held.',
    undone: 'This ROLLBACK undoes every step since the transaction began: the migration is recorded as done and has done nothing.',
  },
  on: {
    script(at) {
      const { moments } = at.walk
      if (at.walk.script.statements.some(({ operations }) => operations.some(({ kind }) => kind === 'opaque' || kind === 'call'))) return
      let begun = -1
      let isHandedBack = false
      for (const [i, { operation, transaction }] of moments.entries()) {
        if (operation.kind !== 'transaction' || operation.context?.branches) continue
        const { action } = operation
        // COMMIT without a BEGIN ends what the runner opened; what is begun after it takes its place, and the runner commits it.
        if (begun < 0 && action === 'commit') isHandedBack = true
        if (action === 'begin') begun = transaction.by === 'runner' ? -1 : i
        else if (action === 'rollback' && begun >= 0) {
          const within = moments.slice(begun + 1, i)
          // What MySQL has committed at a DDL statement stays: mysql-implicit-commit's to tell.
          const undone = within.some(({ operation: one }) => isStructural(one)) && !within.some(({ cost }) => cost.commits)
          const rest = moments.slice(i + 1)
          if (undone && rest.length === 0) at.report(operation, 'undone', {})
          begun = -1
        } else if (action === 'commit' || action === 'prepare' || action === 'other') begun = -1
      }
      // MySQL commits at the next DDL whether asked or not.
      if (
        begun < 0 ||
        isHandedBack ||
        moments.slice(begun + 1).some(({ cost, operation }) => cost.commits && operation.kind !== 'transaction')
      )
        return
      const { operation } = moments[begun]!
      if (moments.slice(begun + 1).some((moment) => moment.operation.kind !== 'setVariable')) at.report(operation, 'open', {})
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'open',
      sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);',
    },
    {
      on: 'mysql',
      says: 'open',
      sql: "START TRANSACTION;\nINSERT INTO settings (name, value) VALUES ('currency', 'EUR');",
    },
    {
      on: 'postgres',
      says: 'undone',
      title: 'Left from trying it out',
      sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nROLLBACK;',
    },
    {
      on: 'sqlite',
      says: 'open',
      title: 'A transaction object that nobody commits',
      sequelize:
        "const transaction = await queryInterface.sequelize.transaction()\nawait queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } }, { transaction })",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'One for another that the runner opened',
      sql: 'DELETE FROM sessions WHERE id = 1;\nCOMMIT;\nBEGIN;\nALTER TABLE sessions ADD COLUMN token varchar(32);',
    },
    { on: 'postgres', sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMIT;' },
    {
      on: 'postgres',
      title: 'The block of a function',
      sql: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$;',
    },
    {
      on: 'postgres',
      title: 'Rolled back only when something failed',
      typeorm:
        "await queryRunner.startTransaction()\ntry {\n  await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')\n  await queryRunner.commitTransaction()\n} catch (error) {\n  await queryRunner.rollbackTransaction()\n  throw error\n}",
    },
    {
      on: 'mysql',
      title: 'What the DDL statement has committed stays',
      sql: "BEGIN;\nINSERT INTO settings (name, value) VALUES ('currency', 'EUR');\nALTER TABLE orders ADD COLUMN note TEXT NULL;\nROLLBACK;",
      also: ['mysql-implicit-commit'],
    },
  ],
})
