import type { Column } from '../../ir/column.ts'
import type { Operation } from '../../ir/operation.ts'
import { constraintSql, indexSql } from '../../sql/write/constraints.ts'
import { qualified, quoted, type Spelling, text, typeSql } from '../../sql/write/names.ts'
import { commonSql, defaultSql, tableSql } from '../../sql/write/tables.ts'
import type { WriteOptions } from '../dialect.ts'

/** An operation as PostgreSQL's statements. */
export function writePostgres(operation: Operation, { bare }: WriteOptions): readonly string[] | undefined {
  const spelling: Spelling = { quote: '"', bare }
  if (operation.kind === 'addColumn') return addColumn(operation, spelling)
  const sql = statement(operation, spelling)
  return sql === undefined ? undefined : [sql]
}

function statement(operation: Operation, spelling: Spelling): string | undefined {
  const name = (one: Parameters<typeof qualified>[0]) => qualified(one, spelling)
  const column = (table: Parameters<typeof qualified>[0], one: string) => `ALTER TABLE ${name(table)} ALTER COLUMN ${quoted(one, spelling)}`
  switch (operation.kind) {
    case 'createTable':
      return tableSql(operation, spelling, (one) => columnSql(one, spelling))
    case 'alterColumnType': {
      const collation = operation.collation === undefined ? '' : ` COLLATE ${quoted(operation.collation, spelling)}`
      const using = operation.using ? ` USING ${operation.using.sql}` : ''
      return `${column(operation.table, operation.column)} TYPE ${typeSql(operation.type, spelling)}${collation}${using}`
    }
    case 'setDefault':
      return `${column(operation.table, operation.column)} SET DEFAULT ${operation.default.sql}`
    case 'dropDefault':
      return `${column(operation.table, operation.column)} DROP DEFAULT`
    case 'setNotNull':
      return `${column(operation.table, operation.column)} SET NOT NULL`
    case 'dropNotNull':
      return `${column(operation.table, operation.column)} DROP NOT NULL`
    case 'addConstraint': {
      const stated = constraintSql(operation.constraint, spelling)
      return stated && `ALTER TABLE ${name(operation.table)} ADD ${stated}`
    }
    case 'dropConstraint':
      if (operation.name === undefined) return undefined
      return `ALTER TABLE ${name(operation.table)} DROP CONSTRAINT ${quoted(operation.name, spelling)}`
    case 'validateConstraint':
      return `ALTER TABLE ${name(operation.table)} VALIDATE CONSTRAINT ${quoted(operation.name, spelling)}`
    case 'renameConstraint':
      return `ALTER TABLE ${name(operation.table)} RENAME CONSTRAINT ${quoted(operation.name, spelling)} TO ${quoted(operation.to, spelling)}`
    case 'createIndex':
      return indexSql(operation, spelling, true)
    case 'dropIndex':
      return `DROP INDEX ${operation.concurrently ? 'CONCURRENTLY ' : ''}${operation.ifExists ? 'IF EXISTS ' : ''}${name(operation.name)}`
    case 'renameIndex':
      return `ALTER INDEX ${name(operation.name)} RENAME TO ${quoted(operation.to, spelling)}`
    case 'alterTable':
      return /^(?:NO FORCE|FORCE|DISABLE|ENABLE) ROW LEVEL SECURITY$/.test(operation.action)
        ? `ALTER TABLE ${name(operation.table)} ${operation.action}`
        : undefined
    case 'detachPartition':
      return `ALTER TABLE ${name(operation.table)} DETACH PARTITION ${name(operation.partition)}`
    case 'dropTrigger': {
      const sql = commonSql(operation, spelling)
      return operation.table && `${sql} ON ${name(operation.table)}`
    }
    default:
      return commonSql(operation, spelling) ?? objectSql(operation, spelling)
  }
}

function objectSql(operation: Operation, spelling: Spelling): string | undefined {
  const name = (one: Parameters<typeof qualified>[0]) => qualified(one, spelling)
  const ifExists = 'ifExists' in operation && operation.ifExists ? 'IF EXISTS ' : ''
  switch (operation.kind) {
    case 'createType':
      if (operation.form !== 'enum') return undefined
      return `CREATE TYPE ${name(operation.name)} AS ENUM (${operation.labels.map((label) => text(label)).join(', ')})`
    case 'dropType':
      return `DROP TYPE ${ifExists}${name(operation.name)}`
    case 'renameType':
      return `ALTER TYPE ${name(operation.name)} RENAME TO ${quoted(operation.to.name, spelling)}`
    case 'renameEnumValue':
      return `ALTER TYPE ${name(operation.type)} RENAME VALUE ${text(operation.value)} TO ${text(operation.to)}`
    case 'dropFunction': {
      const parameters = operation.parameters ? `(${operation.parameters.join(', ')})` : ''
      return `DROP ${operation.procedure ? 'PROCEDURE' : 'FUNCTION'} ${ifExists}${name(operation.name)}${parameters}`
    }
    case 'createSchema':
      return `CREATE SCHEMA ${quoted(operation.name, spelling)}`
    case 'dropSchema':
      return `DROP SCHEMA ${ifExists}${quoted(operation.name, spelling)}`
    case 'renameSchema':
      return `ALTER SCHEMA ${quoted(operation.name, spelling)} RENAME TO ${quoted(operation.to, spelling)}`
    case 'dropSequence':
      return `DROP SEQUENCE ${ifExists}${name(operation.name)}`
    case 'dropExtension':
      return `DROP EXTENSION ${ifExists}${quoted(operation.name, spelling)}`
    default:
      return undefined
  }
}

const serials: Readonly<Record<string, string>> = { smallint: 'smallserial', integer: 'serial', bigint: 'bigserial' }

function columnSql(column: Column, spelling: Spelling): string | undefined {
  if (column.type === undefined) return undefined
  const type = column.serial ? serials[column.type.name] : typeSql(column.type, spelling)
  if (type === undefined) return undefined
  const collation = column.collation === undefined ? '' : ` COLLATE ${quoted(column.collation, spelling)}`
  const { generated, identity } = column
  const made = generated
    ? ` GENERATED ALWAYS AS (${generated.expression.sql})${generated.stored ? ' STORED' : ' VIRTUAL'}`
    : identity
      ? ` GENERATED ${identity.toUpperCase()} AS IDENTITY`
      : ''
  const notNull = column.nullable || column.serial || identity ? '' : ' NOT NULL'
  return `${quoted(column.name, spelling)} ${type}${collation}${made}${defaultSql(column, () => false)}${notNull}`
}

/** What rows that are there get in a NOT NULL column that comes back without a default of its own. */
const fillers: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['text', 'varchar', 'char', 'bytea'].map((type) => [type, "''"])),
  ...Object.fromEntries(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'].map((type) => [type, '0'])),
  boolean: 'false',
  ...Object.fromEntries(['json', 'jsonb'].map((type) => [type, "'{}'"])),
  ...Object.fromEntries(['timestamp', 'timestamptz', 'date'].map((type) => [type, 'now()'])),
}

/** A NOT NULL column needs a value for the rows that are there: a default that goes again when they have it. */
function addColumn(
  { table, column, ifNotExists }: Extract<Operation, { kind: 'addColumn' }>,
  spelling: Spelling,
): readonly string[] | undefined {
  const needsFiller = !column.nullable && !column.default && !column.generated && !column.identity && !column.serial
  const filler = needsFiller && column.type ? (column.type.array ? "'{}'" : fillers[column.type.name]) : undefined
  const definition = columnSql(column, spelling)
  if (definition === undefined || (needsFiller && filler === undefined)) return undefined
  const add = `ALTER TABLE ${qualified(table, spelling)} ADD COLUMN ${ifNotExists ? 'IF NOT EXISTS ' : ''}${definition}`
  if (filler === undefined) return [add]
  return [
    `${add} DEFAULT ${filler}`,
    `ALTER TABLE ${qualified(table, spelling)} ALTER COLUMN ${quoted(column.name, spelling)} DROP DEFAULT`,
  ]
}
