import { defineRule, type Operation, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'history-conflict',
  title: 'Statement that does not fit the schema before it',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails wherever the earlier migrations have run, and so does every later deployment.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The earlier migrations leave a schema in which this statement cannot run: the table or column that it makes is there already, or the column that it changes, indexes or writes is not. It works on the machine where the schema was changed by hand and fails everywhere else; on MySQL what came before it in the file stays done.',
  instead: 'Mend the migration so that it fits what the earlier ones leave, or add what is missing in a migration before it.',
  unless: 'The statement asks first (IF EXISTS, a test of the catalogue), or something else than the migrations changes the schema.',
  sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  covers: [158, 159],
  equivalents: [],
  messages: {
    refused: 'This fails after the migrations before it: {reason}.',
  },
  on: {
    every(operation, at) {
      if (at.direction === 'down') return
      const reason = at.conflict ?? missingColumn(operation, at)
      if (reason !== undefined) at.report(operation, 'refused', { reason }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'refused',
      title: 'Made twice',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'],
      sql: 'ALTER TABLE orders ADD COLUMN note text;',
    },
    {
      on: 'mysql',
      says: 'refused',
      title: 'An index over a column that is not there',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, note TEXT);'],
      sql: 'CREATE INDEX orders_customer ON orders (customer_id);',
      also: ['table-copy'],
    },
    {
      on: 'sqlite',
      says: 'refused',
      title: 'A value for a column that was renamed',
      history: ['CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT);', 'ALTER TABLE orders RENAME COLUMN state TO status;'],
      sql: "UPDATE orders SET state = 'new' WHERE id = 1;",
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Knex quotes a name as it is written',
      history: ["await knex.schema.createTable('card', (table) => {\n  table.increments()\n  table.boolean('isClosed')\n})"],
      knex: "await knex.raw('UPDATE card SET is_closed = true WHERE id = 2')",
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Knex maps the names of its builders, and sends raw text as it is',
      history: ["await knex.schema.createTable('card', (table) => {\n  table.increments()\n  table.boolean('isClosed')\n})"],
      knex: 'await knex.raw(\'UPDATE card SET "isClosed" = true WHERE id = 2\')',
      files: {
        'knexfile.js':
          "const { knexSnakeCaseMappers } = require('objection')\n\nmodule.exports = { client: 'pg', ...knexSnakeCaseMappers() }",
      },
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'alter() takes NOT NULL off first, which a primary key does not give up',
      history: ["await knex.schema.createTable('card', (table) => {\n  table.integer('id').primary()\n})"],
      knex: "await knex.schema.alterTable('card', (table) => {\n  table.bigInteger('id').alter()\n})",
      also: ['type-change-rewrite'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'ALTER TABLE adds the column first, whatever the order of its clauses',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ADD CONSTRAINT paid_in_part CHECK (paid <= total) NOT VALID, ADD COLUMN paid integer;',
    },
    {
      on: 'postgres',
      title: 'changeColumn takes the name from its field',
      history: [
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, made_by: Sequelize.INTEGER })",
      ],
      sequelize: "await queryInterface.changeColumn('orders', 'madeBy', { type: Sequelize.INTEGER, field: 'made_by', allowNull: true })",
    },
    {
      on: 'postgres',
      title: 'Knex maps the names on their way',
      history: [
        "await knex.schema.createTable('card', (table) => {\n  table.increments()\n  table.boolean('isClosed').notNullable().defaultTo(false)\n})",
      ],
      knex: "await knex('card').where({ id: 1 }).update({ isClosed: false })\nawait knex.raw('UPDATE card SET is_closed = true WHERE id = 2')",
      files: {
        'knexfile.js':
          "const { snakeCase } = require('lodash')\n\nmodule.exports = {\n  client: 'pg',\n  wrapIdentifier: (value, origImpl) => origImpl(snakeCase(value)),\n}",
      },
    },
    {
      on: 'postgres',
      title: 'Knex may map the names on their way, in a way that cannot be read',
      history: [
        "await knex.schema.createTable('card', (table) => {\n  table.increments()\n  table.boolean('isClosed').notNullable().defaultTo(false)\n})",
      ],
      knex: "await knex('card').where({ id: 1 }).update({ isClosed: false })\nawait knex.raw('UPDATE card SET is_closed = true WHERE id = 2')",
      files: {
        'knexfile.js':
          "const { columnName } = require('./names')\n\nmodule.exports = {\n  client: 'pg',\n  wrapIdentifier: (value, origImpl) => origImpl(columnName(value)),\n}",
      },
    },
    {
      on: 'postgres',
      title: 'It asks first',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'],
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
    },
    {
      on: 'postgres',
      title: 'Of the table only a part is known',
      sql: "UPDATE orders SET state = 'new' WHERE id = 1;",
    },
    {
      on: 'postgres',
      title: 'alter() that leaves NOT NULL alone',
      history: ["await knex.schema.createTable('card', (table) => {\n  table.integer('id').primary()\n})"],
      knex: "await knex.schema.alterTable('card', (table) => {\n  table.bigInteger('id').alter({ alterNullable: false })\n})",
      also: ['type-change-rewrite'],
    },
    {
      on: 'sqlite',
      title: 'A table of a module has columns that nobody names',
      history: [
        'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);',
        'CREATE VIRTUAL TABLE notes_text USING fts4 (body, content="notes");',
      ],
      sql: "INSERT INTO notes_text (notes_text) VALUES ('rebuild');\nINSERT INTO notes_text (notes_text) VALUES ('optimize');",
    },
  ],
})

/** A column that an index, a constraint or a write names and that the table, known whole, does not have. */
function missingColumn(operation: Operation, at: Site): string | undefined {
  if (operation.context?.guards?.length || operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  if (operation.context?.unsureNames) return undefined
  const columns = namedBy(operation)
  if (!columns || !('table' in operation) || operation.table === undefined || typeof operation.table === 'string') return undefined
  const { table } = operation
  if (table.dynamic || !at.table(table).known) return undefined
  const missing = columns.find((column) => at.column(table, column) === undefined && !isSystem(column, at.dialect))
  return missing === undefined ? undefined : `column ${missing} of ${showName(table)} does not exist`
}

function namedBy(operation: Operation): readonly string[] | undefined {
  switch (operation.kind) {
    case 'createIndex':
      return operation.keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
    case 'addConstraint':
      return operation.constraint.usingIndex === undefined ? operation.constraint.columns : undefined
    case 'insert':
      return operation.columns
    case 'update':
      return operation.set.map(({ column }) => column)
    default:
      return undefined
  }
}

/** Columns that every table has without a word. */
function isSystem(column: string, dialect: string): boolean {
  return dialect === 'sqlite' ? /^(?:rowid|oid|_rowid_)$/i.test(column) : dialect === 'postgres' && /^(?:ctid|xmin|tableoid)$/.test(column)
}
