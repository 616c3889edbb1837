import type { Term } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Event, HandleValue, Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { handle } from '../../values.ts'
import type { On } from '../handles.ts'

/** What a query builder will send when somebody waits for it. Its methods change it, as they do in Knex. */
export interface QueryState {
  on: On
  table: Name | undefined
  schema: string | undefined
  method: 'select' | 'first' | 'pluck' | 'insert' | 'update' | 'del' | 'truncate' | 'columnInfo'
  /** What of the chain could not be understood: then nobody knows what is sent. */
  because: string | undefined
  readonly terms: Term[]
  /** The last condition was joined by OR: all of them are one term that is not taken apart. */
  alternatives: boolean
  readonly joins: Name[]
  readonly columns: string[]
  star: boolean
  /** Something beside plain columns is selected. */
  computed: boolean
  aggregate: boolean
  readonly functions: string[]
  limited: boolean
  offset: boolean
  readonly orderedBy: string[]
  locking: boolean
  /** What `insert` or `update` was given. */
  values: Value | undefined
  /** `increment` and `decrement`: the columns that change by their own value. */
  readonly stepped: string[]
  onConflict: boolean
  /** INSERT … SELECT: the query. */
  source: QueryState | undefined
  span: Span
  /** The statement that it was sent as last. */
  sent: Event | undefined
}

export function newQuery(on: On, span: Span, table?: Name): QueryState {
  return {
    on,
    table,
    schema: undefined,
    method: 'select',
    because: undefined,
    terms: [],
    alternatives: false,
    joins: [],
    columns: [],
    star: false,
    computed: false,
    aggregate: false,
    functions: [],
    limited: false,
    offset: false,
    orderedBy: [],
    locking: false,
    values: undefined,
    stepped: [],
    onConflict: false,
    source: undefined,
    span,
    sent: undefined,
  }
}

export const queryHandle = (state: QueryState): HandleValue => handle('query', state, state.span)

export function queryState(value: Value | undefined): QueryState | undefined {
  return value?.kind === 'handle' && value.name === 'query' ? (value.data as QueryState) : undefined
}
