import { type Column, defineRule, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'not-null-dropped',
  title: 'NOT NULL dropped under readers',
  severity: 'warning',
  profile: 'style',
  profileBecause:
    'No statement fails, and a column on its way out loses its NOT NULL first; whether a reader meets a NULL depends on who writes one.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The release that is running has never met a NULL in this column: it reads it into a type without one, compares it, sums it up. The first row of the new release that leaves it empty breaks the old one, and a rollback of the migration fails on that row.',
  instead: 'Let the code that reads it take NULL first, and write the first NULL once that code is everywhere.',
  unless: 'The column is dropped next and nobody reads it any more.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [166],
  equivalents: ['squawk:ban-drop-not-null', 'pgfence:drop-not-null', 'pgsafe:drop-not-null', 'safemigrate-lint:not-null-dropped-warning'],
  messages: {
    dropped: '{table}.{column} may be NULL from here on: the running release has never met one there.',
  },
  on: {
    dropNotNull({ table, column, span }, at) {
      judge(table, column, undefined, span, at)
    },
    modifyColumn({ table, column, to, span }, at) {
      if (to.nullable) judge(table, column, to, span, at)
    },
  },
  bad: [
    { on: 'postgres', says: 'dropped', sql: 'ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;' },
    {
      on: 'mysql',
      says: 'dropped',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, phone VARCHAR(20) NOT NULL);'],
      sql: 'ALTER TABLE users MODIFY phone VARCHAR(20) NULL;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'It was nullable',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, phone text);'],
      sql: 'ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;',
    },
    {
      on: 'postgres',
      title: 'Dropped in the same script',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, phone text NOT NULL);'],
      sql: 'BEGIN;\nALTER TABLE users ALTER COLUMN phone DROP NOT NULL;\nALTER TABLE users DROP COLUMN phone;\nCOMMIT;',
      also: ['drop-before-contract'],
    },
  ],
})

interface Asks extends Pick<Site, 'column' | 'table' | 'age' | 'direction' | 'later' | 'sameName' | 'sameColumn'> {
  report(where: Span, message: 'dropped', slots: { readonly table: string; readonly column: string }): void
}

/** `to`: what MODIFY states; without a NULL that is written it is an accident, which attributes-not-restated tells. */
function judge(table: Name, column: string, to: Column | undefined, span: Span, at: Asks): void {
  const state = at.column(table, column)
  if (at.direction === 'down' || at.table(table).fresh || (to && (!to.nullabilityWritten || !state))) return
  if (state && (state.column.nullable || at.age(state.born) !== 'existing')) return
  const again = at.later.some(
    ({ operation }) =>
      (operation.kind === 'dropColumn' || operation.kind === 'setNotNull') &&
      at.sameName(operation.table, table) &&
      at.sameColumn(operation.column, column),
  )
  if (!again) at.report(span, 'dropped', { table: showName(table), column })
}
