import { defineRule, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'refresh-not-concurrent',
  title: 'Materialized view refreshed while its readers wait',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Nobody reads the view until its query has run, and there is a way without that.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'REFRESH MATERIALIZED VIEW runs the query of the view anew while it keeps everybody from reading it: minutes, for a view that was made because its query is slow. CONCURRENTLY lets them read the old rows meanwhile, but wants a unique index over plain columns, without WHERE, and a view that has been filled once.',
  instead: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, best by a job rather than a migration.',
  unless: 'The view is created in the same migration, or was created WITH NO DATA and never filled: nobody can read it yet.',
  sources: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  covers: [66],
  equivalents: [
    'pgfence:refresh-matview-blocking',
    'pgsafe:refresh-matview-non-concurrent',
    'safe-migrate:blocking-mat-view-refresh',
    'safemigrate-lint:refresh-matview-blocks-reads',
  ],
  messages: {
    waits: 'Reads of {view} wait while its query runs anew.',
    noIndex: {
      text: 'REFRESH CONCURRENTLY of {view} fails: the view has no unique index over plain columns without WHERE.',
      help: 'CREATE UNIQUE INDEX on columns of {view} that tell its rows apart, first.',
    },
    unfilled: {
      text: 'REFRESH CONCURRENTLY of {view} fails: the view was created WITH NO DATA and has not been filled yet.',
      help: 'Fill it the first time by REFRESH MATERIALIZED VIEW without CONCURRENTLY: nobody can read it yet.',
    },
  },
  on: {
    refreshMaterializedView(refresh, at) {
      const view = viewOf(refresh.name, at)
      const slots = { view: showName(refresh.name) }
      if (refresh.concurrently) {
        if (!view || !at.before.complete || refresh.context?.block === 'try') return
        const usable = view.indexes.some(({ unique, where, keys }) => unique && !where && keys.every(({ column }) => column !== undefined))
        if (!view.populated) at.report(refresh, 'unfilled', slots, { evidence: 'replayed' })
        else if (!usable) at.report(refresh, 'noIndex', slots, { evidence: 'replayed' })
        return
      }
      // WITH NO DATA runs no query.
      if (refresh.withData === false || at.table(refresh.name).fresh || view?.populated === false) return
      at.report(refresh, 'waits', slots, { evidence: 'derived', grows: refresh.name })
    },
  },
  bad: [
    { on: 'postgres', says: 'waits', sql: 'REFRESH MATERIALIZED VIEW daily_sales;' },
    {
      on: 'postgres',
      says: 'noIndex',
      title: 'No unique index',
      history: [
        'CREATE TABLE sales (day date, total numeric);\nCREATE MATERIALIZED VIEW daily_sales AS SELECT day, sum(total) AS total FROM sales GROUP BY day;',
      ],
      sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;',
    },
    {
      on: 'postgres',
      says: 'unfilled',
      title: 'Never filled',
      sql: 'CREATE MATERIALIZED VIEW today AS SELECT 1 AS n WITH NO DATA;\nCREATE UNIQUE INDEX today_n ON today (n);\nREFRESH MATERIALIZED VIEW CONCURRENTLY today;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;' },
    {
      on: 'postgres',
      title: 'The first fill',
      history: ['CREATE MATERIALIZED VIEW today AS SELECT 1 AS n WITH NO DATA;'],
      sql: 'REFRESH MATERIALIZED VIEW today;',
    },
  ],
})

function viewOf(name: Name, at: Pick<Site, 'before' | 'sameName'>) {
  for (const view of at.before.views.values()) if (at.sameName(view.name, name)) return view
  return undefined
}
