import { type DataType, defineRule, effectOf, findColumn, type Name, type Site, showName } from '../../src/rule/define.ts'

const instead =
  'Add a column of the new type, keep both in step, backfill in batches, move the readers, and drop the old column in a later migration.'

export default defineRule({
  id: 'type-change-rewrite',
  title: 'Type change that rewrites or copies the table',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait while every row is written anew.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Most changes of a column’s type write every row anew, and rebuild every index on the column. PostgreSQL does it under ACCESS EXCLUSIVE, so that nobody reads or writes; MySQL and MariaDB copy the table while writes wait. Even a change that is free for the table may rebuild partial and expression indexes or recheck constraints.',
  instead,
  unless:
    'The change is binary-coercible or a widening that the engine makes in its catalog, or the table is new. PostgreSQL drops the column’s statistics all the same: ANALYZE the table afterwards.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
  ],
  covers: [42, 43, 44, 45, 46, 89, 90, 98, 100],
  equivalents: [
    'squawk:changing-column-type',
    'eugene:E5',
    'atlas:PG301',
    'atlas:MY113',
    'atlas:MY123',
    'strong_migrations:change_column',
    'strong_migrations:change_column_constraint',
  ],
  messages: {
    rewrites: {
      text: 'Changing {table}.{column} from {from} to {to} rewrites the whole table, and {effect} meanwhile: {because}.',
      help: `${instead} If it must be this way, ANALYZE the table afterwards: the column’s statistics are gone.`,
    },
    rebuilds: {
      text: 'Changing {table}.{column} from {from} to {to} keeps the rows but {work}, and {effect} meanwhile: {because}.',
      help: `${instead} If it must be this way, ANALYZE the table afterwards: the column’s statistics are gone.`,
    },
    copies: 'Changing {table}.{column} from {from} to {to} copies the whole table, and {effect} meanwhile: {because}.',
    unknown: {
      text: 'Changing {table}.{column} to {to} may rewrite the table: its type so far is not known from the history.',
      severity: 'info',
    },
  },
  on: {
    alterColumnType({ table: name, column, type, span }, at) {
      // No other engine has this clause: it is refused, and dialect-mismatch says so.
      if (at.dialect !== 'postgres' || at.table(name).fresh) return
      const from = at.column(name, column)?.column.type
      const slots = { table: showName(name), column, to: type.text }
      if (!from) {
        if (!isToldUnknown(name, at)) at.report(span, 'unknown', slots)
        return
      }
      const { cost } = at
      const because = cost.because ?? at.typeChange(from, type).because
      // A foreign key on the column is made anew: the table on its other side is locked as this one is.
      const sides = cost.others.filter(({ table, blocks }) => blocks === cost.blocks && !at.sameName(table, name) && !at.table(table).fresh)
      const effect = effectOf(
        cost,
        name,
        sides.map(({ table }) => table),
      )
      const told = { ...slots, from: from.text, because, effect }
      if (cost.rewrites === true) at.report(span, 'rewrites', told, { evidence: 'derived', grows: name })
      else if (cost.buildsIndex === true || cost.scans === true) {
        const work = cost.buildsIndex === true ? 'rebuilds its indexes' : 'reads every row to recheck constraints'
        at.report(span, 'rebuilds', { ...told, work }, { evidence: 'derived', grows: name })
      }
    },
    modifyColumn({ table: name, column, to, span }, at) {
      const type = to.type
      if (at.table(name).fresh || !type) return
      const from = at.column(name, column)?.column.type
      const slots = { table: showName(name), column, to: type.text }
      if (!from) {
        // CHANGE must repeat the type: one that renames says nothing about changing it.
        if (at.sameColumn(column, to.name) && !isToldUnknown(name, at)) at.report(span, 'unknown', slots)
        return
      }
      const change = at.typeChange(from, type, { table: name, column })
      if (isSame(from, type) || (change.effect !== 'rewrite' && change.effect !== 'reindex')) return
      if (at.cost.rewrites === false && at.cost.blocks === 'nothing') return
      at.report(
        span,
        'copies',
        { ...slots, from: from.text, because: change.because, effect: effectOf(at.cost, name) },
        { evidence: 'derived', grows: name },
      )
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'rewrites',
      history: ['CREATE TABLE orders (id integer PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
    },
    {
      on: 'mysql',
      says: 'copies',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, total INT);'],
      sql: 'ALTER TABLE orders MODIFY total BIGINT;',
    },
    { on: 'postgres', says: 'unknown', title: 'The type so far is not known', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;' },
    {
      on: 'mysql',
      says: 'copies',
      title: 'One letter more than a length byte counts',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(255)) CHARSET=latin1;'],
      sql: 'ALTER TABLE users MODIFY name VARCHAR(256);',
    },
    {
      on: 'postgres',
      says: 'rewrites',
      title: 'Hours moved from the zone that the connection is set to',
      history: ["await queryInterface.createTable('visits', { id: { type: Sequelize.BIGINT, primaryKey: true }, began: 'timestamp' })"],
      sequelize: "await queryInterface.sequelize.query('ALTER TABLE visits ALTER COLUMN began TYPE timestamptz')",
      files: { 'config/config.js': "module.exports = { dialect: 'postgres', timezone: 'Europe/Berlin' }\n" },
    },
    {
      on: 'mysql',
      says: 'unknown',
      title: 'Several columns of a table that is not known, told once',
      sql: 'ALTER TABLE orders MODIFY total BIGINT, MODIFY note TEXT;',
    },
    {
      on: 'postgres',
      says: 'rewrites',
      title: 'Digits of its own are rounded to anew, in UTC as well',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, began timestamp(3));'],
      sql: "SET timezone = 'UTC';\nALTER TABLE visits ALTER COLUMN began TYPE timestamptz(3);",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Wider',
      history: ['CREATE TABLE users (id integer PRIMARY KEY, name varchar(50));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(100);',
    },
    {
      on: 'postgres',
      title: 'Binary-coercible',
      history: ['CREATE TABLE users (id integer PRIMARY KEY, name varchar(50));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE text;',
    },
    {
      on: 'mysql',
      title: 'Within the length byte',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(20)) CHARSET=utf8mb4;'],
      sql: 'ALTER TABLE users MODIFY name VARCHAR(60);',
    },
    {
      on: 'mysql',
      title: 'The type that an earlier change gave it',
      history: ['ALTER TABLE orders MODIFY status VARCHAR(40);'],
      sql: "ALTER TABLE orders MODIFY status VARCHAR(40) DEFAULT 'new';",
    },
    {
      on: 'mysql',
      title: 'Two hundred letters of one byte',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50)) CHARSET=latin1;'],
      sql: 'ALTER TABLE users MODIFY name VARCHAR(200);',
    },
    {
      on: 'postgres',
      title: 'Sequelize sets its connections to UTC, where both are stored alike',
      history: ["await queryInterface.createTable('visits', { id: { type: Sequelize.BIGINT, primaryKey: true }, began: 'timestamp' })"],
      sequelize: "await queryInterface.sequelize.query('ALTER TABLE visits ALTER COLUMN began TYPE timestamptz')",
    },
    {
      on: 'postgres',
      title: 'Digits that go, in UTC',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, began timestamp(3));'],
      sql: "SET timezone = 'UTC';\nALTER TABLE visits ALTER COLUMN began TYPE timestamptz;",
    },
  ],
})

/** Has an earlier clause of the statement told of this table that it is not known? One statement writes it anew once. */
function isToldUnknown(table: Name, at: Pick<Site, 'statement' | 'earlier' | 'sameName'>): boolean {
  return at.earlier.some(
    ({ statement, operation: one, before }) =>
      statement === at.statement &&
      (one.kind === 'alterColumnType' || (one.kind === 'modifyColumn' && one.to.type !== undefined)) &&
      at.sameName(one.table, table) &&
      findColumn(before, table, one.column)?.column.type === undefined,
  )
}

function isSame(from: DataType, to: DataType): boolean {
  return (
    from.name === to.name &&
    from.array === to.array &&
    from.args.join() === to.args.join() &&
    (from.unsigned ?? false) === (to.unsigned ?? false)
  )
}
