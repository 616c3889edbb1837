import {
  cutBy,
  type DataType,
  defineRule,
  type Expression,
  type Name,
  type OperationOf,
  type Site,
  showName,
  silentLoss,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'lossy-type-change',
  title: 'Type change that not every value survives',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'One row that does not fit fails the deployment, or is cut without a word.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A value that the new type cannot hold fails the statement on the first such row, which a test database rarely has. Where the change computes the new value (USING, or MySQL outside strict mode) it is cut or rounded instead, and what is cut off is gone.',
  instead:
    'Look for values that do not fit before you deploy, repair them in an earlier migration, and keep the old column until nobody misses it.',
  unless:
    'The new type holds every value of the old one, the rows were repaired or looked at before, the table is new, or nothing is known about one of the types.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
    'https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict',
  ],
  covers: [134, 135, 136, 137, 151],
  equivalents: ['safe-migrate:irreversible-migration'],
  messages: {
    fails: 'Changing {table}.{column} from {from} to {to} fails on the first value that does not fit.',
    failsOrCuts:
      'Changing {table}.{column} from {from} to {to} fails on the first value that does not fit; outside strict mode such values are cut instead.',
    negative:
      'Changing {table}.{column} from {from} to {to} fails on the first negative value, and every other one fits; outside strict mode negative values become 0 instead.',
    loses: 'Changing {table}.{column} from {from} to {to} changes values without a word: {how}, and no down brings that back.',
    shifts: {
      text: 'Changing {table}.{column} to {to} reads every value as a time in the session’s {zone}, which nothing here sets: where they are of another zone, each is moved by hours.',
      profile: 'strict',
    },
  },
  on: {
    alterColumnType({ table, column, type, using, span }, at) {
      if (at.dialect !== 'postgres') return
      if (isShifted(table, column, type, using, at))
        at.report(
          span,
          'shifts',
          { table: showName(table), column, to: type.text, zone: 'TimeZone' },
          { evidence: 'derived', help: 'Say in which zone the values are: USING {column} AT TIME ZONE …' },
        )
      const found = lossOf(table, column, type, using, at)
      if (!found) return
      const slots = { table: showName(table), column, from: found.from.text, to: type.text }
      if (found.how === undefined) at.report(span, 'fails', slots, { evidence: 'derived' })
      else at.report(span, 'loses', { ...slots, how: found.how }, { evidence: 'derived' })
    },
    modifyColumn({ table, column, to: { type }, span }, at) {
      if (type && isShifted(table, column, type, undefined, at))
        at.report(
          span,
          'shifts',
          { table: showName(table), column, to: type.text, zone: 'time_zone' },
          { evidence: 'derived', help: 'Say in which zone the values are: SET time_zone before it.' },
        )
      const found = type && lossOf(table, column, type, undefined, at)
      if (!type || !found) return
      const slots = { table: showName(table), column, from: found.from.text, to: type.text }
      if (found.how === undefined)
        at.report(span, isSignAlone(found.from, type, at) ? 'negative' : 'failsOrCuts', slots, { evidence: 'derived' })
      else at.report(span, 'loses', { ...slots, how: found.how }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'fails',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(100));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20);',
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      says: 'loses',
      title: 'USING that cuts',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(100));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20) USING left(name, 20);',
    },
    {
      on: 'postgres',
      says: 'loses',
      title: 'A cast to less than the new type holds',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(100));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(200) USING name::varchar(20);',
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      says: 'negative',
      title: 'Signed to unsigned',
      history: ['CREATE TABLE accounts (id INT PRIMARY KEY, balance INT);'],
      sql: 'ALTER TABLE accounts MODIFY balance INT UNSIGNED;',
    },
    {
      on: 'postgres',
      says: 'loses',
      title: 'One element of each array',
      history: ['CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);'],
      sql: 'ALTER TABLE posts ALTER COLUMN tags TYPE text USING tags[1];',
      also: ['type-change-rewrite', 'type-change-breaking'],
    },
    {
      on: 'postgres',
      says: 'shifts',
      profile: 'strict',
      title: 'Whose hours are they?',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, began timestamp);'],
      sql: 'ALTER TABLE visits ALTER COLUMN began TYPE timestamptz;',
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      says: 'failsOrCuts',
      title: 'Signed to a shorter unsigned',
      history: ['CREATE TABLE accounts (id INT PRIMARY KEY, balance BIGINT);'],
      sql: 'ALTER TABLE accounts MODIFY balance INT UNSIGNED;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Wider',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(100);',
    },
    {
      on: 'postgres',
      title: 'Wider, with a cast to the new type',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(100) USING (name::varchar(100));',
    },
    {
      on: 'postgres',
      title: 'Wider elements of an array',
      history: ['CREATE TABLE clients (id bigint PRIMARY KEY, urls varchar(255)[]);'],
      sql: 'ALTER TABLE clients ALTER COLUMN urls TYPE varchar(1024)[];',
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      title: 'A text becomes the only element of an array',
      history: ['CREATE TABLE posts (id bigint PRIMARY KEY, tag text);'],
      sql: 'ALTER TABLE posts ALTER COLUMN tag TYPE text[] USING ARRAY[tag];',
      also: ['type-change-rewrite', 'type-change-breaking'],
    },
    {
      on: 'postgres',
      title: 'The zone of the values is said',
      profile: 'strict',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, began timestamp);'],
      sql: "ALTER TABLE visits ALTER COLUMN began TYPE timestamptz USING began AT TIME ZONE 'UTC';",
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      title: 'The zone of the session is set',
      profile: 'strict',
      history: ['CREATE TABLE visits (id INT PRIMARY KEY, began TIMESTAMP NULL);'],
      sql: "SET time_zone = '+00:00';\nALTER TABLE visits MODIFY began DATETIME;",
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      title: 'The rows are repaired first',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(100));',
        'UPDATE users SET name = LEFT(name, 20) WHERE CHAR_LENGTH(name) > 20;',
      ],
      sql: 'ALTER TABLE users MODIFY name VARCHAR(20);',
      also: ['type-change-rewrite'],
    },
  ],
})

/** Is a time without a zone made one with it, or the other way round, in whatever zone the session is in? */
function isShifted(table: Name, column: string, to: DataType, using: Expression | undefined, at: Asks): boolean {
  const from = at.column(table, column)?.column.type
  const [plain, zoned, setting] =
    at.dialect === 'postgres' ? ['timestamp', 'timestamptz', 'timezone'] : ['datetime', 'timestamp', 'time_zone']
  const crosses = (from?.name === plain && to.name === zoned) || (from?.name === zoned && to.name === plain)
  if (!crosses || at.table(table).fresh || at.session.settings.has(setting)) return false
  return using === undefined || (using.functions.length === 0 && !/\bat\s+time\s+zone\b/i.test(using.sql))
}

type Asks = Pick<
  Site<OperationOf<'alterColumnType' | 'modifyColumn'>>,
  'table' | 'type' | 'column' | 'typeChange' | 'earlier' | 'sameName' | 'sameColumn' | 'dialect' | 'session'
>

/** The type so far, and what happens to values that do not fit: `how` they are changed, or undefined when the statement fails on them. */
function lossOf(
  table: Name,
  column: string,
  to: DataType,
  using: Expression | undefined,
  at: Asks,
): { readonly from: DataType; readonly how: string | undefined } | undefined {
  const from = at.column(table, column)?.column.type
  if (!from || from.labels || isEnum(from, at) || at.table(table).fresh || isRepaired(table, column, at)) return undefined
  const { narrows } = at.typeChange(from, to)
  const cut = cutBy(using, to, narrows === false)
  if (cut !== undefined) return { from, how: cut }
  // What a CASE, a function or ARRAY[…] makes of the values is what the author wants.
  const maps = using !== undefined && (/\bcase\b|\barray\s*\[/i.test(using.sql) || using.functions.some((name) => name !== 'nullif'))
  if (maps || to.name === 'boolean' || narrows !== true) return undefined
  return { from, how: silentLoss(from, to) }
}

/** Are negative numbers all that does not fit? */
function isSignAlone(from: DataType, to: DataType, at: Asks): boolean {
  return to.unsigned === true && from.unsigned !== true && at.typeChange({ ...from, unsigned: true }, to).narrows === false
}

/** Labels are another rule's business. */
function isEnum({ name, schema }: DataType, at: Asks): boolean {
  return at.type(schema === undefined ? { name } : { schema, name })?.form === 'enum'
}

/** Were rows of the column written, deleted or looked at before: by an earlier migration, or earlier in this script? */
function isRepaired(table: Name, column: string, at: Asks): boolean {
  if (at.column(table, column)?.filled !== undefined) return true
  return at.earlier.some(({ operation }) => {
    // IF EXISTS (SELECT …) THEN RAISE EXCEPTION: the migration stops before a value is lost.
    if (operation.kind === 'refuse') return true
    if (operation.kind === 'truncate') return operation.tables.some((name) => at.sameName(name, table))
    if (operation.kind === 'select')
      return (
        operation.query.tables.some((name) => at.sameName(name, table)) &&
        operation.query.columns.some((name) => at.sameColumn(name, column))
      )
    if (operation.kind === 'delete') return at.sameName(operation.table, table)
    return (
      operation.kind === 'update' && at.sameName(operation.table, table) && operation.set.some((one) => at.sameColumn(one.column, column))
    )
  })
}
