import { type ColumnState, defineRule, findColumn, findTable, type IndexState, isCheckpointName, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-primary-key',
  title: 'Table without a primary key',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'A matter of how tables are designed: nothing fails until the table is replicated or grows.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Logical replication cannot name a row of such a table: PostgreSQL refuses UPDATE and DELETE once it is published (55000), MySQL’s replicas read the whole table for each changed row, and InnoDB hides a key of its own that nobody can use. Duplicates cannot be told apart.',
  instead: 'Give it a primary key, such as id bigint GENERATED ALWAYS AS IDENTITY.',
  unless: 'It is temporary, a partition, a copy that is thrown away, or has a UNIQUE key over NOT NULL columns.',
  sources: [
    'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
    'https://dev.mysql.com/doc/refman/8.4/en/replication-row-based-tables-without-pks.html',
  ],
  covers: [179, 223],
  equivalents: [],
  messages: {
    none: '{table} has no primary key: its rows cannot be told apart, and logical replication refuses to change them.',
  },
  on: {
    createTable({ table: name, temporary, partitionOf, as, like, inherits, span }, at) {
      if (temporary || partitionOf || as || like || inherits || name.dynamic || isCheckpointName(name)) return
      const table = findTable(at.walk.after, name)
      if (!table?.complete || table.born !== at.position) return
      const hasKey =
        table.constraints.some(({ constraint: { kind } }) => kind === 'primaryKey') ||
        table.indexes.some((index) => isKey(index, (column) => findColumn(at.walk.after, name, column)))
      if (!hasKey) at.report(span, 'none', { table: showName(name) }, { evidence: 'replayed' })
    },
  },
  bad: [{ on: 'postgres', says: 'none', sql: 'CREATE TABLE visits (page text, at timestamptz);' }],
  good: [
    {
      on: 'postgres',
      title: 'A joining table',
      sql: 'CREATE TABLE "_TagToPost" ("A" int NOT NULL, "B" int NOT NULL);\nCREATE UNIQUE INDEX "_TagToPost_AB" ON "_TagToPost" ("A", "B");',
      also: ['non-idempotent-ddl', 'missing-transaction'],
    },
    { on: 'postgres', sql: 'CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, page text);' },
    {
      on: 'postgres',
      title: 'Added later in the same migration',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE visits (page text);\nALTER TABLE visits ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;\nALTER TABLE visits ADD PRIMARY KEY (id);',
    },
    {
      on: 'mysql',
      title: 'A unique key that can do its work',
      sql: 'CREATE TABLE tags (post int NOT NULL, tag int NOT NULL, UNIQUE KEY (post, tag));',
    },
  ],
})

/** A unique index over columns that are never NULL identifies a row as well. */
function isKey({ unique, where, keys }: IndexState, find: (column: string) => ColumnState | undefined): boolean {
  if (!unique || where) return false
  return keys.every(({ column }) => column !== undefined && find(column)?.column.nullable === false)
}
