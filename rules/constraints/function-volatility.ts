import { defineRule, dependantsOf, type Expression, findFunction, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'function-volatility',
  title: 'Index or stored column over a function whose results may change',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails, or queries that use the index give wrong answers from then on.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'An index and a stored column hold what a function gave when the row was written. PostgreSQL takes only IMMUTABLE functions there, and believes the word: when such a function is replaced, nothing computes the old rows anew, and the index finds what the old body gave.',
  instead: 'Make the new function under another name, build a new index over it and drop the old one; or REINDEX in the same migration.',
  unless:
    'The new body gives the same result for every value that is stored. A function of language SQL that PostgreSQL can inline is judged by what its body calls.',
  sources: [
    'https://www.postgresql.org/docs/current/xfunc-volatility.html',
    'https://www.postgresql.org/docs/current/sql-createindex.html',
  ],
  covers: [177, 248],
  equivalents: [],
  messages: {
    refused: 'This fails: {function}() is not IMMUTABLE, and {what} may be computed by nothing else.',
    replaced: {
      text: 'What the old {function}() gave stays in {users}: nothing computes the stored rows anew.',
      severity: 'warning',
    },
  },
  on: {
    createIndex(index, at) {
      const called = index.keys.map(({ expression }) => expression && mutableIn(expression, at)).find((name) => name !== undefined)
      if (called !== undefined && !index.context?.branches?.length)
        at.report(index, 'refused', { function: called, what: 'an index key' }, { evidence: 'replayed' })
    },
    addColumn({ column, span, context }, at) {
      const called = column.generated && mutableIn(column.generated.expression, at)
      if (called !== undefined && !context?.branches?.length)
        at.report(span, 'refused', { function: called, what: 'a generated column' }, { evidence: 'replayed' })
    },
    createFunction(created, at) {
      const old = findFunction(at.before, created.name)
      if (!created.orReplace || old?.overloads.length !== 1 || at.age(old.born) !== 'existing') return
      // Other parameters make another function.
      if (findFunction(at.after, created.name)?.overloads.length !== 1) return
      if (at.walk.moments.some(({ operation }) => operation.kind === 'reindex' || operation.kind === 'opaque')) return
      let users = usersOf(created.name, at.before)
      // What is dropped later in the script is not asked any more, or made anew.
      for (const { before, after } of at.later) {
        if (users.length === 0) return
        if (after.tables !== before.tables) users = users.filter((user) => usersOf(created.name, after).includes(user))
      }
      if (users.length > 0)
        at.report(created, 'replaced', { users: users.join(', '), function: showName(created.name) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'refused',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, day text);\nCREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;',
      ],
      sql: 'CREATE INDEX CONCURRENTLY orders_week ON orders (week(day));',
    },
    {
      on: 'postgres',
      says: 'replaced',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, day text);\nCREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;\nCREATE INDEX orders_week ON orders (week(day));',
      ],
      sql: 'CREATE OR REPLACE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 2; END $$;',
    },
  ],
  good: [
    {
      on: 'postgres',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, day text);\nCREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;',
      ],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_week;\nCREATE INDEX CONCURRENTLY orders_week ON orders (week(day));',
    },
    {
      on: 'postgres',
      title: 'Nothing stored uses it',
      history: ['CREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;'],
      sql: 'CREATE OR REPLACE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 2; END $$;',
    },
    {
      on: 'postgres',
      title: 'The index is dropped and built anew in the migration',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, day text);\nCREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;\nCREATE INDEX orders_week ON orders (week(day));',
      ],
      sql: 'CREATE OR REPLACE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 2; END $$;\nDROP INDEX orders_week;\nCREATE INDEX orders_week ON orders (week(day));',
      also: ['index-not-concurrent', 'drop-index-not-concurrent'],
    },
    {
      on: 'postgres',
      title: 'Other parameters: the one that the index calls stays as it is',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, day text);\nCREATE FUNCTION week(day text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;\nCREATE INDEX orders_week ON orders (week(day));',
      ],
      sql: 'CREATE OR REPLACE FUNCTION week(day text, first integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 2; END $$;',
    },
  ],
})

/** A function of the history, called by the expression, that is known not to be IMMUTABLE and that PostgreSQL does not inline. */
function mutableIn({ functions }: Expression, at: Site): string | undefined {
  return functions.find((text) => {
    const state = findFunction(at.before, nameOf(text))
    if (state?.overloads.length !== 1) return false
    const { volatility, language } = state.overloads[0]!
    return language !== 'sql' && language !== undefined && (volatility === 'stable' || volatility === 'volatile')
  })
}

function nameOf(text: string): Name {
  const dot = text.indexOf('.')
  return dot < 0 ? { name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) }
}

function usersOf(name: Name, schema: Site['before']): readonly string[] {
  return dependantsOf({ function: name }, schema).flatMap(({ kind, name: user, table }) => {
    if (kind === 'index') return [`the index ${user}`]
    return kind === 'generated' && table ? [`the column ${showName(table)}.${user}`] : []
  })
}
