import { defineRule, type Moment, type Name, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'backfill-finds-nothing',
  title: 'Backfill of rows that are NULL, where none can be',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The migration succeeds, and every old row keeps a value that was meant for new ones.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A column that is added NOT NULL has a value in every row at once: its DEFAULT, or on MySQL and MariaDB 0 or an empty string. An UPDATE behind it that fills the rows WHERE the column IS NULL finds none, changes nothing and does not fail.',
  instead: 'Add the column nullable, fill it, and set NOT NULL and the DEFAULT afterwards; or fill the rows that have the DEFAULT.',
  unless: 'The column was there before, or may have been; or MySQL takes a zero date for NULL.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-COLUMN'],
  covers: [311],
  equivalents: [],
  messages: {
    nothing: 'This UPDATE changes nothing: {table}.{column} was added NOT NULL, so no row of it is NULL, and all keep {value}.',
  },
  on: {
    update(update, at) {
      const asked = askedForNull(update, at)
      if (asked === undefined || at.table(update.table).fresh) return
      const added = at.earlier.findLast((moment) => addsRequired(moment, update.table, asked, at))?.operation
      if (added?.kind !== 'addColumn' || at.column(update.table, asked)?.column.nullable !== false) return
      // A list of them is told once.
      if (at.earlier.some(({ operation }) => operation.kind === 'update' && isOf(operation, update.table, asked, at))) return
      const { default: given, type } = added.column
      // `date IS NULL` is true of a zero date there.
      if ((at.dialect === 'mysql' || at.dialect === 'mariadb') && /^date/.test(type?.name ?? 'date')) return
      const value = given ? `the DEFAULT ${given.sql}` : 'what the server wrote'
      at.report(update, 'nothing', { table: showName(update.table), column: asked, value }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'nothing',
      history: ['CREATE TABLE rewards (id bigint PRIMARY KEY, kind text);'],
      sql: "ALTER TABLE rewards ADD COLUMN amount integer NOT NULL DEFAULT 0;\nUPDATE rewards SET amount = 5 WHERE amount IS NULL AND kind = 'verified';",
    },
    {
      on: 'mysql',
      says: 'nothing',
      title: 'Through a builder',
      history: ["await knex.schema.createTable('rewards', (table) => {\n  table.increments()\n})"],
      knex: "await knex.schema.alterTable('rewards', (table) => {\n  table.integer('amount').notNullable().defaultTo(0)\n})\nawait knex('rewards').whereNull('amount').update({ amount: 5 })",
      also: ['mysql-implicit-commit'],
    },
    {
      on: 'postgres',
      says: 'nothing',
      title: 'A list of them, told once',
      history: ['CREATE TABLE rewards (id bigint PRIMARY KEY, kind text);'],
      sql: "ALTER TABLE rewards ADD COLUMN IF NOT EXISTS amount integer NOT NULL DEFAULT 0;\nUPDATE rewards SET amount = 5 WHERE amount IS NULL AND kind = 'verified';\nUPDATE rewards SET amount = 9 WHERE amount IS NULL AND kind = 'invited';",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Added nullable, and required when it is filled',
      history: ['CREATE TABLE rewards (id bigint PRIMARY KEY, kind text);'],
      sql: 'ALTER TABLE rewards ADD COLUMN amount integer;\nUPDATE rewards SET amount = 5 WHERE amount IS NULL AND id < 5000 AND id >= 0;\nALTER TABLE rewards ALTER COLUMN amount SET DEFAULT 0;',
    },
    {
      on: 'postgres',
      title: 'The rows that have the DEFAULT',
      history: ['CREATE TABLE rewards (id bigint PRIMARY KEY, kind text);'],
      sql: 'ALTER TABLE rewards ADD COLUMN amount integer NOT NULL DEFAULT 0;\nUPDATE rewards SET amount = 5 WHERE amount = 0 AND id < 5000 AND id >= 0;',
    },
    {
      on: 'postgres',
      title: 'It may have been there, and NULL',
      sql: 'ALTER TABLE rewards ADD COLUMN IF NOT EXISTS amount integer NOT NULL DEFAULT 0;\nUPDATE rewards SET amount = 5 WHERE amount IS NULL AND id < 5000 AND id >= 0;',
    },
  ],
})

/** The column that the UPDATE sets where it is NULL. */
function askedForNull({ set, where }: OperationOf<'update'>, at: Pick<Site, 'sameColumn'>): string | undefined {
  return where?.terms.find(
    ({ operator, column }) => operator === 'is null' && column !== undefined && set.some((one) => at.sameColumn(one.column, column)),
  )?.column
}

function isOf(update: OperationOf<'update'>, table: Name, column: string, at: Pick<Site, 'sameName' | 'sameColumn'>): boolean {
  const asked = at.sameName(update.table, table) ? askedForNull(update, at) : undefined
  return asked !== undefined && at.sameColumn(asked, column)
}

/** Does the step add the column, NOT NULL, for certain? With IF NOT EXISTS it may have been there, where the history does not have the whole table. */
function addsRequired({ operation }: Moment, table: Name, column: string, at: Pick<Site, 'table' | 'sameName' | 'sameColumn'>): boolean {
  if (operation.kind !== 'addColumn' || operation.column.nullable || !at.sameName(operation.table, table)) return false
  if (!at.sameColumn(operation.column.name, column) || operation.context?.branches?.length || operation.context?.block === 'catch')
    return false
  const guarded = operation.ifNotExists || (operation.context?.guards?.length ?? 0) > 0
  return !guarded || at.table(table).state?.complete === true
}
