import { addedInTransaction, type Constraint, defineRule, type Name, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'fk-without-not-valid',
  title: 'Foreign key validated under lock',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Writes of two tables wait for a scan, and there is a way without it.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ADD FOREIGN KEY locks both tables (SHARE ROW EXCLUSIVE) and then reads the whole referencing table to validate it. Writes to both wait until it is done. A VALIDATE in the same transaction gains nothing: the lock of the ADD is held to the commit.',
  instead: 'Add the constraint NOT VALID, and VALIDATE CONSTRAINT it in a later migration: validation alone lets reads and writes go on.',
  unless:
    'The referencing table is new. A nullable column added with REFERENCES in its own definition and no default has no row to check; a constraint added after the column is checked by reading the table. Before PostgreSQL 18 a partitioned table cannot have a NOT VALID foreign key.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [49],
  equivalents: [
    'squawk:adding-foreign-key-constraint',
    'squawk:constraint-missing-not-valid',
    'eugene:E1',
    'atlas:PG306',
    'strong_migrations:add_foreign_key',
  ],
  messages: {
    validates: 'Adding the foreign key {constraint} reads all of {table} while writes of {tables} wait.',
    validatesExclusively: {
      text: 'Adding the foreign key {constraint} reads all of {table} while {waiting} wait: another clause of this ALTER TABLE needs an exclusive lock.',
      help: 'Add the constraint NOT VALID, in a statement of its own, and VALIDATE CONSTRAINT it in a later migration.',
    },
    validatesHere:
      'Validating {constraint} in the transaction that added it reads all of {table} while writes of both tables still wait for the lock of the ADD.',
    inlineDefault: 'Adding {column} with REFERENCES {parent} and a DEFAULT checks every row of {table} while {waiting} wait.',
  },
  on: {
    addConstraint({ table: name, constraint, span }, at) {
      if (constraint.kind !== 'foreignKey' || constraint.notValid || constraint.enforced === false) return
      const table = at.table(name)
      // Before 18 a partitioned table takes no NOT VALID foreign key: there is no better way to say it.
      if (table.fresh || (table.partitioned && !at.atLeast(18))) return
      const parent = parentOf(constraint, name)
      const tables = parent === showName(name) ? parent : `${showName(name)} and ${parent}`
      const slots = { constraint: label(constraint), table: showName(name) }
      const options = { evidence: 'derived', grows: name } as const
      if (at.cost.blocks === 'reads-and-writes')
        at.report(span, 'validatesExclusively', { ...slots, waiting: waitingFor(name, parent) }, options)
      else at.report(span, 'validates', { ...slots, tables }, options)
    },
    addColumn({ table: name, column, span }, at) {
      const reference = column.constraints.find((constraint) => constraint.kind === 'foreignKey')
      if (!reference || at.table(name).fresh) return
      if (column.default === undefined || column.default.isNull) return
      const parent = parentOf(reference, name)
      at.report(
        span,
        'inlineDefault',
        { column: column.name, table: showName(name), parent, waiting: waitingFor(name, parent) },
        { evidence: 'derived', grows: name },
      )
    },
    validateConstraint({ table, name, span }, at) {
      if (addedInTransaction(at)?.kind === 'foreignKey')
        at.report(span, 'validatesHere', { constraint: name, table: showName(table) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'validates',
      sql: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
    {
      on: 'postgres',
      says: 'validatesHere',
      title: 'NOT VALID and VALIDATE in one transaction',
      sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user;\nCOMMIT;',
    },
    { on: 'postgres', says: 'inlineDefault', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint DEFAULT 1 REFERENCES shops (id);' },
    {
      on: 'postgres',
      says: 'validatesExclusively',
      title: 'Beside a clause that keeps reads out',
      sql: 'ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
    {
      on: 'postgres',
      says: 'validates',
      title: 'Beside a clause that keeps out no more',
      sql: 'ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
  ],
  good: [
    { on: 'postgres', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;' },
    {
      on: 'postgres',
      title: 'Validated in a later migration',
      history: ['ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;'],
      sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_user;',
    },
    { on: 'postgres', title: 'A new nullable column', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint REFERENCES shops (id);' },
    { on: 'postgres', title: 'A new table', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));' },
  ],
})

function label(constraint: Constraint): string {
  return constraint.name ?? `on (${constraint.columns.join(', ')})`
}

/** Who waits under ACCESS EXCLUSIVE on the table and SHARE ROW EXCLUSIVE on the one that it points at. */
function waitingFor(table: Name, parent: string): string {
  const own = showName(table)
  return parent === own ? `reads and writes of ${own}` : `reads and writes of ${own} and writes of ${parent}`
}

function parentOf(constraint: Constraint, own: Name): string {
  return showName(constraint.references?.table ?? own)
}
