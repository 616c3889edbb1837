import { type Column, defineRule, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'ignored-constraint',
  title: 'Constraint that is written and ignored',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Nothing enforces what the migration says is enforced, and no error tells.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'MySQL before 9.0 and MariaDB before 10.5 parse REFERENCES behind a column and forget it: there is no foreign key, and orphans come in unseen. MySQL before 8.0.16 and MariaDB before 10.2.1 do the same with every CHECK. Sequelize makes a foreign key of `references` alone, with `onDelete` and `onUpdate` beside it; `reference`, or an action inside `references`, it does not look at.',
  instead: 'Write the foreign key as a clause of its own: FOREIGN KEY (column) REFERENCES parent (id).',
  unless: 'The server is newer: set its version.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html',
    'https://dev.mysql.com/doc/refman/8.0/en/create-table-check-constraints.html',
  ],
  covers: [109, 258],
  equivalents: [],
  messages: {
    references: 'REFERENCES behind the column {table}.{column} is ignored by this version: there will be no foreign key.',
    check: {
      text: 'The CHECK on {table} is ignored by this version.',
      help: 'Check the value in a BEFORE INSERT and a BEFORE UPDATE trigger, or in the application.',
    },
    unreadReference: {
      text: 'Sequelize does not read {word}: there will be no foreign key from {table}.{column} to {to}.',
      help: 'Write references: { model, key }, with onDelete and onUpdate beside it.',
    },
    unreadAction: {
      text: 'Sequelize does not read {word} inside references: the foreign key of {table}.{column} is made without it.',
      help: 'Put it beside references, among the attributes of the column.',
    },
  },
  on: {
    createTable({ table, columns, constraints, span }, at) {
      for (const column of columns) judge(table, column, span, at)
      for (const constraint of constraints)
        if (constraint.kind === 'check' && !checksRows(at)) at.report(constraint.span ?? span, 'check', { table: showName(table) })
    },
    addColumn({ table, column, span }, at) {
      judge(table, column, span, at)
    },
    modifyColumn({ table, to, span }, at) {
      judge(table, to, span, at)
    },
    addConstraint({ table, constraint, span }, at) {
      if (constraint.kind === 'check' && !checksRows(at)) at.report(span, 'check', { table: showName(table) })
    },
  },
  bad: [
    {
      on: 'mysql',
      version: '8.0',
      says: 'references',
      sql: 'CREATE TABLE posts (id INT PRIMARY KEY, user_id INT REFERENCES users (id));',
    },
    { on: 'mysql', version: '5.7', says: 'check', sql: 'CREATE TABLE posts (id INT PRIMARY KEY, size INT, CHECK (size > 0));' },
    {
      on: 'postgres',
      says: 'unreadReference',
      title: 'A letter short of a foreign key',
      sequelize:
        "await queryInterface.createTable('visits', {\n  id: { type: Sequelize.INTEGER, primaryKey: true },\n  user_id: { type: Sequelize.INTEGER, reference: { model: 'users', key: 'id' }, onDelete: 'CASCADE' },\n})",
    },
    {
      on: 'mysql',
      says: 'unreadAction',
      title: 'An action inside references',
      sequelize:
        "await queryInterface.createTable('visits', {\n  id: { type: Sequelize.INTEGER, primaryKey: true },\n  user_id: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id', onDelete: 'CASCADE' } },\n})",
    },
  ],
  good: [
    {
      on: 'mysql',
      version: '8.0',
      sql: 'CREATE TABLE posts (id INT PRIMARY KEY, user_id INT, FOREIGN KEY (user_id) REFERENCES users (id));',
    },
    { on: 'mysql', version: '8.0.16', sql: 'CREATE TABLE posts (id INT PRIMARY KEY, size INT, CHECK (size > 0));' },
    {
      on: 'postgres',
      title: 'Actions beside references',
      sequelize:
        "await queryInterface.createTable('visits', {\n  id: { type: Sequelize.INTEGER, primaryKey: true },\n  user_id: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' }, onDelete: 'CASCADE' },\n})",
    },
  ],
})

type Asks = Pick<Site, 'dialect' | 'atLeast'> & {
  report(where: Span, message: 'references' | 'check', slots: Place): void
  report(where: Span, message: 'unreadReference', slots: Place & { readonly word: string; readonly to: string }): void
  report(where: Span, message: 'unreadAction', slots: Place & { readonly word: string }): void
}

type Place = { readonly table: string; readonly column: string }

/** PostgreSQL and SQLite have always heeded what they read. */
function checksRows(at: Pick<Site, 'dialect' | 'atLeast'>): boolean {
  return at.dialect === 'mysql' ? at.atLeast(8, 0, 16) : at.dialect !== 'mariadb' || at.atLeast(10, 2, 1)
}

function refers(at: Pick<Site, 'dialect' | 'atLeast'>): boolean {
  return at.dialect === 'mysql' ? at.atLeast(9) : at.dialect !== 'mariadb' || at.atLeast(10, 5)
}

function judge(table: Name, column: Column, span: Span, at: Asks): void {
  const place = { table: showName(table), column: column.name }
  for (const constraint of column.constraints) {
    if (constraint.kind === 'foreignKey' && !refers(at)) at.report(constraint.span ?? span, 'references', place)
    if (constraint.kind === 'check' && !checksRows(at)) at.report(constraint.span ?? span, 'check', place)
  }
  for (const { word, to, span: where } of column.unread ?? []) {
    if (to === undefined) at.report(where, 'unreadAction', { ...place, word })
    else at.report(where, 'unreadReference', { ...place, word, to })
  }
}
