import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'nested-transaction',
  title: 'BEGIN or COMMIT inside the runner’s transaction',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The COMMIT ends the transaction that the runner counts on: a failure after it leaves half a migration behind.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'SQL transactions do not nest. Inside one, BEGIN does nothing but warn on PostgreSQL, fails on SQLite and commits what came before on MySQL; COMMIT ends the one that the runner opened. What follows, the runner’s own note that the migration is done included, is not rolled back with it.',
  instead: 'Leave BEGIN and COMMIT out; where a statement must run outside a transaction, use the runner’s own switch for that.',
  unless: 'The runner opens no transaction, the migration switches it off, or SAVEPOINT is meant.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-begin.html',
    'https://www.sqlite.org/lang_transaction.html',
    'https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts',
  ],
  covers: [185, 189],
  equivalents: ['squawk:transaction-nesting'],
  messages: {
    ends: {
      text: '{action} ends the transaction that the runner opened: what follows is not rolled back with it when something fails.',
      severity: 'error',
    },
    begins: 'BEGIN inside the runner’s transaction opens none: {effect}.',
  },
  on: {
    script(at) {
      const inside = at.walk.moments.filter(
        ({ operation, statement, transaction }) =>
          operation.kind === 'transaction' && statement.sql !== undefined && transaction.open === 'yes' && transaction.by === 'runner',
      )
      const ending = inside.find(({ operation }) => operation.kind === 'transaction' && /^(?:commit|rollback)$/.test(operation.action))
      const beginning = inside.find(({ operation }) => operation.kind === 'transaction' && operation.action === 'begin')
      if (ending?.operation.kind === 'transaction') {
        // COMMIT, then what must run outside, then BEGIN again: that is meant.
        const again = at.walk.moments.some(
          ({ operation, index }) => operation.kind === 'transaction' && operation.action === 'begin' && index > ending.index,
        )
        if (!again) at.report(ending.operation, 'ends', { action: ending.operation.action.toUpperCase() })
      } else if (beginning && at.dialect !== 'mysql' && at.dialect !== 'mariadb')
        at.report(beginning.operation, 'begins', { effect: at.dialect === 'sqlite' ? 'SQLite refuses it' : 'it only warns' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'ends',
      file: '-- +goose Up\nBEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMIT;\nCREATE TABLE refunds (id bigint PRIMARY KEY);\n',
      framework: 'raw-sql',
    },
    {
      on: 'postgres',
      says: 'ends',
      title: 'In a query of TypeORM',
      typeorm:
        "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')\nawait queryRunner.query('COMMIT')\nawait queryRunner.query('CREATE TABLE refunds (id bigint PRIMARY KEY)')",
    },
    {
      on: 'sqlite',
      says: 'begins',
      file: '-- +goose Up\nBEGIN;\nCREATE TABLE orders (id integer PRIMARY KEY);\n',
      framework: 'raw-sql',
    },
  ],
  good: [
    { on: 'postgres', title: 'No runner’s transaction', sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMIT;' },
    {
      on: 'postgres',
      title: 'A savepoint',
      typeorm:
        "await queryRunner.query('SAVEPOINT before')\nawait queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')\nawait queryRunner.query('RELEASE SAVEPOINT before')",
    },
    {
      on: 'postgres',
      title: 'Switched off for this migration',
      file: '-- +goose NO TRANSACTION\n-- +goose Up\nBEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMIT;\n',
      framework: 'raw-sql',
    },
  ],
})
