import { addedInTransaction, defineRule, effectOf, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'check-without-not-valid',
  title: 'CHECK validated under an exclusive lock',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait for a scan, and there is a way without it.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ADD CONSTRAINT … CHECK reads every row under ACCESS EXCLUSIVE: nobody reads or writes the table until it is through. An inline CHECK on a new column scans as well, and a VALIDATE in the same transaction runs under the lock of the ADD.',
  instead: 'Add the constraint NOT VALID, and VALIDATE CONSTRAINT it in a later migration, which lets reads and writes go on.',
  unless: 'The table is new, or the constraint is NOT VALID or NOT ENFORCED.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [48, 51],
  equivalents: [
    'squawk:constraint-missing-not-valid',
    'eugene:E1',
    'atlas:PG305',
    'strong_migrations:add_check_constraint',
    'strong_migrations:validate_check_constraint',
    'strong_migrations:validate_foreign_key',
  ],
  messages: {
    validates: 'Adding the check {constraint} reads all of {table}: {effect} meanwhile.',
    validatesHere:
      'Validating {constraint} in the transaction that added it reads all of {table} while its reads and writes still wait for the lock of the ADD.',
    validatesUnderLock:
      'Validating {constraint} reads all of {table} while its {blocked} wait for a lock that this transaction took before.',
    inline: {
      text: 'Adding {column} with an inline CHECK reads all of {table}: {effect} meanwhile.',
      help: 'Add the column without it, then the CHECK as a constraint that is NOT VALID, and VALIDATE it in a later migration.',
    },
  },
  on: {
    addConstraint({ table: name, constraint, span }, at) {
      if (constraint.kind !== 'check' || constraint.notValid || constraint.enforced === false || at.table(name).fresh) return
      at.report(
        span,
        'validates',
        {
          constraint: constraint.name ?? shortened(constraint.expression?.sql ?? ''),
          table: showName(name),
          effect: effectOf(at.cost, name),
        },
        { evidence: 'derived', grows: name },
      )
    },
    addColumn({ table: name, column, span }, at) {
      const check = column.constraints.find((constraint) => constraint.kind === 'check')
      if (!check || check.enforced === false || at.table(name).fresh || at.cost.rewrites === true) return
      at.report(
        span,
        'inline',
        { column: column.name, table: showName(name), effect: effectOf(at.cost, name) },
        { evidence: 'derived', grows: name },
      )
    },
    validateConstraint({ table, name, span }, at) {
      const added = addedInTransaction(at)
      const slots = { constraint: name, table: showName(table) }
      if (added?.kind === 'check') at.report(span, 'validatesHere', slots, { evidence: 'replayed' })
      const held = added === undefined && at.transaction.held.find((lock) => at.sameName(lock.table, table))
      if (!held) return
      const blocked = held.blocks === 'writes' ? 'writes' : 'reads and writes'
      const related = [{ message: 'the lock is taken here', span: held.operation.span }]
      at.report(span, 'validatesUnderLock', { ...slots, blocked }, { evidence: 'replayed', related })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'validatesUnderLock',
      title: 'Validated under the lock of another change',
      history: ['ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;'],
      sql: "BEGIN;\nALTER TABLE orders ALTER COLUMN note SET DEFAULT '';\nALTER TABLE orders VALIDATE CONSTRAINT total_positive;\nCOMMIT;",
    },
    { on: 'postgres', says: 'validates', sql: 'ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0);' },
    {
      on: 'postgres',
      says: 'inline',
      title: 'Inline on a new column',
      sql: 'ALTER TABLE orders ADD COLUMN total integer CHECK (total >= 0);',
    },
    {
      on: 'postgres',
      says: 'validatesHere',
      title: 'NOT VALID and VALIDATE in one transaction',
      sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT total_positive;\nCOMMIT;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;' },
    {
      on: 'postgres',
      title: 'Validated in a later migration',
      history: ['ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;'],
      sql: 'ALTER TABLE orders VALIDATE CONSTRAINT total_positive;',
    },
    { on: 'postgres', title: 'A new table', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total integer CHECK (total >= 0));' },
  ],
})

/** A condition without a name, on one line that a person can take in. */
function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ')
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`
}
