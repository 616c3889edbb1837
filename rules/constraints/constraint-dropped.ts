import { type Constraint, defineRule, findTable, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'constraint-dropped',
  title: 'Constraint dropped and not replaced',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Nothing fails today, and rules do change; what comes in from now on cannot be told from what is right.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A foreign key, CHECK or UNIQUE that is dropped lets in orphans, impossible values and duplicates from that moment. Readers still rely on it, and it cannot be added again before every row that came in has been found and mended.',
  instead: 'Add what replaces it in the same migration, or switch this rule off here with a comment that says why nothing does.',
  unless: 'The same columns are constrained anew, the column or table goes as well, or it only proved a NOT NULL.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [141],
  equivalents: ['atlas:CD101', 'pgfence:drop-constraint', 'pgsafe:drop-constraint', 'safemigrate-lint:constraint-dropped-warning'],
  messages: {
    dropped: 'Nothing refuses {what} in {table} from here on.',
  },
  on: {
    dropConstraint(dropped, at) {
      const { table: name, context } = dropped
      const table = at.table(name)
      if (table.fresh || at.direction === 'down' || context?.branches?.length) return
      const constraint = table.state?.constraints.find(
        ({ constraint: one }) =>
          (dropped.name === undefined ? one.kind === (dropped.constraintKind ?? 'primaryKey') : one.name === dropped.name) &&
          (dropped.name !== undefined || !dropped.columns || areSame(one.columns, dropped.columns, at)),
      )?.constraint
      if (!constraint || constraint.kind === 'notNull' || isReplaced(constraint, dropped, at)) return
      at.report(dropped, 'dropped', { what: whatOf(constraint), table: showName(name) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'dropped',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer, CONSTRAINT positive CHECK (total > 0));'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT positive;',
    },
    {
      on: 'mysql',
      says: 'dropped',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts DROP FOREIGN KEY posts_user;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Replaced',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer, CONSTRAINT positive CHECK (total > 0));'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT not_negative CHECK (total >= 0) NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'It proved a NOT NULL',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nALTER TABLE orders ADD CONSTRAINT total_known CHECK (total IS NOT NULL) NOT VALID;',
        'ALTER TABLE orders VALIDATE CONSTRAINT total_known;',
      ],
      sql: 'BEGIN;\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;\nALTER TABLE orders DROP CONSTRAINT total_known;\nCOMMIT;',
    },
  ],
})

function areSame(a: readonly string[], b: readonly string[], at: Pick<Site, 'sameColumn'>): boolean {
  return a.length === b.length && a.every((column) => b.some((other) => at.sameColumn(column, other)))
}

function columnsOf({ kind, columns, expression }: Constraint): readonly string[] {
  return kind === 'check' ? (expression?.columns ?? columns) : columns
}

/** Does something ask the same of the columns when the script has run, or are they gone, or is the CHECK one that NOT NULL says as well? */
function isReplaced(constraint: Constraint, { table }: OperationOf<'dropConstraint'>, at: Site): boolean {
  const after = findTable(at.walk.after, table)
  const columns = columnsOf(constraint)
  if (!after || columns.length === 0) return true
  const states = [...after.columns.values()]
  const known = columns.map((column) => states.find((state) => at.sameColumn(state.column.name, column)))
  if (after.complete && known.some((state) => !state)) return true
  if (
    constraint.kind === 'check' &&
    /\bis\s+not\s+null\b/i.test(constraint.expression?.sql ?? '') &&
    known.some((state) => !state?.column.nullable)
  )
    return true
  // A key may grow or shrink by a column, a CHECK may be written for fewer of them.
  const touches = (others: readonly string[]) => columns.some((column) => others.some((other) => at.sameColumn(column, other)))
  if (after.constraints.some(({ constraint: one }) => one.kind === constraint.kind && touches(columnsOf(one)))) return true
  const unique = constraint.kind === 'unique' || constraint.kind === 'primaryKey'
  return (
    unique &&
    after.indexes.some((index) => index.unique && touches(index.keys.flatMap(({ column }) => (column === undefined ? [] : [column]))))
  )
}

function whatOf(constraint: Constraint): string {
  const columns = columnsOf(constraint).join(', ')
  switch (constraint.kind) {
    case 'foreignKey':
      return `${columns} without a row of ${constraint.references ? showName(constraint.references.table) : 'its parent'}`
    case 'check':
      return `what ${constraint.name ?? 'the CHECK'} refused of ${columns}`
    case 'exclude':
      return `what overlaps in ${columns}`
    default:
      return `the same ${columns} twice`
  }
}
