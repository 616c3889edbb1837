import {
  defineRule,
  dependantsOf,
  type Expression,
  findFunction,
  type Name,
  type Operation,
  type Site,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'function-volatility',
  title: 'Index, column or CHECK over a function whose results may change',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails, or queries that use the index give wrong answers from then on.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'An index and a stored column hold what a function gave when the row was written. PostgreSQL takes only IMMUTABLE functions there (now(), to_char() and concat() are none, nor is date_trunc() of a timestamptz), and believes the word: when such a function is replaced, nothing computes the old rows anew, and the index finds what the old body gave. MySQL and MariaDB refuse NOW(), RAND() and their kin in generated columns, and in every CHECK.',
  instead: 'Make the new function under another name, build a new index over it and drop the old one; or REINDEX in the same migration.',
  unless:
    'The new body gives the same result for every value that is stored. A function of language SQL that PostgreSQL can inline is judged by what its body calls.',
  sources: [
    'https://www.postgresql.org/docs/current/xfunc-volatility.html',
    'https://www.postgresql.org/docs/current/sql-createindex.html',
    'https://dev.mysql.com/doc/refman/8.4/en/create-table-generated-columns.html',
  ],
  covers: [177, 248],
  equivalents: [],
  messages: {
    refused: 'This fails: {function}() is not IMMUTABLE, and {what} may be computed by nothing else.',
    unfixed: 'This fails ({error}): {because}.',
    replaced: {
      text: 'What the old {function}() gave stays in {users}: nothing computes the stored rows anew.',
      severity: 'warning',
    },
  },
  on: {
    createTable: unfixed,
    modifyColumn: unfixed,
    addConstraint: unfixed,
    createIndex(index, at) {
      const called = index.keys.map(({ expression }) => expression && mutableIn(expression, at)).find((name) => name !== undefined)
      if (called === undefined) return unfixed(index, at)
      if (!index.context?.branches?.length)
        at.report(index, 'refused', { function: called, what: 'an index key' }, { evidence: 'replayed' })
    },
    addColumn(added, at) {
      const { column, span, context } = added
      const called = column.generated && mutableIn(column.generated.expression, at)
      if (called === undefined) return unfixed(added, at)
      if (!context?.branches?.length) at.report(span, 'refused', { function: called, what: 'a generated column' }, { evidence: 'replayed' })
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
    {
      on: 'postgres',
      says: 'unfixed',
      title: 'The day of a moment depends on the time zone of the session',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL);'],
      sql: "DROP INDEX CONCURRENTLY IF EXISTS visits_day;\nCREATE INDEX CONCURRENTLY visits_day ON visits (date_trunc('day', at));",
    },
    {
      on: 'postgres',
      says: 'unfixed',
      title: 'A predicate that means another set of rows every day',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL);'],
      sql: "DROP INDEX CONCURRENTLY IF EXISTS visits_new;\nCREATE INDEX CONCURRENTLY visits_new ON visits (id) WHERE at > now() - interval '7 days';",
    },
    {
      on: 'mariadb',
      says: 'unfixed',
      title: 'A stored column that would age',
      sql: 'CREATE TABLE members (id BIGINT PRIMARY KEY, born DATE NOT NULL, age INT AS (TIMESTAMPDIFF(YEAR, born, CURDATE())) STORED);',
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
    {
      on: 'postgres',
      title: 'The time zone is said, and a plain timestamp has none',
      sql: "CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL, made timestamp NOT NULL, word text);\nCREATE INDEX ON visits (date_trunc('day', at AT TIME ZONE 'UTC'));\nCREATE INDEX ON visits (date_trunc('day', made), (made::date));\nCREATE INDEX ON visits USING gin (to_tsvector('english', word));\nCREATE INDEX ON visits (id) WHERE at > '2024-01-01' AND word <> 'now()';",
    },
    {
      on: 'mariadb',
      title: 'A virtual column is computed when it is read',
      sql: 'CREATE TABLE members (id BIGINT PRIMARY KEY, born DATE NOT NULL, age INT AS (TIMESTAMPDIFF(YEAR, born, CURDATE())) VIRTUAL);',
    },
  ],
})

type Asks = Pick<Site, 'refusals'> & {
  report(
    where: Operation,
    message: 'unfixed',
    slots: { readonly error: string; readonly because: string },
    options: { readonly evidence: 'replayed' },
  ): void
}

/** What the server ships and does not take here. */
function unfixed(operation: Operation, at: Asks): void {
  const { branches, block } = operation.context ?? {}
  if (branches?.length || block === 'catch') return
  const refusal = at.refusals().find(({ of }) => of === 'expression')
  if (refusal) at.report(operation, 'unfixed', { error: refusal.error, because: refusal.because }, { evidence: 'replayed' })
}

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
