import type { Dialect } from '../../dialects/dialect.ts'
import type { DialectName, Name } from '../../ir/names.ts'
import type { HandleValue, Heir, Host, Machine, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import { engineAsked } from '../engine-asked.ts'
import { rowColumn } from '../row-columns.ts'
import { engineOfWord } from '../sql-dialect.ts'
import { cloneOf, tablePartHandle } from './builder/table-parts.ts'
import { asksCatalog, conditionOf, loopOf } from './conditions.ts'
import { connectionCall, connectionGet, managerCall, repositoryCall } from './connection.ts'
import type { EntityTable } from './entity-names.ts'
import { handle, handles, inertHandles, type On, type Probe, type Rows } from './handles.ts'
import { nameOfPath, snakeCase } from './naming.ts'
import { constructedHandle, isKnownText, listOf, member, optionsOf, textOf } from './read-options.ts'
import { builderCall, runnerCall } from './runner.ts'
import { withParameters } from './sql-text.ts'

/** What a walk of one migration knows from the outside. */
export interface Surroundings {
  readonly dialect: Dialect
  /** `type` of the connection's options, as the data source writes it; the dialect's name when none was read. */
  readonly connectionType: string
  readonly entityTable: EntityTable
  /** The column of a table in which its entity keeps a property; the property itself when nothing else is declared. */
  readonly columnOf: (table: string, property: string) => string
  /** Gives connections of their own different numbers. */
  nextConnection: number
}

/** One call on a handle, with all that its answer may need. */
export interface HandleCall {
  readonly property: string
  readonly args: readonly Value[]
  readonly machine: Machine
  readonly span: Span
  readonly on: On
  readonly world: Surroundings
}

const undef: Value = { kind: 'undefined' }
/** Classes that describe a part of the schema. */
const described = new Set(['Table', 'TableColumn', 'TableIndex', 'TableForeignKey', 'TableUnique', 'TableCheck', 'TableExclusion', 'View'])
/** Methods of an object of an entity. */
const changesRow = new Set(['save', 'remove', 'softRemove', 'recover'])
const operators = new Set([
  'In',
  'Not',
  'IsNull',
  'LessThan',
  'LessThanOrEqual',
  'MoreThan',
  'MoreThanOrEqual',
  'Between',
  'Like',
  'ILike',
  'Equal',
  'Any',
  'Raw',
  'And',
  'Or',
])

/** TypeORM, or a copy of it that somebody publishes under a scope of theirs; Nest's package of that name is something else. */
const typeormPackage = /^(?:@(?!nestjs\/)[\w.-]+\/)?typeorm(?:\/|$)/

/** The value that `up` and `down` are called with. */
export const queryRunner: HandleValue = handle(handles.runner, 'runner' satisfies On)

/** What TypeORM's own objects mean to the interpreter: query runner, entity manager, repositories, query builders, `new Table(…)`. */
export function hostOf(world: Surroundings): Host {
  return {
    module: (specifier) => (typeormPackage.test(specifier) ? handle(handles.module, undefined) : undefined),
    get: (target, property, machine, span) => get(target, property, machine, span, world),
    call: (target, property, args, machine, span) => call(target, property, args, machine, span, world),
    construct: (target, args, _machine, span) => {
      if (target.name !== handles.class) return undefined
      const className = String(target.data)
      if (described.has(className)) return handle(constructedHandle, { className, options: args[0] ?? noFields() }, span)
      if (className === 'DataSource' || className === 'Connection') {
        // One that lists migrations is the application's own, whose migrations these are; another one may lead anywhere.
        const own = member(optionsOf(args[0]), 'migrations') !== undefined
        return handle(handles.connection, own ? connectionOf(world) : { id: world.nextConnection++ }, span)
      }
      return handle(handles.other, undefined, span)
    },
    fields: (target) => optionsOf(target),
    inherited: (heir, property, args, machine, span) =>
      heir.parent.name === handles.class && heir.parent.data === 'BaseEntity' && args
        ? activeRecord(heir, { property, args, machine, span, on: connectionOf(world), world })
        : undefined,
    // An object that a query of entities gave: `user.save()`.
    unread: ({ method, args, origins }, machine, span) => {
      const table = changesRow.has(method) ? rowsOf(origins)?.tables?.[0] : undefined
      if (table === undefined) return undefined
      const on = connectionOf(world)
      const changed: Value = { kind: 'unknown', reason: 'row', expression: method }
      return repositoryCall(repositoryOn(on, table, span), { property: method, args: [changed, ...args], machine, span, on, world })
    },
    column: (origins, name) => {
      const rows = rowsOf(origins)
      return rows && columnOfRows(rows, name)
    },
    condition: (facts) => engineAsked(facts, world.dialect.name) ?? conditionOf(facts),
    loop: loopOf,
    inert: (target) => inertHandles.has(target.name) || target.name === constructedHandle || target.name === tablePartHandle,
  }
}

/** `new Table()` whose fields are assigned afterwards. */
function noFields(): Value {
  return { kind: 'object', members: new Map(), complete: true }
}

function get(target: HandleValue, property: string, _machine: Machine, span: Span, world: Surroundings): Value | undefined {
  switch (target.name) {
    case handles.module:
      return property === 'default' ? target : handle(handles.class, property, span)
    case handles.runner:
      if (property === 'manager') return handle(handles.manager, target.data, span)
      if (property === 'connection' || property === 'dataSource') return handle(handles.connection, connectionOf(world), span)
      return undefined
    case handles.manager:
      if (property === 'queryRunner') return handle(handles.runner, target.data, span)
      if (property === 'connection' || property === 'dataSource') return handle(handles.connection, connectionOf(world), span)
      return property === 'repositories' ? handle(handles.other, undefined, span) : undefined
    case handles.repository:
      if (property === 'manager') return handle(handles.manager, (target.data as { readonly on: On }).on, span)
      return handle(handles.other, undefined, span)
    case handles.connection:
      return connectionGet(target, property, span)
    case handles.driver:
      return connectionGet(target, property, span) ?? nativeDriver(property, span, world)
    case handles.options:
      if (property === 'type') return { kind: 'string', pieces: [{ text: world.connectionType, span: undefined, verbatim: false }], span }
      // What the connection is configured with is no outsider's text.
      return { kind: 'unknown', reason: 'environment', expression: `options.${property}`, escaped: true, span }
    case constructedHandle: {
      const options = optionsOf(target)
      return member(options, property)
    }
    case handles.table: {
      const { table } = target.data as Probe
      if (property === 'name') return { kind: 'string', pieces: [{ text: table.name, span: undefined, verbatim: false }], span }
      return handle(handles.parts, { table, part: property === 'primaryColumns' ? 'columns' : property }, span)
    }
    case handles.parts:
      return /^\d+$/.test(property) ? handle(tablePartHandle, target.data, span) : undefined
    case tablePartHandle:
      // `table.foreignKeys.find(…).name` stands for the same part.
      return property === 'name' ? target : undefined
    case handles.probe:
      return handle(handles.probed, { ...(target.data as object), probe: target.data, property }, span)
    case handles.probed:
      return property === 'length' ? undefined : target
    case handles.rows:
      // An index gives a row, the length tells whether there is one: what a condition asks of them, it asks of the query.
      if (/^\d+$/.test(property) || property === 'length')
        return { kind: 'unknown', reason: 'row', expression: property, origins: [target], span }
      return valueOfRow(target, property, span)
    case handles.other:
      return target
    default:
      return undefined
  }
}

/** The catalog's rows hold the names of the project's own tables and columns. */
function columnOfRows(rows: Rows, name: string): ReturnType<typeof rowColumn> {
  return asksCatalog(rows) ? 'harmless' : rowColumn(rows.sql?.text, rows.tables ?? [], name)
}

/** A value of a row that is met without its index: the parameter of a callback, a list taken apart. */
function valueOfRow(target: HandleValue, property: string, span: Span): Value {
  const value = { kind: 'unknown' as const, reason: 'row' as const, expression: property, origins: [target], span }
  const columns = columnOfRows(target.data as Rows, property)
  return columns === 'harmless' ? { ...value, escaped: true } : columns === undefined ? value : { ...value, columns }
}

/** `driver.postgres`, `'sqlite' in driver`: each driver has a member of the name of its engine for the package that it drives. */
function nativeDriver(property: string, span: Span, world: Surroundings): Value | undefined {
  const engine = engineOfWord(property)
  if (engine === undefined) return undefined
  const own = 'dialect' in engine && familyOf(engine.dialect) === familyOf(world.dialect.name)
  return own ? handle(handles.other, undefined, span) : undef
}

function familyOf(dialect: DialectName): DialectName {
  return dialect === 'mariadb' ? 'mysql' : dialect
}

function rowsOf(origins: readonly Value[]): Rows | undefined {
  const found = origins.find((origin): origin is HandleValue => origin.kind === 'handle' && origin.name === handles.rows)
  return found && (found.data as Rows)
}

/** A class or object of an entity that extends BaseEntity: `User.update(…)`, `user.save()`, on the application's own connection. */
function activeRecord(heir: Heir, call: HandleCall): Value | undefined {
  const table = nameOfPath(call.world.entityTable(heir.name) ?? snakeCase(heir.name))
  const { property, args } = call
  if (!heir.instance) {
    if (property === 'useDataSource' || property === 'getRepository' || property === 'target')
      return repositoryOn(call.on, table, call.span)
    return repositoryCall(repositoryOn(call.on, table, call.span), call)
  }
  if (property === 'reload') return call.machine.promise(undef)
  if (!changesRow.has(property)) return undefined
  return repositoryCall(repositoryOn(call.on, table, call.span), {
    ...call,
    args: [{ kind: 'unknown', reason: 'row', expression: heir.name }, ...args],
  })
}

function repositoryOn(on: On, table: Name, span: Span): HandleValue {
  return handle(handles.repository, { on, table }, span)
}

/** SQLite has one connection for all; the other engines take another one out of the pool. */
function connectionOf(world: Surroundings): On {
  return world.dialect.name === 'sqlite' ? 'runner' : 'pool'
}

function call(
  target: HandleValue,
  property: string | undefined,
  args: readonly Value[],
  machine: Machine,
  span: Span,
  world: Surroundings,
): Value | undefined {
  const on = target.data as On
  const asked = (name: string, at: On = on): HandleCall => ({ property: name, args, machine, span, on: at, world })
  switch (target.name) {
    case handles.class:
      return global(String(target.data), args, span, world)
    case handles.runner:
      return property === undefined ? undefined : runnerCall(asked(property))
    case handles.manager:
      return property === undefined ? undefined : managerCall(asked(property))
    case handles.connection:
      return property === undefined ? undefined : connectionCall(asked(property))
    case handles.repository:
      return property === undefined ? undefined : repositoryCall(target, asked(property, (target.data as { readonly on: On }).on))
    case handles.builder:
      return property === undefined ? undefined : builderCall(target, asked(property))
    case handles.driver:
      if (property === 'escape') return escaped(args[0], world.dialect, span)
      return property === 'escapeQueryWithParameters' ? withParameters(args[0], args[1], world.dialect) : undefined
    case handles.table:
      return tableCall(target, property, args, span)
    case tablePartHandle:
      return property === 'clone' ? cloneOf(target) : undefined
    case constructedHandle: {
      const made = optionsOf(target)
      return property === 'clone' && made ? { ...made, members: new Map(made.members), span } : undefined
    }
    case handles.parts:
      return partsCall(target, property, args, machine, span)
    case handles.probed:
      return probedCall(target, property, args)
    case handles.other:
      return target
    default:
      return undefined
  }
}

/** `getManager()`, `getConnection()`, `getRepository(Entity)`, `In([…])` of the module itself. */
function global(name: string, args: readonly Value[], span: Span, world: Surroundings): Value | undefined {
  const on = connectionOf(world)
  if (name === 'getManager') return handle(handles.manager, on, span)
  if (name === 'getConnection') return handle(handles.connection, on, span)
  if (name === 'getRepository') return connectionCall({ property: 'getRepository', args, machine: nothing, span, on, world })
  if (operators.has(name)) return handle(handles.operator, { name, args }, span)
  return handle(handles.other, undefined, span)
}

const nothing: Machine = {
  record: (name, data, span) => ({ name, data, span, context: {}, awaited: 'awaited' }),
  promise: (value, ...events) => ({ kind: 'promise', value, events }),
  invoke: () => undef,
  blind: () => {},
  assign: (object, key, value) => object.members.set(key, value),
  readText: () => undefined,
  listFiles: () => [],
}

/** A name in the quotes of its engine: what stands inside is no danger to the statement. */
function escaped(value: Value | undefined, dialect: Dialect, span: Span): Value | undefined {
  const quote = dialect.name === 'postgres' || dialect.name === 'sqlite' ? '"' : '`'
  const mark = { text: quote, span: undefined, verbatim: false }
  if (value?.kind === 'string') {
    const pieces = value.pieces.map((piece) => (piece.hole ? { ...piece, hole: { ...piece.hole, escaped: true } } : piece))
    return { kind: 'string', pieces: [mark, ...pieces, mark], span }
  }
  return value?.kind === 'unknown' ? { ...value, escaped: true } : undefined
}

function tableCall(target: HandleValue, property: string | undefined, args: readonly Value[], span: Span): Value | undefined {
  const { table } = target.data as Probe
  const part = (kind: string) => handle(tablePartHandle, { table, part: kind, ...namedBy(args[0]) }, span)
  switch (property) {
    case 'findColumnByName':
      return part('columns')
    case 'clone':
      return target
    case 'findColumnIndices':
      return handle(handles.parts, { table, part: 'indices' }, span)
    case 'findColumnForeignKeys':
      return handle(handles.parts, { table, part: 'foreignKeys' }, span)
    case 'findColumnUniques':
      return handle(handles.parts, { table, part: 'uniques' }, span)
    default:
      return undefined
  }
}

function namedBy(value: Value | undefined): { readonly name?: string } {
  const name = textOf(value)
  return name !== undefined && isKnownText(value) ? { name } : {}
}

/** `.find`, `.filter`, `.some` over the columns, keys or indexes of a table: what the predicate compares is noted. */
function partsCall(
  target: HandleValue,
  property: string | undefined,
  args: readonly Value[],
  machine: Machine,
  span: Span,
): Value | undefined {
  const { table, part } = target.data as Probe
  if (property === undefined || !['find', 'findIndex', 'some', 'filter', 'every'].includes(property)) return undefined
  const probe: Probe = { table, part }
  const predicate = args[0]
  if (predicate?.kind === 'function') machine.invoke(predicate, [handle(handles.probe, probe, span)], span)
  if (property === 'filter') return handle(handles.parts, { ...probe }, span)
  return handle(tablePartHandle, { ...probe }, span)
}

function probedCall(target: HandleValue, property: string | undefined, args: readonly Value[]): Value | undefined {
  const { probe, property: of } = target.data as { readonly probe: Probe; readonly property: string }
  if (property !== 'includes' && property !== 'indexOf' && property !== 'some' && property !== 'find') return target
  const text = listOf(args[0])?.length === 1 ? textOf(args[0]) : undefined
  if (text !== undefined && of === 'columnNames') probe.column = text
  return target
}
