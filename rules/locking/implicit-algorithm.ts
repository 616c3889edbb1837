import { algorithmFor, defineRule, type Moment, type Name, type OperationKind, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'implicit-algorithm',
  title: 'ALTER TABLE that does not say how much it may cost',
  severity: 'warning',
  profile: 'style',
  profileBecause:
    'What this version copies is told by table-copy; a clause on every ALTER TABLE is a convention against the day on which it copies more.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'An ALTER TABLE that cannot be done in place falls back to copying the table, with writes waiting, and says nothing. Whether it can depends on the version, the row format, FULLTEXT indexes and earlier INSTANT changes of the real table. With ALGORITHM and LOCK written out the server refuses instead (error 1845 or 1846), and nobody waits.',
  instead: 'Add the clause that the change needs on this version; where the server refuses it, think again.',
  unless: 'The table is new, or the change copies anyway, which table-copy tells. The methods of an ORM have no place for the clause.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
    'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl',
  ],
  covers: [78],
  equivalents: ['skeema:alter-algorithm', 'skeema:alter-lock'],
  messages: {
    unsaid: {
      text: 'Nothing keeps this change of {table} from copying the table where it cannot be made in place.',
      help: 'Add ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE where the change needs more: the server then refuses what would copy.',
    },
    never: {
      text: 'None of {count} judged migrations that alter tables in place says so with ALGORITHM: nothing keeps them from copying a table where that is not possible.',
      help: 'Add ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE where the change needs more: the server then refuses what would copy.',
    },
  },
  on: {
    script(at) {
      for (const moment of at.walk.moments) {
        const table = altered(moment)
        if (table === undefined || at.table(table, moment).fresh) continue
        const { cost, statement } = moment
        if (statement.operations.some((one) => one.kind === 'alterTable' && /^(?:ALGORITHM|LOCK)$/.test(one.action))) continue
        const clause = algorithmFor(cost, at.dialect === 'mariadb')
        if (clause === undefined) continue
        at.report(
          moment.operation,
          'unsaid',
          { table: showName(table) },
          { evidence: 'derived', oncePerRun: { message: 'never' }, help: `Add ${clause}: the server then refuses what would copy.` },
        )
        return
      }
    },
  },
  bad: [
    { on: 'mysql', says: 'unsaid', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL;' },
    { on: 'mariadb', says: 'unsaid', sql: 'CREATE INDEX orders_state ON orders (state);' },
  ],
  good: [
    { on: 'mysql', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT;' },
    { on: 'mysql', title: 'Through a builder', sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })" },
    {
      on: 'mysql',
      title: 'It copies, which is told as such',
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);',
      also: ['table-copy', 'constraint-violated-by-rows'],
    },
  ],
})

const clauses: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'addColumn',
  'dropColumn',
  'renameColumn',
  'modifyColumn',
  'setDefault',
  'dropDefault',
  'addConstraint',
  'dropConstraint',
  'createIndex',
  'dropIndex',
  'renameIndex',
  'alterTable',
])

/** The table that a statement which takes the clauses changes: ALTER TABLE, CREATE INDEX, DROP INDEX, in SQL. */
function altered({ operation, statement }: Moment): Name | undefined {
  if (statement.sql === undefined || statement.operations[0] !== operation || !clauses.has(operation.kind)) return undefined
  return 'table' in operation ? (operation.table as Name | undefined) : undefined
}
