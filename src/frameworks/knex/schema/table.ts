import { atLeast } from '../../../dialects/dialect.ts'
import type { Column, Constraint, DataType } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateTable, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { withContext } from '../../script.ts'
import { arrayOf, isAbsent, shown, textOf } from '../../values.ts'
import { isMysql, isPostgres, isSqlite, notThere, type Statements, unread, unresolved, type World } from '../call.ts'
import type { Part, TableState } from '../handles.ts'
import { rawSpec } from '../handles.ts'
import { columnsOf, nameOf } from '../names.ts'
import { quoted, sqlOfValue } from '../sql-value.ts'
import { type ReadColumn, readColumn, unquoted } from './columns.ts'
import {
  addForeign,
  addIndex,
  addPrimary,
  addUnique,
  dropForeign,
  dropIndex,
  dropPrimary,
  dropUnique,
  foreignKey,
  type KeyCall,
  primaryKey,
} from './keys.ts'
import { typeKey } from './types.ts'

/** What `.alter()` says anew of a column, for `lower`. */
export interface AlterDetails {
  readonly columns: readonly Column[]
}

interface Read extends ReadColumn {
  readonly part: Extract<Part, { kind: 'column' }>
}

/** The statements of a table whose callback has run, in the order in which Knex sends them (lib/schema/tablecompiler.js). */
export function statementsOfTable(state: TableState, like: Name | undefined, span: Span, world: World): Statements {
  const keyed = state.parts.some((part) => part.kind === 'call' && part.method === 'primary')
  const columns = state.parts.flatMap((part): Read[] =>
    part.kind === 'column' ? [{ ...readColumn(part.column, world, keyed, part.span), part }] : [],
  )
  const types = columns.flatMap(({ enumType, part }) => (enumType ? [[withContext(enumType, part.context)]] : []))
  const comments = isPostgres(world)
    ? columns.flatMap(({ comment, column, part }): Operation[][] =>
        comment
          ? [[withContext({ kind: 'comment', span: part.span, on: 'COLUMN', name: state.table, column: column.name }, part.context)]]
          : [],
      )
    : []
  const main = state.method === 'alter' ? altered(state, columns, span, world) : created(state, columns, like, span, world)
  const rest = state.parts.flatMap((part) => {
    const operations = operationsOf(part, state, world)
    return operations.length === 0 ? [] : [operations.map((operation) => withContext(operation, part.context))]
  })
  const comment = commentOf(state, span, world)
  return state.method === 'alter'
    ? [...types, ...main, ...comments, ...rest, ...comment]
    : [...types, ...main, ...comment, ...comments, ...rest]
}

function commentOf(state: TableState, span: Span, world: World): Operation[][] {
  const comment = state.single.get('comment')
  if (comment === undefined || isSqlite(world)) return []
  if (isPostgres(world)) return [[{ kind: 'comment', span: comment.span ?? span, on: 'TABLE', name: state.table }]]
  if (state.method !== 'alter') return []
  return [
    [{ kind: 'alterTable', span: comment.span ?? span, table: state.table, action: 'COMMENT', value: textOf(comment) ?? shown(comment) }],
  ]
}

function created(state: TableState, columns: readonly Read[], like: Name | undefined, span: Span, world: World): Operation[][] {
  const { table } = state
  const copied = state.method === 'createLike'
  const constraints: Constraint[] = []
  const beside: Operation[] = []
  for (const part of copied ? [] : state.parts) {
    const call = part.kind === 'call' ? keyCall(part, state, world) : undefined
    const found =
      call && part.kind === 'call' && part.method === 'primary'
        ? primaryKey(call, true)
        : part.kind === 'foreign' && isSqlite(world)
          ? foreignKey(part.foreign, state, part.span, world, true)
          : part.kind === 'call' && part.method === 'check'
            ? tableCheck(part, world)
            : undefined
    if (found === undefined) continue
    if ('notValid' in found) constraints.push(found)
    else beside.push(found)
  }
  for (const { unread: missing, column } of columns)
    if (missing) beside.push(unread(column.span ?? span, `the type of ${column.name} is not known before the migration runs`, [table]))
  const create: CreateTable = {
    kind: 'createTable',
    span,
    table,
    // The two sides of a condition each name the column.
    columns: columns.map(({ column }) => column).filter(({ name }, at, all) => all.findIndex((other) => other.name === name) === at),
    constraints: withAutoincrement(constraints, columns, world),
    indexes: [],
    ...(like ? { like, ...(isPostgres(world) ? { likeIncluding: ['ALL'] } : {}) } : {}),
    ...(state.single.has('inherits') ? { inherits: [nameOf(state.single.get('inherits'), world)] } : {}),
    ifNotExists: state.method === 'createIfNot',
    temporary: false,
    partitioned: false,
    options: isMysql(world) ? mysqlOptions(state) : {},
  }
  return [[create, ...beside]]
}

/** SQLite: beside AUTOINCREMENT a primary key of other columns becomes a unique one. */
function withAutoincrement(constraints: readonly Constraint[], columns: readonly Read[], world: World): readonly Constraint[] {
  if (!isSqlite(world) || !columns.some(({ column }) => column.autoIncrement)) return constraints
  return constraints.map((one) => (one.kind === 'primaryKey' ? { ...one, kind: 'unique' as const } : one))
}

function mysqlOptions({ single }: TableState): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [key, option] of [
    ['charset', 'CHARSET'],
    ['collate', 'COLLATE'],
    ['engine', 'ENGINE'],
    ['comment', 'COMMENT'],
  ] as const) {
    const value = single.get(key)
    if (!isAbsent(value)) found[option] = textOf(value) ?? shown(value)
  }
  return found
}

function tableCheck(part: Extract<Part, { kind: 'call' }>, world: World): Constraint {
  const [predicate, , name] = part.args
  const raw = rawSpec(predicate)
  const expression = world.dialect.parseExpression(raw ? sqlOfValue(predicate, world) : (textOf(predicate) ?? shown(predicate)))
  return { kind: 'check', name: unquoted(name, world), columns: expression.columns, notValid: false, expression, span: part.span }
}

function altered(state: TableState, columns: readonly Read[], span: Span, world: World): Operation[][] {
  const { table } = state
  const add = columns.flatMap(({ column, part, position, unread: missing }): Operation[] => {
    if (part.column.alter) return []
    if (missing) return [unread(part.span, `the type of ${column.name} is not known before the migration runs`, [table])]
    return [
      withContext(
        { kind: 'addColumn', span: part.span, table, column, ifNotExists: false, ...(position ? { position } : {}) },
        part.context,
      ),
    ]
  })
  const changed = columns.filter(({ part }) => part.column.alter !== undefined)
  const statements: Operation[][] = isSqlite(world) ? add.map((one) => [one]) : add.length > 0 ? [add] : []
  if (changed.length === 0) return statements
  if (isPostgres(world)) {
    const keys = state.parts.flatMap((part) => (part.kind === 'call' && part.method === 'primary' ? (columnsOf(part.args[0]) ?? []) : []))
    return [...statements, ...changed.flatMap((one) => postgresAlter(one, table, keys.map(world.wrap), world))]
  }
  if (isSqlite(world)) {
    const details: AlterDetails = { columns: changed.map(({ column }) => column) }
    return [...statements, [unresolved(changed[0]!.part.span ?? span, 'alter', table, details)]]
  }
  const modify = changed.map(({ column, part, position }) =>
    withContext(
      { kind: 'modifyColumn', span: part.span, table, column: column.name, to: column, ...(position ? { position } : {}) },
      part.context,
    ),
  )
  return [...statements, modify]
}

/** DROP DEFAULT, DROP NOT NULL, TYPE, and what is said anew: each a statement (pg-tablecompiler.js, `_addColumn`). */
function postgresAlter({ column, part }: Read, table: Name, keys: readonly string[], { dialect }: World): Operation[][] {
  const { nullable, type } = part.column.alter!
  const base = { span: part.span, table, column: column.name }
  const implied = { implied: true as const }
  const through = typeKey(part.column.type) === 'enu' ? '::text' : ''
  const castOf = ({ text }: DataType) => dialect.parseExpression(`${quoted(column.name, dialect)}${through}::${text}`)
  const statements: Operation[] = [{ kind: 'dropDefault', ...base, ...(column.default ? {} : implied) }]
  // A primary key that follows says NOT NULL again.
  const isSaid = column.nullabilityWritten || keys.includes(column.name)
  if (nullable) statements.push({ kind: 'dropNotNull', ...base, ...(isSaid ? {} : implied) })
  if (type && column.type) statements.push({ kind: 'alterColumnType', ...base, type: column.type, using: castOf(column.type) })
  if (column.default) statements.push({ kind: 'setDefault', ...base, default: column.default })
  if (nullable && column.nullabilityWritten && !column.nullable) statements.push({ kind: 'setNotNull', ...base })
  return statements.map((operation) => [withContext(operation, part.context)])
}

function keyCall(part: Extract<Part, { kind: 'call' }>, { table, written }: TableState, world: World): KeyCall {
  return { table, written, args: part.args, span: part.span, world }
}

/** What follows the table's own statement. */
function operationsOf(part: Part, state: TableState, world: World): readonly Operation[] {
  if (part.kind === 'column') return []
  const creates = state.method !== 'alter'
  if (part.kind === 'foreign') {
    if (creates && isSqlite(world)) return []
    const operation = addForeign(part.foreign, state, part.span, world)
    return operation ? [operation] : []
  }
  const call = keyCall(part, state, world)
  const { table } = state
  const { span, args } = part
  switch (part.method) {
    case 'primary':
      return creates ? [] : [addPrimary(call)]
    case 'unique':
      return [addUnique(call)]
    case 'index':
      return [addIndex(call)]
    case 'dropIndex':
      return [dropIndex(call)]
    case 'dropUnique':
    case 'dropUniqueIfExists':
      return [dropUnique(call, part.method === 'dropUniqueIfExists')]
    case 'dropForeign':
    case 'dropForeignIfExists':
      return [dropForeign(call, part.method === 'dropForeignIfExists')]
    case 'dropPrimary':
    case 'dropPrimaryIfExists':
      return [dropPrimary(call, part.method === 'dropPrimaryIfExists')]
    case 'dropColumn':
      return dropColumns(call)
    case 'renameColumn': {
      const [column, to] = [columnName(args[0], world), columnName(args[1], world)]
      if (isMysql(world)) return [unresolved(span, 'renameColumn', table, { column, to })]
      return [{ kind: 'renameColumn', span, table, column, to }]
    }
    case 'setNullable':
    case 'dropNullable': {
      const column = columnName(args[0], world)
      if (!isPostgres(world)) return [unresolved(span, part.method, table, { column })]
      return [{ kind: part.method === 'setNullable' ? 'dropNotNull' : 'setNotNull', span, table, column }]
    }
    case 'check':
      if (creates) return []
      return [{ kind: 'addConstraint', span, table, constraint: tableCheck(part, world) }, ...withoutChecks(span, world)]
    case 'dropChecks':
      return (arrayOf(args[0])?.items ?? args).map((name) => ({
        kind: 'dropConstraint',
        span,
        table,
        name: unquoted(name, world) ?? shown(name),
        ifExists: false,
        cascade: false,
      }))
    default:
      return []
  }
}

/** A column that a call names; one that is not known is shown as the user wrote it. */
function columnName(value: Value | undefined, { wrap }: World): string {
  const written = textOf(value)
  return written === undefined ? shown(value) : wrap(written)
}

/** One ALTER with a clause for each column, or (SQLite) a table built anew. */
function dropColumns({ table, args, span, world }: KeyCall): readonly Operation[] {
  const lists = args.map(columnsOf)
  if (lists.some((list) => list === undefined))
    return [unread(span, 'the columns that are dropped are not known before the migration runs', [table])]
  const names = lists.flatMap((list) => list ?? []).map(world.wrap)
  if (isSqlite(world)) return [unresolved(span, 'dropColumn', table, { columns: names })]
  return names.map((column): Operation => ({ kind: 'dropColumn', span, table, column, ifExists: false, cascade: false }))
}

/** ADD and DROP CONSTRAINT are new in SQLite 3.53. */
function withoutChecks(span: Span, world: World): readonly Operation[] {
  if (!isSqlite(world) || atLeast(world.options.version, 3, 53)) return []
  return [notThere(span, 'a CHECK added to a table that exists', 'PostgreSQL, MySQL and SQLite 3.53')]
}
