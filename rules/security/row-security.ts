import { defineRule, type Name, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

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
  covers: [297],
  equivalents: [],
  messages: {
    hidden: 'Only its owner still sees rows of {table}: row security is on, and no policy lets anybody else read or write.',
    hiddenForced: {
      text: 'Nobody but superusers still sees rows of {table}: row security is forced on its owner too, and no policy lets anybody read or write.',
      severity: 'error',
    },
    shown: 'Every role that may read {table} sees all of its rows: row security is off, and its policies do nothing.',
  },
  on: {
    alterTable(operation, at) {
      const { table, action, span } = operation
      const view = at.table(table)
      if (view.fresh) return
      if (action === 'ENABLE ROW LEVEL SECURITY') {
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
    { on: 'postgres', says: 'shown', sql: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;' },
  ],
  good: [
    {
      on: 'postgres',
      sql: "BEGIN;\nCREATE POLICY own_rows ON orders USING (tenant = current_setting('app.tenant')::bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
    },
  ],
})

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
