import type { Column } from '../../ir/column.ts'
import type { Operation, OperationOf } from '../../ir/operation.ts'
import { constraintSql, indexSql } from '../../sql/write/constraints.ts'
import { qualified, quoted, type Spelling, text } from '../../sql/write/names.ts'
import { commonSql, defaultSql, tableSql } from '../../sql/write/tables.ts'
import { atLeast, type WriteOptions } from '../dialect.ts'
import type { Flavour } from './types.ts'

/** An operation as a statement of MySQL or MariaDB. */
export function writeMysql(operation: Operation, { bare, version }: WriteOptions, flavour: Flavour): readonly string[] | undefined {
  const spelling: Spelling = { quote: '`', bare }
  // https://mariadb.com/kb/en/alter-table/: RENAME COLUMN since 10.5.2; MySQL has it since 8.0.
  if (operation.kind === 'renameColumn' && !atLeast(version, ...(flavour === 'mariadb' ? [10, 5, 2] : [8, 0]))) return undefined
  const sql = statement(operation, spelling, flavour)
  return sql === undefined ? undefined : [sql]
}

function statement(operation: Operation, spelling: Spelling, flavour: Flavour): string | undefined {
  const name = (one: Parameters<typeof qualified>[0]) => qualified(one, spelling)
  const alter = (table: Parameters<typeof qualified>[0]) => `ALTER TABLE ${name(table)}`
  switch (operation.kind) {
    case 'createTable': {
      const options = tableOptions(operation.options)
      return options === undefined ? undefined : tableSql(operation, spelling, (column) => columnSql(column, spelling), options)
    }
    case 'addColumn': {
      const definition = columnSql(operation.column, spelling)
      return definition && `${alter(operation.table)} ADD COLUMN ${definition}${place(operation.position, spelling)}`
    }
    case 'modifyColumn': {
      const definition = columnSql(operation.to, spelling)
      const same = operation.column === operation.to.name
      const change = same ? 'MODIFY COLUMN' : `CHANGE COLUMN ${quoted(operation.column, spelling)}`
      return definition && `${alter(operation.table)} ${change} ${definition}${place(operation.position, spelling)}`
    }
    case 'setDefault': {
      const value = defaultSql({ default: operation.default }, needsParentheses)
      return `${alter(operation.table)} ALTER COLUMN ${quoted(operation.column, spelling)} SET${value}`
    }
    case 'dropDefault':
      return `${alter(operation.table)} ALTER COLUMN ${quoted(operation.column, spelling)} DROP DEFAULT`
    case 'addConstraint': {
      const stated = constraintSql(operation.constraint, spelling)
      return stated && `${alter(operation.table)} ADD ${stated}`
    }
    case 'dropConstraint':
      return dropConstraint(operation, spelling, flavour)
    case 'createIndex':
      return indexSql(operation, spelling, false)
    case 'dropIndex':
      return operation.table && `DROP INDEX ${quoted(operation.name.name, spelling)} ON ${name(operation.table)}`
    case 'renameIndex':
      return (
        operation.table &&
        `${alter(operation.table)} RENAME INDEX ${quoted(operation.name.name, spelling)} TO ${quoted(operation.to, spelling)}`
      )
    case 'alterTable':
      return operation.action === 'ENGINE' && operation.value ? `${alter(operation.table)} ENGINE = ${operation.value}` : undefined
    case 'dropFunction':
      return `DROP ${operation.procedure ? 'PROCEDURE' : 'FUNCTION'} ${name(operation.name)}`
    default:
      return commonSql(operation, spelling)
  }
}

function dropConstraint(
  { table, name, constraintKind }: OperationOf<'dropConstraint'>,
  spelling: Spelling,
  flavour: Flavour,
): string | undefined {
  const alter = `ALTER TABLE ${qualified(table, spelling)} DROP`
  if (constraintKind === 'primaryKey') return `${alter} PRIMARY KEY`
  if (name === undefined) return undefined
  const own = quoted(name, spelling)
  switch (constraintKind) {
    case 'foreignKey':
      return `${alter} FOREIGN KEY ${own}`
    case 'unique':
      return `${alter} INDEX ${own}`
    case 'check':
      return flavour === 'mariadb' ? `${alter} CONSTRAINT ${own}` : `${alter} CHECK ${own}`
    default:
      return undefined
  }
}

function place(position: OperationOf<'addColumn'>['position'], spelling: Spelling): string {
  if (position === undefined) return ''
  return position === 'first' ? ' FIRST' : ` AFTER ${quoted(position.after, spelling)}`
}

/** MySQL takes CURRENT_TIMESTAMP as it is; every other expression stands in parentheses. */
function needsParentheses(sql: string): boolean {
  return !/^(?:current_timestamp|now|localtime|localtimestamp)\b(?:\(\d*\))?$/i.test(sql)
}

function columnSql(column: Column, spelling: Spelling): string | undefined {
  if (column.type === undefined) return undefined
  const { generated } = column
  return [
    quoted(column.name, spelling),
    column.type.text,
    column.charset === undefined ? '' : `CHARACTER SET ${column.charset}`,
    column.collation === undefined ? '' : `COLLATE ${column.collation}`,
    generated ? `GENERATED ALWAYS AS (${generated.expression.sql}) ${generated.stored ? 'STORED' : 'VIRTUAL'}` : '',
    column.nullable ? (column.nullabilityWritten ? 'NULL' : '') : 'NOT NULL',
    defaultSql(column, needsParentheses).trim(),
    column.onUpdate === undefined ? '' : `ON UPDATE ${column.onUpdate}`,
    column.autoIncrement ? 'AUTO_INCREMENT' : '',
    column.comment === undefined ? '' : `COMMENT ${text(column.comment, true)}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

const written: Readonly<Record<string, string>> = {
  ENGINE: 'ENGINE',
  CHARSET: 'DEFAULT CHARSET',
  COLLATE: 'COLLATE',
  ROW_FORMAT: 'ROW_FORMAT',
  COMMENT: 'COMMENT',
}

/** The options behind a table's parenthesis; undefined when one of them is not written here. */
function tableOptions(options: Readonly<Record<string, string>>): string | undefined {
  const parts: string[] = []
  for (const [option, value] of Object.entries(options)) {
    const word = written[option]
    // Rows decide where numbering goes on.
    if (option === 'AUTO_INCREMENT') continue
    if (word === undefined) return undefined
    parts.push(` ${word}=${option === 'COMMENT' ? text(value, true) : value}`)
  }
  return parts.join('')
}
