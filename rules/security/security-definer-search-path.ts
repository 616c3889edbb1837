import { defineRule, type Moment, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'security-definer-search-path',
  title: 'SECURITY DEFINER without a fixed search_path',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Whoever may call the function can run code of their own with its owner’s rights.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A SECURITY DEFINER function runs with the rights of its owner, and looks its tables, functions and operators up along the search_path of the caller. A caller who puts a schema of their own first, or a temporary table in the way, decides what the owner’s rights are used on.',
  instead: "Add SET search_path = '' and qualify every name, or name the trusted schemas and pg_temp last.",
  unless:
    'CREATE FUNCTION or an ALTER FUNCTION of the same migration sets search_path, or the body is BEGIN ATOMIC, whose names are bound when it is created.',
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY'],
  covers: [299],
  equivalents: [],
  messages: {
    open: '{function} runs with its owner’s rights and looks names up along the caller’s search_path: callers decide which tables and operators it uses.',
  },
  on: {
    createFunction({ name, security, settings, language, span }, at) {
      if (security !== 'definer' || settings?.search_path !== undefined || language === 'c' || language === 'internal') return
      if (/\bbegin\s+atomic\b/i.test(at.statement.sql ?? '') || at.later.some((moment) => isFixedBy(moment, at))) return
      at.report(span, 'open', { function: showName(name) })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'open',
      sql: "CREATE FUNCTION is_member(team bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT EXISTS (SELECT 1 FROM members WHERE team_id = team)';",
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: "CREATE FUNCTION is_member(team bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT 1 FROM public.members WHERE team_id = team)';",
    },
    {
      on: 'postgres',
      title: 'With the caller’s own rights',
      sql: "CREATE FUNCTION is_member(team bigint) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT 1 FROM members WHERE team_id = team)';",
    },
    {
      on: 'postgres',
      title: 'Fixed right after',
      sql: "BEGIN;\nCREATE FUNCTION is_member(team bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT true';\nALTER FUNCTION is_member SET search_path = pg_catalog, pg_temp;\nCOMMIT;",
    },
  ],
})

/** Does a later ALTER FUNCTION set its search_path, is it dropped, or created anew? */
function isFixedBy(
  { operation }: Moment,
  at: Pick<Site, 'sameName'> & { readonly operation: { readonly name: { readonly name: string } } },
): boolean {
  const { name } = at.operation
  if (operation.kind === 'dropFunction' || operation.kind === 'createFunction') return at.sameName(operation.name, name)
  if (operation.kind !== 'otherStatement' || operation.details?.about !== 'function') return false
  const { details } = operation
  return at.sameName(details.name, name) && (details.settings.search_path !== undefined || details.security === 'invoker')
}
