import { defineRule, findTable, findView, type Name, type OperationOf, type ScriptSite, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'view-refuses-writes',
  title: 'View that takes no writes any more',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Most views are only read; whether the application writes through one does not stand in its migrations.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'PostgreSQL passes INSERT, UPDATE and DELETE on a view through to its table only where its query is simple: one table, no DISTINCT, no GROUP BY, no aggregate, no LIMIT. A view that gets a join loses that without a word, and so does the name of a table that a view takes over: each write of the running release to it fails.',
  instead:
    'Give the new query a name of its own and keep the old view until nobody writes to it, or make INSTEAD OF triggers in the same transaction.',
  unless:
    'Nobody writes to it, it took no writes before or computes columns, as views do that are made to be read, or a trigger or rule takes them.',
  sources: ['https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS'],
  covers: [],
  equivalents: [],
  messages: {
    view: 'Writes of the running release to {view} fail from here on: {because} in its new query keeps them from its table.',
    table: 'Writes of the running release to {view}, a table until now, fail from here on: {because} keeps the view from passing them on.',
  },
  on: {
    script(at) {
      const before = at.walk.moments[0]?.before
      for (const { operation } of at.walk.moments) {
        if (operation.kind !== 'createView' || operation.materialized || !before || isTaken(operation, at)) continue
        const after = findView(at.walk.after, operation.name)
        if (!after || typeof after.refusesWrites !== 'string' || after.refusesWrites !== operation.refusesWrites) continue
        const old = findView(before, operation.name)
        const table = old ? undefined : findTable(before, operation.name)
        // One that computes columns beside those of its table is made to be read.
        const took = old?.refusesWrites === false && !old.computes && !old.uses.some((used) => refuses(used, at))
        if (!took && !(table && at.age(table.born) === 'existing')) continue
        const slots = { view: showName(operation.name), because: after.refusesWrites }
        at.report(operation, old ? 'view' : 'table', slots, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'view',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE TABLE shops (id bigint PRIMARY KEY, owner bigint);\nCREATE VIEW owners AS SELECT id, name FROM users;',
      ],
      sql: 'CREATE OR REPLACE VIEW owners AS SELECT u.id, u.name FROM users u JOIN shops s ON s.owner = u.id;',
    },
    {
      on: 'postgres',
      says: 'table',
      title: 'The name of a table goes on as a view',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE TABLE mails (user_id bigint, address text);'],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT p.id, p.name, m.address FROM people p LEFT JOIN mails m ON m.user_id = p.id;\nCOMMIT;",
      also: ['swap-loses-grants'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'It is as simple as before',
      profile: 'strict',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE VIEW owners AS SELECT id, name FROM users;'],
      sql: "CREATE OR REPLACE VIEW owners AS SELECT id, name FROM users WHERE name <> '';",
    },
    {
      on: 'postgres',
      title: 'It took no writes before',
      profile: 'strict',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE VIEW names AS SELECT DISTINCT name FROM users;'],
      sql: 'CREATE OR REPLACE VIEW names AS SELECT name FROM users GROUP BY name;',
    },
  ],
})

/** Does a trigger or a rule take the writes? */
function isTaken({ name }: OperationOf<'createView'>, at: ScriptSite): boolean {
  const triggers = [...at.walk.after.triggers.values()]
  return (
    triggers.some(({ table }) => table && at.sameName(table, name)) ||
    at.walk.moments.some(({ operation }) => operation.kind === 'otherStatement' && /\bRULE$/.test(operation.command))
  )
}

/** Is what a view reads a view that took no writes itself, or of which that is not known? */
function refuses(used: Name, at: ScriptSite): boolean {
  const view = findView(at.walk.moments[0]!.before, used)
  return view !== undefined && view.refusesWrites !== false
}
