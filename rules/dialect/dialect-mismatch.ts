import { type Column, defineRule, findFunction, type Name, type Site, type Span, showName, type Table } from '../../src/rule/define.ts'

export default defineRule({
  id: 'dialect-mismatch',
  title: 'Syntax or type of another engine or version',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails when it runs.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  inBranches: true,
  why: 'The statement uses a word or a type that the declared engine, or the declared version of it, does not have. It fails when it is run, in the middle of a deployment. A branch that only another engine takes is judged by what that engine has.',
  instead: 'Write it for the engine and version that runs in production, or declare the right dialect and serverVersion.',
  unless:
    'The construct is valid there: version comments, SERIAL and BOOLEAN in MySQL, RETURNING in MariaDB, any type name in a SQLite table that is not STRICT.',
  sources: [
    'https://www.postgresql.org/docs/current/sql.html',
    'https://dev.mysql.com/doc/refman/8.4/en/sql-statements.html',
    'https://www.sqlite.org/lang.html',
  ],
  covers: [11, 23, 117, 118, 255, 256, 257, 260],
  equivalents: [],
  messages: {
    feature: '{engine} does not have {feature}: that is {availableIn}.',
    cannotAdd: '{engine} cannot add {column} to {table}: {because}.',
    cannotAddToRows: '{engine} cannot add {column} as soon as {table} has a row: {because}.',
    cannotDrop: {
      text: '{engine} cannot drop {column} of {table}: {because}.',
      help: 'Drop the index first; where a PRIMARY KEY or UNIQUE holds it, make the table anew without the column and copy the rows.',
    },
    type: 'The type {type} of {table}.{column} does not exist in {engine}: {because}.',
  },
  on: {
    unsupported(operation, at) {
      const { feature, availableIn, span } = operation
      if (operation.function !== undefined && findFunction(at.before, { name: operation.function })) return
      const first = at.statement.operations.find((other) => other.kind === 'unsupported' && other.feature === feature)
      if (first !== operation) return
      at.report(span, 'feature', { engine: engineOf(at), feature, availableIn }, { evidence: 'derived' })
    },
    createTable({ table, columns, span }, at) {
      for (const column of columns) judge(table, column, span, at)
    },
    addColumn({ table, column, span }, at) {
      judge(table, column, span, at)
      // TypeORM's builder makes a new SQLite table instead of altering the old one.
      if (at.dialect !== 'sqlite' || (at.framework === 'typeorm' && at.statement.sql === undefined)) return
      const slots = { engine: engineOf(at), column: column.name, table: showName(table) }
      const never = refusedBySqlite(column)
      const filled = at.table(table).fresh ? undefined : refusedOnRows(column)
      if (never !== undefined) at.report(span, 'cannotAdd', { ...slots, because: never }, { evidence: 'derived' })
      else if (filled !== undefined) at.report(span, 'cannotAddToRows', { ...slots, because: filled }, { evidence: 'derived' })
    },
    dropColumn({ table, column, span }, at) {
      // What a builder calls dropping a column makes a new SQLite table.
      if (at.dialect !== 'sqlite' || at.statement.sql === undefined) return
      const because = heldBySqlite(at.table(table).state, column, at)
      if (because !== undefined)
        at.report(span, 'cannotDrop', { engine: engineOf(at), column, table: showName(table), because }, { evidence: 'replayed' })
    },
    modifyColumn({ table, to, span }, at) {
      judge(table, to, span, at)
    },
    alterColumnType({ table, column, type, span }, at) {
      const because = at.missingType(type)
      if (because !== undefined)
        at.report(span, 'type', { engine: engineOf(at), type: type.text, table: showName(table), column, because }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'feature',
      title: 'serial is a word for new columns',
      history: ['CREATE TABLE orders (id integer PRIMARY KEY);'],
      sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigserial;',
      also: ['type-change-rewrite'],
    },
    { on: 'mysql', says: 'type', sql: 'CREATE TABLE shops (id INT PRIMARY KEY, data JSONB);' },
    { on: 'mysql', says: 'type', title: 'A VARCHAR without a length', sql: 'ALTER TABLE shops MODIFY name VARCHAR;' },
    { on: 'sqlite', says: 'cannotAdd', sql: 'ALTER TABLE shops ADD COLUMN code TEXT UNIQUE;' },
    { on: 'sqlite', says: 'cannotAddToRows', sql: 'ALTER TABLE shops ADD COLUMN opened TEXT DEFAULT CURRENT_TIMESTAMP;' },
    {
      on: 'sqlite',
      says: 'feature',
      title: 'What only libSQL has',
      sql: 'ALTER TABLE shops ALTER COLUMN name TO name TEXT NOT NULL;',
    },
    {
      on: 'sqlite',
      says: 'cannotDrop',
      title: 'An index still stands on it',
      history: ['CREATE TABLE shops (id INTEGER PRIMARY KEY, city TEXT);\nCREATE INDEX shops_city ON shops (city);'],
      sql: 'ALTER TABLE shops DROP COLUMN city;',
      also: ['drop-before-contract'],
    },
    { on: 'mysql', says: 'feature', title: 'MariaDB only', sql: 'ALTER TABLE shops ADD COLUMN IF NOT EXISTS note TEXT;' },
    {
      on: 'mysql',
      says: 'feature',
      title: 'Said once for a statement',
      sql: 'ALTER TABLE "shops" DROP COLUMN "note";',
      also: ['drop-before-contract'],
    },
    { on: 'postgres', says: 'feature', title: 'A function of MySQL', sql: "UPDATE orders SET note = IFNULL(note, '') WHERE id = 7;" },
    { on: 'sqlite', says: 'feature', title: 'A function of the others', sql: 'UPDATE orders SET sold = NOW() WHERE id = 7;' },
    { on: 'mariadb', says: 'feature', title: 'An operator of MySQL', sql: "UPDATE orders SET note = data->>'$.note' WHERE id = 7;" },
    {
      on: 'postgres',
      says: 'feature',
      title: 'The place of a value, as MySQL’s driver takes it',
      typeorm: "await queryRunner.query('UPDATE orders SET note = ? WHERE id = 7', ['new'])",
    },
  ],
  good: [
    {
      on: 'sqlite',
      title: 'The index goes first',
      history: ['CREATE TABLE shops (id INTEGER PRIMARY KEY, city TEXT);\nCREATE INDEX shops_city ON shops (city);'],
      sql: 'DROP INDEX shops_city;\nALTER TABLE shops DROP COLUMN city;',
      also: ['drop-before-contract'],
    },
    { on: 'mariadb', sql: 'ALTER TABLE shops ADD COLUMN IF NOT EXISTS note TEXT;' },
    {
      on: 'sqlite',
      title: 'The project runs on libSQL',
      files: { 'package.json': '{ "dependencies": { "@libsql/client": "^0.15.0" } }' },
      sql: 'ALTER TABLE shops ALTER COLUMN name TO name TEXT NOT NULL;',
    },
    { on: 'sqlite', title: 'SQLite takes any type name', sql: 'CREATE TABLE shops (id INTEGER PRIMARY KEY, data JSONB);' },
    {
      on: 'sqlite',
      title: 'A default in parentheses is a constant too',
      sql: 'ALTER TABLE shops ADD COLUMN rank INTEGER NOT NULL DEFAULT (0);',
    },
    {
      on: 'mysql',
      title: 'Aliases that MySQL knows',
      sql: 'CREATE TABLE shops (id SERIAL PRIMARY KEY, open BOOLEAN, size DOUBLE PRECISION);',
    },
    {
      on: 'postgres',
      title: 'A function that an earlier migration made',
      history: ['CREATE FUNCTION ifnull(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1, $2) $$;'],
      sql: "UPDATE orders SET note = ifnull(note, '') WHERE id = 7;",
    },
    {
      on: 'mysql',
      title: 'What a routine calls is looked for when it runs',
      sql: 'CREATE FUNCTION fresh() RETURNS CHAR(36) NOT DETERMINISTIC NO SQL RETURN gen_random_uuid();',
    },
    {
      on: 'postgres',
      title: 'An operator of jsonb, and a place that Knex fills in',
      knex: "await knex.raw('UPDATE orders SET note = ? WHERE id = 7', ['new'])\nawait knex.raw(\"UPDATE orders SET note = 'x' WHERE tags \\\\? 'new' AND id = 7\")",
    },
  ],
})

/** Why SQLite's ADD COLUMN refuses a column whatever the table holds: https://www.sqlite.org/lang_altertable.html */
function refusedBySqlite(column: Column): string | undefined {
  if (column.constraints.some(({ kind }) => kind === 'primaryKey')) return 'ADD COLUMN takes no PRIMARY KEY'
  if (column.constraints.some(({ kind }) => kind === 'unique')) return 'ADD COLUMN takes no UNIQUE'
  return undefined
}

/** Why it refuses a column where there are rows (`sqlite3ErrorIfNotEmpty` in its alter.c): an empty table takes it. */
function refusedOnRows(column: Column): string | undefined {
  if (column.generated?.stored) return 'a generated column that is added must be VIRTUAL'
  const value = column.default
  if (!value || (value.functions.length === 0 && !/^\s*\(?\s*current_/i.test(value.sql))) return undefined
  return `its default ${value.sql} is not constant`
}

/** Why SQLite's DROP COLUMN refuses a column: what the table's own definition or an index still needs. */
function heldBySqlite(table: Table | undefined, column: string, at: Pick<Site, 'sameColumn'>): string | undefined {
  const holds = (name: string | undefined) => name !== undefined && at.sameColumn(name, column)
  for (const { constraint } of table?.constraints ?? []) {
    if (constraint.kind === 'primaryKey' && constraint.columns.some(holds)) return 'it is in the PRIMARY KEY'
    if (constraint.kind === 'unique' && constraint.columns.some(holds)) return 'a UNIQUE constraint stands on it'
  }
  const index = table?.indexes.find(({ keys, constraint }) => constraint === undefined && keys.some((key) => holds(key.column)))
  return index && `the index ${index.name ?? ''} stands on it`.replace('  ', ' ')
}

const engines = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' } as const

function engineOf(at: Pick<Site, 'dialect' | 'version'>): string {
  return `${engines[at.dialect]} ${at.version.join('.')}`
}

function judge(
  table: Name,
  column: Column,
  span: Span,
  at: Pick<Site, 'missingType' | 'dialect' | 'version'> & {
    report(
      where: Span,
      id: 'type',
      slots: { readonly engine: string; readonly type: string; readonly table: string; readonly column: string; readonly because: string },
      options: { readonly evidence: 'derived' },
    ): void
  },
): void {
  const because = column.type && at.missingType(column.type)
  if (because !== undefined)
    at.report(
      column.span ?? span,
      'type',
      { engine: engineOf(at), type: column.type!.text, table: showName(table), column: column.name, because },
      { evidence: 'derived' },
    )
}
