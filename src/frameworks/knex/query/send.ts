import type { Assignment, Query } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Insert, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { answerOf, asksCatalog } from '../../rows.ts'
import { arrayOf, objectOf, textOf } from '../../values.ts'
import type { World } from '../call.ts'
import { rawSpec } from '../handles.ts'
import { rawText } from '../sql-value.ts'
import type { QueryState } from './state.ts'
import { predicateOf } from './where.ts'

/** What a query sends and what its promise brings. */
export interface Sent {
  readonly operations: readonly Operation[]
  readonly result: Value
}

const unknownAnswer: Value = { kind: 'unknown', reason: 'row', expression: 'the answer of the database' }

/** The query as it stands, sent. */
export function sendQuery(state: QueryState, world: World): Sent {
  const { span } = state
  const table: Name = state.table ?? { name: 'a table that is not known', dynamic: true }
  const where = predicateOf(state, world)
  if (state.because !== undefined)
    return {
      operations: [{ kind: 'opaque', span, because: 'unknown-method', detail: state.because, ...(state.table ? { tables: [table] } : {}) }],
      result: unknownAnswer,
    }
  switch (state.method) {
    case 'insert':
      return { operations: [insertOf(state, table, world)], result: unknownAnswer }
    case 'update': {
      const set = assignments(state, world)
      return { operations: [{ kind: 'update', span, table, set, where, from: state.joins, limited: state.limited }], result: unknownAnswer }
    }
    case 'del':
      return { operations: [{ kind: 'delete', span, table, where, using: state.joins, limited: state.limited }], result: unknownAnswer }
    case 'truncate':
      // SQLite has none: Knex deletes every row there.
      if (world.dialect.name === 'sqlite')
        return { operations: [{ kind: 'delete', span, table, where: undefined, using: [], limited: false }], result: unknownAnswer }
      return { operations: [{ kind: 'truncate', span, tables: [table], cascade: false }], result: unknownAnswer }
    case 'columnInfo':
      return { operations: [], result: { kind: 'handle', name: 'description', data: { by: 'describe', table, requires: 'exists' } } }
    default: {
      const query = queryOf(state, world)
      const rows = answerOf(query)
      const result = state.method === 'first' && rows.name === 'rows' ? { ...rows, name: 'row' } : rows
      // What only asks the catalog is a question of the program, not a statement that anybody judges.
      return { operations: asksCatalog(query) ? [] : [{ kind: 'select', span, query }], result }
    }
  }
}

/** What the list of a query gives, in order; undefined: it is not made of columns alone. */
export function outputsOf(state: QueryState): readonly string[] | undefined {
  return state.computed || state.star || state.columns.length === 0 ? undefined : state.columns
}

export function queryOf(state: QueryState, world: World): Query {
  const where = predicateOf(state, world)
  return {
    tables: [...(state.table ? [state.table] : []), ...state.joins],
    columns: [...new Set([...state.columns, ...(where?.columns ?? [])])],
    where,
    limited: state.limited,
    ...(state.offset ? { offset: true as const } : {}),
    ...(state.orderedBy.length > 0 ? { orderedBy: state.orderedBy } : {}),
    ...(state.star || (state.columns.length === 0 && !state.aggregate) ? { star: true as const } : {}),
    ...(world.dialect.name !== 'postgres' && outputsOf(state) ? { selected: outputsOf(state)! } : {}),
    locking: state.locking,
    functions: state.functions,
    aggregate: state.aggregate && state.columns.length === 0,
    literals: [],
  }
}

/** An INSERT of one record, of a list of them, or of a query's rows. */
export function insertOf(state: Pick<QueryState, 'values' | 'source' | 'onConflict' | 'span'>, table: Name, world: World): Insert {
  const { values, source, onConflict, span } = state
  const base = { kind: 'insert' as const, span, table, onConflict }
  if (source) return { ...base, columns: [], source: 'select', rows: undefined, query: queryOf(source, world), literals: [] }
  const list = arrayOf(values)
  const records = (list ? list.items : values ? [values] : []).flatMap((item) => objectOf(item) ?? [])
  const columns = new Set(records.flatMap((record) => [...record.members.keys()]))
  const literals = new Set(records.flatMap((record) => [...record.members.values()].flatMap((value) => textOf(value) ?? [])))
  const counted = list ? list.complete : values?.kind === 'object'
  return {
    ...base,
    columns: [...columns].map(world.wrap),
    source: 'values',
    rows: counted ? (list?.items.length ?? 1) : undefined,
    literals: [...literals].slice(0, 1000),
  }
}

function assignments(state: QueryState, world: World): Assignment[] {
  const stepped = state.stepped.map(
    (column): Assignment => ({ column, value: 'expression', columns: [column], literals: [], accumulates: true }),
  )
  const written = [...(objectOf(state.values)?.members ?? [])].flatMap(([key, value]): Assignment[] => {
    if (value.kind === 'undefined') return []
    const column = world.wrap(key)
    const raw = rawSpec(value)
    if (raw) {
      const expression = world.dialect.parseExpression(rawText(raw, world))
      const kind = expression.constant ? 'constant' : 'expression'
      return [{ column, value: kind, columns: expression.columns, literals: expression.literals }]
    }
    const text = textOf(value)
    const kind = value.kind === 'null' ? 'null' : value.kind === 'unknown' ? 'parameter' : value.kind === 'handle' ? 'subquery' : 'constant'
    return [{ column, value: kind, columns: [], literals: text === undefined ? [] : [text] }]
  })
  return [...written, ...stepped]
}
