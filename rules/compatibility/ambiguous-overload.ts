import { defineRule, findFunction, type Overload, type Parameter, showName, signature } from '../../src/rule/define.ts'

export default defineRule({
  id: 'ambiguous-overload',
  title: 'Function beside another one that the same call means',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Every call of the running release fails from the moment the function is there.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'CREATE OR REPLACE FUNCTION with one parameter more replaces nothing: it makes a second function of the name. Where the new parameter has a DEFAULT a call without it fits both, and PostgreSQL refuses it: function f(integer) is not unique (42725).',
  instead: 'Drop the old function in the same transaction, or leave the DEFAULT out until nobody calls the old one.',
  unless: 'The old one is dropped in the script, or the types before the new parameter differ.',
  sources: ['https://www.postgresql.org/docs/current/typeconv-func.html', 'https://www.postgresql.org/docs/current/xfunc-overload.html'],
  covers: [],
  equivalents: [],
  messages: {
    ambiguous: 'Every call {function}({types}) fails from here on: it fits this function and the one that is there, {other}.',
  },
  on: {
    createFunction(created, at) {
      const own = created.parameters
      const before = findFunction(at.before, created.name)?.overloads ?? []
      const after = findFunction(at.walk.after, created.name)?.overloads ?? []
      const isIn = (overloads: readonly Overload[], parameters: Overload['parameters']) =>
        overloads.some((one) => signature(one.parameters) === signature(parameters))
      if (!own || isIn(before, own) || at.direction === 'down' || created.context?.branches?.length) return
      for (const { parameters, born } of before) {
        const types = parameters && isIn(after, parameters) ? sharedCall(own, parameters) : undefined
        if (types === undefined) continue
        const name = showName(created.name)
        const slots = { function: name, types: types.join(', '), other: `${name}(${signature(parameters)?.replaceAll(',', ', ')})` }
        at.report(created, 'ambiguous', slots, { evidence: 'replayed', severity: at.age(born) === 'existing' ? 'error' : 'warning' })
        return
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'ambiguous',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "CREATE OR REPLACE FUNCTION total(a integer, tax integer DEFAULT 0) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The old one goes',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "BEGIN;\nDROP FUNCTION total(integer);\nCREATE FUNCTION total(a integer, tax integer DEFAULT 0) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'Without a DEFAULT',
      history: ["CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';"],
      sql: "CREATE FUNCTION total(a integer, tax integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';",
    },
  ],
})

/** The types of a call that fits both functions alike: those of all that they have in common, where each has defaults for the rest. */
function sharedCall(a: readonly Parameter[], b: readonly Parameter[]): readonly string[] | undefined {
  const given = (parameters: readonly Parameter[]) =>
    parameters.filter(({ mode }) => mode === 'in' || mode === 'inout' || mode === 'variadic')
  const [own, other] = [given(a), given(b)]
  // A function that takes the call as it is goes before a variadic one.
  if ([...own, ...other].some(({ mode }) => mode === 'variadic')) return undefined
  const bare = ({ type }: Parameter) => type.toLowerCase().replace(/\(.*?\)/g, '')
  const required = (parameters: readonly Parameter[]) => parameters.filter(({ optional }) => !optional).length
  const count = Math.min(own.length, other.length)
  if (Math.max(required(own), required(other)) > count) return undefined
  const types = own.slice(0, count).map(bare)
  return types.every((type, i) => bare(other[i]!) === type) ? types : undefined
}
