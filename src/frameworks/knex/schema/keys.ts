import type { Constraint } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateIndex, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { booleanOf, isAbsent, member, objectOf, shown, textMember, textOf } from '../../values.ts'
import { isMysql, isPostgres, isSqlite, notThere, unread, unresolved, type World } from '../call.ts'
import type { ForeignState, TableState } from '../handles.ts'
import { columnsOf, defaultName, nameOf } from '../names.ts'
import { predicateOf } from '../query/where.ts'

/** What a method of a table says about an index or key, as the place that asks for it sees it. */
export interface KeyCall {
  readonly table: Name
  /** The table as the user wrote it. */
  readonly written: string
  readonly args: readonly Value[]
  readonly span: Span
  readonly world: World
}

/** `dropForeign` and its like on SQLite, where Knex builds the table anew. */
export interface RebuildDetails {
  readonly drop?: { readonly name?: string; readonly columns: readonly string[]; readonly kind: 'foreignKey' | 'primaryKey' }
  readonly add?: Constraint
}

function named(value: Value | undefined, { wrap }: World): string | undefined {
  const written = textOf(value) ?? textMember(value, 'indexName', 'constraintName')
  return written === undefined ? undefined : wrap(written)
}

/** `columns` are as the user wrote them. `isNamed`: where the name is given, the columns may be left out. */
function withColumns(
  { args, span, table }: KeyCall,
  what: string,
  then: (columns: readonly string[]) => Operation,
  isNamed = false,
): Operation {
  const columns = columnsOf(args[0]) ?? (isNamed ? [] : undefined)
  return columns === undefined ? unread(span, `the columns of ${what} are not known before the migration runs`, [table]) : then(columns)
}

function index(call: KeyCall, columns: readonly string[], unique: boolean, name: string, predicate: Value | undefined): CreateIndex {
  const query = predicate === undefined || isAbsent(predicate) ? undefined : predicateOf(predicate, call.world)
  return {
    kind: 'createIndex',
    span: call.span,
    table: call.table,
    name,
    keys: columns.map((column) => ({ column: call.world.wrap(column) })),
    unique,
    concurrently: false,
    ifNotExists: false,
    only: false,
    ...(query ? { where: query } : {}),
  }
}

/** `table.index(columns, name, type or { indexType, storageEngineIndexType, predicate })`. */
export function addIndex(call: KeyCall): Operation {
  return withColumns(call, 'the index', (columns) => {
    const options = objectOf(call.args[2])
    const type = textOf(call.args[2]) ?? textMember(options, 'indexType')
    const method = textMember(options, 'storageEngineIndexType') ?? (isPostgres(call.world) ? textOf(call.args[2]) : undefined)
    const unique = type?.toLowerCase() === 'unique' && !isSqlite(call.world)
    const name = named(call.args[1], call.world) ?? defaultName('index', call.written, columns, call.world)
    const made = index(call, columns, unique, name, isMysql(call.world) ? undefined : member(options, 'predicate'))
    const own = isMysql(call.world) && type !== undefined && !unique ? type : isSqlite(call.world) ? undefined : method
    return own === undefined ? made : { ...made, method: own.toLowerCase() }
  })
}

/** `table.unique(columns, name or { indexName, deferrable, useConstraint, predicate })`. */
export function addUnique(call: KeyCall): Operation {
  return withColumns(call, 'the unique key', (columns) => {
    const options = objectOf(call.args[1])
    const name = named(call.args[1], call.world) ?? defaultName('unique', call.written, columns, call.world)
    const predicate = member(options, 'predicate')
    const deferrable = textMember(options, 'deferrable')
    const constraint =
      isMysql(call.world) ||
      (isPostgres(call.world) && (booleanOf(member(options, 'useConstraint')) ?? (deferrable !== undefined || isAbsent(predicate))))
    if (!constraint) return index(call, columns, true, name, predicate)
    return {
      kind: 'addConstraint',
      span: call.span,
      table: call.table,
      constraint: {
        kind: 'unique',
        name,
        columns: columns.map(call.world.wrap),
        notValid: false,
        ...deferral(deferrable, call.world),
        span: call.span,
      },
    }
  })
}

function deferral(text: string | undefined, world: World): Pick<Constraint, 'deferrable' | 'initiallyDeferred'> {
  if (text === undefined || isMysql(world) || text === 'not deferrable') return {}
  return { deferrable: true, ...(text === 'deferred' ? { initiallyDeferred: true as const } : {}) }
}

/** The primary key as a constraint; `created`: inside CREATE TABLE. */
export function primaryKey(call: KeyCall, created: boolean): Constraint | Operation {
  const columns = columnsOf(call.args[0])
  if (columns === undefined)
    return unread(call.span, 'the columns of the primary key are not known before the migration runs', [call.table])
  const name =
    named(call.args[1], call.world) ??
    (isPostgres(call.world) || (isMysql(call.world) && !created) ? call.world.wrap(`${call.written}_pkey`) : undefined)
  const deferrable = textMember(objectOf(call.args[1]), 'deferrable')
  return {
    kind: 'primaryKey',
    name,
    columns: columns.map(call.world.wrap),
    notValid: false,
    ...deferral(deferrable, call.world),
    span: call.span,
  }
}

export function addPrimary(call: KeyCall): Operation {
  const key = primaryKey(call, false)
  if (key.kind !== 'primaryKey') return key as Operation
  if (isSqlite(call.world)) return unresolved(call.span, 'rebuild', call.table, { add: key } satisfies RebuildDetails)
  return { kind: 'addConstraint', span: call.span, table: call.table, constraint: key }
}

/** A foreign key whose chain is complete; undefined: Knex sends none without a table and a column to point at. `created`: inside SQLite's CREATE TABLE. */
export function foreignKey(
  state: ForeignState,
  { table, written }: Pick<TableState, 'table' | 'written'>,
  span: Span,
  world: World,
  created = false,
): Constraint | Operation | undefined {
  const columns = columnsOf(state.columns)
  const referenced = textOf(state.references)
  const dot = state.table === undefined ? (referenced?.indexOf('.') ?? -1) : -1
  if (state.references === undefined || (state.table === undefined && dot < 0)) return undefined
  const target = dot > 0 ? { name: world.wrap(referenced!.slice(0, dot)) } : nameOf(state.table, world)
  const keys = dot > 0 ? [referenced!.slice(dot + 1).split('.')[0]!] : columnsOf(state.references)
  if (columns === undefined || keys === undefined)
    return unread(span, 'the columns of the foreign key are not known before the migration runs', [table, target])
  const name = named(state.name, world) ?? (created ? undefined : defaultName('foreign', written, columns, world))
  const action = (value: Value | undefined) => (isAbsent(value) ? undefined : (textOf(value) ?? shown(value)).toUpperCase())
  const onDelete = action(state.onDelete)
  const onUpdate = action(state.onUpdate)
  return {
    kind: 'foreignKey',
    name,
    columns: columns.map(world.wrap),
    notValid: false,
    references: { table: target, columns: keys.map(world.wrap), ...(onDelete ? { onDelete } : {}), ...(onUpdate ? { onUpdate } : {}) },
    ...(created ? {} : deferral(textOf(state.deferrable)?.toLowerCase(), world)),
    span,
  }
}

export function addForeign(
  state: ForeignState,
  on: Pick<TableState, 'table' | 'written'>,
  span: Span,
  world: World,
): Operation | undefined {
  const { table } = on
  const key = foreignKey(state, on, span, world)
  if (key === undefined || key.kind !== 'foreignKey') return key as Operation | undefined
  if (isSqlite(world)) {
    const named = state.name === undefined ? { ...key, name: undefined } : key
    return unresolved(span, 'rebuild', table, { add: named } satisfies RebuildDetails)
  }
  return { kind: 'addConstraint', span, table, constraint: key }
}

export function dropIndex(call: KeyCall): Operation {
  return withColumns(
    call,
    'the index',
    (columns) => {
      const name = named(call.args[1], call.world) ?? defaultName('index', call.written, columns, call.world)
      const { schema } = call.table
      return {
        kind: 'dropIndex',
        span: call.span,
        name: schema !== undefined && isPostgres(call.world) ? { schema, name } : { name },
        ...(isMysql(call.world) ? { table: call.table } : {}),
        concurrently: false,
        ifExists: false,
        cascade: false,
      }
    },
    named(call.args[1], call.world) !== undefined,
  )
}

export function dropUnique(call: KeyCall, ifExists: boolean): Operation {
  if (ifExists && call.world.dialect.name === 'mysql') return notThere(call.span, 'dropUniqueIfExists', 'PostgreSQL, MariaDB and SQLite')
  return withColumns(
    call,
    'the unique key',
    (columns) => {
      const name = named(call.args[1], call.world) ?? defaultName('unique', call.written, columns, call.world)
      const base = { span: call.span, ifExists, cascade: false }
      if (isPostgres(call.world)) return { kind: 'dropConstraint', table: call.table, name, ...base }
      return { kind: 'dropIndex', name: { name }, ...(isMysql(call.world) ? { table: call.table } : {}), concurrently: false, ...base }
    },
    named(call.args[1], call.world) !== undefined,
  )
}

export function dropForeign(call: KeyCall, ifExists: boolean): Operation {
  if (ifExists && !isPostgres(call.world)) return notThere(call.span, 'dropForeignIfExists', 'PostgreSQL')
  return withColumns(
    call,
    'the foreign key',
    (columns) => {
      const given = named(call.args[1], call.world)
      if (isSqlite(call.world)) {
        const drop = { kind: 'foreignKey' as const, columns: columns.map(call.world.wrap), ...(given === undefined ? {} : { name: given }) }
        return unresolved(call.span, 'rebuild', call.table, { drop } satisfies RebuildDetails)
      }
      const name = given ?? defaultName('foreign', call.written, columns, call.world)
      const kind = isMysql(call.world) ? { constraintKind: 'foreignKey' as const } : {}
      return { kind: 'dropConstraint', span: call.span, table: call.table, name, ...kind, ifExists, cascade: false }
    },
    named(call.args[1], call.world) !== undefined,
  )
}

export function dropPrimary(call: KeyCall, ifExists: boolean): Operation {
  if (ifExists && !isPostgres(call.world)) return notThere(call.span, 'dropPrimaryIfExists', 'PostgreSQL')
  if (isSqlite(call.world)) {
    const drop = { kind: 'primaryKey' as const, columns: [] }
    return unresolved(call.span, 'rebuild', call.table, { drop } satisfies RebuildDetails)
  }
  const name = isMysql(call.world) ? undefined : (named(call.args[0], call.world) ?? call.world.wrap(`${call.written}_pkey`))
  const kind = isMysql(call.world) ? { constraintKind: 'primaryKey' as const } : {}
  return { kind: 'dropConstraint', span: call.span, table: call.table, name, ...kind, ifExists, cascade: false }
}
