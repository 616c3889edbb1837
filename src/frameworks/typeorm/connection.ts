import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { HandleValue, Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import { readsPart } from '../guards.ts'
import { methodOf } from './builder/methods.ts'
import { entityTableOf } from './entity-names.ts'
import { handle, handles, type On, type Rows } from './handles.ts'
import type { HandleCall } from './host.ts'
import { inColumns } from './rows/column-names.ts'
import { rowMethods } from './rows/manager.ts'
import { entityMark } from './rows/values.ts'
import { inTransaction, recordStatements, sendSql, startBuilder } from './runner.ts'

/** Properties of a DataSource and its driver. */
export function connectionGet(target: HandleValue, property: string, span: Span): Value | undefined {
  switch (property) {
    case 'manager':
      return handle(handles.manager, target.data, span)
    case 'driver':
      return handle(handles.driver, target.data, span)
    case 'options':
      return handle(handles.options, target.data, span)
    case 'database':
    case 'schema':
      return { kind: 'unknown', reason: 'environment', expression: property, escaped: true, span }
    case 'logger':
    case 'entityMetadatas':
    case 'namingStrategy':
      return handle(handles.other, undefined, span)
    default:
      return undefined
  }
}

/** A repository or manager of a connection by this entity. */
function repositoryOf(call: HandleCall): Value {
  const table = entityTableOf(call.args[0], call.world.entityTable)
  return handle(handles.repository, { on: call.on, ...(table ? { table } : {}) }, call.span)
}

function unknownMethod(call: HandleCall, of: string): undefined {
  call.machine.blind(call.span, 'unknown-method', `${of}.${call.property} is not a method that could be read`)
  return undefined
}

/** What `queryRunner.clearDatabase()` does, which a DataSource calls as well. */
function clearsDatabase({ args, span, world }: HandleCall): readonly (readonly Operation[])[] {
  return methodOf('clearDatabase')?.({ method: 'clearDatabase', args, span, dialect: world.dialect }) ?? []
}

/** A call on a DataSource: what it sends runs on a connection out of the pool. */
export function connectionCall(call: HandleCall): Value | undefined {
  const { property, args, machine, span, world } = call
  switch (property) {
    case 'query':
      return sendSql(call)
    case 'transaction':
      return inTransaction(call, world.dialect.name === 'sqlite' ? 'runner' : { id: world.nextConnection++ })
    case 'getRepository':
    case 'getTreeRepository':
    case 'getCustomRepository':
      return repositoryOf(call)
    case 'createQueryBuilder':
      return startBuilder(call, undefined)
    case 'createQueryRunner':
      return handle(handles.runner, world.dialect.name === 'sqlite' ? 'runner' : ({ id: world.nextConnection++ } satisfies On), span)
    case 'createEntityManager':
      return handle(handles.manager, call.on, span)
    case 'getMetadata':
    case 'hasMetadata':
      return handle(handles.other, undefined, span)
    case 'dropDatabase':
      return recordStatements(call, clearsDatabase(call))
    case 'synchronize': {
      const drops = args[0]?.kind === 'boolean' && args[0].value
      const detail = 'synchronize() makes the schema like the entities: what it changes is not known before it runs'
      const unread: Operation = { kind: 'opaque', span, because: 'unsupported', detail }
      return recordStatements(call, [...(drops ? clearsDatabase(call) : []), [{ kind: 'syncSchema', span, force: drops === true }, unread]])
    }
    case 'initialize':
    case 'connect':
    case 'destroy':
    case 'close':
      return machine.promise(handle(handles.connection, call.on, span))
    default:
      return unknownMethod(call, 'connection')
  }
}

/** A call on an EntityManager. */
export function managerCall(call: HandleCall): Value | undefined {
  const { property, args } = call
  switch (property) {
    case 'query':
      return sendSql(call)
    case 'transaction':
      // A manager of a query runner keeps its connection; the data source's own manager takes one out of the pool.
      return call.on === 'pool' ? connectionCall(call) : inTransaction(call, call.on)
    case 'getRepository':
    case 'getTreeRepository':
    case 'getCustomRepository':
    case 'withRepository':
      return repositoryOf(call)
    case 'createQueryBuilder':
      return startBuilder(call, undefined)
    case 'create':
    case 'merge':
    case 'preload':
      return entityOf(args, entityTableOf(args[0], call.world.entityTable))
    case 'getId':
    case 'hasId':
    case 'release':
      return { kind: 'unknown', reason: 'row', expression: property, span: call.span }
  }
  return rowCall(call, args[0], args.slice(1))
}

/** A call on a Repository; its entity is known from `getRepository`. */
export function repositoryCall(target: HandleValue, call: HandleCall): Value | undefined {
  const { table } = target.data as { readonly table?: Name }
  switch (call.property) {
    case 'query':
      return sendSql(call)
    case 'createQueryBuilder':
      return startBuilder(call, table)
    case 'create':
    case 'merge':
    case 'preload':
      return entityOf([undefined, ...call.args], table)
    case 'getId':
    case 'hasId':
      return { kind: 'unknown', reason: 'row', expression: call.property, span: call.span }
  }
  return rowCall(call, undefined, call.args, table)
}

/** `create(Entity, { … })` makes no row: it gives the object, which remembers its table. */
function entityOf(args: readonly (Value | undefined)[], table: Name | undefined): Value | undefined {
  const given = args.slice(1).find((value) => value?.kind === 'object' || value?.kind === 'array')
  if (given?.kind === 'array') return given
  const members = new Map(given?.kind === 'object' ? given.members : [])
  if (table) members.set(entityMark, handle(handles.other, { table }))
  return { kind: 'object', members, complete: given?.kind === 'object' && given.complete, ...(given?.span ? { span: given.span } : {}) }
}

/** The table of an object that `create` made. */
function markedTable(value: Value | undefined): Name | undefined {
  const one = value?.kind === 'array' ? value.items[0] : value
  // Rows that a query of an entity gave, or one of them.
  const read = (one?.kind === 'unknown' ? (one.origins ?? []) : [one]).find((at) => at?.kind === 'handle' && at.name === handles.rows)
  if (read?.kind === 'handle') return (read.data as Rows).tables?.[0]
  const mark = one?.kind === 'object' ? one.members.get(entityMark) : undefined
  return mark?.kind === 'handle' ? (mark.data as { readonly table: Name }).table : undefined
}

function rowCall(call: HandleCall, entity: Value | undefined, args: readonly Value[], ownTable?: Name): Value | undefined {
  const { property, span, world, machine } = call
  const method = Object.hasOwn(rowMethods, property) ? rowMethods[property] : undefined
  if (method === undefined) return unknownMethod(call, 'manager')
  // `manager.save(entity)` and `remove(entity)` may leave the class out; the object may know it.
  const bare = ownTable === undefined && ['save', 'remove', 'softRemove', 'recover'].includes(property) && args.length === 0
  const table = ownTable ?? (bare ? markedTable(entity) : entityTableOf(entity, world.entityTable))
  const asked = { dialect: world.dialect, machine, span }
  if (table === undefined) {
    const detail = `The table that ${property} writes or reads is not known before the migration runs`
    return recordStatements(call, [[{ kind: 'opaque', span, because: 'dynamic-sql', detail }]], {
      kind: 'unknown',
      reason: 'row',
      expression: property,
      span,
    })
  }
  const columnOf = (name: string) => world.columnOf(table.name, name)
  const operation = inColumns(method(table, bare && entity ? [entity] : args, asked), columnOf)
  const rows: Rows = { sql: undefined, parameters: [], tables: [table], limited: operation.kind === 'select' && readsPart(operation.query) }
  const result: Value = property === 'save' && args[0] ? args[0] : handle(handles.rows, rows, span)
  return recordStatements(call, [[operation]], result)
}
