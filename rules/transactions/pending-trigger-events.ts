import { type Constraint, defineRule, type Moment, type Name, type OperationKind, type Site, showName } from '../../src/rule/define.ts'

/** What PostgreSQL refuses on a table with pending events; renames, DROP INDEX, REINDEX, triggers and policies it lets pass (measured on 15). */
const refused: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'addColumn',
  'dropColumn',
  'alterColumnType',
  'setDefault',
  'dropDefault',
  'setNotNull',
  'dropNotNull',
  'addConstraint',
  'dropConstraint',
  'validateConstraint',
  'alterTable',
  'attachPartition',
  'detachPartition',
  'createIndex',
  'dropTable',
  'truncate',
  'maintain',
])

export default defineRule({
  id: 'pending-trigger-events',
  title: 'Table altered while its deferred checks are pending',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails wherever a row was written.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'speaks',
  why: 'A deferred foreign key or constraint trigger notes every row that is written and looks at it at COMMIT. Until then PostgreSQL refuses to alter, index, empty or drop the table in the same transaction (SQLSTATE 55006). On a test database that had no rows to write the migration goes through.',
  instead: 'SET CONSTRAINTS ALL IMMEDIATE between the rows and the structure, or put the rows in a migration of their own.',
  unless: 'The constraint is not deferred, the rows are of columns that it does not check, or the checks were made immediate before.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-set-constraints.html',
    'https://www.postgresql.org/docs/current/errcodes-appendix.html',
  ],
  covers: [],
  equivalents: [],
  messages: {
    pending:
      'This fails once rows of {table} were written above: the deferred {what} looks at them at COMMIT, and until then PostgreSQL refuses to change {table}.',
  },
  on: {
    every(operation, at) {
      if (at.transaction.open !== 'yes' || !refused.has(operation.kind)) return
      if (operation.kind === 'maintain' && !operation.full) return
      for (const table of touchedBy(operation)) {
        const pending = pendingOf(table, at)
        if (!pending) continue
        at.report(
          operation,
          'pending',
          { table: showName(table), what: pending.what },
          { evidence: 'replayed', related: [{ message: 'the rows are written here', span: pending.written.operation.span }] },
        )
        return
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'pending',
      history: [
        'CREATE TABLE shops (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint, FOREIGN KEY (shop_id) REFERENCES shops DEFERRABLE INITIALLY DEFERRED);',
      ],
      sql: 'BEGIN;\nINSERT INTO orders (id, shop_id) VALUES (1, 1);\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Checked before',
      history: [
        'CREATE TABLE shops (id bigint PRIMARY KEY);\nINSERT INTO shops (id) VALUES (1);\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint, FOREIGN KEY (shop_id) REFERENCES shops DEFERRABLE INITIALLY DEFERRED);',
      ],
      sql: 'BEGIN;\nINSERT INTO orders (id, shop_id) VALUES (1, 1);\nSET CONSTRAINTS ALL IMMEDIATE;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'Not deferred',
      history: [
        'CREATE TABLE shops (id bigint PRIMARY KEY);\nINSERT INTO shops (id) VALUES (1);\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint, FOREIGN KEY (shop_id) REFERENCES shops);',
      ],
      sql: 'BEGIN;\nINSERT INTO orders (id, shop_id) VALUES (1, 1);\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
    },
  ],
})

function touchedBy(operation: Moment['operation']): readonly Name[] {
  if ('tables' in operation) return operation.tables ?? []
  return 'table' in operation && operation.table ? [operation.table] : []
}

/** The rows of the table that the open transaction wrote and has yet to look at. */
function pendingOf(table: Name, at: Site): { readonly written: Moment; readonly what: string } | undefined {
  let found: { readonly written: Moment; readonly what: string } | undefined
  /** After SET CONSTRAINTS: what the transaction does with every constraint that may be deferred. */
  let mode: 'deferred' | 'immediate' | undefined
  for (const moment of at.earlier) {
    if (moment.transaction.key !== at.transaction.key) continue
    const { operation, statement } = moment
    if (operation.kind === 'otherStatement' && operation.command === 'SET CONSTRAINTS') {
      mode = /\bdeferred\s*;?\s*$/i.test(statement.sql ?? '') ? 'deferred' : 'immediate'
      if (mode === 'immediate') found = undefined
    } else if (mode !== 'immediate') {
      const what = checkedLater(moment, table, mode === 'deferred', at)
      if (what !== undefined) found ??= { written: moment, what }
    }
  }
  return found
}

/** The constraint, or trigger, that will look at the rows of the table that this moment wrote. */
function checkedLater(
  { operation, before }: Moment,
  table: Name,
  all: boolean,
  at: Pick<Site, 'sameName' | 'sameColumn'>,
): string | undefined {
  const { kind } = operation
  if (kind !== 'insert' && kind !== 'update' && kind !== 'delete' && kind !== 'writeRows') return undefined
  if (!at.sameName(operation.table, table)) return undefined
  const later = ({ initiallyDeferred, deferrable }: Constraint) => initiallyDeferred === true || (all && deferrable === true)
  const sets = (columns: readonly string[]) =>
    kind !== 'update' || columns.length === 0 || operation.set.some((set) => columns.some((column) => at.sameColumn(column, set.column)))
  for (const { name, constraints } of before.tables.values()) {
    for (const { constraint } of constraints) {
      const { references, columns } = constraint
      if (!references || !later(constraint)) continue
      const isChild = at.sameName(name, table) && kind !== 'delete' && sets(columns)
      const isParent = at.sameName(references.table, table) && (kind === 'delete' || (kind === 'update' && sets(references.columns)))
      if (isChild || isParent) return `foreign key ${constraint.name ?? `of ${showName(name)}`}`
    }
  }
  for (const trigger of before.triggers.values())
    if (trigger.deferred && at.sameName(trigger.table, table)) return `trigger ${trigger.name}`
  return undefined
}
