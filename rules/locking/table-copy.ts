import {
  defineRule,
  isUnchecked,
  type Moment,
  type Name,
  type Operation,
  referringTables,
  type Site,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'table-copy',
  title: 'Change that copies the table or builds an index while writes wait',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Writes wait for as long as the rows take.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'MySQL and MariaDB fall back in silence to copying the table when a change cannot be made in place: writes wait until the last row is copied, and each replica then applies the statement in one piece and lags by as much. Foreign keys, CHECK constraints, conversions of the character set, another engine, a primary key that is dropped, the first FULLTEXT index and every SPATIAL one are among them.',
  instead: 'Let gh-ost or pt-online-schema-change copy the table while it is written to.',
  unless: 'The table is new, or so small that nobody notices; MariaDB 11.2 and later copy with writes going on.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
    'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl',
  ],
  covers: [78, 79, 80, 82, 85, 91, 92, 94, 101, 102, 103, 104, 107, 108],
  equivalents: [],
  messages: {
    copies: '{blocked} of {table} wait while {engine} copies the whole table: {because}.',
    builds: '{blocked} of {table} wait while {engine} {work}: {because}.',
    asked: {
      text: '{clause} makes {blocked} of {table} wait, which {engine} would not need for this change.',
      help: 'Leave the clause out, or ask for LOCK=NONE.',
    },
    rebuilds: {
      text: '{engine} writes every row of {table} anew while reads and writes go on: {because}.',
      severity: 'warning',
      profile: 'strict',
      help: 'Run it when little is written, and watch the replicas: they apply it in one piece.',
    },
  },
  on: {
    every(operation, at) {
      if (at.statement.operations[0] !== operation || at.cost.algorithm === undefined || at.cost.algorithm === 'unknown') return
      const name = tableOf(operation)
      if (name === undefined || at.table(name).fresh) return
      const parts = at.walk.moments.filter(({ statement }) => statement === at.statement)
      const culprit = culpritOf(parts, at)
      const { blocks } = at.cost
      const engine = at.dialect === 'mysql' ? 'MySQL' : 'MariaDB'
      const blocked = blocks === 'writes' ? 'Writes' : 'Reads and writes'
      const slots = { blocked, table: showName(name), engine }
      const evidence = { evidence: 'derived', grows: name } as const
      if (blocks !== 'writes' && blocks !== 'reads-and-writes') {
        if (culprit?.cost.rewrites === true && blocks === 'nothing' && at.says('rebuilds'))
          at.report(culprit.operation, 'rebuilds', { ...slots, because: because(culprit) }, evidence)
        return
      }
      const clause = parts.find(({ operation: one }) => one.kind === 'alterTable' && /^(?:ALGORITHM|LOCK)$/.test(one.action))?.operation
      if (clause?.kind === 'alterTable' && at.costWithout(['ALGORITHM', 'LOCK']).blocks === 'nothing') {
        const text = `${clause.action}=${clause.value ?? ''}`
        at.report(clause, 'asked', { ...slots, blocked: blocked.toLowerCase(), clause: text }, evidence)
        return
      }
      // What computes a value or a type anew for each row is told by the rules about defaults and types.
      if (culprit === undefined) return
      if (isForeignKey(culprit.operation) && isUnchecked(at.earlier)) return
      const help = isForeignKey(culprit.operation)
        ? foreignKeyHelp
        : isTimeInParentheses(culprit.operation)
          ? plainTimeHelp
          : toolHelp(name, at)
      const options = help === undefined ? evidence : { ...evidence, help }
      if (at.cost.algorithm === 'COPY') at.report(culprit.operation, 'copies', { ...slots, because: because(culprit) }, options)
      else {
        const work = culprit.cost.buildsIndex === true && culprit.cost.rewrites !== true ? 'builds the index' : 'rebuilds the table'
        at.report(culprit.operation, 'builds', { ...slots, work, because: because(culprit) }, options)
      }
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'copies',
      title: 'A foreign key',
      sql: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
    { on: 'mysql', says: 'copies', title: 'Another character set', sql: 'ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4;' },
    {
      on: 'mariadb',
      version: '10.11',
      says: 'copies',
      title: 'A CHECK',
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);',
    },
    { on: 'mysql', says: 'asked', sql: 'ALTER TABLE orders ADD INDEX orders_state (state), LOCK=SHARED;' },
    { on: 'mysql', says: 'rebuilds', title: 'Judged strictly', profile: 'strict', sql: 'ALTER TABLE orders FORCE;' },
    {
      on: 'mysql',
      says: 'copies',
      title: 'The time in parentheses, as Drizzle writes it',
      sql: 'ALTER TABLE orders ADD COLUMN created_at timestamp DEFAULT (now()) NOT NULL;',
    },
    {
      on: 'mariadb',
      version: '10.11',
      says: 'copies',
      title: 'A default from another column',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, net INT);'],
      sql: 'ALTER TABLE orders ADD COLUMN gross INT DEFAULT (net + 1);',
    },
    {
      on: 'mysql',
      says: 'copies',
      title: 'A character set that one of its texts lacks',
      history: [
        'CREATE TABLE orders (id INT PRIMARY KEY, note TEXT, code VARCHAR(20) CHARACTER SET latin1) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;',
      ],
      sql: 'ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;',
    },
  ],
  good: [
    { on: 'mysql', title: 'In place', sql: 'ALTER TABLE orders ADD INDEX orders_state (state), ALGORITHM=INPLACE, LOCK=NONE;' },
    { on: 'mysql', title: 'At once', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT;' },
    {
      on: 'mysql',
      title: 'A new table',
      sql: 'CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, KEY (user_id));\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'mysql',
      title: 'The time without parentheses is kept once, in the table’s definition',
      sql: 'ALTER TABLE orders ADD COLUMN created_at timestamp DEFAULT CURRENT_TIMESTAMP NOT NULL;',
    },
    {
      on: 'mariadb',
      title: 'MariaDB reads the parentheses away',
      sql: 'ALTER TABLE orders ADD COLUMN created_at timestamp DEFAULT (now()) NOT NULL;',
    },
    {
      on: 'mysql',
      title: 'A character set that all its texts have already',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, note TEXT) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;'],
      sql: 'ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;',
    },
  ],
})

const foreignKeyHelp =
  'Look for orphans with a SELECT first; with foreign_key_checks = 0 in the session the key is added in place, without looking at a row. Switch it on again right after.'

const plainTimeHelp = 'Write DEFAULT CURRENT_TIMESTAMP without parentheses: that is kept once in the definition, and no row is written.'

function isTimeInParentheses(operation: Operation): boolean {
  if (operation.kind !== 'addColumn') return false
  return /^\(\s*(?:now|current_timestamp|localtime|localtimestamp)\s*(?:\(\s*\d?\s*\))?\s*\)$/i.test(
    operation.column.default?.sql.trim() ?? '',
  )
}

/** gh-ost knows no foreign keys and no triggers; pt-online-schema-change puts up with both where it is told how. */
function toolHelp(name: Name, at: Site): string | undefined {
  const { state } = at.table(name)
  const keyed =
    state?.constraints.some(({ constraint }) => constraint.kind === 'foreignKey') || referringTables([name], at, false).length > 0
  return keyed
    ? 'Let pt-online-schema-change copy the table while it is written to, with --alter-foreign-keys-method: foreign keys rule out gh-ost.'
    : undefined
}

function tableOf(operation: Operation): Name | undefined {
  if (operation.kind === 'maintain') return operation.tables[0]
  return 'table' in operation && operation.table !== undefined ? (operation.table as Name) : undefined
}

function because({ cost }: Moment): string {
  return cost.because ?? 'the change cannot be made in place'
}

const isColumn = ({ operation: { kind } }: Moment) => kind === 'addColumn' || kind === 'modifyColumn' || kind === 'dropColumn'

const isForeignKey = (operation: Operation) => operation.kind === 'addConstraint' && operation.constraint.kind === 'foreignKey'

/** The clause that makes the statement as dear as it is; undefined: another rule tells of it. */
function culpritOf(parts: readonly Moment[], at: Site): Moment | undefined {
  // Beside a type that changes, a column that is rebuilt in place copies nothing of its own.
  const told = parts.some((part) => part.cost.rewrites === true && isOwned(part, at))
  const suspects = parts.filter((part) => !isOwned(part, at) && !(told && isColumn(part)))
  const rewriting = suspects.filter(({ cost }) => cost.rewrites === true && cost.because !== undefined)
  const cheaperWithout = ({ operation }: Moment) =>
    operation.kind === 'alterTable' && at.costWithout([operation.action]).blocks !== at.cost.blocks
  return (
    (rewriting.length > 1 ? rewriting.find(cheaperWithout) : undefined) ??
    rewriting.find(({ operation }) => operation.kind !== 'alterTable') ??
    rewriting[0] ??
    suspects.find(({ cost }) => cost.buildsIndex === true)
  )
}

/** Told by type-change-rewrite, set-not-null-scan or volatile-default-rewrite. */
function isOwned({ operation }: Moment, at: Site): boolean {
  if (operation.kind === 'modifyColumn') {
    const from = at.column(operation.table, operation.column)?.column
    if (from?.nullable && !operation.to.nullable) return true
    const effect = from?.type && operation.to.type && at.typeChange(from.type, operation.to.type, operation).effect
    return effect === undefined || effect === 'rewrite' || effect === 'reindex'
  }
  // PostgreSQL's clauses, which are refused, or a builder's change of nullability.
  if (operation.kind === 'alterColumnType' || operation.kind === 'setNotNull') return true
  if (operation.kind !== 'addColumn') return false
  const { generated, serial, autoIncrement, default: given } = operation.column
  return Boolean(generated?.stored || serial || autoIncrement || (given && !given.constant && at.volatility(given) === 'volatile'))
}
