import { defineRule, isOutsideTransactions, isRefusedAsMixed, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'concurrent-in-transaction',
  title: 'Statement that cannot run inside a transaction',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails when it runs.',
  since: '0.1.0',
  dialects: ['postgres', 'sqlite'],
  inDown: 'speaks',
  why: 'CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE and their kind refuse to run inside a transaction block (SQLSTATE 25001). The runner may have opened one; several statements in one query string are one as well.',
  instead: 'Run it alone: opt this migration out of the runner’s transaction, and send the statement in a query of its own.',
  unless: 'The migration is opted out and the statement is alone in its query string.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html',
    'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT',
  ],
  covers: [180, 181, 182],
  equivalents: ['squawk:ban-concurrent-index-creation-in-transaction', 'atlas:PG103'],
  messages: {
    runner: '{statement} fails: the runner has opened a transaction around this migration, and it cannot run inside one.',
    file: {
      text: '{statement} fails: this file has opened a transaction, and it cannot run inside one.',
      help: 'Run it before that transaction begins or after it is committed, in a query of its own.',
    },
    block: {
      text: '{statement} fails: a DO block runs as one statement in one transaction, and it cannot run inside one.',
      help: 'Run it on its own, outside the block.',
    },
    mixed: {
      text: 'Flyway refuses this file: {statement} cannot run inside a transaction, other statements of the file can, and mixed is not set.',
      help: 'Give it a migration of its own.',
    },
    pragma: {
      text: 'Flyway refuses this file: it runs {statement} outside a transaction and the other statements inside one, and mixed is not set.',
      help: 'Set mixed (flyway.mixed=true): the whole file then runs without a transaction, where the PRAGMA works.',
    },
    batch: {
      text: '{statement} fails: it shares one query string with other statements, which PostgreSQL runs as one transaction.',
      help: 'Give it a query, or a migration file, of its own.',
    },
  },
  on: {
    every(operation, at) {
      // ADD VALUE before PostgreSQL 12 is refused as well: enum-value-in-transaction says so.
      if (!isOutsideTransactions(at) || operation.kind === 'addEnumValue') return
      if (operation.context?.block === 'do') {
        at.report(operation, 'block', { statement: describe(operation) }, { evidence: 'derived' })
        return
      }
      if (isRefusedAsMixed(at.walk) && !at.earlier.some(isOutsideTransactions)) {
        at.report(operation, at.cost.inTransaction ? 'pragma' : 'mixed', { statement: describe(operation) }, { evidence: 'derived' })
        return
      }
      if (at.cost.inTransaction) return
      if (at.transaction.open !== 'yes' || at.transaction.by === undefined) return
      at.report(operation, at.transaction.by, { statement: describe(operation) }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'file',
      sql: 'BEGIN;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);\nCOMMIT;',
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'postgres',
      says: 'runner',
      title: 'TypeORM opens a transaction',
      typeorm: 'await queryRunner.query(`CREATE INDEX CONCURRENTLY "orders_user" ON "orders" ("user_id")`)',
    },
    {
      on: 'postgres',
      says: 'batch',
      title: 'Two statements in one Prisma file',
      prisma: 'ALTER TABLE "orders" ADD COLUMN "note" text;\nCREATE INDEX CONCURRENTLY "orders_note" ON "orders" ("note");',
    },
  ],
  good: [
    { on: 'postgres', title: 'Alone in a Prisma file', prisma: 'CREATE INDEX CONCURRENTLY "orders_note" ON "orders" ("note");' },
    {
      on: 'postgres',
      title: 'Opted out',
      framework: 'typeorm',
      file: 'import { MigrationInterface, QueryRunner } from "typeorm"\n\nexport class OrdersUser1700000000002 implements MigrationInterface {\n  transaction = false\n\n  async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS "orders_user"`)\n    await queryRunner.query(`CREATE INDEX CONCURRENTLY "orders_user" ON "orders" ("user_id")`)\n  }\n\n  async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS "orders_user"`)\n  }\n}\n',
      runner: { transaction: 'none' },
    },
  ],
})

function describe(operation: Operation): string {
  switch (operation.kind) {
    case 'createIndex':
      return 'CREATE INDEX CONCURRENTLY'
    case 'dropIndex':
      return 'DROP INDEX CONCURRENTLY'
    case 'reindex':
      return operation.concurrently ? 'REINDEX CONCURRENTLY' : 'This REINDEX'
    case 'detachPartition':
      return 'DETACH PARTITION CONCURRENTLY'
    case 'maintain':
      return operation.command
    case 'createDatabase':
      return 'CREATE DATABASE'
    case 'dropDatabase':
      return 'DROP DATABASE'
    case 'otherStatement':
      return operation.command
    case 'setVariable':
      return operation.name.replace('pragma', 'PRAGMA')
    default:
      return 'This statement'
  }
}
