import type { Column } from '../../ir/column.ts'
import type { CreateTable, Operation } from '../../ir/operation.ts'
import { constraintSql } from './constraints.ts'
import { qualified, quoted, type Spelling } from './names.ts'

/** CREATE TABLE, one line a column; undefined when a part of it cannot be written. `column` writes a column, `options` stand behind the parenthesis. */
export function tableSql(
  { table, columns, constraints, ifNotExists }: CreateTable,
  spelling: Spelling,
  column: (column: Column) => string | undefined,
  options = '',
): string | undefined {
  const lines = [...columns.map(column), ...constraints.map((constraint) => constraintSql(constraint, spelling))]
  if (lines.includes(undefined)) return undefined
  return `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${qualified(table, spelling)} (\n  ${lines.join(',\n  ')}\n)${options}`
}

/** The value of a DEFAULT: an expression that is no literal stands in parentheses where the engine wants them. */
export function defaultSql({ default: value }: Pick<Column, 'default'>, parenthesized: (sql: string) => boolean): string {
  if (value === undefined) return ''
  const sql = value.constant || value.sql.startsWith('(') || !parenthesized(value.sql) ? value.sql : `(${value.sql})`
  return ` DEFAULT ${sql}`
}

/** Statements that every engine spells alike, but for its quotes; undefined: not one of those. */
export function commonSql(operation: Operation, spelling: Spelling): string | undefined {
  const name = (one: Parameters<typeof qualified>[0]) => qualified(one, spelling)
  const ifExists = 'ifExists' in operation && operation.ifExists ? 'IF EXISTS ' : ''
  const cascade = 'cascade' in operation && operation.cascade ? ' CASCADE' : ''
  switch (operation.kind) {
    case 'dropTable':
      return `DROP TABLE ${ifExists}${name(operation.table)}${cascade}`
    case 'renameTable':
      return `ALTER TABLE ${name(operation.table)} RENAME TO ${name(operation.to)}`
    case 'dropColumn':
      return `ALTER TABLE ${name(operation.table)} DROP COLUMN ${ifExists}${quoted(operation.column, spelling)}${cascade}`
    case 'renameColumn':
      return `ALTER TABLE ${name(operation.table)} RENAME COLUMN ${quoted(operation.column, spelling)} TO ${quoted(operation.to, spelling)}`
    case 'dropView':
      return `DROP ${operation.materialized ? 'MATERIALIZED ' : ''}VIEW ${ifExists}${name(operation.name)}${cascade}`
    case 'dropTrigger':
      return `DROP TRIGGER ${ifExists}${quoted(operation.name, spelling)}`
    default:
      return undefined
  }
}
