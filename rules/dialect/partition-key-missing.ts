import { defineRule, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'partition-key-missing',
  title: 'Unique key without the partition column',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A partition sees only its own rows: a key that may be twice in two partitions cannot be kept unique. PostgreSQL (0A000), MySQL and MariaDB (1503) refuse a PRIMARY KEY or UNIQUE that leaves out a column by which the table is partitioned.',
  instead: 'Add the partition columns to the key; what must be unique over all partitions needs a table of its own.',
  unless: 'The key is one of a single partition.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS',
    'https://dev.mysql.com/doc/refman/8.4/en/partitioning-limitations-partitioning-keys-unique-keys.html',
  ],
  covers: [245],
  equivalents: [],
  messages: {
    missing: 'This fails: {table} is partitioned by {by}, which {key} does not hold.',
  },
  on: {
    createTable({ table, columns, constraints, indexes, partitionBy, span }, at) {
      if (!partitionBy) return
      const inline = columns.flatMap((column) => column.constraints)
      for (const { kind, columns: own, span: place } of [...inline, ...constraints])
        if (kind === 'primaryKey' || kind === 'unique') judge(table, partitionBy.columns, own, place ?? span, at)
      for (const { unique, keys } of indexes) if (unique) judge(table, partitionBy.columns, namesOf(keys), span, at)
    },
    addConstraint({ table, constraint, span }, at) {
      const by = at.table(table).state?.partitionBy?.columns
      const { kind, columns, usingIndex } = constraint
      if (by && usingIndex === undefined && (kind === 'primaryKey' || kind === 'unique')) judge(table, by, columns, span, at)
    },
    createIndex({ table, unique, keys, span }, at) {
      const by = at.table(table).state?.partitionBy?.columns
      if (by && unique) judge(table, by, namesOf(keys), span, at)
    },
  },
  bad: [
    { on: 'postgres', says: 'missing', sql: 'CREATE TABLE events (id bigint PRIMARY KEY, day date NOT NULL) PARTITION BY RANGE (day);' },
    {
      on: 'postgres',
      says: 'missing',
      title: 'A unique index',
      history: ['CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);'],
      sql: 'CREATE UNIQUE INDEX events_id ON events (id);',
    },
    {
      on: 'mysql',
      says: 'missing',
      sql: 'CREATE TABLE events (id INT PRIMARY KEY, shard INT NOT NULL) PARTITION BY HASH (shard) PARTITIONS 8;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE events (id bigint, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);' },
    {
      on: 'mysql',
      sql: 'CREATE TABLE events (id INT, shard INT NOT NULL, PRIMARY KEY (id, shard)) PARTITION BY HASH (shard) PARTITIONS 8;',
    },
  ],
})

function namesOf(keys: readonly { readonly column: string | undefined }[]): readonly string[] {
  return keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
}

interface Asks extends Pick<Site, 'sameColumn'> {
  report(where: Span, message: 'missing', slots: { readonly table: string; readonly by: string; readonly key: string }): void
}

function judge(table: Name, by: readonly string[], key: readonly string[], span: Span, at: Asks): void {
  const missing = by.filter((column) => !key.some((other) => at.sameColumn(other, column)))
  if (missing.length === 0) return
  at.report(span, 'missing', { table: showName(table), by: missing.join(', '), key: key.length > 0 ? `(${key.join(', ')})` : 'the key' })
}
