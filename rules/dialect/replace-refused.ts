import {
  defineRule,
  findFunction,
  type OperationOf,
  type Overload,
  type Parameter,
  type Site,
  showName,
  signature,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'replace-refused',
  title: 'CREATE OR REPLACE that cannot replace what is there',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails on every database that has run the earlier migrations.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'CREATE OR REPLACE FUNCTION may change the body, not what callers rely on: the type that it returns, the names of its parameters, a default that calls leave out. CREATE OR REPLACE VIEW may add columns at the end, not drop, rename or reorder any.',
  instead: 'DROP it first, in the same transaction, and create anew what stands on it.',
  unless: 'It is dropped before in the script, or columns are only added at the end.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createfunction.html',
    'https://www.postgresql.org/docs/current/sql-createview.html',
  ],
  covers: [26, 250],
  equivalents: [],
  messages: {
    view: 'This fails: the view {view} has the column {column} in that place, and REPLACE neither drops nor renames it.',
    returns: 'This fails: {function}() returns {before}, and REPLACE cannot make that {after}.',
    parameter: 'This fails: the parameter {before} of {function}() cannot be called {after} by REPLACE.',
    default: 'This fails: REPLACE cannot take the default of the parameter {parameter} of {function}() away.',
  },
  on: {
    createView(view, at) {
      if (!view.orReplace || view.materialized || isUnsure(view, at)) return
      const old = [...at.before.views.values()].find(({ name }) => at.sameName(name, view.name))
      if (!old?.outputs || !view.outputs) return
      const column = old.outputs.find((name, i) => view.outputs![i] !== name)
      if (column !== undefined) at.report(view, 'view', { view: showName(view.name), column }, { evidence: 'replayed' })
    },
    createFunction(created, at) {
      const own = signature(created.parameters)
      if (!created.orReplace || own === undefined || isUnsure(created, at)) return
      const old = findFunction(at.before, created.name)?.overloads.find((one) => signature(one.parameters) === own)
      if (!old?.parameters || !created.parameters) return
      const name = showName(created.name)
      const [before, after] = [returnsOf(old), returnsOf(created)]
      if (before !== undefined && after !== undefined && before !== after) {
        at.report(created, 'returns', { function: name, before, after }, { evidence: 'replayed' })
        return
      }
      const [were, are] = [inputs(old.parameters), inputs(created.parameters)]
      for (const [i, was] of were.entries()) {
        const is = are[i]
        if (was.name !== undefined && is?.name !== undefined && was.name !== is.name) {
          at.report(created, 'parameter', { function: name, before: was.name, after: is.name }, { evidence: 'replayed' })
          return
        }
        if (was.optional && is && !is.optional) {
          at.report(created, 'default', { function: name, parameter: was.name ?? String(i + 1) }, { evidence: 'replayed' })
          return
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'view',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'CREATE OR REPLACE VIEW totals AS SELECT id FROM orders;',
    },
    {
      on: 'postgres',
      says: 'returns',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "CREATE OR REPLACE FUNCTION total(a integer) RETURNS bigint LANGUAGE sql AS 'SELECT $1::bigint';",
    },
    {
      on: 'postgres',
      says: 'parameter',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "CREATE OR REPLACE FUNCTION total(price integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';",
    },
    {
      on: 'postgres',
      says: 'default',
      history: ["CREATE FUNCTION total(a integer, b integer DEFAULT 0) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';"],
      sql: "CREATE OR REPLACE FUNCTION total(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A column at the end',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nCREATE VIEW totals AS SELECT id FROM orders;'],
      sql: 'CREATE OR REPLACE VIEW totals AS SELECT id, total FROM orders;',
    },
    {
      on: 'postgres',
      title: 'Dropped first',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "BEGIN;\nDROP FUNCTION total(integer);\nCREATE OR REPLACE FUNCTION total(a integer) RETURNS bigint LANGUAGE sql AS 'SELECT $1::bigint';\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'Another function of the name',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "CREATE OR REPLACE FUNCTION total(a text) RETURNS bigint LANGUAGE sql AS 'SELECT $1::bigint';",
    },
  ],
})

/** In a rollback that fails irreversible-down speaks; and what is not certain is not said. */
function isUnsure(operation: OperationOf<'createView' | 'createFunction'>, at: Site): boolean {
  const { context } = operation
  const asks = context?.guards?.some(({ by }) => by !== 'or-replace') || context?.branches?.length || context?.block === 'catch'
  return at.direction === 'down' || !at.before.complete || asks === true
}

function inputs(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table')
}

/** What it returns: the type, or what its OUT parameters and TABLE (…) make of it. */
function returnsOf({ returns, parameters }: Pick<Overload, 'returns' | 'parameters'>): string | undefined {
  const out = parameters?.filter(({ mode }) => mode === 'out' || mode === 'inout' || mode === 'table') ?? []
  // A length is no part of the type.
  const bare = (type: string) => type.toLowerCase().replace(/\(.*?\)/g, '')
  if (out.length > 0) return `(${out.map(({ name, type }) => [name, bare(type)].join(' ').trim()).join(', ')})`
  return returns === undefined ? undefined : bare(returns)
}
