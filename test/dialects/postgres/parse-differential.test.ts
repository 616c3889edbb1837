import { type AlterColumn, type Statement as Other, parse as parseElsewhere, type QName, type TableAlteration } from 'pgsql-ast-parser'
import { beforeAll, expect, test } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { showName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { operations } from './reading.ts'

beforeAll(() => postgres.ready())

const corpus: readonly string[] = [
  'CREATE TABLE a (b int, c text NOT NULL, PRIMARY KEY (b))',
  'CREATE TABLE IF NOT EXISTS s.a (b serial PRIMARY KEY, "C" varchar(3) UNIQUE, d jsonb DEFAULT \'{}\'::jsonb)',
  'CREATE TABLE a (b int REFERENCES c (d) ON DELETE CASCADE, CONSTRAINT e FOREIGN KEY (b) REFERENCES f (g))',
  'CREATE TABLE a (b timestamp with time zone DEFAULT now(), c numeric(10, 2), d text[], CHECK (c > 0))',
  'DROP TABLE a',
  'DROP TABLE IF EXISTS a, s.b CASCADE',
  'DROP INDEX IF EXISTS a',
  'DROP INDEX CONCURRENTLY a',
  'DROP TYPE a',
  'DROP SEQUENCE a',
  'ALTER TABLE a ADD COLUMN b int',
  'ALTER TABLE s.a ADD b int NOT NULL DEFAULT 0, DROP COLUMN c, DROP COLUMN IF EXISTS d CASCADE',
  'ALTER TABLE a ADD COLUMN IF NOT EXISTS b text',
  'ALTER TABLE a RENAME TO b',
  'ALTER TABLE a RENAME COLUMN b TO c',
  'ALTER TABLE a RENAME CONSTRAINT b TO c',
  'ALTER TABLE a ALTER COLUMN b TYPE bigint',
  'ALTER TABLE a ALTER COLUMN b SET DEFAULT 1, ALTER COLUMN c DROP DEFAULT',
  'ALTER TABLE a ALTER COLUMN b SET NOT NULL, ALTER COLUMN c DROP NOT NULL',
  'ALTER TABLE a ADD CONSTRAINT b FOREIGN KEY (c, d) REFERENCES e (f, g)',
  'ALTER TABLE a ADD CONSTRAINT b UNIQUE (c, d)',
  'ALTER TABLE a ADD CONSTRAINT b PRIMARY KEY (c)',
  'ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0)',
  'ALTER TABLE a DROP CONSTRAINT b',
  'ALTER TABLE a DROP CONSTRAINT IF EXISTS b CASCADE',
  'ALTER TABLE "A" OWNER TO b',
  'CREATE INDEX a ON b (c)',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON s.b USING btree (c DESC, lower(d)) WHERE e IS NULL',
  'CREATE INDEX ON a USING gin (b)',
  'ALTER INDEX a RENAME TO b',
  "CREATE TYPE a AS ENUM ('b', 'c')",
  "ALTER TYPE a ADD VALUE 'b'",
  'ALTER TYPE a RENAME TO b',
  'CREATE VIEW a AS SELECT b FROM c',
  'CREATE OR REPLACE VIEW a AS SELECT b FROM c JOIN d ON c.e = d.e',
  'CREATE MATERIALIZED VIEW a AS SELECT b FROM c',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY a',
  'CREATE SCHEMA IF NOT EXISTS a',
  'CREATE EXTENSION IF NOT EXISTS "a"',
  'CREATE SEQUENCE a START WITH 5',
  "INSERT INTO a (b, c) VALUES (1, 'x'), (2, 'y')",
  'INSERT INTO s.a (b) SELECT c FROM d ON CONFLICT DO NOTHING',
  "UPDATE a SET b = 1, c = d || 'x' WHERE e IN (1, 2) AND f IS NULL",
  'UPDATE a SET b = c.d FROM c WHERE a.e = c.e',
  'DELETE FROM a WHERE b < now()',
  'DELETE FROM s.a',
  'TRUNCATE TABLE a, b',
  'SELECT a, b FROM c WHERE d = 1',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SET lock_timeout = 5',
  "COMMENT ON COLUMN a.b IS 'x'",
  "COMMENT ON TABLE a IS 'x'",
  'WITH a AS (SELECT 1) DELETE FROM b WHERE c = 1',
]

const name = (of: QName): string => (of.schema === undefined ? of.name : `${of.schema}.${of.name}`)
const list = (names: readonly { readonly name: string }[] | undefined): string => (names ?? []).map((each) => each.name).join(',')

/** One line an operation as the other parser sees it; undefined for kinds that are not compared. */
function theirs(statement: Other): readonly string[] {
  switch (statement.type) {
    case 'create table':
      return [
        `createTable ${name(statement.name)} ${list(statement.columns.flatMap((each) => ('name' in each && each.kind === 'column' ? [each.name] : [])))}`,
      ]
    case 'drop table':
    case 'drop index':
    case 'drop type':
    case 'drop sequence':
      return statement.names.map(
        (each) =>
          `${{ 'drop table': 'dropTable', 'drop index': 'dropIndex', 'drop type': 'dropType', 'drop sequence': 'dropSequence', 'drop trigger': '' }[statement.type]} ${name(each)} `,
      )
    case 'alter table':
      return statement.changes.map((change) => theirClause(name(statement.table), change))
    case 'create index':
      return [
        `createIndex ${name(statement.table)} ${statement.expressions.map((each) => (each.expression.type === 'ref' ? each.expression.name : '')).join(',')}`,
      ]
    case 'alter index':
      return [`renameIndex ${name(statement.index)} `]
    case 'create enum':
      return [`createType ${name(statement.name)} ${statement.values.map((each) => each.value).join(',')}`]
    case 'alter enum':
      return [`${statement.change.type === 'rename' ? 'renameType' : 'addEnumValue'} ${name(statement.name)} `]
    case 'create view':
    case 'create materialized view':
      return [`createView ${name(statement.name)} `]
    case 'refresh materialized view':
      return [`refreshMaterializedView ${name(statement.name)} `]
    case 'create schema':
      return [`createSchema ${statement.name.name} `]
    case 'create extension':
      return [`createExtension ${statement.extension.name} `]
    case 'create sequence':
      return [`createSequence ${name(statement.name)} `]
    case 'insert':
      return [`insert ${name(statement.into)} ${list(statement.columns ?? [])}`]
    case 'update':
      return [`update ${name(statement.table)} ${list(statement.sets.map((each) => each.column))}`]
    case 'delete':
      return [`delete ${name(statement.from)} `]
    case 'truncate table':
      return [`truncate ${statement.tables.map(name).join(',')} `]
    case 'select':
      return ['select  ']
    case 'start transaction':
    case 'begin':
    case 'commit':
    case 'rollback':
      return ['transaction  ']
    case 'set':
      return [`setVariable ${statement.variable.name} `]
    case 'comment':
      return [
        statement.on.type === 'column'
          ? `comment ${statement.on.column.table} ${statement.on.column.column}`
          : 'on' in statement && 'name' in statement.on
            ? `comment ${name(statement.on.name as QName)} `
            : '',
      ]
    case 'with':
      return theirs(statement.in)
    default:
      throw new Error(`not compared: ${statement.type}`)
  }
}

const columnKinds: Readonly<Record<AlterColumn['type'], string>> = {
  'set type': 'alterColumnType',
  'set default': 'setDefault',
  'drop default': 'dropDefault',
  'set not null': 'setNotNull',
  'drop not null': 'dropNotNull',
  'add generated': 'alterTable',
}

function theirClause(table: string, change: TableAlteration): string {
  switch (change.type) {
    case 'add column':
      return `addColumn ${table} ${change.column.name.name}`
    case 'drop column':
      return `dropColumn ${table} ${change.column.name}`
    case 'rename':
      return `renameTable ${table} `
    case 'rename column':
      return `renameColumn ${table} ${change.column.name}`
    case 'rename constraint':
      return `renameConstraint ${table} `
    case 'drop constraint':
      return `dropConstraint ${table} `
    case 'alter column':
      return `${columnKinds[change.alter.type]} ${table} ${change.column.name}`
    case 'add constraint': {
      const { constraint } = change
      const columns =
        constraint.type === 'foreign key' ? constraint.localColumns : constraint.type === 'check' ? undefined : constraint.columns
      return `addConstraint ${table} ${list(columns)}`
    }
    default:
      return `alterTable ${table} `
  }
}

function ours(operation: Operation): string {
  const on = 'table' in operation && operation.table ? showName(operation.table) : ''
  const { kind } = operation
  switch (kind) {
    case 'createTable':
      return `${kind} ${on} ${list(operation.columns)}`
    case 'addColumn':
      return `${kind} ${on} ${operation.column.name}`
    case 'addConstraint':
      return `${kind} ${on} ${operation.constraint.kind === 'check' ? '' : operation.constraint.columns.join(',')}`
    case 'createIndex':
      return `${kind} ${on} ${operation.keys.map((key) => key.column ?? '').join(',')}`
    case 'createType':
      return `${kind} ${showName(operation.name)} ${operation.labels.join(',')}`
    case 'insert':
      return `${kind} ${on} ${operation.columns.join(',')}`
    case 'update':
      return `${kind} ${on} ${list(operation.set.map((each) => ({ name: each.column })))}`
    case 'truncate':
      return `${kind} ${operation.tables.map(showName).join(',')} `
    case 'addEnumValue':
      return `${kind} ${showName(operation.type)} `
    case 'comment':
      return `${kind} ${operation.name ? showName(operation.name) : ''} ${operation.column ?? ''}`
    case 'createSchema':
    case 'createExtension':
    case 'setVariable':
      return `${kind} ${operation.name} `
    default: {
      const named = on === '' && 'name' in operation && typeof operation.name === 'object' ? showName(operation.name) : on
      return `${kind} ${named} ${'column' in operation && typeof operation.column === 'string' ? operation.column : ''}`
    }
  }
}

test.each(corpus)('pgsql-ast-parser sees the same in %s', (sql) => {
  const lines = parseElsewhere(sql).flatMap(theirs)
  expect(operations(sql).map(ours)).toEqual(lines)
})
