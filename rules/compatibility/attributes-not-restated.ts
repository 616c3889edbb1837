import { type Column, defineRule, findColumn, type Moment, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'attributes-not-restated',
  title: 'Change of a column that drops what it does not repeat',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Ids stop being generated and NULLs come in, and the statement succeeds.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb', 'postgres'],
  inDown: 'full',
  why: 'MODIFY and CHANGE state a column whole: NOT NULL, DEFAULT, AUTO_INCREMENT, ON UPDATE, the generated expression and the comment are gone when they are not repeated. So do the builders that write such a statement from the options they are given, and Sequelize’s changeColumn and Knex’s alter() on PostgreSQL too. Nothing fails: the next INSERT stores NULL, or no id.',
  instead: 'Repeat the column as SHOW CREATE TABLE shows it, with the one thing changed.',
  unless: 'The attribute is to go. A MODIFY that changes nothing else is taken to mean that.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html',
    'https://mariadb.com/docs/server/reference/sql-statements/data-definition/alter/alter-table',
  ],
  covers: [112, 268],
  equivalents: [],
  messages: {
    lost: 'This takes {lost} off {table}.{column}, because it does not say it again.',
    defaultLost: {
      text: 'This takes {lost} off {table}.{column}, because it does not say it again: an INSERT that leaves the column out now fails or stores NULL.',
      severity: 'warning',
    },
    descriptionLost: {
      text: 'This takes {lost} off {table}.{column}, because it does not say it again.',
      severity: 'warning',
      profile: 'strict',
    },
  },
  on: {
    modifyColumn({ table, column, to, position, span }, at) {
      const from = at.column(table, column)?.column
      if (at.table(table).fresh || from === undefined || to.type === undefined || isDroppedLater(table, to.name, at)) return
      const isKey = inPrimaryKey(table, column, at)
      const lost = [
        ...(from.autoIncrement && !to.autoIncrement && integers.has(to.type.name) ? ['AUTO_INCREMENT'] : []),
        ...(from.generated && !to.generated ? ['its generated expression'] : []),
        ...(from.onUpdate !== undefined && to.onUpdate === undefined && temporal.has(to.type.name) ? ['ON UPDATE'] : []),
        // DEFAULT NULL says that NULL is meant; a primary key stays NOT NULL.
        ...(!from.nullable && to.nullable && !to.nullabilityWritten && !to.default?.isNull && !isKey ? ['NOT NULL'] : []),
      ]
      // The current time is no default of a number or a text: the type says why it went.
      const fits = from.default?.constant !== false || temporal.has(to.type.name) || from.type?.name === to.type.name
      const defaults =
        from.default && fits && !from.default.isNull && !to.default && !to.generated && !to.autoIncrement
          ? [`DEFAULT ${from.default.sql}`]
          : []
      const described = from.comment !== undefined && from.comment !== '' && to.comment === undefined ? ['its COMMENT'] : []
      const changed = position !== undefined || isChanged(from, to)
      if (!changed && lost.length + defaults.length + described.length < 2) return
      const slots = { table: showName(table), column }
      const options = { evidence: 'replayed' } as const
      const builder = at.statement.sql === undefined ? ({ severity: 'warning' } as const) : {}
      if (lost.length > 0) at.report(span, 'lost', { ...slots, lost: [...lost, ...defaults].join(' and ') }, { ...options, ...builder })
      else if (defaults.length > 0) at.report(span, 'defaultLost', { ...slots, lost: defaults[0]! }, options)
      else if (described.length > 0) at.report(span, 'descriptionLost', { ...slots, lost: described[0]! }, options)
    },
    alterColumnType({ table, column, type, span }, at) {
      const parts = at.dialect === 'postgres' ? partsOf(table, column, span, at) : []
      const from = parts[0] && findColumn(parts[0].before, table, column)?.column
      if (!from || at.table(table).fresh) return
      const implied = (kind: 'dropNotNull' | 'dropDefault') => parts.some(({ operation }) => operation.kind === kind && operation.implied)
      const isKey = inPrimaryKey(table, column, at)
      const lost = implied('dropNotNull') && !from.nullable && !isKey ? ['NOT NULL'] : []
      const defaults = implied('dropDefault') && from.default && !from.default.isNull ? [`DEFAULT ${from.default.sql}`] : []
      const given = parts.find(({ operation }) => operation.kind === 'setDefault')?.operation
      const required = parts.some(({ operation }) => operation.kind === 'setNotNull')
      const to: Column = {
        name: from.name,
        type,
        nullable: !required,
        nullabilityWritten: required,
        default: given?.kind === 'setDefault' ? given.default : undefined,
        constraints: [],
      }
      if (!isChanged(from, to) && lost.length + defaults.length < 2) return
      const slots = { table: showName(table), column, lost: [...lost, ...defaults].join(' and ') }
      const words = at.framework === 'knex' ? 'notNullable() and defaultTo()' : 'allowNull and defaultValue'
      const options = { evidence: 'replayed', help: `Say ${words} again as they are.` } as const
      if (lost.length > 0) at.report(span, 'lost', slots, { ...options, severity: 'warning' })
      else if (defaults.length > 0) at.report(span, 'defaultLost', slots, options)
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'lost',
      title: 'changeColumn of Sequelize does the same on PostgreSQL',
      history: [
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, state: { type: Sequelize.STRING(20), allowNull: false, defaultValue: 'new' } })",
      ],
      sequelize: "await queryInterface.changeColumn('orders', 'state', { type: Sequelize.STRING(30) })",
    },
    {
      on: 'mysql',
      says: 'lost',
      title: 'Wider, and no ids any more',
      history: ['CREATE TABLE orders (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, note TEXT);'],
      sql: 'ALTER TABLE orders MODIFY id BIGINT;',
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      says: 'defaultLost',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20) NOT NULL DEFAULT 'new') CHARSET=utf8mb4;"],
      sql: 'ALTER TABLE orders MODIFY state VARCHAR(30) NOT NULL;',
    },
    {
      on: 'mysql',
      says: 'lost',
      title: 'A builder writes the same statement',
      history: [
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, state: { type: Sequelize.STRING(20), allowNull: false, defaultValue: 'new' } })",
      ],
      sequelize: "await queryInterface.changeColumn('orders', 'state', { type: Sequelize.STRING(30) })",
    },
    {
      on: 'postgres',
      says: 'defaultLost',
      title: 'alter() drops the DEFAULT first, and sets NOT NULL again',
      history: [
        "await knex.schema.createTable('orders', (table) => {\n  table.increments()\n  table.string('state', 20).notNullable().defaultTo('new')\n})",
      ],
      knex: "await knex.schema.alterTable('orders', (table) => {\n  table.string('state', 30).notNullable().alter()\n})",
      also: ['set-not-null-scan'],
    },
    {
      on: 'postgres',
      says: 'lost',
      title: 'alter() drops both',
      history: [
        "await knex.schema.createTable('orders', (table) => {\n  table.increments()\n  table.string('state', 20).notNullable().defaultTo('new')\n})",
      ],
      knex: "await knex.schema.alterTable('orders', (table) => {\n  table.string('state', 30).alter()\n})",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Said again',
      history: [
        "await knex.schema.createTable('orders', (table) => {\n  table.increments()\n  table.string('state', 20).notNullable().defaultTo('new')\n})",
      ],
      knex: "await knex.schema.alterTable('orders', (table) => {\n  table.string('state', 30).notNullable().defaultTo('new').alter()\n})",
      also: ['set-not-null-scan'],
    },
    {
      on: 'postgres',
      title: 'NOT NULL comes with the primary key',
      history: ["await knex.schema.createTable('orders', (table) => {\n  table.bigInteger('id').primary()\n})"],
      knex: "await knex.schema.alterTable('orders', (table) => {\n  table.dropPrimary()\n})\nawait knex.schema.alterTable('orders', (table) => {\n  table.text('id').primary().alter()\n})",
      also: ['type-change-rewrite', 'type-change-breaking', 'unique-constraint-lock'],
    },
    {
      on: 'postgres',
      title: 'NOT NULL set again, and there was no DEFAULT',
      history: [
        "await knex.schema.createTable('orders', (table) => {\n  table.increments()\n  table.string('state', 20).notNullable()\n})",
      ],
      knex: "await knex.schema.alterTable('orders', (table) => {\n  table.string('state', 30).notNullable().alter()\n})",
      also: ['set-not-null-scan'],
    },
    {
      on: 'postgres',
      title: 'Said again',
      history: [
        "await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, state: { type: Sequelize.STRING(20), allowNull: false, defaultValue: 'new' } })",
      ],
      sequelize:
        "await queryInterface.changeColumn('orders', 'state', { type: Sequelize.STRING(30), allowNull: false, defaultValue: 'new' })",
      also: ['set-not-null-scan'],
    },
    {
      on: 'mysql',
      title: 'Said whole',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20) NOT NULL DEFAULT 'new') CHARSET=utf8mb4;"],
      sql: "ALTER TABLE orders MODIFY state VARCHAR(30) NOT NULL DEFAULT 'new';",
    },
    {
      on: 'mysql',
      title: 'Nothing else changes: it is meant',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20) NOT NULL);'],
      sql: 'ALTER TABLE orders MODIFY note VARCHAR(20);',
    },
    {
      on: 'mysql',
      title: 'AUTO_INCREMENT is taken off before the column goes',
      history: ['CREATE TABLE queues (id INT NOT NULL AUTO_INCREMENT, name VARCHAR(50) NOT NULL, PRIMARY KEY (id));'],
      sql: 'ALTER TABLE queues MODIFY id BIGINT;\nALTER TABLE queues DROP PRIMARY KEY, ADD PRIMARY KEY (name);\nALTER TABLE queues DROP COLUMN id;',
      also: ['type-change-rewrite', 'drop-before-contract', 'non-idempotent-ddl'],
    },
  ],
})

/** Does the column go further down? MySQL wants AUTO_INCREMENT off a column before the key that it needs. */
function isDroppedLater(table: Name, column: string, at: Pick<Site, 'later' | 'sameName' | 'sameColumn'>): boolean {
  return at.later.some(
    ({ operation }) => operation.kind === 'dropColumn' && at.sameName(operation.table, table) && at.sameColumn(operation.column, column),
  )
}

/** What NOT NULL is kept by. */
function inPrimaryKey(table: Name, column: string, at: Pick<Site, 'table' | 'sameColumn'>): boolean {
  return (at.table(table).state?.constraints ?? []).some(
    ({ constraint }) => constraint.kind === 'primaryKey' && constraint.columns.some((other) => at.sameColumn(other, column)),
  )
}

/** The statements that one call of a builder becomes, for this column. */
function partsOf(table: Name, column: string, span: Span, at: Pick<Site, 'walk' | 'sameName' | 'sameColumn'>): readonly Moment[] {
  return at.walk.moments.filter(
    ({ operation, statement }) =>
      statement.sql === undefined &&
      operation.span.start === span.start &&
      operation.span.file === span.file &&
      'column' in operation &&
      typeof operation.column === 'string' &&
      at.sameColumn(operation.column, column) &&
      'table' in operation &&
      operation.table !== undefined &&
      at.sameName(operation.table, table),
  )
}

/** Does the statement change something that it names? */
function isChanged(from: Column, to: Column): boolean {
  const { type } = to
  const typed =
    from.type !== undefined &&
    type !== undefined &&
    (from.type.name !== type.name ||
      (from.type.unsigned ?? false) !== (type.unsigned ?? false) ||
      from.type.labels?.join('\n') !== type.labels?.join('\n') ||
      (!integers.has(type.name) && from.type.args.join() !== type.args.join()))
  return (
    typed ||
    from.name !== to.name ||
    (to.charset !== undefined && from.charset !== to.charset) ||
    (to.collation !== undefined && from.collation !== to.collation) ||
    (to.comment !== undefined && from.comment !== to.comment) ||
    (to.default !== undefined && from.default?.sql !== to.default.sql) ||
    (to.nullabilityWritten && from.nullable !== to.nullable)
  )
}

/** Their arguments are display widths. */
const integers = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint'])

const temporal = new Set(['timestamp', 'datetime'])
