import {
  type Column,
  type Constraint,
  defineRule,
  findTable,
  implicitValue,
  isUnchecked,
  type Name,
  type Operation,
  type Site,
  showName,
  zeroDate,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'constraint-violated-by-rows',
  title: 'Constraint that rows may break already',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'What is certain to fail is told to everybody; that rows may break a constraint only under style: every one that is added to a table in use would speak, beside the rule for its lock.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A UNIQUE, FOREIGN KEY or CHECK on a table that is in use is checked against every row that is there, and fails on the first that breaks it: in production, where the rows are, not on the empty table of the developer. A new column with a DEFAULT holds the same value in every row, so that UNIQUE over it fails as soon as there are two.',
  instead:
    'Ask production for the rows first, mend them in a migration before this one, or add the constraint NOT VALID and validate it later.',
  unless: 'The table or the column is new and empty, the migration mends the rows first, or the same was asked of them before.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html'],
  covers: [146, 147, 149, 150, 169],
  equivalents: [
    'atlas:MF101',
    'atlas:MF102',
    'atlas:PG305',
    'django-migration-linter:ADD_UNIQUE',
    'safemigrate-lint:unique-constraint-data-dependent',
  ],
  messages: {
    constant: {
      text: 'This fails as soon as {table} has two rows: {column} is {value} in each of them.',
      severity: 'error',
      help: 'Give every row a value of its own before the constraint, or leave the DEFAULT out.',
    },
    unique: { text: 'This fails if two rows of {table} have the same {columns}.', profile: 'style' },
    reference: { text: 'This fails if a row of {table} has a {columns} that {parent} does not have.', profile: 'style' },
    check: { text: 'This fails if a row of {table} does not fulfil {condition}.', profile: 'style' },
  },
  on: {
    addColumn(added, at) {
      const { table, column } = added
      const isKey = column.constraints.some(({ kind }) => kind === 'unique' || kind === 'primaryKey')
      const value = isKey ? constantDefault(column) : undefined
      // SQLite adds no column with a key at all.
      if (value === undefined || at.dialect === 'sqlite' || at.column(table, column.name)) return
      if (!isFine(added, table, { kind: 'unique', columns: [column.name] }, at, true))
        at.report(added, 'constant', { table: showName(table), column: column.name, value }, { evidence: 'replayed' })
    },
    createIndex(index, at) {
      if (!index.unique || index.only) return
      const columns = index.keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
      if (columns.length !== index.keys.length) return
      judgeUnique(index, index.table, columns, at)
    },
    addConstraint(added, at) {
      const { table, constraint } = added
      const { kind, columns, references, expression, usingIndex } = constraint
      if (constraint.notValid || constraint.enforced === false || usingIndex !== undefined) return
      if (kind === 'unique' || kind === 'primaryKey') judgeUnique(added, table, columns, at, kind)
      if ((kind !== 'foreignKey' && kind !== 'check') || isFine(added, table, constraint, at)) return
      const slots = { table: showName(table), columns: columns.join(', ') }
      if (kind === 'foreignKey' && references && !isUnchecked(at.earlier)) {
        const keys = references.columns.length > 0 ? references.columns : ['id']
        const on = columns.map((column, i) => `p.${keys[i] ?? keys[0]} = c.${column}`).join(' AND ')
        const parent = showName(references.table)
        const help = `Ask first: SELECT c.* FROM ${slots.table} c LEFT JOIN ${parent} p ON ${on} WHERE p.${keys[0]} IS NULL AND c.${columns[0]} IS NOT NULL`
        at.report(added, 'reference', { ...slots, parent }, { help, evidence: 'replayed' })
      } else if (kind === 'check' && expression) {
        const help = `Ask first: SELECT * FROM ${slots.table} WHERE NOT (${expression.sql})`
        at.report(added, 'check', { table: slots.table, condition: expression.sql }, { help, evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'constant',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY);'],
      sql: "BEGIN;\nALTER TABLE users ADD COLUMN handle text NOT NULL DEFAULT '';\nALTER TABLE users ADD CONSTRAINT users_handle UNIQUE (handle);\nCOMMIT;",
    },
    {
      on: 'mysql',
      says: 'unique',
      profile: 'style',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100));'],
      sql: 'CREATE UNIQUE INDEX users_email ON users (email);',
    },
    {
      on: 'mysql',
      says: 'reference',
      profile: 'style',
      history: ['CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT);'],
      sql: 'ALTER TABLE posts ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
    {
      on: 'postgres',
      says: 'check',
      profile: 'style',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);',
    },
    {
      on: 'postgres',
      says: 'constant',
      title: 'All in one clause',
      sql: "ALTER TABLE users ADD COLUMN handle text NOT NULL DEFAULT '' UNIQUE;",
      also: ['unique-constraint-lock'],
    },
    {
      on: 'mysql',
      says: 'constant',
      title: 'A required column without a DEFAULT, which MySQL fills with one value',
      history: ['CREATE TABLE users (id INT PRIMARY KEY);'],
      sql: 'ALTER TABLE users ADD COLUMN handle VARCHAR(20) NOT NULL;\nCREATE UNIQUE INDEX users_handle ON users (handle);',
      also: ['not-null-without-default', 'non-idempotent-ddl'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A new column without a value',
      profile: 'style',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY);'],
      sql: 'BEGIN;\nALTER TABLE users ADD COLUMN handle text;\nALTER TABLE users ADD CONSTRAINT users_handle UNIQUE (handle);\nCOMMIT;',
      also: ['unique-constraint-lock'],
    },
    {
      on: 'postgres',
      title: 'For new rows only',
      profile: 'style',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'Each row gets a value of its own',
      sql: 'ALTER TABLE users ADD COLUMN handle uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;',
      also: ['volatile-default-rewrite', 'unique-constraint-lock'],
    },
    {
      on: 'mysql',
      title: 'Filled before the key',
      history: ['CREATE TABLE users (id INT PRIMARY KEY);'],
      sql: "ALTER TABLE users ADD COLUMN handle VARCHAR(20) NOT NULL;\nUPDATE users SET handle = concat('u', id);\nCREATE UNIQUE INDEX users_handle ON users (handle);",
      also: ['unbatched-update', 'not-null-without-default', 'mysql-implicit-commit', 'non-idempotent-ddl'],
    },
  ],
})

interface Asks
  extends Pick<Site, 'column' | 'dialect' | 'statement' | 'table' | 'age' | 'earlier' | 'walk' | 'direction' | 'sameName' | 'sameColumn'> {
  report(
    where: Operation,
    message: 'constant',
    slots: { readonly table: string; readonly column: string; readonly value: string },
    options: object,
  ): void
  report(where: Operation, message: 'unique', slots: { readonly table: string; readonly columns: string }, options: object): void
}

function judgeUnique(
  operation: Operation,
  table: Name,
  columns: readonly string[],
  at: Asks,
  kind: 'unique' | 'primaryKey' = 'unique',
): void {
  const constant = columns.length === 1 ? constantOf(table, columns[0]!, at) : undefined
  if (isFine(operation, table, { kind: 'unique', columns }, at, constant !== undefined)) return
  if (constant !== undefined) {
    at.report(operation, 'constant', { table: showName(table), column: columns[0]!, value: constant }, { evidence: 'replayed' })
    return
  }
  if (kind === 'primaryKey') return
  const list = columns.join(', ')
  const help = `Ask first: SELECT ${list}, count(*) FROM ${showName(table)} GROUP BY ${list} HAVING count(*) > 1`
  at.report(operation, 'unique', { table: showName(table), columns: list }, { help, evidence: 'replayed' })
}

/** The value that a column's DEFAULT gives to every row that is there. */
function constantDefault({ default: value, generated, identity, serial, autoIncrement }: Column): string | undefined {
  if (!value?.constant || value.isNull || value.functions.length > 0 || generated || identity || serial || autoIncrement) return undefined
  return value.sql
}

/** What MySQL and MariaDB write into each row where nothing is given; not-null-without-default tells of a key in the same statement. */
function implicitIn(column: Column, at: Asks): string | undefined {
  const { type, nullable, default: given, generated, serial, autoIncrement } = column
  if ((at.dialect !== 'mysql' && at.dialect !== 'mariadb') || nullable || given || generated || serial || autoIncrement) return undefined
  if (at.statement.operations.some((one) => one.kind === 'addColumn' && at.sameColumn(one.column.name, column.name))) return undefined
  const value = implicitValue(type?.name, type?.labels, at.dialect)
  return value === zeroDate && at.dialect === 'mysql' ? undefined : value
}

/** The value that every row has in a column made here, and not filled since. */
function constantOf(table: Name, column: string, at: Asks): string | undefined {
  const state = at.column(table, column)
  if (!state || at.age(state.born) !== 'this-migration' || state.filled !== undefined) return undefined
  const value = constantDefault(state.column) ?? implicitIn(state.column, at)
  // A default that is set after the column was added is for new rows alone.
  const isLater = at.earlier.some(
    ({ operation }) =>
      (operation.kind === 'setDefault' || operation.kind === 'modifyColumn') &&
      at.sameName(operation.table, table) &&
      at.sameColumn(operation.column, column),
  )
  return isLater ? undefined : value
}

/** Nobody's rows, rows that are new or seen to, or rows of which the same was asked before. */
function isFine(operation: Operation, table: Name, asked: Pick<Constraint, 'kind' | 'columns'>, at: Asks, evenNew = false): boolean {
  const { context } = operation
  if (at.direction === 'down' || at.table(table).fresh || context?.branches?.length || context?.block === 'catch') return true
  const has = (columns: readonly string[]) => columns.some((column) => asked.columns.some((other) => at.sameColumn(column, other)))
  const isNew = asked.columns.some((column) => {
    const state = at.column(table, column)
    return state !== undefined && at.age(state.born) !== 'existing'
  })
  if (isNew && !evenNew) return true
  const isMended = at.earlier.some(({ operation: one }) => {
    if (one.kind === 'opaque') return true
    if (one.kind === 'truncate') return one.tables.some((name) => at.sameName(name, table))
    if (one.kind === 'delete') return at.sameName(one.table, table)
    return one.kind === 'update' && at.sameName(one.table, table) && has(one.set.map(({ column }) => column))
  })
  if (isMended) return true
  const was = findTable(at.walk.before, table)
  if (asked.kind === 'unique')
    return (
      was?.indexes.some(
        ({ unique, where, keys }) => unique && !where && keys.every(({ column }) => column !== undefined && has([column])),
      ) === true
    )
  return (
    was?.constraints.some(
      ({ constraint: { kind, columns } }) => kind === asked.kind && columns.length === asked.columns.length && has(columns),
    ) === true
  )
}
