import { defineRule, findTable, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'required-columns',
  title: 'Table without the columns that every table should have',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention of a team, silent until it names its columns.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Columns that every table has (when a row was made, when it was changed) are only of use when every table has them.',
  instead: 'Add the columns.',
  unless: 'The table only joins two others. Silent until columns are named: { "columns": ["created_at"] }.',
  sources: ['https://martinfowler.com/articles/evodb.html'],
  covers: [224],
  equivalents: [],
  messages: {
    found: '{table} lacks {columns}, which every table should have.',
  },
  options: { columns: [] as readonly string[] },
  on: {
    createTable({ table: name, temporary, partitionOf, as, like, inherits, span }, at) {
      if (at.options.columns.length === 0 || temporary || partitionOf || as || like || inherits) return
      const table = findTable(at.walk.after, name)
      if (!table?.complete) return
      const missing = at.options.columns.filter(
        (column) => ![...table.columns.values()].some((own) => at.sameColumn(own.column.name, column)),
      )
      if (missing.length > 0) at.report(span, 'found', { table: showName(name), columns: missing.join(', ') }, { evidence: 'replayed' })
    },
  },
  bad: [{ on: 'postgres', says: 'found', options: { columns: ['created_at'] }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' }],
  good: [
    { on: 'postgres', options: { columns: ['created_at'] }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz);' },
    { on: 'postgres', title: 'Nothing is named', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
  ],
})
