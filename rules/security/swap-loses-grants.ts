import { defineRule, findTable, findView, type Name, type Operation, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'swap-loses-grants',
  title: 'Replacement that lacks the rights of what it replaces',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The application’s role loses its access, or rows are open to all, from the moment of the swap.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A table that takes another’s name is another table: grants, row security, policies and triggers stay with the old one. CREATE TABLE … (LIKE … INCLUDING ALL) copies none of them, and neither does dropping a view and making it anew.',
  instead: 'Grant them again in the same migration (GRANT, ENABLE ROW LEVEL SECURITY, CREATE POLICY), or use CREATE OR REPLACE VIEW.',
  unless: 'They are given to the new one in the same migration, or default privileges (ALTER DEFAULT PRIVILEGES) give them.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-priv.html',
    'https://www.postgresql.org/docs/current/sql-createtable.html',
    'measured: CREATE TABLE b (LIKE a INCLUDING ALL) leaves relacl empty on PostgreSQL 15',
  ],
  covers: [],
  equivalents: [],
  messages: {
    grants: 'The new {table} is another object than the old one: what {roles} were granted on the old one is gone.',
    rows: {
      text: 'The new {table} has no row security, which the old one had: every role that may read it sees every row.',
      help: 'ENABLE ROW LEVEL SECURITY on the new table and create its policies again before the swap.',
    },
  },
  on: {
    script(at) {
      if (at.walk.moments.some(({ operation }) => operation.kind === 'otherStatement' && isDefault(operation))) return
      if (!at.walk.moments.some(({ operation }) => makers.has(operation.kind))) return
      for (const [, table] of at.walk.before.tables.notSharedWith(at.walk.after.tables)) {
        if (table.grants === undefined && table.rowSecurity === undefined) continue
        const now = findTable(at.walk.after, table.name)
        if (!now || now.born === table.born) continue
        const swap = at.walk.moments.findLast(({ operation }) => isMade(operation, table.name, at.sameName))
        if (!swap) continue
        const lost = (table.grants ?? []).filter((role) => !now.grants?.includes(role))
        const slots = { table: showName(table.name) }
        if (lost.length > 0) at.report(swap.operation, 'grants', { ...slots, roles: lost.join(', ') }, { evidence: 'replayed' })
        else if (table.rowSecurity !== undefined && now.rowSecurity === undefined)
          at.report(swap.operation, 'rows', slots, { evidence: 'replayed' })
      }
      for (const [, view] of at.walk.before.views.notSharedWith(at.walk.after.views)) {
        if (!view.grants) continue
        const now = findView(at.walk.after, view.name)
        const dropped = at.walk.moments.some(({ operation }) => operation.kind === 'dropView' && at.sameName(operation.name, view.name))
        const swap = at.walk.moments.findLast(({ operation }) => isMade(operation, view.name, at.sameName))
        const lost = view.grants.filter((role) => !now?.grants?.includes(role))
        if (now && dropped && swap && lost.length > 0)
          at.report(swap.operation, 'grants', { table: showName(view.name), roles: lost.join(', ') }, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'grants',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);\nGRANT SELECT, INSERT ON orders TO app;'],
      sql: 'BEGIN;\nCREATE TABLE orders_new (LIKE orders INCLUDING ALL);\nALTER TABLE orders RENAME TO orders_old;\nALTER TABLE orders_new RENAME TO orders;\nCOMMIT;',
    },
    {
      on: 'postgres',
      says: 'grants',
      title: 'A view made anew',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE VIEW open_orders AS SELECT id FROM orders;\nGRANT SELECT ON open_orders TO app;',
      ],
      sql: 'DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT id, 1 AS rank FROM orders;',
    },
    {
      on: 'postgres',
      says: 'rows',
      title: 'Row security',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, owner text);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON orders USING (owner = current_user);',
      ],
      sql: 'BEGIN;\nCREATE TABLE orders_new (LIKE orders INCLUDING ALL);\nALTER TABLE orders RENAME TO orders_old;\nALTER TABLE orders_new RENAME TO orders;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Granted again',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE VIEW open_orders AS SELECT id FROM orders;\nGRANT SELECT ON open_orders TO app;',
      ],
      also: ['drop-before-contract', 'non-idempotent-ddl', 'irreversible-down'],
      sql: 'DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT id, 1 AS rank FROM orders;\nGRANT SELECT ON open_orders TO app;',
    },
    {
      on: 'postgres',
      title: 'Replaced in place',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE VIEW open_orders AS SELECT id FROM orders;\nGRANT SELECT ON open_orders TO app;',
      ],
      sql: 'CREATE OR REPLACE VIEW open_orders AS SELECT id, 1 AS rank FROM orders;',
    },
  ],
})

const makers: ReadonlySet<Operation['kind']> = new Set(['createTable', 'createView', 'renameTable'])

/** Does an operation make an object of this name, or give it to one? */
function isMade(operation: Operation, name: Name, same: (a: Name, b: Name) => boolean): boolean {
  if (operation.kind === 'createTable') return same(operation.table, name)
  if (operation.kind === 'createView') return same(operation.name, name)
  return operation.kind === 'renameTable' && same(operation.to, name)
}

function isDefault({ details }: Extract<Operation, { kind: 'otherStatement' }>): boolean {
  return details?.about === 'grant' && (details.on === 'defaults' || details.on === 'all-tables')
}
