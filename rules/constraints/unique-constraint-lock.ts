import { type Constraint, defineRule, effectOf, type IndexState, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unique-constraint-lock',
  title: 'Unique constraint builds its index under an exclusive lock',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait while an index is built, and there is a way without it.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ADD CONSTRAINT … UNIQUE or PRIMARY KEY builds its index while ACCESS EXCLUSIVE is held: nobody reads or writes the table until the index is finished. It fails when a duplicate is found. USING INDEX adopts an index that is there, and gives it the name of the constraint; it takes none that is partial, over an expression, in descending order or not unique.',
  instead: 'CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX, which only changes the catalog.',
  unless:
    'The table is new, or the constraint adopts an index that is there already. A primary key that adopts one needs its columns NOT NULL beforehand, or it scans.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [53, 54, 55, 56, 57, 58],
  equivalents: [
    'squawk:disallowed-unique-constraint',
    'squawk:adding-serial-primary-key-field',
    'eugene:E7',
    'eugene:W14',
    'eugene:E8',
    'atlas:PG105',
    'atlas:PG104',
    'atlas:PG304',
    'strong_migrations:add_unique_constraint',
    'strong_migrations:add_exclusion_constraint',
  ],
  messages: {
    builds: 'Adding {what} to {table} builds its index: {effect} meanwhile.',
    partitioned: {
      text: 'Adding {what} to the partitioned table {table} builds an index on every partition: {effect} meanwhile.',
      help: 'Build the unique index ON ONLY the parent, one per partition CONCURRENTLY, and ATTACH them: USING INDEX does not work on a partitioned table.',
    },
    excludes: {
      text: 'Adding {what} to {table} builds its index: {effect} meanwhile.',
      help: 'No index can be built for it beforehand: add it while the table is small, or to a new table that is filled aside and takes the place of this one.',
    },
    refusedIndex: {
      text: 'Adding {what} to {table} fails: PostgreSQL adopts no index that {reason}, as {index} does.',
      severity: 'error',
      help: 'Build the index it is to adopt with CREATE UNIQUE INDEX CONCURRENTLY over plain columns in their default order, without WHERE.',
    },
    nullableKey: {
      text: 'Making {index} the primary key of {table} sets {columns} NOT NULL first, which reads the whole table: {effect} meanwhile.',
      help: 'Set the columns NOT NULL beforehand, by way of a validated CHECK.',
    },
  },
  on: {
    addConstraint({ table: name, constraint, span }, at) {
      if (constraint.kind !== 'primaryKey' && constraint.kind !== 'unique' && constraint.kind !== 'exclude') return
      const table = at.table(name)
      if (table.fresh) return
      const slots = { table: showName(name), effect: effectOf(at.cost, name) }
      if (constraint.usingIndex === undefined) {
        const message = constraint.kind === 'exclude' ? 'excludes' : table.partitioned ? 'partitioned' : 'builds'
        at.report(span, message, { ...slots, what: describe(constraint) }, { evidence: 'derived', grows: name })
        return
      }
      const index = table.state?.indexes.find((candidate) => candidate.name === constraint.usingIndex)
      const reason = index && refusalOf(index)
      if (reason !== undefined) {
        const what = describe(constraint)
        at.report(span, 'refusedIndex', { ...slots, what, reason, index: constraint.usingIndex }, { evidence: 'replayed' })
        return
      }
      if (constraint.kind !== 'primaryKey') return
      const nullable = (index?.keys ?? []).flatMap((key) => {
        const state = key.column === undefined ? undefined : at.column(name, key.column)
        return state?.column.nullable && !at.notNullCheck(name, state.column.name)?.validated ? [state.column.name] : []
      })
      if (nullable.length > 0)
        at.report(span, 'nullableKey', { ...slots, index: constraint.usingIndex, columns: nullable.join(', ') }, { evidence: 'replayed' })
    },
    addColumn({ table: name, column, span }, at) {
      const constraint = column.constraints.find(({ kind }) => kind === 'unique' || kind === 'primaryKey')
      const table = at.table(name)
      if (!constraint || table.fresh) return
      at.report(
        span,
        table.partitioned ? 'partitioned' : 'builds',
        { what: describe({ ...constraint, columns: [column.name] }), table: showName(name), effect: effectOf(at.cost, name) },
        { evidence: 'derived', grows: name },
      )
    },
  },
  bad: [
    { on: 'postgres', says: 'builds', sql: 'ALTER TABLE users ADD CONSTRAINT users_email UNIQUE (email);' },
    { on: 'postgres', says: 'builds', title: 'Inline on a new column', sql: 'ALTER TABLE users ADD COLUMN email text UNIQUE;' },
    {
      on: 'postgres',
      says: 'excludes',
      title: 'An exclusion constraint',
      sql: 'ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);',
    },
    {
      on: 'postgres',
      says: 'refusedIndex',
      title: 'A partial index cannot become a constraint',
      history: ['CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email) WHERE active;'],
      sql: 'ALTER TABLE users ADD CONSTRAINT users_email UNIQUE USING INDEX users_email;',
    },
    {
      on: 'postgres',
      says: 'nullableKey',
      title: 'A primary key over a nullable column',
      history: ['CREATE TABLE users (id bigint);', 'CREATE UNIQUE INDEX CONCURRENTLY users_id ON users (id);'],
      sql: 'ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_id;',
    },
    {
      on: 'postgres',
      says: 'builds',
      title: 'A table that was emptied and filled again',
      history: [
        'CREATE TABLE sessions (id bigint PRIMARY KEY, token text);\nCREATE TABLE old_sessions (id bigint PRIMARY KEY, token text);',
      ],
      sql: 'TRUNCATE sessions;\nINSERT INTO sessions SELECT id, token FROM old_sessions;\nALTER TABLE sessions ADD CONSTRAINT sessions_token UNIQUE (token);',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Sequelize’s addColumn makes no key on PostgreSQL',
      sequelize: "await queryInterface.addColumn('users_teams', 'team_id', { type: Sequelize.INTEGER, primaryKey: true })",
    },
    {
      on: 'postgres',
      history: ['CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);'],
      sql: 'ALTER TABLE users ADD CONSTRAINT users_email UNIQUE USING INDEX users_email;',
    },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nALTER TABLE users ADD CONSTRAINT users_email UNIQUE (email);',
    },
    {
      on: 'postgres',
      title: 'A table that was just emptied',
      history: ['CREATE TABLE sessions (id bigint PRIMARY KEY, token text);'],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nTRUNCATE sessions;\nALTER TABLE sessions ADD CONSTRAINT sessions_token UNIQUE (token);\nCOMMIT;",
    },
  ],
})

function describe(constraint: Constraint): string {
  const kind =
    constraint.kind === 'primaryKey'
      ? 'the primary key'
      : constraint.kind === 'unique'
        ? 'the unique constraint'
        : 'the exclusion constraint'
  return constraint.name === undefined ? `${kind} on (${constraint.columns.join(', ')})` : `${kind} ${constraint.name}`
}

/** What about an index makes PostgreSQL refuse it as a constraint's, for "no index that …" (measured on 15). */
function refusalOf({ unique, where, method, keys }: IndexState): string | undefined {
  if (!unique) return 'allows duplicates'
  if (where) return 'leaves out rows by WHERE'
  if (method !== undefined && method.toLowerCase() !== 'btree') return 'is no B-tree'
  if (keys.some((key) => key.expression)) return 'is over an expression'
  if (keys.some((key) => key.descending)) return 'sorts a column in descending order'
  if (keys.some((key) => /_pattern_ops$/i.test(key.operatorClass ?? ''))) return 'has another operator class than the default'
  return undefined
}
