import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-suffix',
  title: 'Table dropped that was not set aside first',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention of a team, silent until it names its suffix.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A table that is renamed first and dropped a release later can be brought back by renaming it again.',
  instead: 'Rename the table with the agreed suffix, and drop it in a later release.',
  unless: 'The table is temporary or made in the same migration. Silent until a suffix is named: { "suffix": "_deleted" }.',
  sources: ['https://martinfowler.com/bliki/ParallelChange.html'],
  covers: [284],
  equivalents: [],
  messages: {
    found: '{table} is dropped without having been renamed to …{suffix} first.',
  },
  options: { suffix: '' as string },
  on: {
    dropTable({ table, temporary, span }, at) {
      const { suffix } = at.options
      if (suffix !== '' && !temporary && !at.table(table).fresh && !table.name.endsWith(suffix))
        at.report(span, 'found', { table: showName(table), suffix })
    },
  },
  bad: [{ on: 'postgres', says: 'found', options: { suffix: '_deleted' }, sql: 'DROP TABLE IF EXISTS orders;' }],
  good: [
    {
      on: 'postgres',
      options: { suffix: '_deleted' },
      also: ['non-idempotent-ddl', 'missing-transaction', 'irreversible-down'],
      sql: 'CREATE TABLE orders_deleted (id bigint PRIMARY KEY);\nDROP TABLE IF EXISTS orders_deleted;',
    },
  ],
})
