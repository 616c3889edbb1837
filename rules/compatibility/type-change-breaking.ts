import { type DataType, defineRule, kindChange, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'type-change-breaking',
  title: 'Type change under a running release',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The old release fails on its next write. That it is given another kind of value is told strictly: a driver may hide it.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'The release that is running while the migration is deployed writes and reads values of the old type. Where the new one is of another kind (an array becomes JSON, a number a UUID, a text a date) its INSERTs and comparisons are refused, and its SELECTs give an object where it takes apart a text.',
  instead:
    'Add a column of the new type, keep both in step, backfill in batches, move the readers, and drop the old column in a later migration.',
  unless:
    'Both types hold the same kind of value (a wider number, a longer text, a UUID as text), the table or the column is new, no running release uses it, or one of the types is not known.',
  sources: [
    'https://martinfowler.com/bliki/ParallelChange.html',
    'https://www.postgresql.org/docs/current/typeconv-query.html',
    'https://node-postgres.com/features/types',
  ],
  covers: [],
  equivalents: [],
  messages: {
    breaks: 'Changing {table}.{column} from {from} to {to} breaks the running release: the column takes {is}, and no {was} from now on.',
    otherwise: {
      text: 'Changing {table}.{column} from {from} to {to} gives the running release {is} where it counts on {was}.',
      severity: 'warning',
      profile: 'strict',
    },
  },
  on: {
    alterColumnType({ table, column, type, span }, at) {
      if (at.dialect === 'postgres') judge(table, column, type, at, (message, slots) => at.report(span, message, slots, told))
    },
    modifyColumn({ table, column, to, span }, at) {
      // Under another name it is gone for the running release, and rename-breaking says so.
      if (at.dialect === 'postgres' || !to.type || !at.sameColumn(column, to.name)) return
      judge(table, column, to.type, at, (message, slots) => at.report(span, message, slots, told))
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'breaks',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, lines jsonb[]);'],
      sql: 'ALTER TABLE orders ALTER COLUMN lines TYPE jsonb USING to_jsonb(lines);',
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      says: 'otherwise',
      profile: 'strict',
      title: 'Text that becomes JSON',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, meta text);'],
      sql: 'ALTER TABLE orders ALTER COLUMN meta TYPE jsonb USING meta::jsonb;',
      also: ['type-change-rewrite', 'lossy-type-change'],
    },
    {
      on: 'mysql',
      says: 'breaks',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, sent DATETIME);'],
      sql: 'ALTER TABLE orders MODIFY sent BIGINT;',
      also: ['type-change-rewrite', 'lossy-type-change'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The same kind of value',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE text;',
    },
    {
      on: 'postgres',
      title: 'A UUID that was kept as text',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, token varchar(36));'],
      sql: 'ALTER TABLE users ALTER COLUMN token TYPE uuid USING token::uuid;',
      also: ['type-change-rewrite', 'lossy-type-change'],
    },
    {
      on: 'mysql',
      title: 'Larger elements of the same kind',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, note TEXT);'],
      sql: 'ALTER TABLE orders MODIFY note LONGTEXT;',
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      title: 'No running release knows the table',
      sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY, meta text);\nALTER TABLE orders ALTER COLUMN meta TYPE jsonb USING meta::jsonb;\nCOMMIT;',
    },
  ],
})

const told = { evidence: 'derived' } as const

type Report = (message: 'breaks' | 'otherwise', slots: Record<'table' | 'column' | 'from' | 'to' | 'was' | 'is', string>) => void

function judge(table: Name, column: string, to: DataType, at: Pick<Site, 'column' | 'table' | 'age' | 'dialect'>, report: Report): void {
  const state = at.column(table, column)
  const from = state?.column.type
  if (!from || at.table(table).fresh || at.age(state.born) !== 'existing') return
  const change = kindChange(from, to, at.dialect)
  if (!change) return
  const { was, is, refuses } = change
  report(refuses ? 'breaks' : 'otherwise', { table: showName(table), column, from: from.text, to: to.text, was, is })
}
