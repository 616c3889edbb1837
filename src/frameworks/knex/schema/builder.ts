import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { booleanOf, shown, textOf } from '../../values.ts'
import { type Call, isMysql, isPostgres, notThere, type Statements, unread } from '../call.ts'
import { type TableState, tableHandle } from '../handles.ts'
import { nameOf, writtenName } from '../names.ts'
import { contextOf } from './parts.ts'
import { statementsOfTable } from './table.ts'
import { viewOf } from './view.ts'

/** A method of `knex.schema` (lib/schema/builder.js); `schema` is what `withSchema` named. */
type Method = (call: Call, schema: string | undefined) => Statements

const tableOf = (call: Call, schema: string | undefined, at = 0): Name => nameOf(call.args[at], call, schema)

function withTable(method: TableState['method']): Method {
  return (call, schema) => {
    const table = tableOf(call, schema)
    const like = method === 'createLike' ? tableOf(call, schema, 1) : undefined
    const callback = call.args[method === 'createLike' ? 2 : 1]
    const written = writtenName(call.args[0]) ?? table.name
    const state: TableState = { table, written, within: schema, method, parts: [], single: new Map() }
    if (callback?.kind !== 'function' && like === undefined)
      return [[unread(call.span, `the callback of ${call.method} could not be followed`, [table])]]
    const outer = contextOf(call)
    if (callback) {
      const handle = tableHandle(state)
      call.machine.invoke(callback, [handle], call.span, handle)
    }
    // What surrounds the call as a whole is told of its event.
    const parts = state.parts.map((part) => ({ ...part, context: within(part.context, outer) }))
    return statementsOfTable({ ...state, parts }, like, call.span, call)
  }
}

/** What a context adds to the one around it. */
function within(inner: TableState['parts'][number]['context'], outer: TableState['parts'][number]['context']) {
  const { guards, branches, loops } = inner
  const own = <T>(list: readonly T[] | undefined, around: readonly T[] | undefined) => list?.slice(around?.length ?? 0) ?? []
  const [a, b, c] = [own(guards, outer.guards), own(branches, outer.branches), own(loops, outer.loops)]
  return { ...(a.length > 0 ? { guards: a } : {}), ...(b.length > 0 ? { branches: b } : {}), ...(c.length > 0 ? { loops: c } : {}) }
}

const dropTable =
  (ifExists: boolean): Method =>
  (call, schema) => [[{ kind: 'dropTable', span: call.span, table: tableOf(call, schema), ifExists, cascade: false }]]

const dropView =
  (ifExists: boolean, materialized: boolean): Method =>
  (call, schema) => {
    if (materialized && !isPostgres(call)) return [[notThere(call.span, 'a materialized view', 'PostgreSQL')]]
    return [[{ kind: 'dropView', span: call.span, name: tableOf(call, schema), materialized, ifExists, cascade: false }]]
  }

/** A method that throws on any engine but PostgreSQL. */
const postgresOnly =
  (make: (call: Call, name: string) => Operation): Method =>
  (call) => {
    if (!isPostgres(call)) return [[notThere(call.span, `knex.schema.${call.method}`, 'PostgreSQL')]]
    const name = textOf(call.args[0])
    return [[make(call, name === undefined ? shown(call.args[0]) : call.wrap(name))]]
  }

const isTrue = (value: Value | undefined) => booleanOf(value) === true

export const schemaMethods: Readonly<Record<string, Method>> = {
  createTable: withTable('create'),
  createTableIfNotExists: withTable('createIfNot'),
  createTableLike: withTable('createLike'),
  table: withTable('alter'),
  alterTable: withTable('alter'),
  dropTable: dropTable(false),
  dropTableIfExists: dropTable(true),
  // PostgreSQL keeps the table in its schema; MySQL's RENAME TABLE is given the bare names.
  renameTable(call, schema) {
    const table = tableOf(call, isPostgres(call) ? schema : undefined)
    const to = nameOf(call.args[1], call)
    const within = isPostgres(call) && table.schema !== undefined ? { schema: table.schema } : {}
    return [[{ kind: 'renameTable', span: call.span, table, to: { ...within, ...to } }]]
  },
  createView: viewOf({ orReplace: false, materialized: false }),
  createViewOrReplace: viewOf({ orReplace: true, materialized: false }),
  createMaterializedView: viewOf({ orReplace: false, materialized: true }),
  dropView: dropView(false, false),
  dropViewIfExists: dropView(true, false),
  dropMaterializedView: dropView(false, true),
  dropMaterializedViewIfExists: dropView(true, true),
  refreshMaterializedView: postgresOnly((call) => ({
    kind: 'refreshMaterializedView',
    span: call.span,
    name: nameOf(call.args[0], call),
    concurrently: isTrue(call.args[1]),
  })),
  renameView(call) {
    const [from, to] = [nameOf(call.args[0], call), nameOf(call.args[1], call)]
    if (!isMysql(call) && !isPostgres(call)) return [[notThere(call.span, 'renameView', 'PostgreSQL and MySQL')]]
    return [[{ kind: 'renameTable', span: call.span, table: from, to }]]
  },
  createSchema: postgresOnly(({ span }, name) => ({ kind: 'createSchema', span, name, ifNotExists: false })),
  createSchemaIfNotExists: postgresOnly(({ span }, name) => ({ kind: 'createSchema', span, name, ifNotExists: true })),
  dropSchema: postgresOnly(({ span, args }, name) => ({ kind: 'dropSchema', span, name, ifExists: false, cascade: isTrue(args[1]) })),
  dropSchemaIfExists: postgresOnly(({ span, args }, name) => ({
    kind: 'dropSchema',
    span,
    name,
    ifExists: true,
    cascade: isTrue(args[1]),
  })),
  createExtension: postgresOnly(({ span }, name) => ({ kind: 'createExtension', span, name, ifNotExists: false })),
  createExtensionIfNotExists: postgresOnly(({ span }, name) => ({ kind: 'createExtension', span, name, ifNotExists: true })),
  dropExtension: postgresOnly(({ span }, name) => ({ kind: 'dropExtension', span, name, ifExists: false })),
  dropExtensionIfExists: postgresOnly(({ span }, name) => ({ kind: 'dropExtension', span, name, ifExists: true })),
}
