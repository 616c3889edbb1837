import {
  boundOf,
  defineRule,
  isCatalog,
  type Moment,
  type Name,
  type OperationOf,
  type Query,
  type Site,
  type Span,
  showName,
  type Term,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'unbatched-update',
  title: 'Whole table changed in one statement',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A table locked row by row, or a replica that falls behind, is an outage.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'One UPDATE or DELETE over a large table locks every row it touches until it commits, writes a new version of each, and holds back vacuum, purge and replicas all the while. MySQL also locks what a statement merely reads or scans.',
  instead: 'Change it in batches by key range, each committed on its own, from a job or a migration that runs outside a transaction.',
  unless:
    'The rows are picked by key, bounded by a range or LIMIT in a loop that commits, or belong to a table that this migration created; or the database is on a device, where nobody else writes. The rows of one parent, picked by their foreign key, are told in the profile strict alone.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html'],
  covers: [132, 133, 197, 199, 204, 207],
  equivalents: [],
  onDevice: [],
  messages: {
    update: 'This {statement} may change every row of {table} in one statement: {effect} until it commits.',
    delete: 'This {statement} may remove every row of {table} in one statement: {effect} until it commits.',
    share: {
      text: 'This {statement} changes every row of {table} with the given {column} in one statement, however many those are: {effect} until it commits.',
      profile: 'strict',
    },
    oneTransaction: 'The batches on {table} run in one transaction: no lock is released before the last one is done.',
    reads: 'Copying from {source} in one statement locks every row it reads on {engine}: writes to {source} wait.',
    scans: 'Batches by LIMIT on {table} are found by {columns}, which no index covers: each batch locks every row that it scans.',
  },
  on: {
    update(update, at) {
      const slots = { table: showName(update.table) }
      const effect = effectOn(at)
      const fault = faultOf(update, at)
      const column = fault === 'whole' ? parentColumn(update, at) : undefined
      if (column !== undefined) {
        if (!at.earlier.some((step) => isSameShare(step, update, column, at)))
          at.report(
            update,
            'share',
            { ...slots, effect, column, statement: statementOf('UPDATE', at) },
            { evidence: 'replayed', grows: update.table },
          )
      } else if (fault === 'whole') {
        // A list of values that become others is told once.
        if (isAlike(update, at.earlier.at(-1), at)) return
        const end = at.later.findIndex((step) => !isAlike(update, step, at))
        const more = end < 0 ? at.later.length : end
        const statement = `${statementOf('UPDATE', at)}${more > 0 ? `, like the ${more > 1 ? `${more} after it that differ` : 'one after it that differs'} in values alone,` : ''}`
        at.report(update, 'update', { ...slots, effect, statement }, { grows: update.table })
      }
      if (fault === 'oneTransaction') at.report(update, 'oneTransaction', slots, { grows: update.table })
      else if (fault === 'scans')
        at.report(
          update,
          'scans',
          { ...slots, columns: update.where?.columns.join(', ') ?? '' },
          { evidence: 'replayed', grows: update.table },
        )
    },
    delete(deletion, at) {
      const slots = { table: showName(deletion.table) }
      const effect = effectOn(at)
      const fault = faultOf(deletion, at)
      const column = fault === 'whole' ? parentColumn(deletion, at) : undefined
      if (column !== undefined) {
        if (!at.earlier.some((step) => isSameShare(step, deletion, column, at)))
          at.report(
            deletion,
            'share',
            { ...slots, effect, column, statement: statementOf('DELETE', at) },
            { evidence: 'replayed', grows: deletion.table },
          )
      } else if (fault === 'whole')
        at.report(deletion, 'delete', { ...slots, effect, statement: statementOf('DELETE', at) }, { grows: deletion.table })
      else if (fault === 'oneTransaction') at.report(deletion, 'oneTransaction', slots, { grows: deletion.table })
      else if (fault === 'scans')
        at.report(
          deletion,
          'scans',
          { ...slots, columns: deletion.where?.columns.join(', ') ?? '' },
          { evidence: 'replayed', grows: deletion.table },
        )
    },
    insert(insert, at) {
      if (insert.source === 'select') judgeReads(insert, insert.query, at)
    },
    writeRows(write, at) {
      judgeReads(write, write.query, at)
    },
    createTable({ table, as, span }, at) {
      judgeReads({ table, span }, as, at)
    },
  },
  bad: [
    { on: 'postgres', says: 'update', sql: "UPDATE orders SET status = 'old';" },
    { on: 'postgres', says: 'update', title: 'A condition is not a bound', sql: "UPDATE orders SET status = 'old' WHERE status IS NULL;" },
    { on: 'mysql', says: 'delete', sql: "DELETE FROM sessions WHERE created_at < '2024-01-01';" },
    { on: 'sqlite', says: 'update', title: 'One writer at a time', sql: "UPDATE orders SET status = 'old';" },
    { on: 'mysql', says: 'reads', sql: 'INSERT INTO orders_archive (id, total) SELECT id, total FROM orders;' },
    {
      on: 'postgres',
      says: 'update',
      title: 'Through a builder',
      sequelize: "await queryInterface.bulkUpdate('orders', { status: 'old' }, {})",
    },
    {
      on: 'postgres',
      says: 'update',
      title: 'A list of values, told once',
      sql: "UPDATE orders SET status = 'open' WHERE status = 'NEW';\nUPDATE orders SET status = 'done' WHERE status = 'PAID';\nUPDATE orders SET status = 'gone' WHERE status = 'VOID';",
    },
    {
      on: 'postgres',
      says: 'update',
      title: 'A list of values for rows that have none, told once',
      sql: "UPDATE orders SET region = 'north', zone = 1 WHERE status = 'N1' AND (region IS NULL OR zone IS NULL);\nUPDATE orders SET region = 'south', zone = 2 WHERE status = 'S2' AND (region IS NULL OR zone IS NULL);",
    },
    {
      on: 'postgres',
      says: 'oneTransaction',
      title: 'Batches, as many as a number says, in one transaction',
      sequelize:
        'const transaction = await queryInterface.sequelize.transaction()\nfor (let turn = 0; turn < 20; turn++) {\n  await queryInterface.sequelize.query("UPDATE orders SET status = \'old\' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 1000)", { transaction })\n}\nawait transaction.commit()',
    },
    {
      on: 'postgres',
      says: 'update',
      title: 'In a function that is called',
      sql: "CREATE FUNCTION close_orders() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE orders SET status = 'old';\nEND $$;\nSELECT close_orders();",
    },
    {
      on: 'postgres',
      says: 'share',
      title: 'All rows of one parent',
      profile: 'strict',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), body text);',
      ],
      sql: "UPDATE notes SET body = '' WHERE user_id = 7;",
    },
    {
      on: 'postgres',
      says: 'delete',
      title: 'A subquery that finds another key for each row',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text);'],
      sql: 'DELETE FROM users u WHERE u.id = (SELECT max(o.id) FROM users o WHERE o.email = u.email AND o.id > u.id);',
    },
    {
      on: 'postgres',
      says: 'update',
      title: 'A key, or a condition that is no bound',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text, role text);'],
      sql: "UPDATE users SET role = 'admin' WHERE id = 1 OR role = 'owner';",
    },
  ],
  good: [
    { on: 'postgres', title: 'Picked by key', sql: "UPDATE orders SET status = 'old' WHERE id = 7;" },
    { on: 'postgres', title: 'A key range', sql: "UPDATE orders SET status = 'old' WHERE id BETWEEN 1 AND 5000;" },
    {
      on: 'postgres',
      title: 'A new table',
      sql: "CREATE TABLE shops (id bigint PRIMARY KEY, code text);\nINSERT INTO shops VALUES (1, 'a');\nUPDATE shops SET code = 'b';",
    },
    {
      on: 'postgres',
      title: 'Batches',
      sequelize:
        'let changed\ndo {\n  const [, result] = await queryInterface.sequelize.query("UPDATE orders SET status = \'old\' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 1000)")\n  changed = result.rowCount\n} while (changed > 0)',
    },
    {
      on: 'mysql',
      title: 'Nothing is NULL there',
      history: ['CREATE TABLE reports (id INT PRIMARY KEY, bugs BIGINT NOT NULL);'],
      sql: 'UPDATE reports SET bugs = 0 WHERE bugs IS NULL;',
    },
    {
      on: 'postgres',
      title: 'Batches, as many as a number says',
      sequelize:
        'for (let turn = 0; turn < 20; turn++) {\n  await queryInterface.sequelize.query("UPDATE orders SET status = \'old\' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 1000)")\n}',
    },
    {
      on: 'postgres',
      title: 'A procedure that commits each batch',
      sql: "CREATE PROCEDURE close_orders() LANGUAGE plpgsql AS $$\nDECLARE low bigint := 0;\nBEGIN\n  LOOP\n    UPDATE orders SET status = 'old' WHERE id > low AND id <= low + 1000;\n    EXIT WHEN NOT FOUND;\n    low := low + 1000;\n    COMMIT;\n  END LOOP;\nEND $$;\nCALL close_orders();",
    },
    {
      on: 'postgres',
      title: 'A unique column that is one value or another',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, role text);'],
      sql: "UPDATE users SET role = 'admin' WHERE email = 'ann@example.org' OR email = 'bob@example.org';",
    },
    {
      on: 'mysql',
      title: 'A key that is one value or another',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, role VARCHAR(20));'],
      sql: "UPDATE users SET role = 'admin' WHERE id = 1 OR id IN (2, 3);",
    },
    {
      on: 'postgres',
      title: 'The one row whose key a subquery finds',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text, role text);'],
      sql: "UPDATE users SET role = 'admin' WHERE id = (SELECT id FROM users WHERE email LIKE 'ann@%');",
    },
  ],
})

type Reporter = Pick<Site, 'dialect' | 'table' | 'sameName' | 'sameColumn'> & {
  report(where: { readonly span: Span }, id: 'reads', slots: { readonly source: string; readonly engine: string }): void
}

/** MySQL and MariaDB lock the rows that INSERT … SELECT, REPLACE … SELECT and CREATE TABLE AS read. */
function judgeReads(into: { readonly table: Name; readonly span: Span }, query: Query | undefined, at: Reporter): void {
  if (at.dialect !== 'mysql' && at.dialect !== 'mariadb') return
  const source = query?.tables.find((name) => !at.table(name).fresh && !at.sameName(name, into.table) && !isCatalog(name))
  if (query && source && boundOf({ ...query, table: source }, at) === 'none')
    at.report(into, 'reads', { source: showName(source), engine: at.dialect === 'mysql' ? 'MySQL' : 'MariaDB' })
}

/** Does the step set the same columns of the table under the same conditions as this one does, but for the values that columns are compared with? */
function isAlike(update: OperationOf<'update'>, step: Moment | undefined, at: Pick<Site, 'sameName' | 'sameColumn'>): boolean {
  const other = step?.operation
  if (other?.kind !== 'update' || !at.sameName(other.table, update.table)) return false
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one, i) => at.sameColumn(one, b[i]!))
  const columns = ({ set }: OperationOf<'update'>) => set.map(({ column }) => column)
  const [terms, others] = [update.where?.terms ?? [], other.where?.terms ?? []]
  return (
    same(columns(update), columns(other)) &&
    same(update.where?.columns ?? [], other.where?.columns ?? []) &&
    terms.length === others.length &&
    terms.some(isValue) &&
    terms.every((term, i) => (isValue(term) ? isValue(others[i]!) : term.sql === others[i]!.sql))
  )
}

const isValue = ({ operator, operand }: Term) => operator === '=' && operand === 'constant'

/** SQLite has no locks of rows: one writer holds the database. */
function effectOn({ dialect }: Pick<Site, 'dialect'>): string {
  return dialect === 'sqlite' ? 'nobody else writes to the database' : 'each row it touches stays locked'
}

/** MERGE is read as the UPDATE or DELETE that it does. */
function statementOf(kind: string, at: Pick<Site, 'statement'>): string {
  return at.statement.operations.some((other) => other.kind === 'writeRows' && other.command === 'MERGE') ? 'MERGE' : kind
}

/** What is wrong with how one UPDATE or DELETE is bounded; undefined: nothing. */
function faultOf(
  operation: OperationOf<'update' | 'delete'>,
  at: Pick<Site, 'table' | 'sameName' | 'sameColumn' | 'transaction' | 'dialect' | 'indexesLeading' | 'earlier' | 'later'>,
): 'whole' | 'oneTransaction' | 'scans' | undefined {
  if (at.table(operation.table).fresh || isCatalog(operation.table)) return undefined
  const loops = operation.context?.loops ?? []
  const bound = boundOf(operation, at)
  if (bound === 'none') return loops.some((loop) => loop.over === 'rows' && isPickedByRow(operation)) ? undefined : 'whole'
  if (bound === 'key') return undefined
  const batched = loops.some((loop) => loop.over === 'batches' || loop.over === 'unknown' || loop.over === 'rows')
  // A DO block is one statement: only its own COMMIT ends the transaction that it runs in.
  const oneTransaction = at.transaction.open === 'yes' || operation.context?.block === 'do'
  if (batched && oneTransaction && !loops.some((loop) => loop.commits === true)) return 'oneTransaction'
  if (!batched && at.transaction.open === 'yes' && at.later.some((step) => isNextBatch(step, operation, at)))
    return at.earlier.some((step) => isNextBatch(step, operation, at)) ? undefined : 'oneTransaction'
  if (bound !== 'limit' || (at.dialect !== 'mysql' && at.dialect !== 'mariadb') || !operation.limited) return undefined
  const columns = operation.where?.terms.flatMap((term) => (term.column === undefined ? [] : [term.column])) ?? []
  if (columns.length === 0 || !at.table(operation.table).known) return undefined
  return columns.some((column) => at.indexesLeading(operation.table, [column]).length > 0) ? undefined : 'scans'
}

/** Does the same call send it too, for the same table and in the same transaction? A loop whose turns are known is walked turn by turn. */
function isNextBatch(
  { operation, transaction }: Moment,
  batch: OperationOf<'update' | 'delete'>,
  at: Pick<Site, 'sameName' | 'transaction'>,
): boolean {
  return (
    operation.kind === batch.kind &&
    operation.span.file === batch.span.file &&
    operation.span.start === batch.span.start &&
    at.sameName(operation.table, batch.table) &&
    transaction.open === 'yes' &&
    transaction.key === at.transaction.key
  )
}

/**
 * The column by which rows of one parent, or of a few that are listed, are picked: of a foreign key by itself, that is compared with given values. Rows of
 * a list of kinds that the history itself fills, or that get another parent here, are a part of the table like any other.
 */
function parentColumn(operation: OperationOf<'update' | 'delete'>, at: Pick<Site, 'table' | 'sameColumn'>): string | undefined {
  const moved = operation.kind === 'update' ? operation.set.map(({ column }) => column) : []
  const keys = (at.table(operation.table).state?.constraints ?? []).flatMap(({ constraint: { columns, references } }) => {
    const grows = references && columns.length === 1 && !at.table(references.table).state?.hasRows
    return grows && !moved.some((column) => at.sameColumn(column, columns[0]!)) ? columns : []
  })
  const isGiven = ({ operator, operand, column }: Term) =>
    (operator === '=' || operator === 'in') &&
    (operand === 'constant' || operand === 'parameter') &&
    keys.some((key) => column !== undefined && at.sameColumn(key, column))
  return operation.where?.terms.find(isGiven)?.column
}

/** Was the same said of the table before? */
function isSameShare(
  { operation }: Moment,
  later: OperationOf<'update' | 'delete'>,
  column: string,
  at: Pick<Site, 'sameName' | 'sameColumn' | 'table'>,
): boolean {
  if ((operation.kind !== 'update' && operation.kind !== 'delete') || !at.sameName(operation.table, later.table)) return false
  const own = parentColumn(operation, at)
  return own !== undefined && at.sameColumn(own, column)
}

/** Inside a loop over rows, a comparison with a value of the row picks a few rows each time. */
function isPickedByRow(operation: OperationOf<'update' | 'delete'>): boolean {
  return (
    operation.where?.terms.some((term) => term.operator === '=' && (term.operand === 'parameter' || term.operand === 'expression')) ?? false
  )
}
