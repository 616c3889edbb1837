import { beforeAll, expect, test } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { operations } from './reading.ts'

beforeAll(() => postgres.ready())

/** A statement of each kind that PostgreSQL's grammar has, and the words that tell the operation. */
const statements: readonly (readonly [string, ...string[]])[] = [
  ['ALTER TABLE a ALTER b SET EXPRESSION AS (c + 1)', 'alterTable a SET EXPRESSION b'],
  ['ALTER TABLE a ALTER b DROP EXPRESSION IF EXISTS', 'alterTable a DROP EXPRESSION b'],
  ['ALTER TABLE a ALTER b SET STATISTICS 5', 'alterTable a SET STATISTICS b'],
  ['ALTER TABLE a ALTER b SET (n_distinct = 3)', 'alterTable a SET COLUMN OPTIONS b'],
  ['ALTER TABLE a ALTER b RESET (n_distinct)', 'alterTable a RESET COLUMN OPTIONS b'],
  ['ALTER TABLE a ALTER b SET STORAGE main', 'alterTable a SET STORAGE b'],
  ['ALTER TABLE a ALTER b SET COMPRESSION lz4', 'alterTable a SET COMPRESSION b'],
  ['ALTER TABLE a ALTER b ADD GENERATED ALWAYS AS IDENTITY', 'alterTable a ADD IDENTITY b'],
  ['ALTER TABLE a ALTER b SET GENERATED ALWAYS RESTART 5', 'alterTable a SET IDENTITY b'],
  ['ALTER TABLE a ALTER b DROP IDENTITY IF EXISTS', 'alterTable a DROP IDENTITY b'],
  ['ALTER TABLE a ALTER CONSTRAINT c DEFERRABLE', 'alterTable a ALTER CONSTRAINT'],
  ['ALTER TABLE a VALIDATE CONSTRAINT c', 'validateConstraint a'],
  ['ALTER TABLE a ADD PRIMARY KEY USING INDEX c', 'addConstraint a'],
  ['ALTER TABLE a ADD EXCLUDE USING gist (b WITH &&) WHERE (c)', 'addConstraint a'],
  ['ALTER TABLE a OWNER TO b', 'alterTable a OWNER TO'],
  ['ALTER TABLE a CLUSTER ON b', 'alterTable a CLUSTER ON'],
  ['ALTER TABLE a SET WITHOUT CLUSTER', 'alterTable a SET WITHOUT CLUSTER'],
  ['ALTER TABLE a SET LOGGED', 'alterTable a SET LOGGED'],
  ['ALTER TABLE a SET UNLOGGED', 'alterTable a SET UNLOGGED'],
  ['ALTER TABLE a SET ACCESS METHOD heap', 'alterTable a SET ACCESS METHOD'],
  ['ALTER TABLE a SET TABLESPACE b', 'alterTable a SET TABLESPACE'],
  ['ALTER TABLE a SET (fillfactor = 70), RESET (fillfactor)', 'alterTable a SET', 'alterTable a RESET'],
  ['ALTER TABLE a ENABLE TRIGGER b', 'alterTable a ENABLE TRIGGER'],
  ['ALTER TABLE a DISABLE TRIGGER ALL', 'alterTable a DISABLE TRIGGER ALL'],
  ['ALTER TABLE a ENABLE REPLICA RULE b', 'alterTable a ENABLE REPLICA RULE'],
  ['ALTER TABLE a INHERIT b', 'alterTable a INHERIT'],
  ['ALTER TABLE a NO INHERIT b', 'alterTable a NO INHERIT'],
  ['ALTER TABLE a OF b', 'alterTable a OF'],
  ['ALTER TABLE a REPLICA IDENTITY FULL', 'alterTable a REPLICA IDENTITY'],
  ['ALTER TABLE a ENABLE ROW LEVEL SECURITY', 'alterTable a ENABLE ROW LEVEL SECURITY'],
  ['ALTER TABLE a NO FORCE ROW LEVEL SECURITY', 'alterTable a NO FORCE ROW LEVEL SECURITY'],
  ['ALTER TABLE a DETACH PARTITION b FINALIZE', 'alterTable a DETACH PARTITION FINALIZE'],
  ['ALTER TABLE a SET SCHEMA b', 'renameTable a'],
  ['ALTER INDEX a SET (fillfactor = 70)', 'otherStatement ALTER INDEX'],
  ['ALTER VIEW a ALTER b SET DEFAULT 1', 'otherStatement ALTER VIEW'],
  ['ALTER MATERIALIZED VIEW a CLUSTER ON b', 'otherStatement ALTER MATERIALIZED VIEW'],
  ['ALTER SEQUENCE a RESTART', 'otherStatement ALTER SEQUENCE'],
  ['ALTER SEQUENCE a OWNER TO b', 'otherStatement ALTER SEQUENCE'],
  ['ALTER TYPE a ADD ATTRIBUTE b int', 'otherStatement ALTER TYPE'],
  ['ALTER TYPE a OWNER TO b', 'otherStatement ALTER TYPE'],
  ['ALTER FUNCTION a(int) RENAME TO b', 'otherStatement ALTER FUNCTION'],
  ['ALTER FUNCTION a(int) IMMUTABLE', 'otherStatement ALTER FUNCTION'],
  ['ALTER TRIGGER a ON b RENAME TO c', 'otherStatement ALTER TRIGGER b'],
  ['ALTER POLICY a ON b USING (true)', 'otherStatement ALTER POLICY b'],
  ['ALTER DOMAIN a SET NOT NULL', 'alterDomain SET NOT NULL'],
  ['ALTER DOMAIN a ADD CONSTRAINT b CHECK (VALUE > 0) NOT VALID', 'alterDomain ADD CONSTRAINT'],
  ['ALTER DOMAIN a RENAME CONSTRAINT b TO c', 'alterDomain RENAME CONSTRAINT'],
  ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a', 'otherStatement ALTER DEFAULT PRIVILEGES'],
  ['ALTER EXTENSION a UPDATE', 'otherStatement ALTER EXTENSION'],
  ['ALTER ROLE a SET b = 1', 'otherStatement ALTER ROLE'],
  ['ALTER TEXT SEARCH CONFIGURATION a ADD MAPPING FOR word WITH simple', 'otherStatement ALTER TEXT SEARCH CONFIGURATION'],
  ['CREATE FOREIGN TABLE a (b int) SERVER c', 'createTable a'],
  ['CREATE TYPE a AS (b int)', 'createType composite'],
  ['CREATE TYPE a AS RANGE (subtype = int)', 'createType range'],
  ['CREATE TYPE a', 'createType shell'],
  ['CREATE TYPE a (input = b, output = c)', 'createType base'],
  ['CREATE DOMAIN a AS int NOT NULL CHECK (VALUE > 1)', 'createDomain'],
  ['CREATE SCHEMA a CREATE TABLE b (c int)', 'createSchema', 'createTable a.b'],
  ['CREATE AGGREGATE a (int) (sfunc = b, stype = int)', 'otherStatement CREATE AGGREGATE'],
  ['CREATE OPERATOR + (leftarg = int, function = b)', 'otherStatement CREATE OPERATOR'],
  ['CREATE COLLATION a FROM "C"', 'otherStatement CREATE COLLATION'],
  ['CREATE CAST (a AS b) WITHOUT FUNCTION', 'otherStatement CREATE CAST'],
  ['CREATE RULE a AS ON INSERT TO b DO INSTEAD NOTHING', 'otherStatement CREATE RULE b'],
  ['CREATE EVENT TRIGGER a ON ddl_command_start EXECUTE FUNCTION b()', 'otherStatement CREATE EVENT TRIGGER'],
  ['CREATE POLICY a ON b USING (true)', 'otherStatement CREATE POLICY b'],
  ['CREATE STATISTICS a ON b, c FROM d', 'otherStatement CREATE STATISTICS'],
  ['CREATE PUBLICATION a FOR TABLE b', 'otherStatement CREATE PUBLICATION b'],
  ["CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c", 'otherStatement CREATE SUBSCRIPTION'],
  ['CREATE SERVER a FOREIGN DATA WRAPPER b', 'otherStatement CREATE SERVER'],
  ['CREATE ROLE a', 'otherStatement CREATE ROLE'],
  ['CREATE DATABASE a', 'createDatabase'],
  ['DROP DATABASE IF EXISTS a', 'dropDatabase'],
  ['DROP SCHEMA a CASCADE', 'dropSchema'],
  ['DROP FUNCTION IF EXISTS a(int), b', 'dropFunction', 'dropFunction'],
  ['DROP TRIGGER a ON b', 'dropTrigger b'],
  ['DROP POLICY IF EXISTS a ON b.c', 'otherStatement DROP POLICY b.c'],
  ['DROP DOMAIN a', 'dropType'],
  ['DROP EXTENSION a', 'dropExtension'],
  ['DROP MATERIALIZED VIEW a', 'dropView'],
  ['DROP OPERATOR + (int, int)', 'otherStatement DROP OPERATOR'],
  ['DROP ROLE a', 'otherStatement DROP ROLE'],
  ['GRANT SELECT ON a TO b', 'otherStatement GRANT a'],
  ['REVOKE a FROM b', 'otherStatement REVOKE'],
  ['RESET ALL', 'setVariable'],
  ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'transaction other'],
  ['SAVEPOINT a', 'transaction savepoint'],
  ['ROLLBACK TO a', 'transaction rollback-to'],
  ['RELEASE a', 'transaction release'],
  ["PREPARE TRANSACTION 'a'", 'transaction prepare'],
  ['SET CONSTRAINTS ALL DEFERRED', 'otherStatement SET CONSTRAINTS'],
  ['LOCK TABLE a IN SHARE MODE', 'lockTable SHARE'],
  ['VACUUM (FULL) a', 'maintain VACUUM'],
  ['ANALYZE a (b)', 'maintain ANALYZE'],
  ['CLUSTER a USING b', 'maintain CLUSTER'],
  ['REINDEX SCHEMA CONCURRENTLY a', 'reindex'],
  ['LISTEN a', 'otherStatement LISTEN'],
  ["NOTIFY a, 'b'", 'otherStatement NOTIFY'],
  ["SECURITY LABEL ON TABLE a IS 'b'", 'otherStatement SECURITY LABEL'],
  ["COPY a FROM '/b'", 'writeRows a COPY'],
  ['COPY (SELECT * FROM a) TO STDOUT', 'select'],
  ['MERGE INTO a USING b ON a.c = b.c WHEN MATCHED THEN DELETE', 'writeRows a MERGE', 'delete a'],
  ['MERGE INTO a USING b ON a.c = b.c WHEN MATCHED THEN UPDATE SET d = 1', 'writeRows a MERGE', 'update a'],
  ['MERGE INTO a USING b ON a.c = b.c WHEN NOT MATCHED THEN INSERT DEFAULT VALUES', 'writeRows a MERGE'],
  ['EXPLAIN SELECT 1', 'otherStatement EXPLAIN'],
  ['EXPLAIN ANALYZE DELETE FROM a', 'delete a'],
  ['VALUES (1)', 'select'],
  ['TABLE a', 'select'],
  ['CALL a.b(1)', 'call'],
  ['EXECUTE a', 'opaque unsupported'],
  ['DROP OWNED BY a', 'opaque unsupported'],
  ['ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b', 'opaque unsupported'],
]

function told(operation: Operation): string {
  const words: string[] = [operation.kind]
  const add = (word: string | undefined) => {
    if (word !== undefined) words.push(word)
  }
  if (operation.kind === 'otherStatement') {
    add(operation.command)
  }
  if ('table' in operation && operation.table)
    add(operation.table.schema ? `${operation.table.schema}.${operation.table.name}` : operation.table.name)
  if (operation.kind === 'alterTable') {
    add(operation.action)
    add(operation.column)
  } else if (operation.kind === 'alterDomain' || operation.kind === 'transaction') add(operation.action)
  else if (operation.kind === 'createType') add(operation.form)
  else if (operation.kind === 'lockTable') add(operation.mode)
  else if (operation.kind === 'maintain' || operation.kind === 'writeRows') add(operation.command)
  else if (operation.kind === 'opaque') add(operation.because)
  return words.join(' ')
}

test.each(statements)('%s', (sql, ...expected) => {
  expect(operations(sql).map(told)).toEqual(expected)
})
