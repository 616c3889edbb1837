import {
  type Column,
  defineRule,
  isComputed,
  missingColumn,
  type Operation,
  type Site,
  showName,
  triggersNaming,
} from '../../src/rule/define.ts'

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
    library: 'The library throws at this call, and the migration fails: {reason}.',
  },
  on: {
    every(operation, at) {
      if (at.direction === 'down') return
      if (operation.kind === 'refuse') {
        const { by, message, context } = operation
        if (
          by === 'library' &&
          message !== undefined &&
          !context?.guards?.length &&
          !context?.branches?.length &&
          context?.block !== 'catch'
        )
          at.report(operation, 'library', { reason: message })
        return
      }
      const reason = at.conflict ?? missingColumn(at, at.dialect) ?? missingValue(operation, at)
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
    {
      on: 'mysql',
      says: 'refused',
      title: 'A required column is left out',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, note TEXT);', 'ALTER TABLE orders ADD COLUMN region VARCHAR(8) NOT NULL;'],
      sql: "INSERT INTO orders (id, note) VALUES (1, 'first');",
    },
    {
      on: 'postgres',
      says: 'library',
      title: 'Sequelize needs the type of what it changes',
      history: [
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, shop: { type: Sequelize.UUID } })",
      ],
      sequelize: "await queryInterface.changeColumn('orders', 'shop', { allowNull: false })",
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Rows are looked for by a column that another table has',
      history: [
        "await knex.schema.createTable('roles', (table) => {\n  table.increments()\n  table.text('name')\n})\nawait knex.schema.createTable('grants', (table) => {\n  table.increments()\n  table.text('verb')\n})",
      ],
      knex: "await knex('roles').whereIn('verb', ['read', 'write']).del()",
      also: ['unbatched-update', 'missing-down'],
    },
    {
      on: 'mysql',
      says: 'refused',
      title: 'A foreign key of another name',
      history: [
        'CREATE TABLE shops (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, shop INT, CONSTRAINT orders_shop FOREIGN KEY (shop) REFERENCES shops (id));',
      ],
      sql: 'ALTER TABLE orders DROP FOREIGN KEY orders_shop_fk;',
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
    {
      on: 'postgres',
      title: 'A foreign key that fell with the constraint under it',
      history: [
        'CREATE TABLE files (id bigint PRIMARY KEY, code uuid CONSTRAINT files_code_key UNIQUE);\nCREATE TABLE notes (id bigint PRIMARY KEY, file uuid CONSTRAINT notes_file REFERENCES files (code));',
        'CREATE UNIQUE INDEX files_code ON files (code);\nALTER TABLE files DROP CONSTRAINT files_code_key CASCADE;',
      ],
      sql: 'ALTER TABLE notes ADD CONSTRAINT notes_file FOREIGN KEY (file) REFERENCES files (code) NOT VALID;',
      also: ['missing-lock-timeout'],
    },
    {
      on: 'sqlite',
      title: 'Columns that the program names when it runs',
      history: ["await queryRunner.query('CREATE TABLE tags (id integer PRIMARY KEY, label text)')"],
      typeorm:
        "const tag = JSON.parse(await (await fetch('https://example.org/tag')).text())\nconst list = Object.keys(tag).map((key) => `\"${key}\"`).join(', ')\nawait queryRunner.query(`INSERT INTO tags (${list}) VALUES (${Object.keys(tag).map(() => '?').join(', ')})`, Object.values(tag))",
      also: ['raw-sql-interpolation'],
    },
    {
      on: 'postgres',
      title: 'What the INSERT leaves out gets its value elsewhere',
      history: [
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, region text NOT NULL DEFAULT 'eu', note text);",
        'CREATE TABLE parcels (id bigserial PRIMARY KEY, code text NOT NULL);\nCREATE FUNCTION coded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := NEW.id::text; RETURN NEW; END $$;\nCREATE TRIGGER coded BEFORE INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION coded();',
        'CREATE TABLE visits (id bigint NOT NULL, note text);\nALTER TABLE visits ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;',
      ],
      sql: "INSERT INTO orders (note) VALUES ('first');\nINSERT INTO parcels (id) VALUES (1);\nINSERT INTO visits (note) VALUES ('first');",
      also: ['non-idempotent-insert'],
    },
    {
      on: 'sqlite',
      title: 'Rows are numbered, keys of other types may be NULL, and IGNORE passes over them',
      history: ['CREATE TABLE tags (id INTEGER PRIMARY KEY, label TEXT NOT NULL);\nCREATE TABLE codes (code TEXT PRIMARY KEY, note TEXT);'],
      sql: "INSERT INTO tags (label) VALUES ('a');\nINSERT INTO codes (note) VALUES ('b');\nINSERT OR IGNORE INTO tags (id) VALUES (7);",
      also: ['non-idempotent-insert'],
    },
    {
      on: 'postgres',
      title: 'Knex sends the table before what its callback waits for',
      history: ["await knex.schema.createTable('shops', (table) => {\n  table.increments()\n})"],
      knex: "await knex.schema.alterTable('shops', async (table) => {\n  table.string('role')\n  await knex('shops').where({ id: 1 }).update({ role: 'main' })\n})",
    },
    {
      on: 'postgres',
      title: 'Columns of what is joined',
      history: ['CREATE TABLE shops (id bigint PRIMARY KEY, region text);\nCREATE TABLE orders (id bigint PRIMARY KEY, shop bigint);'],
      sql: "DELETE FROM orders USING shops WHERE orders.shop = shops.id AND region = 'north';",
      also: ['unbatched-update'],
    },
    {
      on: 'postgres',
      title: 'Records that the program makes of rows, each with members of its own',
      history: [
        "await knex.schema.createTable('forms', (table) => {\n  table.increments()\n  table.text('body')\n})\nawait knex.schema.createTable('fields', (table) => {\n  table.integer('form')\n  table.text('path')\n})",
      ],
      knex: "for (const { id, body } of await knex('forms').select('id', 'body')) {\n  const fields = (body ?? '').split(',').map((path) => {\n    const field = { form: id, path }\n    if (path.startsWith('property:')) field.property = path.slice(9)\n    return field\n  })\n  await knex('fields').insert(fields)\n}",
      also: ['n-plus-one-backfill', 'missing-down'],
    },
    {
      on: 'mysql',
      title: 'Constraints under the names that the engine gives, and the index of a UNIQUE',
      history: [
        'CREATE TABLE shops (id INT PRIMARY KEY, code VARCHAR(20) UNIQUE);\nCREATE TABLE orders (id INT PRIMARY KEY, shop INT, FOREIGN KEY (shop) REFERENCES shops (id));',
      ],
      sql: 'ALTER TABLE orders DROP FOREIGN KEY orders_ibfk_1;',
    },
    {
      on: 'postgres',
      title: 'Constraints under the names that the engine gives',
      history: [
        "CREATE TABLE shops (id bigint PRIMARY KEY, code text UNIQUE CHECK (code <> ''));\nCREATE TABLE orders (id bigint PRIMARY KEY, shop bigint REFERENCES shops (id));",
        'ALTER TABLE orders RENAME TO sales;',
      ],
      sql: "SET lock_timeout = '1s';\nALTER TABLE sales DROP CONSTRAINT orders_shop_fkey;\nALTER TABLE shops DROP CONSTRAINT shops_code_key, DROP CONSTRAINT shops_code_check;",
    },
  ],
})

/** A column that an INSERT written as SQL leaves out, of a table known whole, and that gets no value from anything else. */
function missingValue(operation: Operation, at: Site): string | undefined {
  if (operation.kind !== 'insert' || operation.source !== 'values' || operation.columns.length === 0) return undefined
  if (operation.context?.guards?.length || operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  // A builder may fill what it knows by its models; IGNORE and REPLACE of MySQL and SQLite pass over what is missing.
  if (at.statement.sql === undefined || (operation.onConflict && at.dialect !== 'postgres')) return undefined
  const { table, columns } = operation
  const { state, known } = at.table(table)
  if (!state || !known || table.dynamic || columns.some(isComputed) || triggersNaming(at.before, table).length > 0) return undefined
  const keys = state.constraints.flatMap(({ constraint }) => (constraint.kind === 'primaryKey' ? constraint.columns : []))
  const missing = [...state.columns.values()].find(
    ({ column }) =>
      isRequired(column, at) &&
      !columns.some((name) => at.sameColumn(name, column.name)) &&
      // SQLite numbers the rows of an INTEGER PRIMARY KEY itself, and lets other keys be NULL.
      !(at.dialect === 'sqlite' && keys.some((name) => at.sameColumn(name, column.name))),
  )
  return missing && `column ${missing.column.name} of ${showName(table)} is NOT NULL without a DEFAULT, and the INSERT leaves it out`
}

/** Must an INSERT give the column a value? MySQL fills an ENUM, and in its older releases a TIMESTAMP, even in strict mode. */
function isRequired({ nullable, default: given, generated, identity, serial, autoIncrement, type }: Column, at: Site): boolean {
  if (nullable || given || generated || identity || serial || autoIncrement || type === undefined) return false
  if (at.dialect === 'postgres') return at.type({ name: type.name, ...(type.schema ? { schema: type.schema } : {}) })?.domain === undefined
  return at.dialect === 'sqlite' || !['enum', 'timestamp'].includes(type.name)
}
