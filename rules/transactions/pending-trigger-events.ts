import {
  type Constraint,
  defineRule,
  type Moment,
  type Name,
  type Operation,
  type OperationKind,
  type OperationOf,
  type Schema,
  type ScriptSite,
  showName,
} from '../../src/rule/define.ts'

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
    script(at) {
      const { moments } = at.walk
      const [first] = moments
      if (!first || !moments.some(isRefusable) || ![first.before, at.walk.after].some(defers)) return
      const transactions = new Map<string, Pending>()
      for (const moment of moments) {
        const { key } = moment.transaction
        const pending = transactions.get(key) ?? { mode: undefined, written: [] }
        transactions.set(key, pending)
        if (isRefusable(moment)) {
          for (const table of touchedBy(moment.operation)) {
            const found = pending.written.find((written) => at.sameName(written.table, table))
            if (!found) continue
            at.report(
              moment.operation,
              'pending',
              { table: showName(table), what: found.what },
              { evidence: 'replayed', related: [{ message: 'the rows are written here', span: found.span }] },
            )
            break
          }
        }
        note(moment, pending, at)
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

/** Is there anything in the schema that is looked at later? */
function defers(schema: Schema): boolean {
  for (const { constraints } of schema.tables.values())
    if (constraints.some(({ constraint }) => constraint.references && (constraint.initiallyDeferred || constraint.deferrable))) return true
  return [...schema.triggers.values()].some(({ deferred }) => deferred)
}

/** What a transaction has yet to look at. */
interface Pending {
  /** After SET CONSTRAINTS: what the transaction does with every constraint that may be deferred. */
  mode: 'deferred' | 'immediate' | undefined
  written: { readonly table: Name; readonly what: string; readonly span: Operation['span'] }[]
}

function isRefusable({ operation, transaction }: Moment): boolean {
  return transaction.open === 'yes' && refused.has(operation.kind) && (operation.kind !== 'maintain' || operation.full)
}

/** Takes down what a moment leaves to be looked at, or has looked at now. */
function note(moment: Moment, pending: Pending, at: Pick<ScriptSite, 'sameName' | 'sameColumn'>): void {
  const { operation, statement } = moment
  if (operation.kind === 'otherStatement' && operation.command === 'SET CONSTRAINTS') {
    pending.mode = /\bdeferred\s*;?\s*$/i.test(statement.sql ?? '') ? 'deferred' : 'immediate'
    if (pending.mode === 'immediate') pending.written = []
  } else if (pending.mode !== 'immediate' && isWrite(operation)) {
    const { table, span } = operation
    const what = checkedLater(moment, operation, pending.mode === 'deferred', at)
    if (what !== undefined) pending.written.push({ table, what, span })
  }
}

function isWrite(operation: Operation): operation is OperationOf<'insert' | 'update' | 'delete' | 'writeRows'> {
  return operation.kind === 'insert' || operation.kind === 'update' || operation.kind === 'delete' || operation.kind === 'writeRows'
}

/** The constraint, or trigger, that will look at the rows that this moment writes. */
function checkedLater(
  { before }: Moment,
  operation: OperationOf<'insert' | 'update' | 'delete' | 'writeRows'>,
  all: boolean,
  at: Pick<ScriptSite, 'sameName' | 'sameColumn'>,
): string | undefined {
  const { table, kind } = operation
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
