import {
  defineRule,
  findTable,
  type Moment,
  type Name,
  type OperationOf,
  type ScriptSite,
  type Site,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'row-security',
  title: 'Row security that hides every row, or none',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The application sees an empty table, or every tenant sees the rows of all the others.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'Row security without a policy refuses every row: all roles but the owner of the table, superusers and those with BYPASSRLS read nothing and may write nothing, without an error for reads. Switched off, it shows every row to whoever may read the table; the policies stay in the catalog and do nothing.',
  instead: 'Create the policies first, in the same transaction, and enable row security after them.',
  unless: 'A policy is there or comes in the same migration, the table is new, or row security is switched on again.',
  sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  covers: [297, 300],
  equivalents: [],
  messages: {
    hidden: 'Only its owner still sees rows of {table}: row security is on, and no policy lets anybody else read or write.',
    hiddenForced: {
      text: 'Nobody but superusers still sees rows of {table}: row security is forced on its owner too, and no policy lets anybody read or write.',
      severity: 'error',
    },
    around: {
      text: 'View {view} shows every row of {table} to whoever may read the view: it reads with the rights of its owner, whom row security lets through.',
      profile: 'strict',
      help: 'Create it WITH (security_invoker = true), which PostgreSQL 15 and later know, or let the view itself pick the rows.',
    },
    without: {
      text: 'Table {table} is new in a schema that is to have row security, and every role that may read it sees all of its rows.',
      help: 'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY in the same migration, with its policies.',
    },
    idle: {
      text: 'The policies of {table} do nothing: row security is not on for it, and every role that may read it sees all of its rows.',
      help: 'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY behind the policies.',
    },
    shown: 'Every role that may read {table} sees all of its rows: row security is off, and its policies do nothing.',
  },
  options: { schemas: [] as readonly string[] },
  on: {
    createView(view, at) {
      if (view.materialized || view.securityInvoker) return
      const secured = view.query.tables.find((name) => at.table(name).state?.rowSecurity === 'on')
      if (secured) at.report(view, 'around', { view: showName(view.name), table: showName(secured) }, { evidence: 'replayed' })
    },
    script(at) {
      if (at.direction === 'down') return
      const idle = at.walk.moments.find((moment) => isIdlePolicy(moment, at))?.operation
      if (idle?.kind === 'otherStatement') at.report(idle, 'idle', { table: showName(idle.table!) }, { evidence: 'replayed' })
      for (const { operation } of at.walk.moments) {
        if (operation.kind !== 'createTable' || operation.temporary || operation.partitionOf) continue
        if (!at.options.schemas.includes(operation.table.schema ?? 'public')) continue
        const made = findTable(at.walk.after, operation.table)
        if (made && made.rowSecurity === undefined)
          at.report(operation, 'without', { table: showName(operation.table) }, { evidence: 'replayed' })
      }
    },
    alterTable(operation, at) {
      const { table, action, span } = operation
      const view = at.table(table)
      if (view.fresh) return
      if (action === 'ENABLE ROW LEVEL SECURITY') {
        // On already: nothing changes.
        if (view.state?.rowSecurity === 'on') return
        if ((view.state?.policies?.length ?? 0) > 0 || at.later.some((moment) => isAbout(moment.operation, table, at) === 'policy')) return
        // A history that does not show the table does not show its policies either; what this script drops was there.
        const forced = view.state?.rowSecurity === 'forced' || at.later.some((moment) => isAbout(moment.operation, table, at) === 'FORCE')
        at.report(span, forced ? 'hiddenForced' : 'hidden', { table: showName(table) }, view.known ? { evidence: 'replayed' } : {})
      } else if (action === 'DISABLE ROW LEVEL SECURITY') {
        if (view.known && view.state?.rowSecurity === undefined) return
        if (at.later.some((moment) => isAbout(moment.operation, table, at) === 'ENABLE')) return
        at.report(span, 'shown', { table: showName(table) })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'hidden',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);'],
      sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
    },
    {
      on: 'postgres',
      says: 'hiddenForced',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);'],
      sql: 'BEGIN;\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders FORCE ROW LEVEL SECURITY;\nCOMMIT;',
    },
    {
      on: 'postgres',
      says: 'around',
      title: 'A view over it, which reads with its owner’s rights',
      profile: 'strict',
      history: [
        "CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);\nCREATE POLICY own_rows ON orders USING (tenant = current_setting('app.tenant')::bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
      ],
      sql: 'CREATE VIEW order_ids AS SELECT id FROM orders;',
    },
    {
      on: 'postgres',
      says: 'without',
      title: 'A new table of a schema that is to have it',
      options: { schemas: ['api'] },
      sql: 'CREATE TABLE api.notes (id bigint PRIMARY KEY);',
    },
    { on: 'postgres', says: 'shown', sql: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;' },
    {
      on: 'postgres',
      says: 'idle',
      title: 'A policy that nothing switches on',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);'],
      sql: "CREATE POLICY own_rows ON orders USING (tenant = current_setting('app.tenant')::bigint);",
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: "BEGIN;\nCREATE POLICY own_rows ON orders USING (tenant = current_setting('app.tenant')::bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'A view that reads with the rights of whoever asks',
      profile: 'strict',
      history: [
        "CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);\nCREATE POLICY own_rows ON orders USING (tenant = current_setting('app.tenant')::bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
      ],
      sql: 'CREATE VIEW order_ids WITH (security_invoker = true) AS SELECT id FROM orders;',
    },
    {
      on: 'postgres',
      options: { schemas: ['api'] },
      title: 'A new table of a schema that is to have it, in the same migration',
      sql: 'CREATE TABLE api.notes (id bigint PRIMARY KEY);\nALTER TABLE api.notes ENABLE ROW LEVEL SECURITY;',
    },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
    },
    {
      on: 'postgres',
      title: 'One more policy, where row security is on, and one for a table that the history does not show',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;'],
      sql: 'CREATE POLICY all_rows ON orders USING (tenant IS NULL);\nCREATE POLICY own_rows ON visits USING (id > 0);',
    },
    {
      on: 'postgres',
      title: 'It is on already',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;'],
      sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
    },
  ],
})

/** A policy for a table known whole, whose row security is off before it and at the end. */
function isIdlePolicy(moment: Moment, at: Pick<ScriptSite, 'table' | 'walk'>): boolean {
  const { operation } = moment
  if (operation.kind !== 'otherStatement' || operation.command !== 'CREATE POLICY' || !operation.table) return false
  if (operation.context?.branches?.length || operation.context?.block === 'catch') return false
  const last = findTable(at.walk.after, operation.table)
  return at.table(operation.table, moment).known && last?.complete === true && last.rowSecurity === undefined
}

/** What a step does to the row security of the table. */
function isAbout(
  operation: Site['operation'] | OperationOf<'alterTable'>,
  table: Name,
  at: Pick<Site, 'sameName'>,
): 'policy' | 'ENABLE' | 'FORCE' | undefined {
  if (operation.kind === 'alterTable' && at.sameName(operation.table, table)) {
    const said = /^(ENABLE|FORCE) ROW LEVEL SECURITY$/.exec(operation.action)?.[1]
    return said as 'ENABLE' | 'FORCE' | undefined
  }
  if (operation.kind !== 'otherStatement' || operation.command !== 'CREATE POLICY' || !operation.table) return undefined
  return at.sameName(operation.table, table) ? 'policy' : undefined
}
