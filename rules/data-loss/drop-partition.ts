import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-partition',
  title: 'Partition dropped with its rows',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Rows are destroyed by a clause that looks like a change of structure, and MySQL cannot roll it back.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'DROP PARTITION and TRUNCATE PARTITION delete every row of the partition. They are DDL: MySQL and MariaDB commit them at once, no trigger sees the rows go, and no foreign key is asked.',
  instead: 'EXCHANGE the partition with an empty table first and keep that table until the rows are known not to be missed.',
  unless: 'The rows were put aside before, by EXCHANGE PARTITION or a copy, or the table is created in the same migration.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/partitioning-management-range-list.html'],
  covers: [108, 143],
  equivalents: ['bytebase:table.disallow-partition'],
  messages: {
    dropped: 'The rows of {table} in {partition} are gone: {action} deletes them and is committed at once.',
  },
  on: {
    alterTable({ table, action, value, span }, at) {
      if (action !== 'DROP PARTITION' && action !== 'TRUNCATE PARTITION') return
      const view = at.table(table)
      if (view.fresh) return
      const exchanged = at.earlier.some(
        ({ operation }) =>
          operation.kind === 'alterTable' && operation.action === 'EXCHANGE PARTITION' && at.sameName(operation.table, table),
      )
      const copied = [...at.before.tables.values()].some((other) => other.copyOf.some((source) => at.sameName(source, table)))
      if (exchanged || copied) return
      const partition = value === undefined || /^all$/i.test(value) ? 'its partitions' : `the partition ${value}`
      at.report(span, 'dropped', { table: showName(table), partition, action })
    },
  },
  bad: [
    { on: 'mysql', says: 'dropped', sql: 'ALTER TABLE visits DROP PARTITION p2023;' },
    { on: 'mariadb', says: 'dropped', sql: 'ALTER TABLE visits TRUNCATE PARTITION p2023;' },
  ],
  good: [
    {
      on: 'mysql',
      title: 'The rows were copied first',
      history: [
        'CREATE TABLE visits (id BIGINT NOT NULL, year INT NOT NULL) PARTITION BY RANGE (year) (PARTITION p2023 VALUES LESS THAN (2024), PARTITION p2024 VALUES LESS THAN (2025));',
        'CREATE TABLE visits_2023 AS SELECT * FROM visits WHERE year = 2023;',
      ],
      sql: 'ALTER TABLE visits DROP PARTITION p2023;',
    },
    { on: 'mysql', title: 'A partition is added', sql: 'ALTER TABLE visits ADD PARTITION (PARTITION p2026 VALUES LESS THAN (2027));' },
  ],
})
