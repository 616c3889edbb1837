import { defineRule, type Operation, type Site } from '../../src/rule/define.ts'

export default defineRule({
  id: 'index-key-refused',
  title: 'Key or row that is larger than the engine takes',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration fails, and what came before it in the file is committed.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'InnoDB keeps 3072 bytes for a key (767 where the row format is COMPACT or REDUNDANT) and 65535 for a row, and counts the bytes that a text may take: four for each character of utf8mb4. TEXT, BLOB and JSON have no length that it could count. SQLite and PostgreSQL take all of this, so that a test there says nothing.',
  instead:
    'Give the key a prefix, (column(191)), or the column a shorter type; for uniqueness of long texts, make a generated column of their hash unique.',
  unless:
    'The column’s character set is not written anywhere and takes one byte. MariaDB cuts a key that is not unique and keeps a long unique one as a hash: both go through.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html',
    'https://dev.mysql.com/doc/refman/8.4/en/column-count-limit.html',
    'measured: MariaDB 10.11',
  ],
  covers: [154, 238],
  equivalents: ['bytebase:index.type-no-blob', 'bytebase:index.pk-type-limit'],
  messages: {
    key: 'The server refuses this key (error {error}): {because}.',
    row: {
      text: 'The server refuses this row (error {error}): {because}.',
      help: 'Make long columns TEXT: their values are kept outside the row.',
    },
  },
  on: {
    createTable: judge,
    addColumn: judge,
    modifyColumn: judge,
    addConstraint: judge,
    createIndex: judge,
  },
  bad: [
    {
      on: 'mysql',
      says: 'key',
      title: 'A unique TEXT',
      sql: 'CREATE TABLE pages (id INT PRIMARY KEY, url TEXT NOT NULL, UNIQUE (url));',
    },
    {
      on: 'mysql',
      says: 'key',
      title: 'Four bytes for each character',
      history: ['CREATE TABLE pages (id INT PRIMARY KEY, url VARCHAR(1000)) CHARSET=utf8mb4;'],
      sql: 'CREATE INDEX pages_url ON pages (url);',
    },
    {
      on: 'mariadb',
      says: 'key',
      title: 'A primary key cannot be a hash',
      sequelize: "await queryInterface.createTable('pages', { url: { type: Sequelize.TEXT, primaryKey: true } })",
    },
    {
      on: 'mysql',
      says: 'row',
      sql: 'CREATE TABLE pages (id INT PRIMARY KEY, head VARCHAR(10000), body VARCHAR(10000)) CHARSET=utf8mb4;',
    },
  ],
  good: [
    { on: 'mysql', title: 'A prefix', sql: 'CREATE TABLE pages (id INT PRIMARY KEY, url TEXT NOT NULL, KEY (url(191)));' },
    { on: 'mysql', title: 'It just fits', sql: 'CREATE TABLE pages (id INT PRIMARY KEY, url VARCHAR(768), KEY (url)) CHARSET=utf8mb4;' },
    { on: 'mysql', title: 'A full text index', sql: 'CREATE TABLE pages (id INT PRIMARY KEY, body TEXT, FULLTEXT (body));' },
    { on: 'mariadb', title: 'A long unique key is a hash there', sql: 'CREATE TABLE pages (id INT PRIMARY KEY, url TEXT, UNIQUE (url));' },
  ],
})

type Asks = Pick<Site, 'refusals'> & {
  report(
    where: Operation,
    message: 'key' | 'row',
    slots: { readonly error: string; readonly because: string },
    options: { readonly evidence: 'replayed' },
  ): void
}

function judge(operation: Operation, at: Asks): void {
  const refusal = at.refusals().find(({ of }) => of === 'index key' || of === 'row')
  if (!refusal) return
  const { error, because } = refusal
  at.report(operation, refusal.of === 'row' ? 'row' : 'key', { error, because }, { evidence: 'replayed' })
}
