import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'nullable-foreign-key',
  title: 'Foreign key that may be NULL',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A row without its parent is checked by nobody: joins lose it in silence, and whether that may be is not said anywhere.',
  instead: 'Make the column NOT NULL, or a table of its own for the rows that have a parent.',
  unless: 'No parent is a state that the application knows.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  covers: [226],
  equivalents: [],
  messages: {
    found: '{column} of {table} refers to another table and may be NULL: joins lose such rows.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (
          column.nullable &&
          column.constraints.some(({ kind, references }) => kind === 'foreignKey' && references?.onDelete?.toUpperCase() !== 'SET NULL')
        )
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, buyer bigint REFERENCES users (id));' }],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, buyer bigint NOT NULL REFERENCES users (id));' },
    {
      on: 'postgres',
      title: 'NULL is meant',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, buyer bigint REFERENCES users (id) ON DELETE SET NULL);',
    },
  ],
})
