import { defineRule, type Name, type Operation, type OperationOf, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'foreign-key-mismatch',
  title: 'Foreign key that does not fit what it points at',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration fails; on MySQL what came before it in the file is committed.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A foreign key needs columns that can be compared and a parent whose columns are unique. MySQL and MariaDB ask for the same integer type with the same sign, and for the same character set and collation, even with foreign_key_checks off; PostgreSQL for types with a common equality. SQLite takes any foreign key and fails on the first write instead.',
  instead: 'Give the column the type of the column that it points at, and that one a PRIMARY KEY or UNIQUE first.',
  unless: 'One of the tables is not known whole. PostgreSQL compares integers of different sizes; that passes.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html',
    'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
    'https://sqlite.org/foreignkeys.html#fk_indexes',
    'measured: PostgreSQL 15, MariaDB 10.11',
  ],
  covers: [155, 253],
  equivalents: ['online_migrations:mismatched_foreign_key_type', 'skeema:fk-parent'],
  messages: {
    refused: 'The server refuses this foreign key ({error}): {because}.',
    onUse: {
      text: 'Writes to {table} fail with "{error}" while foreign keys are enforced: {because}.',
      severity: 'warning',
    },
  },
  on: {
    createTable: judge,
    addColumn: judge,
    addConstraint: judge,
  },
  bad: [
    {
      on: 'mysql',
      says: 'refused',
      title: 'Another sign',
      history: ['CREATE TABLE users (id INT UNSIGNED PRIMARY KEY);', 'CREATE TABLE orders (id INT PRIMARY KEY, user_id INT);'],
      sql: 'SET foreign_key_checks = 0;\nALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);\nSET foreign_key_checks = 1;',
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Types that nothing compares',
      history: ["await queryInterface.createTable('users', { id: { type: Sequelize.UUID, primaryKey: true } })"],
      sequelize:
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, user_id: { type: Sequelize.STRING, references: { model: 'users', key: 'id' } } })",
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Nothing makes the parent unique',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text);'],
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, email text REFERENCES users (email));',
    },
    {
      on: 'sqlite',
      says: 'refused',
      title: 'A default that is not NULL',
      sql: 'PRAGMA foreign_keys = ON;\nALTER TABLE orders ADD COLUMN shop_id INTEGER NOT NULL DEFAULT 1 REFERENCES shops (id);',
    },
    {
      on: 'sqlite',
      says: 'onUse',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: 'CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT REFERENCES users (email));',
    },
  ],
  good: [
    {
      on: 'sqlite',
      title: 'Foreign keys are not enforced',
      sql: 'PRAGMA foreign_keys = OFF;\nALTER TABLE orders ADD COLUMN shop_id INTEGER NOT NULL DEFAULT 1 REFERENCES shops (id);',
    },
    {
      on: 'postgres',
      title: 'A wider integer',
      history: ['CREATE TABLE users (id integer PRIMARY KEY);'],
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
    },
    {
      on: 'mysql',
      title: 'Other lengths of text',
      sql: 'CREATE TABLE users (login VARCHAR(50) PRIMARY KEY) CHARSET=utf8mb4;\nCREATE TABLE orders (id INT PRIMARY KEY, login VARCHAR(100), FOREIGN KEY (login) REFERENCES users (login)) CHARSET=utf8mb4;',
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'sqlite',
      title: 'The unique index comes after',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: 'CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT REFERENCES users (email));\nCREATE UNIQUE INDEX users_email ON users (email);',
    },
  ],
})

type Asks = Pick<Site, 'refusals' | 'later' | 'sameName' | 'walk' | 'session' | 'table'> & {
  report(
    where: Span | Operation,
    message: 'refused' | 'onUse',
    slots: { readonly error: string; readonly because: string; readonly table: string },
    options: { readonly evidence: 'replayed' },
  ): void
}

function judge(operation: OperationOf<'createTable' | 'addColumn' | 'addConstraint'>, at: Asks): void {
  for (const { of, because, error, span, onUse, parent, whenEnforced } of at.refusals()) {
    if (whenEnforced && (!isEnforced(at) || isNewTable(operation, at))) continue
    if (of !== 'foreign key' || (onUse && isMadeUnique(parent, at))) continue
    at.report(
      span ?? operation,
      onUse ? 'onUse' : 'refused',
      { error, because, table: showName(operation.table) },
      { evidence: 'replayed' },
    )
  }
}

/** An empty table takes what one with rows does not. */
function isNewTable(operation: Operation, at: Asks): boolean {
  return operation.kind === 'addColumn' && at.table(operation.table).fresh
}

/** SQLite: does this connection enforce foreign keys, as far as that is known? */
function isEnforced({ walk, session }: Asks): boolean {
  const set = session.settings.get('pragma foreign_keys')
  return set === undefined ? walk.script.foreignKeys === true : !/^(?:0|off|no|false)$/i.test(set)
}

/** SQLite asks when rows are written: what a later statement does to the parent may mend it. */
function isMadeUnique(parent: Name | undefined, at: Asks): boolean {
  return at.later.some(
    ({ operation }) =>
      'table' in operation && operation.table !== undefined && parent !== undefined && at.sameName(operation.table, parent),
  )
}
