import { changesOwnRows, defineRule, isStructural, type Moment, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'mysql-implicit-commit',
  title: 'Transaction that a DDL statement commits half-way',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A rollback that is relied on does not happen.',
  since: '0.1.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'MySQL and MariaDB commit the open transaction before every DDL statement, even one that then fails. What looks like all or nothing has committed half of itself; the ROLLBACK finds nothing to roll back.',
  instead: 'Keep rows and structure in separate migrations, and make each step repeatable instead of relying on a rollback.',
  unless: 'The transaction holds rows only, or the runner opens one around DDL only. CREATE and DROP TEMPORARY TABLE do not commit.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html',
    'https://mariadb.com/docs/server/reference/sql-statements/transactions/sql-statements-that-cause-an-implicit-commit',
  ],
  covers: [186],
  equivalents: [],
  messages: {
    explicit:
      '{statement} commits the transaction that was opened before it: what was done so far stays, and a later rollback undoes nothing of it.',
    runner: '{statement} commits the runner’s transaction: the rows changed in this migration are not rolled back when a later step fails.',
    before:
      '{statement} commits at once, in spite of the runner’s transaction: it stays when the change of rows after it fails and is rolled back.',
  },
  on: {
    script(at) {
      const { moments } = at.walk
      const writes = moments.some((moment) => writesRows(moment.operation) && !changesOwnRows(moment, at))
      const said = new Set<string>()
      let pending = false
      for (const moment of moments) {
        // autocommit = 0 opens a transaction with the first statement that writes.
        if (isOff(moment.session.settings.get('autocommit')) && moment.transaction.open === 'no') {
          if (moment.cost.commits && pending && (isStructural(moment.operation) || moment.operation.kind === 'truncate'))
            at.report(moment.operation, 'explicit', { statement: describe(moment) }, { evidence: 'derived' })
          const ends = moment.cost.commits || moment.operation.kind === 'transaction'
          pending = !ends && (pending || writesRows(moment.operation))
          continue
        }
        const { operation, transaction, cost } = moment
        if (!cost.commits || transaction.open !== 'yes' || operation.kind === 'transaction' || said.has(transaction.key)) continue
        said.add(transaction.key)
        if (transaction.by === 'file') at.report(operation, 'explicit', { statement: describe(moment) }, { evidence: 'derived' })
        else if (transaction.by === 'runner' && writes)
          at.report(operation, losesRows(moments) ? 'runner' : 'before', { statement: describe(moment) }, { evidence: 'derived' })
      }
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'explicit',
      sql: "START TRANSACTION;\nUPDATE settings SET value = 'on' WHERE id = 1;\nALTER TABLE orders ADD COLUMN note TEXT;\nCOMMIT;",
    },
    {
      on: 'mariadb',
      says: 'runner',
      title: 'Rows and structure under TypeORM’s transaction',
      typeorm:
        "await queryRunner.query(\"INSERT INTO settings (id, value) VALUES (7, 'on')\")\nawait queryRunner.query('ALTER TABLE orders ADD COLUMN note TEXT')",
    },
    {
      on: 'mysql',
      says: 'before',
      title: 'Structure first',
      typeorm:
        "await queryRunner.query('ALTER TABLE orders ADD COLUMN note TEXT')\nawait queryRunner.query(\"INSERT INTO settings (id, value) VALUES (7, 'on')\")",
    },
    {
      on: 'mysql',
      says: 'explicit',
      title: 'Without autocommit',
      sql: "SET autocommit = 0;\nUPDATE settings SET value = 'on' WHERE id = 1;\nTRUNCATE TABLE caches;\nCOMMIT;",
    },
  ],
  good: [
    { on: 'mysql', title: 'Rows only', sql: "START TRANSACTION;\nUPDATE settings SET value = 'on' WHERE id = 1;\nCOMMIT;" },
    {
      on: 'mysql',
      title: 'The runner’s transaction around DDL only',
      typeorm: "await queryRunner.query('ALTER TABLE orders ADD COLUMN note TEXT')",
    },
    {
      on: 'mysql',
      title: 'Rows of a table that the migration itself makes',
      typeorm:
        "await queryRunner.query('CREATE TABLE queues (id INT PRIMARY KEY, kind VARCHAR(20))')\nawait queryRunner.query(\"UPDATE queues SET kind = 'job'\")",
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'mysql',
      title: 'A temporary table',
      sql: 'START TRANSACTION;\nCREATE TEMPORARY TABLE picked (id INT);\nINSERT INTO picked (id) VALUES (1);\nDROP TEMPORARY TABLE picked;\nCOMMIT;',
    },
    {
      on: 'mysql',
      title: 'Without autocommit, and the rows are committed first',
      sql: "SET autocommit = 0;\nUPDATE settings SET value = 'on' WHERE id = 1;\nCOMMIT;\nTRUNCATE TABLE caches;\nUPDATE settings SET value = 'off' WHERE id = 1;\nROLLBACK;\nALTER TABLE orders ADD COLUMN note TEXT;",
    },
  ],
})

function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(0|off|false)$/i.test(value.trim())
}

function writesRows(operation: Operation): boolean {
  return operation.kind === 'insert' || operation.kind === 'update' || operation.kind === 'delete' || operation.kind === 'writeRows'
}

/** Does a statement that commits come after rows were written? Those before it are not rolled back then. */
function losesRows(moments: readonly Moment[]): boolean {
  const first = moments.findIndex(({ operation }) => writesRows(operation))
  return moments.slice(first).some(({ cost, operation }) => cost.commits && operation.kind !== 'transaction')
}

function describe({ operation, statement }: Moment): string {
  // What stands in a comment for some versions is a statement all the same: /*!50003 CREATE …
  const words = statement.sql
    ?.replace(/^\s*\/\*M?!\d*/, '')
    .trim()
    .split(/\s+/, 2)
    .join(' ')
    .toUpperCase()
  if (words) return `This ${words}`
  return isStructural(operation) ? 'This schema change' : 'This statement'
}
