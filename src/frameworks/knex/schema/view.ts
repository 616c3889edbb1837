import type { CreateView } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { handle } from '../../values.ts'
import { type Call, isPostgres, isSqlite, notThere, type Statements, unread } from '../call.ts'
import { columnsOf, nameOf } from '../names.ts'
import { outputsOf, queryOf } from '../query/send.ts'
import { queryState } from '../query/state.ts'

/** A view as its callback fills it. */
export interface ViewState {
  columns: Value | undefined
  query: Value | undefined
}

/** A method of the view that a callback is given. */
export function viewCall(state: ViewState, property: string, args: readonly Value[]): boolean {
  if (property === 'columns') state.columns = args[0]
  else if (property === 'as') state.query = args[0]
  else return /^(?:checkOption|localCheckOption|cascadedCheckOption|queryContext)$/.test(property)
  return true
}

export function viewOf({ orReplace, materialized }: Pick<CreateView, 'orReplace' | 'materialized'>) {
  return (call: Call, schema: string | undefined): Statements => {
    const { span, args } = call
    const name = nameOf(args[0], call, schema)
    if (materialized && !isPostgres(call)) return [[notThere(span, 'a materialized view', 'PostgreSQL')]]
    const state: ViewState = { columns: undefined, query: undefined }
    const [, callback] = args
    if (callback?.kind === 'function') {
      const view = handle('view', state)
      call.machine.invoke(callback, [view], span, view)
    }
    const query = queryState(state.query)
    if (query === undefined) return [[unread(span, `the query of the view ${name.name} is not known before the migration runs`, [name])]]
    // SQLite has no OR REPLACE: Knex drops the view first.
    const first: Statements =
      orReplace && isSqlite(call) ? [[{ kind: 'dropView', span, name, materialized, ifExists: true, cascade: false }]] : []
    return [...first, [created(name, span, { orReplace: orReplace && first.length === 0, materialized }, call, state, query)]]
  }
}

function created(
  name: CreateView['name'],
  span: Span,
  form: Pick<CreateView, 'orReplace' | 'materialized'>,
  call: Call,
  state: ViewState,
  query: NonNullable<ReturnType<typeof queryState>>,
): CreateView {
  const outputs = state.columns === undefined ? outputsOf(query) : columnsOf(state.columns)?.map(call.wrap)
  return { kind: 'createView', span, name, ...form, ifNotExists: false, query: queryOf(query, call), ...(outputs ? { outputs } : {}) }
}
