import type { Name } from '../../../ir/names.ts'
import type { Machine, Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { arrayOf, isAbsent, shown, textOf } from '../../values.ts'
import type { World } from '../call.ts'
import { onOf, rawSpec } from '../handles.ts'
import { nameOf } from '../names.ts'
import { rawText } from '../sql-value.ts'
import { newQuery, type QueryState, queryHandle, queryState } from './state.ts'
import { termsOf } from './where.ts'

/** Methods that change nothing of what is sent, or nothing that anybody asks about. */
const quiet = new Set([
  ...[
    'as',
    'timeout',
    'clone',
    'with',
    'withRecursive',
    'withMaterialized',
    'withNotMaterialized',
    'withWrapped',
    'hintComment',
    'comment',
  ],
  ...['groupBy', 'groupByRaw', 'union', 'unionAll', 'intersect', 'except', 'clearCounters', 'connection', 'returning', 'using', 'debug'],
  ...['options', 'modify', 'queryContext', 'skipLocked', 'noWait', 'ignore', 'clearOrder', 'clearGroup', 'clearHaving', 'clearSelect'],
  ...['rank', 'denseRank', 'rowNumber', 'jsonExtract', 'jsonSet', 'jsonInsert', 'jsonRemove', 'on', 'asCallback', 'fromJS'],
])
const aggregates = new Set(['count', 'countDistinct', 'min', 'max', 'sum', 'sumDistinct', 'avg', 'avgDistinct'])
const locks = new Set(['forUpdate', 'forShare', 'forNoKeyUpdate', 'forKeyShare'])
const joins = /^(?:inner|left|leftOuter|right|rightOuter|outer|fullOuter|cross)?[jJ]oin$/

/** The methods with which a query can begin at `knex` itself. */
export function beginsQuery(name: string): boolean {
  return (
    /^(?:select|columns?|from|into|table|withSchema|distinct(?:On)?|insert|update|upsert|del|delete|truncate|first|pluck|fromRaw|queryBuilder|increment|decrement|limit|offset|orderBy(?:Raw)?|with(?:Recursive|Materialized)?|(?:or|and)?[wW]here\w*|having\w*)$/.test(
      name,
    ) ||
    aggregates.has(name) ||
    joins.test(name)
  )
}

/** One call in a query's chain. */
export interface Chained {
  readonly property: string
  readonly args: readonly Value[]
  readonly machine: Machine
  readonly span: Span
}

/** A method of a query builder: it changes the state. What is not known makes the whole query unknown. */
export function chain(state: QueryState, call: Chained, world: World): void {
  const { property, args, span } = call
  const begun = state.span
  state.span = span
  const [first] = args
  if (where(state, call, world)) {
    // A condition that is put on a query later leaves it where it was begun.
    if (span.start !== begun.start || span.file !== begun.file) state.span = begun
    return
  }
  if (quiet.has(property) || property.startsWith('having') || property.startsWith('orHaving') || property.startsWith('andHaving')) return
  if (joins.test(property) || property === 'joinRaw' || (property === 'updateFrom' && world.dialect.name === 'postgres')) {
    if (property !== 'joinRaw' && first?.kind === 'string') state.joins.push(nameOf(first, world, state.schema))
    return
  }
  if (locks.has(property)) {
    state.locking = true
    return
  }
  if (aggregates.has(property)) {
    state.aggregate = true
    state.computed = true
    state.functions.push(property.replace('Distinct', '').toLowerCase())
    return
  }
  switch (property) {
    case 'from':
    case 'into':
    case 'table':
      from(state, first, world)
      return
    case 'withSchema':
      state.schema = textOf(first)
      if (state.table && state.table.schema === undefined && state.schema !== undefined)
        state.table = { ...state.table, schema: world.wrap(state.schema) }
      return
    case 'transacting': {
      if (first?.kind === 'handle' && first.name === 'knex') state.on = onOf(first)
      return
    }
    case 'select':
    case 'column':
    case 'columns':
    case 'distinct':
    case 'distinctOn':
    case 'pluck':
    case 'first':
      if (property === 'first' || property === 'pluck') state.method = property
      if (property === 'first') state.limited = true
      selected(state, args, world)
      return
    case 'fromRaw':
      state.table = rawTable(first, args[1], world)
      return
    case 'limit':
      state.limited = true
      return
    case 'offset':
      state.offset = true
      return
    case 'orderBy':
    case 'orderByRaw':
      for (const item of arrayOf(first)?.items ?? (first ? [first] : [])) {
        const name = textOf(item) ?? (item.kind === 'object' ? textOf(item.members.get('column')) : undefined)
        if (name !== undefined) state.orderedBy.push(world.wrap(name.slice(name.lastIndexOf('.') + 1)))
      }
      return
    case 'queryBuilder':
      return
    case 'insert':
    case 'upsert':
      state.method = 'insert'
      state.values = first
      state.source = queryState(first)
      if (property === 'upsert') state.onConflict = true
      return
    case 'onConflict':
    case 'merge':
      state.onConflict = true
      return
    case 'update':
      state.method = 'update'
      state.values =
        first?.kind === 'string'
          ? { kind: 'object', members: new Map([[textOf(first) ?? shown(first), args[1] ?? { kind: 'undefined' }]]), complete: true }
          : first
      return
    case 'increment':
    case 'decrement':
      state.method = 'update'
      state.stepped.push(...(first?.kind === 'object' ? [...first.members.keys()] : [textOf(first) ?? shown(first)]).map(world.wrap))
      return
    case 'del':
    case 'delete':
      state.method = 'del'
      return
    case 'truncate':
    case 'columnInfo':
      state.method = property
      return
    case 'clearWhere':
    case 'clear':
      state.terms.length = 0
      return
    default:
      state.because ??= `${property}() of a query is not a method that Surefoot knows`
  }
}

/** The table of a FROM that is written as SQL: its name, where it is one name and perhaps an alias. */
function rawTable(value: Value | undefined, bindings: Value | undefined, world: World): Name {
  const raw = rawSpec(value) ?? { on: undefined, text: value?.kind === 'string' ? value : undefined, bindings, given: value }
  const sql = rawText(raw, world)
  const named = /^\s*(?:(["`]?)(\w+)\1\.)?(["`]?)(\w+)\3(?:\s+(?:as\s+)?\w+)?\s*$/i.exec(sql)
  if (named === null) return { name: sql, dynamic: true }
  return { ...(named[2] === undefined ? {} : { schema: named[2] }), name: named[4]! }
}

/** A table, `{ alias: table }`, or a query; a query's own tables are what is read. */
export function from(state: QueryState, value: Value | undefined, world: World): void {
  if (value === undefined || isAbsent(value)) return
  const inner = queryState(value)
  if (inner) state.table = inner.table
  else if (value.kind === 'object') state.table = nameOf([...value.members.values()][0], world, state.schema)
  else state.table = nameOf(value, world, state.schema)
}

function selected(state: QueryState, args: readonly Value[], world: World): void {
  for (const arg of args.flatMap((one) => arrayOf(one)?.items ?? [one])) {
    const text = textOf(arg)
    const raw = rawSpec(arg)
    if (text === '*' || text?.endsWith('.*')) state.star = true
    else if (text !== undefined) state.columns.push(world.wrap(text.replace(/\s+as\s+.*$/i, '').replace(/^.*\./, '')))
    else if (raw) {
      const expression = world.dialect.parseExpression(rawText(raw, world).replace(/\s+as\s+\S+\s*$/i, ''))
      state.columns.push(...expression.columns)
      state.functions.push(...expression.functions)
      state.computed = true
    } else if (arg.kind === 'object') {
      for (const value of arg.members.values()) state.columns.push(world.wrap(textOf(value) ?? shown(value)))
      state.computed = true
    }
  }
}

/** The conditions. `or…` makes one condition of all that were said. */
function where(state: QueryState, { property, args, machine, span }: Chained, world: World): boolean {
  const match = /^(or|and)?([wW]here\w*)$/.exec(property)
  if (match === null) return false
  const method = `w${match[2]!.slice(1)}`
  const terms = termsOf(method, args, world, (target) => {
    const inner = newQuery(state.on, span)
    const handle = queryHandle(inner)
    machine.invoke(target, [handle], span, handle)
    return inner
  })
  if (terms === undefined) return false
  if (match[1] === 'or' && state.terms.length > 0) state.alternatives = true
  state.terms.push(...terms)
  return true
}
