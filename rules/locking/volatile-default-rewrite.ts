import { defineRule, effectOf, showName } from '../../src/rule/define.ts'

const makeVirtual = 'Make it VIRTUAL, which writes no row; or let an online schema change tool copy the table.'
const copyBeside = 'Let an online schema change tool copy the table while it is written to.'

export default defineRule({
  id: 'volatile-default-rewrite',
  title: 'New column whose values must be computed for every row',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait while every row is written anew.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A constant default is kept once in the catalog. A volatile one (gen_random_uuid(), random(), nextval()), a stored generated column, a serial, an identity or a column of a constrained domain needs a value of its own in every row: the table is rewritten under ACCESS EXCLUSIVE, and nobody reads or writes it meanwhile.',
  instead: 'Add the column without the default, SET DEFAULT for new rows, and backfill the old ones in batches.',
  unless: 'The default is a constant or now(), or the table is new.',
  sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN'],
  covers: [36, 37, 38, 39, 40, 41, 86, 87, 88],
  equivalents: [
    'squawk:adding-field-with-default',
    'eugene:E11',
    'atlas:PG302',
    'strong_migrations:add_column_default',
    'strong_migrations:add_column_default_callable',
    'strong_migrations:add_column_generated_stored',
    'strong_migrations:add_column_auto_incrementing',
  ],
  messages: {
    volatile: 'Adding {column} to {table} rewrites every row, and {effect} meanwhile: its default {default} is computed anew for each.',
    generated: {
      text: 'Adding the stored generated column {column} to {table} rewrites every row: {effect} meanwhile.',
      help: 'Add a plain column that a trigger or the application fills, and backfill the old rows in batches; a VIRTUAL one (PostgreSQL 18) writes no row.',
    },
    sequence: {
      text: 'Adding {column} to {table} rewrites every row, and {effect} meanwhile: each gets a number of its own from a sequence.',
      help: 'Add a nullable integer column, create the sequence, SET DEFAULT nextval(…) for new rows, and backfill the old ones in batches.',
    },
    domain: {
      text: 'Adding {column} to {table} rewrites every row, and {effect} meanwhile: its domain {type} has a constraint that must be checked.',
      help: 'Add the column with the type under the domain and its CHECK as NOT VALID, and VALIDATE it in a later migration.',
    },
    anyDefault: {
      text: 'Adding {column} to {table} rewrites every row, and reads and writes of {table} wait meanwhile: before PostgreSQL 11 any default, {default} too, is written into each.',
    },
    copies: 'Adding {column} to {table} copies the whole table, and {effect} meanwhile: {because}.',
    unknownFunction: {
      text: 'Adding {column} to {table} rewrites every row if the function in its default {default} is volatile; its definition was not found in the history.',
      severity: 'info',
    },
  },
  on: {
    addColumn({ table: name, column, span }, at) {
      // What the server refuses to keep is function-volatility's.
      if (at.table(name).fresh || (column.generated && at.refusals().some(({ of }) => of === 'expression'))) return
      const slots = { column: column.name, table: showName(name), effect: effectOf(at.cost, name) }
      if (at.dialect !== 'postgres') {
        // MySQL and MariaDB copy for a value of its own in every row; whether a constant is instant is a matter of version, told by the costs.
        const own =
          column.generated?.stored ||
          column.serial ||
          column.autoIncrement ||
          (column.default && !column.default.constant && at.volatility(column.default) === 'volatile')
        if (own && at.cost.rewrites === true && at.cost.blocks !== 'nothing')
          at.report(
            span,
            'copies',
            { ...slots, because: at.cost.because ?? 'each row gets a value of its own' },
            { evidence: 'derived', grows: name, ...(column.default ? {} : { help: column.generated ? makeVirtual : copyBeside }) },
          )
        return
      }
      if (column.generated) {
        if (column.generated.stored) at.report(span, 'generated', slots, { evidence: 'derived', grows: name })
        return
      }
      if (column.serial || column.identity) {
        at.report(span, 'sequence', slots, { evidence: 'derived', grows: name })
        return
      }
      if (column.default && !column.default.isNull && !at.atLeast(11)) {
        at.report(
          span,
          'anyDefault',
          { column: column.name, table: showName(name), default: column.default.sql },
          { evidence: 'derived', grows: name },
        )
        return
      }
      if (column.default && !column.default.constant) {
        const volatility = at.volatility(column.default)
        if (volatility === 'volatile')
          at.report(span, 'volatile', { ...slots, default: column.default.sql }, { evidence: 'derived', grows: name })
        else if (volatility === 'unknown')
          at.report(span, 'unknownFunction', { column: column.name, table: showName(name), default: column.default.sql })
        if (volatility !== 'constant' && volatility !== 'stable') return
      }
      const { type } = column
      const domain = type && at.type({ name: type.name, ...(type.schema ? { schema: type.schema } : {}) })?.domain
      // A NOT NULL domain without a default fails outright: that is another rule's finding.
      if (domain?.constrained && !(domain.notNull && !domain.default && !column.default))
        at.report(span, 'domain', { ...slots, type: type!.text }, { evidence: 'replayed' })
    },
  },
  bad: [
    { on: 'postgres', says: 'volatile', sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();' },
    { on: 'postgres', says: 'sequence', sql: 'ALTER TABLE orders ADD COLUMN number bigserial;' },
    { on: 'postgres', says: 'generated', sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * 1.2) STORED;' },
    { on: 'mysql', says: 'copies', sql: 'ALTER TABLE orders ADD COLUMN token CHAR(36) NOT NULL DEFAULT (UUID());' },
    {
      on: 'postgres',
      says: 'unknownFunction',
      title: 'A function that the history does not show',
      sql: 'ALTER TABLE orders ADD COLUMN code text DEFAULT make_code();',
    },
    {
      on: 'postgres',
      says: 'domain',
      history: ['CREATE DOMAIN positive AS integer CHECK (VALUE > 0);'],
      sql: 'ALTER TABLE orders ADD COLUMN amount positive;',
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'A virtual generated column has no rows to write',
      sql: 'ALTER TABLE orders ADD COLUMN gross DECIMAL(12,2) GENERATED ALWAYS AS (net * 1.2) VIRTUAL;',
    },
    {
      on: 'mysql',
      title: 'The current time is one constant',
      sql: 'ALTER TABLE orders ADD COLUMN created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP;',
    },
    { on: 'postgres', sql: 'ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();' },
    { on: 'postgres', title: 'A constant behind a cast', sql: "ALTER TABLE orders ADD COLUMN tags text[] NOT NULL DEFAULT '{}'::text[];" },
    {
      on: 'postgres',
      title: 'The default only for new rows',
      sql: 'ALTER TABLE orders ADD COLUMN token uuid;\nALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();',
    },
    { on: 'postgres', title: 'A new table', sql: 'CREATE TABLE orders (id bigserial PRIMARY KEY, token uuid DEFAULT gen_random_uuid());' },
    {
      on: 'postgres',
      title: 'A table that a CHECK on its key holds to one row',
      history: ['CREATE TABLE settings (id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1));'],
      sql: 'ALTER TABLE settings ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
    },
    {
      on: 'mariadb',
      title: 'A generated column that is refused',
      sql: 'ALTER TABLE members ADD COLUMN age INT AS (TIMESTAMPDIFF(YEAR, born, CURDATE())) STORED;',
      also: ['function-volatility'],
    },
  ],
})
