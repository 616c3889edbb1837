import { defineRule, type Expression, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'default-changed',
  title: 'Default changed under running writers',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A default is changed because new rows shall have the new one; only code that counts on the old one notices.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'While both releases run, the INSERTs of the old one that leave the column out get the new value, which the old code does not expect. Libraries that read the schema at start (ActiveRecord, some of Sequelize’s plugins) go on writing the old default themselves.',
  instead: 'Have the application write the value itself first, and change the default when no running release leaves it out.',
  unless: 'The column is new, or every release writes it.',
  sources: ['https://www.postgresql.org/docs/current/ddl-default.html'],
  covers: [168],
  equivalents: ['strong_migrations:change_column_default', 'online_migrations:change_column_default'],
  messages: {
    changed: 'INSERTs of the running release that leave out {column} of {table} write {after} instead of {before} from here on.',
    dropped: 'INSERTs of the running release that leave out {column} of {table} write NULL instead of {before} from here on.',
  },
  on: {
    setDefault({ table, column, default: value, span }, at) {
      judge(table, column, value, span, at)
    },
    dropDefault({ table, column, span }, at) {
      judge(table, column, undefined, span, at)
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'changed',
      history: ["CREATE TABLE orders (id bigint PRIMARY KEY, state text DEFAULT 'new');"],
      sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft';",
    },
    {
      on: 'postgres',
      says: 'dropped',
      history: ["CREATE TABLE orders (id bigint PRIMARY KEY, state text DEFAULT 'new');"],
      sql: 'ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The same value',
      history: ["CREATE TABLE orders (id bigint PRIMARY KEY, state text DEFAULT 'new');"],
      sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new'::text;",
    },
    {
      on: 'postgres',
      title: 'There was none',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, state text);'],
      sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft';",
    },
  ],
})

interface Asks extends Pick<Site, 'column' | 'age' | 'direction' | 'later' | 'earlier' | 'sameName' | 'sameColumn'> {
  report(
    where: Span,
    message: 'changed' | 'dropped',
    slots: { readonly table: string; readonly column: string; readonly before: string; readonly after: string },
  ): void
}

function judge(table: Name, column: string, value: Expression | undefined, span: Span, at: Asks): void {
  const state = at.column(table, column)
  const old = state?.column.default
  if (!state || !old || at.direction === 'down' || at.age(state.born) !== 'existing') return
  // A type that changes takes its default along: it is dropped before and set again after.
  const isOfColumn = (operation: Site['operation']) =>
    (operation.kind === 'setDefault' || operation.kind === 'dropColumn' || operation.kind === 'alterColumnType') &&
    at.sameName(operation.table, table) &&
    at.sameColumn(operation.column, column)
  if (at.later.some(({ operation }) => isOfColumn(operation))) return
  const slots = { table: showName(table), column, before: old.sql }
  if (value && !value.isNull) {
    const isSequence = value.functions.includes('nextval') && old.functions.includes('nextval')
    if (bare(value.sql) !== bare(old.sql) && !isSequence) at.report(span, 'changed', { ...slots, after: value.sql })
  } else if (state.column.nullable) at.report(span, 'dropped', { ...slots, after: 'NULL' })
}

/** A default without its casts, quotes and parentheses: spelt otherwise it is the same. */
function bare(sql: string): string {
  return sql
    .replace(/::[\w\s".[\]]+$/, '')
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/^'(.*)'$/s, '$1')
    .toLowerCase()
}
