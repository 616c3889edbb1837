import { defineRule, type Moment, type Name, type ScriptSite, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-analyze',
  title: 'No ANALYZE after what leaves the planner without statistics',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Autovacuum mends it by itself, after a while; type-change-rewrite asks for ANALYZE where rows are written anew.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A change of type throws the statistics of the column away, and the values of an expression that is indexed, or of CREATE STATISTICS, have none before the next ANALYZE. Until autovacuum comes by, which goes by the number of changed rows, the planner guesses, and a query that was quick may read the whole table.',
  instead: 'ANALYZE the table, or the column alone, when the change is through: it blocks neither reads nor writes.',
  unless: 'ANALYZE or VACUUM ANALYZE follows in the migration, or the table is new.',
  sources: [
    'https://www.postgresql.org/docs/current/planner-stats.html',
    'https://www.postgresql.org/docs/current/indexes-expressional.html',
  ],
  covers: [77],
  equivalents: ['strong_migrations:auto_analyze', 'online_migrations:auto_analyze'],
  messages: {
    lost: 'The planner has no statistics of {what} until {table} is analysed: it guesses until autovacuum comes by.',
    never: '{count} of the judged changes leave the planner without statistics of what they change, and none is followed by an ANALYZE.',
  },
  on: {
    script(at) {
      const said = new Set<string>()
      for (const [i, moment] of at.walk.moments.entries()) {
        const found = withoutStatistics(moment)
        if (!found || at.table(found.table, moment).fresh || said.has(showName(found.table))) continue
        if (at.walk.moments.slice(i + 1).some((later) => analyses(later, found.table, at))) continue
        said.add(showName(found.table))
        const slots = { what: found.what, table: showName(found.table) }
        at.report(moment.operation, 'lost', slots, { evidence: 'derived', oncePerRun: { message: 'never' } })
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'lost', sql: 'CREATE INDEX CONCURRENTLY users_mail ON users (lower(email));' },
    { on: 'postgres', says: 'lost', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);' },
  ],
  good: [
    {
      on: 'postgres',
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS users_mail;\nCREATE INDEX CONCURRENTLY users_mail ON users (lower(email));\nANALYZE users;',
    },
    {
      on: 'postgres',
      title: 'A plain index has its column’s statistics',
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS users_mail;\nCREATE INDEX CONCURRENTLY users_mail ON users (email);',
    },
  ],
})

/** What the planner knows nothing of after this step, and whose it is. */
function withoutStatistics({ operation, cost }: Moment): { readonly table: Name; readonly what: string } | undefined {
  if (operation.kind === 'createIndex' && operation.keys.some(({ expression }) => expression))
    return { table: operation.table, what: `the expression of ${operation.name ?? 'the index'}` }
  if ((operation.kind === 'alterColumnType' || operation.kind === 'modifyColumn') && cost.dropsStatistics === true)
    return { table: operation.table, what: `${showName(operation.table)}.${operation.column}` }
  if (operation.kind === 'otherStatement' && operation.command === 'CREATE STATISTICS' && operation.table)
    return { table: operation.table, what: operation.name ? showName(operation.name) : 'the columns together' }
  return undefined
}

function analyses({ operation }: Moment, table: Name, at: Pick<ScriptSite, 'sameName'>): boolean {
  if (operation.kind === 'dropTable') return at.sameName(operation.table, table)
  if (operation.kind !== 'maintain' || !/ANALY[SZ]E/i.test(operation.command)) return false
  return operation.tables.length === 0 || operation.tables.some((name) => at.sameName(name, table))
}
