import type { Constraint } from '../../ir/column.ts'
import { type Name, showName } from '../../ir/names.ts'
import type { CreateIndex, Operation, OperationOf } from '../../ir/operation.ts'
import type { Moment } from '../../rule/site.ts'
import { findIndex, ownerOf } from '../../schema/apply-index.ts'
import { foldColumn, impliedName } from '../../schema/edit.ts'
import { findColumn, findTable, type Schema } from '../../schema/schema.ts'
import type { ConstraintState, IndexState, Table } from '../../schema/table.ts'
import { type Course, goneKey, isOwn, nothing, saysMore, type Undo } from './undo.ts'

const unkeptInConstraints =
  /\b(?:include|with|tablespace|nulls|match\s+(?:full|partial)|no\s+inherit|without|period|key_block_size|comment|parser|exclude)\b/i
const unkeptInIndexes =
  /\b(?:include|with|tablespace|nulls|key_block_size|comment|parser|invisible|visible|not\s+visible|fulltext|spatial|ignored)\b/i

/** The longest name that PostgreSQL keeps; a longer one it makes up is cut in a way of its own. */
const longestName = 63

export function undoAddConstraint(operation: OperationOf<'addConstraint'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table: name, constraint, span } = operation
  if (before === after && (operation.ifNotExists || operation.context?.guards)) return nothing
  const table = findTable(before, name)
  if (isOwn(moment, name, course) && !(constraint.references && isOwn(moment, constraint.references.table, course))) return nothing
  if (operation.ifNotExists && !table?.complete) return `the constraint ${constraint.name ?? ''} may be there before`
  if (constraint.kind === 'notNull') return 'a NOT NULL constraint is added by name'
  const own = constraint.name ?? (course.dialect === 'postgres' ? impliedName(name, constraint) : undefined)
  const primary = constraint.kind === 'primaryKey'
  const mysql = course.dialect === 'mysql' || course.dialect === 'mariadb'
  if ((own === undefined || own.length > longestName) && !(primary && mysql))
    return `the server chose the name of the ${words[constraint.kind]} on ${showName(name)}`
  const operations: Operation[] = [
    {
      kind: 'dropConstraint',
      span,
      table: name,
      name: primary && mysql ? undefined : own,
      constraintKind: constraint.kind,
      ifExists: false,
      cascade: false,
    },
  ]
  if (mysql && constraint.kind === 'foreignKey' && !isIndexed(before, table, constraint.columns)) {
    if (!table?.complete) return `whether the server made an index for the foreign key ${own} is not known`
    // https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html: it carries the constraint's name, and stays.
    operations.push({ kind: 'dropIndex', span, name: { name: own! }, table: name, concurrently: false, ifExists: false, cascade: false })
  }
  if (constraint.usingIndex !== undefined) {
    const index = table && findIndex(before, table, { name: constraint.usingIndex }, undefined)
    if (index?.born === course.position) course.gone.add(goneKey(moment, 'index', name, constraint.usingIndex))
    else {
      const again = index && indexAgain(name, index, course)
      if (again === undefined || typeof again === 'string') return again ?? `what the index ${constraint.usingIndex} was is not known`
      operations.push({ ...again, span })
    }
  }
  if (primary) {
    const were = constraint.columns.map((column) => findColumn(before, name, column))
    if (were.some((state) => state?.column.nullable) && mysql) return `the columns of the primary key of ${showName(name)} took NULL before`
    for (const state of were)
      if (state?.column.nullable) operations.push({ kind: 'dropNotNull', span, table: name, column: state.column.name })
  }
  return { operations }
}

/** Does an index begin with these columns, so that MySQL makes none for a foreign key? */
function isIndexed(schema: Schema, table: Table | undefined, columns: readonly string[]): boolean {
  const leads = ({ keys }: IndexState) =>
    columns.every((column, at) => keys[at]?.column !== undefined && foldColumn(schema, keys[at].column) === foldColumn(schema, column))
  return table?.indexes.some(leads) ?? false
}

const words: Readonly<Record<Constraint['kind'], string>> = {
  primaryKey: 'primary key',
  unique: 'unique constraint',
  check: 'CHECK',
  foreignKey: 'foreign key',
  notNull: 'NOT NULL',
  exclude: 'exclusion constraint',
}

export function undoDropConstraint(operation: OperationOf<'dropConstraint'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table: name, span } = operation
  if (isOwn(moment, name, course)) return nothing
  const table = findTable(before, name)
  const left = findTable(after, name)
  const gone = table?.constraints.filter((state) => !left?.constraints.includes(state)) ?? []
  const [state] = gone
  if (!table || state === undefined || gone.length > 1)
    return `what the constraint ${operation.name ?? ''} of ${showName(name)} was is not known`
  if (state.born === course.position) return `the constraint ${operation.name ?? ''} is added and dropped by the same migration`
  if (operation.cascade) return 'CASCADE may have taken other constraints along'
  if (state.constraint.kind === 'notNull') return 'a NOT NULL constraint is dropped by name'
  const again = constraintAgain(table, state, course)
  if (typeof again === 'string') return again
  // MySQL names every primary key PRIMARY.
  const unnamed = state.constraint.kind === 'primaryKey' && course.dialect !== 'postgres'
  const constraint = { ...again, name: unnamed ? undefined : state.constraint.name }
  return { operations: [{ kind: 'addConstraint', span, table: name, constraint }] }
}

/** A constraint as it is to be stated again; without its name where the server chose that and will again. */
export function constraintAgain(table: Table, { constraint, validated }: ConstraintState, course: Course): Constraint | string {
  const more = saysMore(constraint.span, unkeptInConstraints, course)
  if (more !== undefined && constraint.kind !== 'check') return `what ${more} said of a constraint of ${showName(table.name)} is not kept`
  if (constraint.kind === 'exclude') return `what the exclusion constraint of ${showName(table.name)} compares is not kept`
  if (constraint.expression && isOutdated(constraint.expression.sql, constraint.columns))
    return `a column of a CHECK of ${showName(table.name)} has another name now`
  if (constraint.kind === 'check' && !constraint.expression) return `what a CHECK of ${showName(table.name)} asks is not known`
  const { usingIndex: _, name, ...rest } = constraint
  const chosen = name === impliedName(table.name, constraint) || name === 'PRIMARY' || name?.startsWith(`${table.name.name}_ibfk_`) === true
  return { ...rest, name: chosen ? undefined : name, notValid: !validated }
}

export function undoRenameConstraint(operation: OperationOf<'renameConstraint'>): Undo {
  const { table, name, to, span } = operation
  return { operations: [{ kind: 'renameConstraint', span, table, name: to, to: name }] }
}

export function undoCreateIndex(operation: OperationOf<'createIndex'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table, span, keys } = operation
  const plain = keys.every(({ column }) => column !== undefined) && operation.where === undefined
  if (isOwn(moment, table, course) && plain) return nothing
  if (before === after) return operation.ifNotExists ? nothing : `the index on ${showName(table)} may be there before`
  if (operation.ifNotExists && operation.name !== undefined && !findTable(before, table)?.complete)
    return `the index ${operation.name} may be there before`
  const name = operation.name ?? (course.dialect === 'postgres' && plain ? chosenName(operation) : undefined)
  if (name === undefined || name.length > longestName) return `the server chose the name of an index on ${showName(table)}`
  if (course.gone.delete(goneKey(moment, 'index', table, name))) return nothing
  const index: Name = table.schema === undefined ? { name } : { schema: table.schema, name }
  return {
    operations: [{ kind: 'dropIndex', span, name: index, table, concurrently: operation.concurrently, ifExists: false, cascade: false }],
  }
}

function chosenName({ table, keys, include = [] }: CreateIndex): string {
  return [table.name, ...keys.map(({ column }) => column!), ...include, 'idx'].join('_')
}

export function undoDropIndex(operation: OperationOf<'dropIndex'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { span } = operation
  const owner = ownerOf(before, operation.name, operation.table)
  const index = owner && findIndex(before, owner, operation.name, operation.columns)
  if (!owner || !index) return `what the index ${operation.name.name} was is not known`
  if (owner.born === course.position) return nothing
  if (index.born === course.position) {
    course.gone.add(goneKey(moment, 'index', owner.name, index.name))
    return nothing
  }
  if (index.constraint !== undefined) {
    const state = owner.constraints.find(({ constraint }) => constraint.name === index.constraint)
    const again = state ? constraintAgain(owner, state, course) : `what the constraint ${index.constraint} was is not known`
    if (typeof again === 'string') return again
    return { operations: [{ kind: 'addConstraint', span, table: owner.name, constraint: { ...again, name: index.constraint } }] }
  }
  const again = indexAgain(owner.name, index, course)
  if (typeof again === 'string') return again
  return { operations: [{ ...again, span, concurrently: operation.concurrently }] }
}

/** An index as it is to be made again. */
export function indexAgain(table: Name, index: IndexState, course: Course): Omit<CreateIndex, 'span'> | string {
  const named = index.name ?? `on ${showName(table)}`
  const more = saysMore(index.span, unkeptInIndexes, course)
  if (more !== undefined) return `what ${more} said of the index ${named} is not kept`
  if (index.name === undefined) return `the name of an index on ${showName(table)} is not known`
  if (index.only || index.attached) return `the index ${named} has parts on partitions`
  if (index.keys.some(({ expression, operatorClass, collation }) => expression && (operatorClass ?? collation) !== undefined))
    return `an expression of the index ${named} has an operator class or a collation`
  const parts = [...index.keys.map(({ expression }) => expression), index.where]
  if (parts.some((part) => part && isOutdated(part.sql, part.columns))) return `a column of the index ${named} has another name now`
  return {
    kind: 'createIndex',
    table,
    name: index.name,
    keys: index.keys,
    unique: index.unique,
    concurrently: false,
    ifNotExists: false,
    only: false,
    ...(index.where ? { where: index.where } : {}),
    ...(index.method ? { method: index.method } : {}),
  }
}

/** Does the text of an expression lack a column that it names: was that renamed since? The replay renames the column, not the text. */
function isOutdated(sql: string, columns: readonly string[]): boolean {
  const text = sql.toLowerCase()
  return columns.some((column) => !new RegExp(`(?<![\\w$])${column.toLowerCase().replace(/[^\w]/g, '\\$&')}(?![\\w$])`).test(text))
}

export function undoRenameIndex(operation: OperationOf<'renameIndex'>): Undo {
  const { name, table, to, span } = operation
  const renamed: Name = name.schema === undefined ? { name: to } : { schema: name.schema, name: to }
  return { operations: [{ kind: 'renameIndex', span, name: renamed, ...(table ? { table } : {}), to: name.name }] }
}
