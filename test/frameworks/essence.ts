import type { Column, Constraint, DataType, Expression } from '../../src/ir/column.ts'
import type { Predicate } from '../../src/ir/data.ts'
import type { Name } from '../../src/ir/names.ts'
import type { Operation } from '../../src/ir/operation.ts'

const name = ({ schema, name }: Name) => (schema === undefined || schema === 'public' ? name : `${schema}.${name}`)
const type = (of: DataType | undefined) =>
  of && `${of.name}(${of.args.join(',')})${of.array ? '[]' : ''}${of.unsigned ? ' unsigned' : ''}${of.labels ? of.labels.join('|') : ''}`
const expression = (of: Expression | undefined) =>
  of && { constant: of.constant, isNull: of.isNull, functions: of.functions, literals: of.literals, columns: of.columns }
const where = (of: Predicate | undefined) =>
  of && {
    terms: of.terms.map((term) => `${term.column} ${term.operator} ${term.count ?? ''}`),
    columns: [...of.columns].sort(),
  }

function constraint(of: Constraint) {
  return {
    kind: of.kind,
    name: of.name,
    columns: of.columns,
    references: of.references && { ...of.references, table: name(of.references.table) },
    columnsOfCheck: of.expression?.columns,
  }
}

function column(of: Column) {
  return {
    name: of.name,
    type: type(of.type),
    nullable: of.nullable,
    default: expression(of.default),
    serial: of.serial,
    identity: of.identity,
    autoIncrement: of.autoIncrement,
    comment: of.comment,
  }
}

/** What matters of an operation, without places and spellings. Constraints written with a column or with the table mean the same. */
export function essence(operation: Operation, mysql: boolean): unknown {
  const { kind } = operation
  // A unique key of MySQL is an index and a constraint at once.
  if (mysql && operation.kind === 'addConstraint' && operation.constraint.kind === 'unique') {
    return { kind: 'unique key', table: name(operation.table), name: operation.constraint.name, columns: operation.constraint.columns }
  }
  if (mysql && operation.kind === 'createIndex' && operation.unique) {
    return { kind: 'unique key', table: name(operation.table), name: operation.name, columns: operation.keys.map((key) => key.column) }
  }
  switch (operation.kind) {
    case 'createTable': {
      const constraints = [...operation.columns.flatMap((of) => of.constraints), ...operation.constraints].map(constraint)
      const keys = new Set(constraints.filter((of) => of.kind === 'primaryKey').flatMap((of) => of.columns))
      return {
        kind,
        table: name(operation.table),
        // A key makes its column NOT NULL, wherever it is written.
        columns: operation.columns.map((of) => ({ ...column(of), nullable: of.nullable && !keys.has(of.name) })),
        constraints: constraints.map((of) => JSON.stringify(of)).sort(),
        ifNotExists: operation.ifNotExists,
        options: operation.options,
      }
    }
    case 'addColumn':
      return {
        kind,
        table: name(operation.table),
        column: column(operation.column),
        constraints: operation.column.constraints.map(constraint),
        position: operation.position,
      }
    case 'modifyColumn':
      return { kind, table: name(operation.table), column: operation.column, to: column(operation.to) }
    case 'addConstraint':
      return { kind, table: name(operation.table), constraint: constraint(operation.constraint) }
    case 'alterColumnType':
      return {
        kind,
        table: name(operation.table),
        column: operation.column,
        type: type(operation.type),
        using: operation.using !== undefined,
      }
    case 'setDefault':
      return { kind, table: name(operation.table), column: operation.column, default: expression(operation.default) }
    case 'createIndex':
      return {
        kind,
        table: name(operation.table),
        name: operation.name,
        keys: operation.keys.map((key) => ({ column: key.column, columns: key.expression?.columns, descending: key.descending ?? false })),
        unique: operation.unique,
        concurrently: operation.concurrently,
        ifNotExists: operation.ifNotExists,
        where: where(operation.where),
      }
    case 'dropIndex':
      return { kind, name: name(operation.name), concurrently: operation.concurrently, ifExists: operation.ifExists }
    case 'createType':
      return { kind, name: name(operation.name), labels: operation.labels, guards: operation.context?.guards?.map((guard) => guard.by) }
    case 'insert':
      return { kind, table: name(operation.table), columns: operation.columns, rows: operation.rows }
    case 'update':
      return { kind, table: name(operation.table), set: operation.set.map((of) => of.column), where: where(operation.where) }
    case 'delete':
      return { kind, table: name(operation.table), where: where(operation.where), limited: operation.limited }
    case 'select':
      return {
        kind,
        tables: operation.query.tables.map(name),
        limited: operation.query.limited,
        where: operation.query.where?.terms.length,
      }
    case 'truncate':
      return { kind, tables: operation.tables.map(name), cascade: operation.cascade }
    case 'dropTable':
    case 'dropSchema':
      return {
        kind,
        name: 'table' in operation ? name(operation.table) : operation.name,
        ifExists: operation.ifExists,
        cascade: operation.cascade,
      }
    case 'createFunction':
      return {
        kind,
        name: name(operation.name),
        orReplace: operation.orReplace,
        volatility: operation.volatility,
        language: operation.language,
      }
    case 'comment':
      return { kind, on: operation.on.toUpperCase(), column: operation.column }
    case 'otherStatement':
      return { kind }
    default: {
      type Loose = Operation & { table?: Name; name?: Name | string; implied?: true; firesOn?: unknown; refusesWrites?: unknown }
      // A call implies what the SQL writes out, and does not say by which events a trigger is fired, nor whether a view takes writes.
      const { span: _span, context: _context, implied: _implied, firesOn: _firesOn, refusesWrites: _refuses, ...said } = operation as Loose
      const { table, name: own, ...rest } = said
      return { ...rest, ...(table ? { table: name(table) } : {}), ...(own ? { name: typeof own === 'string' ? own : name(own) } : {}) }
    }
  }
}
