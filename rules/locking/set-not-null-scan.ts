import { defineRule, effectOf, type Moment, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'set-not-null-scan',
  title: 'NOT NULL set by scanning the table under an exclusive lock',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait for a scan, and one NULL makes it fail.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Before PostgreSQL believes that a column holds no NULL it reads every row, under ACCESS EXCLUSIVE: nobody reads or writes meanwhile, and one NULL makes the migration fail. MySQL and MariaDB rebuild the table; outside strict mode they turn NULLs into 0 or an empty string.',
  instead:
    'Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL: from PostgreSQL 12 on the validated check spares the scan.',
  unless:
    'A validated CHECK proves it already, the column is NOT NULL or in the primary key, or the table is new. On PostgreSQL 18, ADD CONSTRAINT … NOT NULL … NOT VALID does the same in one name.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [47, 111, 148],
  equivalents: [
    'squawk:adding-not-nullable-field',
    'eugene:E2',
    'atlas:PG303',
    'atlas:MF104',
    'atlas:LT101',
    'strong_migrations:change_column_null_postgresql',
    'strong_migrations:change_column_null_mysql',
    'strong_migrations:change_column_null',
  ],
  messages: {
    scans: 'Setting {column} of {table} NOT NULL reads the whole table, and fails if one row is NULL: {effect} meanwhile.',
    provedUnderLock:
      'Setting {column} of {table} NOT NULL in the transaction that validates its CHECK under a lock spares no scan: {blocked} of {table} waited for that one.',
    provedHere: {
      text: 'Setting {column} of {table} NOT NULL in the transaction that validates its CHECK: a wait for the lock that times out takes the validation back too, and all rows are read again.',
      severity: 'warning',
      profile: 'strict',
    },
    rebuilds: {
      text: 'Making {column} of {table} NOT NULL rebuilds the table ({algorithm}), and {effect} meanwhile; rows with NULL fail it, or become 0 or empty outside strict mode.',
      help: 'Backfill the NULLs first, and state ALGORITHM and LOCK so that it fails rather than blocks; on a large table use an online schema change tool.',
    },
  },
  on: {
    setNotNull({ table: name, column, span }, at) {
      const table = at.table(name)
      if (table.fresh) return
      const state = at.column(name, column)
      if (at.dialect !== 'postgres') {
        // PostgreSQL's clause, which is refused here, is dialect-mismatch's; a builder means what the engine has.
        if (at.statement.sql === undefined && state?.column.nullable !== false)
          at.report(span, 'rebuilds', rebuiltBy(name, column, at), { evidence: 'derived', grows: name })
        return
      }
      // A NOT NULL that was added NOT VALID is looked up by reading the table all the same (PostgreSQL 18).
      const unproven = table.state?.constraints.some(
        ({ constraint, validated }) =>
          constraint.kind === 'notNull' && !validated && constraint.columns.some((other) => at.sameColumn(other, column)),
      )
      if (state && !state.column.nullable && !unproven) return
      const check = at.notNullCheck(name, column)
      if (check?.validated && at.atLeast(12)) {
        const proof = proofHere(name, check.name, at)
        const slots = { column, table: showName(name) }
        const held = proof?.transaction.held.find((lock) => at.sameName(lock.table, name))
        const blocks = proof?.operation.kind === 'addConstraint' ? proof.cost.blocks : held?.blocks
        const related = proof && [{ message: 'its CHECK is proved here', span: proof.operation.span }]
        if (blocks === 'writes' || blocks === 'reads-and-writes') {
          const blocked = blocks === 'writes' ? 'writes' : 'reads and writes'
          at.report(span, 'provedUnderLock', { ...slots, blocked }, { evidence: 'replayed', related: related ?? [] })
        } else if (proof) at.report(span, 'provedHere', slots, { evidence: 'replayed', related: related ?? [] })
        return
      }
      if (at.cost.scans === false) return
      at.report(span, 'scans', { column, table: showName(name), effect: effectOf(at.cost, name) }, { evidence: 'derived', grows: name })
    },
    addConstraint({ table: name, constraint, span }, at) {
      if (constraint.kind !== 'notNull' || constraint.notValid || at.dialect !== 'postgres') return
      const column = constraint.columns[0]
      if (column === undefined || at.table(name).fresh) return
      const state = at.column(name, column)
      if (state && !state.column.nullable) return
      at.report(span, 'scans', { column, table: showName(name), effect: effectOf(at.cost, name) }, { evidence: 'derived', grows: name })
    },
    modifyColumn({ table: name, column, to, span }, at) {
      if (at.table(name).fresh || to.nullable || to.generated) return
      const state = at.column(name, column)
      // Unknown before: MODIFY restates the type and NOT NULL of a column that nearly always had them already, unless its NULLs were looked for.
      if (state ? !state.column.nullable : !at.earlier.some((moment) => looksForNulls(moment, name, column, at))) return
      if (at.cost.rewrites === false && at.cost.blocks === 'nothing') return
      at.report(span, 'rebuilds', rebuiltBy(name, to.name, at), { evidence: 'derived', grows: name })
    },
  },
  bad: [
    { on: 'postgres', says: 'scans', sql: 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;' },
    {
      on: 'postgres',
      says: 'scans',
      title: 'A CHECK that nothing validated',
      history: ['ALTER TABLE orders ADD CONSTRAINT status_set CHECK (status IS NOT NULL) NOT VALID;'],
      sql: 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;',
    },
    {
      on: 'postgres',
      says: 'provedUnderLock',
      title: 'One transaction adds, validates and relies on the CHECK',
      sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT status_set CHECK (status IS NOT NULL) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT status_set;\nALTER TABLE orders ALTER COLUMN status SET NOT NULL;\nCOMMIT;',
      also: ['check-without-not-valid'],
    },
    {
      on: 'postgres',
      says: 'provedHere',
      profile: 'strict',
      title: 'Validated and relied upon in one transaction',
      history: ['ALTER TABLE orders ADD CONSTRAINT status_set CHECK (status IS NOT NULL) NOT VALID;'],
      sql: 'BEGIN;\nALTER TABLE orders VALIDATE CONSTRAINT status_set;\nALTER TABLE orders ALTER COLUMN status SET NOT NULL;\nCOMMIT;',
    },
    {
      on: 'mysql',
      says: 'rebuilds',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20) NULL);'],
      sql: 'ALTER TABLE orders MODIFY status VARCHAR(20) NOT NULL;',
    },
    {
      on: 'mysql',
      says: 'rebuilds',
      title: 'A column of an older table, of which only its last change is known',
      history: ['ALTER TABLE orders MODIFY status VARCHAR(40);'],
      sql: 'ALTER TABLE orders MODIFY status VARCHAR(40) NOT NULL;',
    },
    {
      on: 'mysql',
      says: 'rebuilds',
      title: 'Nothing is known of the column but that NULLs were filled',
      sql: "UPDATE orders SET status = 'new' WHERE status IS NULL;\nALTER TABLE orders MODIFY status VARCHAR(40) NOT NULL;",
      also: ['unbatched-update', 'type-change-rewrite'],
    },
    {
      on: 'mysql',
      says: 'rebuilds',
      title: 'Only its down tells that it took NULL',
      sql: 'ALTER TABLE orders MODIFY status VARCHAR(40) NOT NULL;',
      down: 'ALTER TABLE orders MODIFY status VARCHAR(40) NULL;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'VALIDATE lets writes through, and SET NOT NULL reads nothing after it',
      history: ['ALTER TABLE orders ADD CONSTRAINT status_set CHECK (status IS NOT NULL) NOT VALID;'],
      sql: 'BEGIN;\nALTER TABLE orders VALIDATE CONSTRAINT status_set;\nALTER TABLE orders ALTER COLUMN status SET NOT NULL;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'Proven in earlier migrations',
      history: [
        'ALTER TABLE orders ADD CONSTRAINT status_set CHECK (status IS NOT NULL) NOT VALID;',
        'ALTER TABLE orders VALIDATE CONSTRAINT status_set;',
      ],
      sql: 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\nALTER TABLE orders DROP CONSTRAINT status_set;',
    },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\nALTER TABLE orders ALTER COLUMN status SET NOT NULL;',
    },
    {
      on: 'mysql',
      title: 'It was NOT NULL before',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20) NOT NULL);'],
      sql: 'ALTER TABLE orders MODIFY status VARCHAR(40) NOT NULL;',
    },
    {
      on: 'postgres',
      title: 'Proven before, and renamed since',
      history: [
        'CREATE TABLE visits (id integer PRIMARY KEY, id_big bigint);',
        'ALTER TABLE visits ADD CONSTRAINT id_big_set CHECK (id_big IS NOT NULL) NOT VALID;',
        'ALTER TABLE visits VALIDATE CONSTRAINT id_big_set;',
        'ALTER TABLE visits RENAME COLUMN id TO id_old;\nALTER TABLE visits RENAME COLUMN id_big TO id;',
      ],
      sql: 'ALTER TABLE visits ALTER COLUMN id SET NOT NULL;\nALTER TABLE visits DROP CONSTRAINT id_big_set;',
    },
    {
      on: 'mysql',
      title: 'Its down tells that it was NOT NULL before',
      sql: 'ALTER TABLE orders MODIFY status VARCHAR(40) NOT NULL;',
      down: 'ALTER TABLE orders MODIFY status VARCHAR(20) NOT NULL;',
    },
  ],
})

function rebuiltBy(table: Name, column: string, { cost }: Pick<Site, 'cost'>) {
  const algorithm = cost.algorithm === 'unknown' ? 'INPLACE at best' : (cost.algorithm ?? 'COPY')
  return { column, table: showName(table), algorithm, effect: effectOf(cost, table) }
}

/** Does a step give values to rows that have none in the column? */
function looksForNulls({ operation }: Moment, table: Name, column: string, at: Pick<Site, 'sameName' | 'sameColumn'>): boolean {
  if (operation.kind !== 'update' || !at.sameName(operation.table, table)) return false
  const terms = operation.where?.terms ?? []
  return terms.some((term) => term.operator === 'is null' && term.column !== undefined && at.sameColumn(term.column, column))
}

/** Where this transaction made the CHECK count: it validated it, or added it and read the rows at once. */
function proofHere(table: Name, check: string | undefined, at: Pick<Site, 'earlier' | 'transaction' | 'sameName'>): Moment | undefined {
  if (at.transaction.open !== 'yes') return undefined
  return at.earlier.find(({ operation, transaction }) => {
    if (transaction.key !== at.transaction.key) return false
    if (operation.kind === 'validateConstraint') return operation.name === check && at.sameName(operation.table, table)
    if (operation.kind !== 'addConstraint' || operation.constraint.notValid) return false
    return operation.constraint.kind === 'check' && operation.constraint.name === check && at.sameName(operation.table, table)
  })
}
