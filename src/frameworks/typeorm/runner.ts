import type { Operation } from '../../ir/operation.ts'
import type { HandleValue, ObjectValue, StringValue, Value } from '../../javascript/value.ts'
import { didYouMean } from '../../source/nearest.ts'
import type { Span } from '../../source/span.ts'
import { joinPieces } from '../../source/traced.ts'
import { readsPart } from '../guards.ts'
import { withComputedNumbers } from '../script.ts'
import { methodOf, schemaMethodNames } from './builder/methods.ts'
import { entityTableOf } from './entity-names.ts'
import { handle, handles, type On, type Recorded, type Rows } from './handles.ts'
import type { HandleCall } from './host.ts'
import { tableNameOf } from './naming.ts'
import { listOf, textOf } from './read-options.ts'
import { inColumns } from './rows/column-names.ts'
import { type Build, newBuild, stepOf } from './rows/query-builder.ts'
import { isWholeHole, parseSql } from './sql-text.ts'

const undef: Value = { kind: 'undefined' }

/** Methods that change nothing in the database. */
const harmless = new Set([
  'connect',
  'release',
  'beforeMigration',
  'afterMigration',
  'getReplicationMode',
  'enableSqlMemory',
  'disableSqlMemory',
  'clearSqlMemory',
  'getMemorySql',
  // The calls that were collected are read where they stand.
  'executeMemoryUpSql',
  'getDatabases',
  'getSchemas',
  'getCurrentDatabase',
  'getCurrentSchema',
  'getViews',
  'loadTables',
])

/** Records statements of the builder and gives the promise of their end. */
export function recordStatements(call: HandleCall, statements: readonly (readonly Operation[])[], result: Value = undef): Value {
  const data: Recorded = { kind: 'statements', statements, on: call.on }
  return call.machine.promise(result, call.machine.record(call.property, data, call.span))
}

/** `query(sql, parameters)` of a query runner, entity manager, repository or connection. */
export function sendSql(call: HandleCall): Value {
  const [text, parameters] = call.args
  const known = listOf(parameters) ?? []
  if (text?.kind !== 'string' || isWholeHole(joinPieces(text.pieces))) {
    const shown = text?.kind === 'unknown' ? text.expression : textOf(text)
    const detail =
      shown === undefined
        ? 'The SQL is not known before the migration runs'
        : `The SQL comes from ${shown}, which is not known before the migration runs`
    const rows: Rows = { sql: undefined, parameters: known }
    return recordStatements(
      call,
      [[{ kind: 'opaque', span: call.span, because: 'dynamic-sql', detail }]],
      handle(handles.rows, rows, call.span),
    )
  }
  const sql = joinPieces(withComputedNumbers((text satisfies StringValue).pieces))
  const parsed = parseSql(sql, call.world.dialect)
  const data: Recorded = { kind: 'sql', sql, parsed, on: call.on }
  const query = parsed.flatMap(({ operations }) =>
    operations.flatMap((operation) => (operation.kind === 'select' ? [operation.query] : [])),
  )[0]
  const rows: Rows = {
    sql,
    parameters: known,
    ...(query ? { tables: query.tables, columns: query.columns, limited: readsPart(query), aggregate: query.aggregate } : {}),
  }
  return call.machine.promise(handle(handles.rows, rows, call.span), call.machine.record('query', data, call.span))
}

function transactionStep(call: HandleCall, action: 'begin' | 'commit' | 'rollback'): Value {
  const data: Recorded = { kind: 'transaction', action, on: call.on }
  return call.machine.promise(undef, call.machine.record(call.property, data, call.span))
}

/** `transaction(callback)`, `transaction(isolation, callback)`: what the callback does stands between begin and commit on its connection. */
export function inTransaction(call: HandleCall, on: On): Value {
  const callback = call.args.find((argument) => argument.kind === 'function')
  if (callback === undefined) {
    call.machine.blind(call.span, 'unsupported', 'The callback of transaction() could not be read')
    return undef
  }
  const own = { ...call, on }
  const begin = call.machine.record('transaction', { kind: 'transaction', action: 'begin', on } satisfies Recorded, call.span)
  const result = call.machine.invoke(callback, [handle(handles.manager, on, call.span)], call.span)
  const commit = call.machine.record('transaction', { kind: 'transaction', action: 'commit', on: own.on } satisfies Recorded, call.span)
  const value = result.kind === 'promise' ? result.value : result
  const inner = result.kind === 'promise' ? result.events : []
  return call.machine.promise(value, begin, ...inner, commit)
}

/** A call of a method of the query runner. */
export function runnerCall(call: HandleCall): Value | undefined {
  const { property, args, machine, span, world } = call
  const answer = (table: Value | undefined, column?: string) => {
    const name = tableNameOf(table)
    return machine.promise(handle(handles.answer, { ...(name ? { table: name } : {}), ...(column === undefined ? {} : { column }) }, span))
  }
  switch (property) {
    case 'query':
      return sendSql(call)
    case 'stream':
      return sendSql(call)
    case 'startTransaction':
      return transactionStep(call, 'begin')
    case 'commitTransaction':
      return transactionStep(call, 'commit')
    case 'rollbackTransaction':
      return transactionStep(call, 'rollback')
    case 'hasTable':
      return answer(args[0])
    case 'hasColumn':
      return answer(args[0], textOf(args[1]))
    case 'hasDatabase':
    case 'hasSchema':
      return machine.promise(handle(handles.answer, {}, span))
    case 'getTable':
    case 'getView': {
      const table = tableNameOf(args[0])
      return machine.promise(table ? handle(handles.table, { table }, span) : handle(handles.answer, {}, span))
    }
    case 'getTables':
      return machine.promise({ kind: 'unknown', reason: 'row', expression: 'getTables()', span })
    case 'executeMemoryDownSql': {
      const detail = 'executeMemoryDownSql sends the inverse of what was collected in memory'
      return recordStatements(call, [[{ kind: 'opaque', span, because: 'unsupported', detail }]])
    }
    case 'getPrimaryKey':
      return undefined
  }
  if (harmless.has(property)) return machine.promise({ kind: 'unknown', reason: 'call', expression: property, span })
  const method = methodOf(property)
  if (method) return recordStatements(call, method({ method: property, args, span, dialect: world.dialect }))
  const near = didYouMean(property, ['query', 'hasTable', 'hasColumn', 'getTable', ...harmless, ...schemaMethodNames])
  machine.blind(span, 'unknown-method', `queryRunner.${property} is not a method that TypeORM documents${near}`)
  return undefined
}

/** A call of a method of a query builder. */
export function builderCall(target: HandleValue, call: HandleCall): Value | undefined {
  const { state } = target.data as Builder
  const build = buildOf(state)
  const asked = { dialect: call.world.dialect, machine: call.machine, span: call.span }
  const step = stepOf(build, call.property, call.args, asked, call.world.entityTable)
  if ('opens' in step) return builderHandle(step.opens, call.span)
  if ('next' in step) {
    call.machine.assign(state, 'build', handle(handles.build, step.next))
    return target
  }
  const table = build.table?.name
  const operation = table === undefined ? step.runs : inColumns(step.runs, (name) => call.world.columnOf(table, name))
  const rows: Rows = {
    sql: undefined,
    parameters: [],
    ...(operation.kind === 'select' ? { tables: operation.query.tables, limited: readsPart(operation.query) } : {}),
  }
  return recordStatements({ ...call, on: build.on }, [[operation]], handle(handles.rows, rows, call.span))
}

/** A query builder; what it was told so far stands in an object of its own, because calls change the builder itself. */
interface Builder {
  readonly state: ObjectValue
}

function builderHandle(build: Build, span: Span): HandleValue {
  const state: ObjectValue = { kind: 'object', members: new Map([['build', handle(handles.build, build)]]), complete: true }
  return handle(handles.builder, { state } satisfies Builder, span)
}

/** What a builder was told; after a condition that is not known the looser of two. */
function buildOf(state: ObjectValue): Build {
  const value = state.members.get('build')
  const found = [...(value?.kind === 'unknown' ? (value.origins ?? []) : [value])].flatMap((one) =>
    one?.kind === 'handle' && one.name === handles.build ? [one.data as Build] : [],
  )
  const [first, ...others] = found
  if (first === undefined) return newBuild('runner', undefined)
  return others.reduce((loosest, one) => (termsOf(one) < termsOf(loosest) ? one : loosest), first)
}

function termsOf({ where, limited }: Build): number {
  return (where?.terms.length ?? 0) + (limited ? 1 : 0)
}

/** `createQueryBuilder()`, `createQueryBuilder('alias')`, `createQueryBuilder(Entity, 'alias')`. */
export function startBuilder(call: HandleCall, ownTable: Build['table']): Value {
  const [first, second] = call.args
  const table = ownTable ?? (second !== undefined || first?.kind === 'function' ? entityTableOf(first, call.world.entityTable) : undefined)
  return builderHandle(newBuild(call.on, table), call.span)
}
