import type { Case } from './case.ts'

const exclusive = 'ACCESS EXCLUSIVE'
const update = 'SHARE UPDATE EXCLUSIVE'
const trigger = 'SHARE ROW EXCLUSIVE'

/** Statements that lock no relation that anybody else uses. */
const nothing = (proof: string, ...statements: readonly string[]): readonly Case[] =>
  statements.map((sql) => ({ proof, sql, lock: 'NONE' }))

const refused = (proof: string, ...statements: readonly string[]): readonly Case[] =>
  statements.map((sql) => ({ proof, sql, lock: 'NONE', refused: true, unseen: true }))

export const otherCases: readonly Case[] = [
  { proof: 'create-view', sql: 'CREATE VIEW made AS SELECT id FROM orders', lock: exclusive, unseen: true },
  { proof: 'create-view', sql: 'CREATE MATERIALIZED VIEW made AS SELECT id FROM orders', lock: exclusive, unseen: true },
  {
    proof: 'replace-view',
    sql: 'CREATE OR REPLACE VIEW order_totals AS SELECT id, total, note FROM orders',
    lock: exclusive,
    unseen: true,
  },
  { proof: 'drop-view', sql: 'DROP VIEW order_totals', lock: exclusive, unseen: true },
  { proof: 'drop-view', sql: 'DROP MATERIALIZED VIEW order_counts', lock: exclusive, unseen: true },
  { proof: 'alter-view', sql: 'ALTER VIEW order_totals OWNER TO CURRENT_USER', lock: exclusive, unseen: true },
  { proof: 'refresh', sql: 'REFRESH MATERIALIZED VIEW order_counts', lock: exclusive, does: 'rewrite', unseen: true },
  {
    proof: 'refresh-concurrently',
    sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY order_counts',
    lock: 'EXCLUSIVE',
    does: 'scan',
    unseen: true,
  },
  {
    proof: 'create-trigger',
    sql: 'CREATE TRIGGER changed BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION on_change()',
    lock: trigger,
  },
  {
    proof: 'drop-trigger',
    first: 'CREATE TRIGGER changed BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION on_change();',
    sql: 'DROP TRIGGER changed ON orders',
    lock: exclusive,
  },
  {
    proof: 'rename-trigger',
    first: 'CREATE TRIGGER changed BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION on_change();',
    sql: 'ALTER TRIGGER changed ON orders RENAME TO touched',
    lock: exclusive,
  },
  { proof: 'rule', target: 'orders', sql: 'CREATE RULE kept AS ON DELETE TO orders DO INSTEAD NOTHING', lock: exclusive },
  { proof: 'policy', sql: 'CREATE POLICY mine ON orders USING (true)', lock: exclusive },
  {
    proof: 'policy',
    first: 'CREATE POLICY mine ON orders USING (true);',
    sql: 'ALTER POLICY mine ON orders USING (false)',
    lock: exclusive,
  },
  { proof: 'policy', first: 'CREATE POLICY mine ON orders USING (true);', sql: 'DROP POLICY mine ON orders', lock: exclusive },
  { proof: 'statistics', target: 'orders', sql: 'CREATE STATISTICS together ON total, amount FROM orders', lock: update },
  { proof: 'publication', sql: 'CREATE PUBLICATION surefoot_out FOR ALL TABLES', lock: 'NONE' },
  { proof: 'comment', sql: "COMMENT ON TABLE orders IS 'x'", lock: update },
  { proof: 'comment', sql: "COMMENT ON COLUMN orders.total IS 'x'", lock: update },
  { proof: 'comment-constraint', target: 'lines', sql: "COMMENT ON CONSTRAINT lines_order ON lines IS 'x'", lock: 'ACCESS SHARE' },
  { proof: 'comment-other', sql: "COMMENT ON FUNCTION seven() IS 'x'", lock: 'NONE' },
  ...nothing(
    'create-function',
    'CREATE FUNCTION made() RETURNS integer LANGUAGE sql AS $$ select 1 $$',
    'CREATE OR REPLACE FUNCTION seven() RETURNS integer LANGUAGE sql AS $$ select 8 $$',
  ),
  ...nothing('drop-function', 'DROP FUNCTION seven()'),
  ...nothing('create-schema', 'CREATE SCHEMA surefoot_made'),
  ...nothing('rename-schema', 'ALTER SCHEMA surefoot_empty RENAME TO surefoot_renamed').map((each) => ({
    ...each,
    first: 'CREATE SCHEMA surefoot_empty;',
  })),
  {
    proof: 'drop-schema-cascade',
    first: 'CREATE SCHEMA surefoot_full;',
    sql: 'DROP SCHEMA surefoot_full CASCADE',
    lock: exclusive,
    unseen: true,
  },
  ...nothing('create-type', "CREATE TYPE colour AS ENUM ('red')"),
  ...nothing('add-enum-value', "ALTER TYPE mood ADD VALUE 'calm'", "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' BEFORE 'sad'"),
  ...nothing('rename-enum-value', "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"),
  ...nothing('rename-type', 'ALTER TYPE mood RENAME TO humour'),
  ...nothing('drop-type', 'DROP TYPE mood'),
  {
    proof: 'drop-type-cascade',
    first: 'CREATE TABLE feelings (m mood);',
    sql: 'DROP TYPE mood CASCADE',
    lock: exclusive,
    others: { feelings: exclusive },
    unseen: true,
  },
  ...nothing('create-domain', 'CREATE DOMAIN percent AS integer CHECK (VALUE < 101)'),
  ...nothing(
    'alter-domain',
    'ALTER DOMAIN positive SET DEFAULT 3',
    'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID',
  ),
  ...['ADD CONSTRAINT small CHECK (VALUE < 1000)', 'SET NOT NULL'].map(
    (clause): Case => ({
      proof: 'alter-domain-check',
      first: 'CREATE TABLE counts (n plain_number); INSERT INTO counts VALUES (1);',
      sql: `ALTER DOMAIN plain_number ${clause}`,
      lock: 'SHARE',
      does: 'scan',
      others: { counts: 'SHARE' },
      unseen: true,
    }),
  ),
  { proof: 'create-sequence', sql: 'CREATE SEQUENCE made', lock: 'NONE', unseen: true },
  { proof: 'alter-sequence', sql: 'ALTER SEQUENCE numbers RESTART WITH 5', lock: trigger, unseen: true },
  { proof: 'rename-sequence', sql: 'ALTER SEQUENCE numbers RENAME TO figures', lock: exclusive, unseen: true },
  { proof: 'drop-sequence', sql: 'DROP SEQUENCE numbers', lock: exclusive, unseen: true },
  ...nothing('create-extension', 'CREATE EXTENSION IF NOT EXISTS hstore'),
  ...nothing('drop-extension', 'DROP EXTENSION IF EXISTS missing'),
  { proof: 'grant', sql: 'GRANT SELECT ON orders TO PUBLIC', lock: 'NONE', until: 17 },
  ...nothing('grant', 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC'),
  {
    proof: 'subscription-unconnected',
    sql: "CREATE SUBSCRIPTION surefoot_in CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)",
    lock: 'NONE',
  },
  ...nothing('checkpoint', 'CHECKPOINT'),
  { proof: 'copy', sql: "COPY customers (id) FROM PROGRAM 'echo 99999'", lock: 'ROW EXCLUSIVE' },
  ...nothing('other-catalog', 'CREATE ROLE surefoot_role', 'SET CONSTRAINTS ALL DEFERRED'),
  { proof: 'insert', sql: "INSERT INTO customers VALUES (1000, 'x')", lock: 'ROW EXCLUSIVE' },
  { proof: 'insert', sql: 'INSERT INTO customers SELECT id + 10000, note FROM orders', lock: 'ROW EXCLUSIVE' },
  { proof: 'update', sql: 'UPDATE customers SET code = upper(code)', lock: 'ROW EXCLUSIVE' },
  { proof: 'delete', sql: 'DELETE FROM lines', lock: 'ROW EXCLUSIVE' },
  { proof: 'select', sql: 'SELECT * FROM bare', lock: 'ACCESS SHARE' },
  { proof: 'select-for-update', sql: 'SELECT * FROM bare FOR UPDATE', lock: 'ROW SHARE' },
  { proof: 'analyze', sql: 'ANALYZE orders', lock: update },
  { proof: 'vacuum', sql: 'VACUUM orders', lock: update, does: 'scan', refused: true },
  { proof: 'vacuum', sql: 'VACUUM (ANALYZE) orders', lock: update, does: 'scan', refused: true },
  { proof: 'vacuum-full', sql: 'VACUUM FULL orders', lock: exclusive, does: 'rewrite', refused: true },
  { proof: 'vacuum-full', sql: 'VACUUM (FULL, VERBOSE) orders', lock: exclusive, does: 'rewrite', refused: true },
  { proof: 'cluster', sql: 'CLUSTER orders USING orders_total', lock: exclusive, does: 'rewrite' },
  { proof: 'cluster-all', sql: 'CLUSTER', lock: exclusive, does: 'rewrite', refused: true },
  ...['SHARE', 'ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'].map(
    (mode): Case => ({ proof: 'lock-table', sql: `LOCK TABLE orders IN ${mode} MODE`, lock: mode }),
  ),
  { proof: 'lock-table', sql: 'LOCK TABLE orders', lock: exclusive },
  ...refused('create-database', 'CREATE DATABASE surefoot_made'),
  ...refused('drop-database', 'DROP DATABASE surefoot_made'),
  ...refused(
    'not-in-transaction',
    'ALTER SYSTEM SET log_min_duration_statement = -1',
    'DISCARD ALL',
    "CREATE TABLESPACE elsewhere LOCATION '/nowhere'",
  ),
]
