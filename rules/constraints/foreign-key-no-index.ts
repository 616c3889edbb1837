import { defineRule, type Moment, type Name, type Reference, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'foreign-key-no-index',
  title: 'Foreign key without an index',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Slow deletes are advice: nothing breaks on the day of the deployment.',
  since: '0.1.0',
  dialects: ['postgres', 'sqlite'],
  inDown: 'full',
  why: 'PostgreSQL and SQLite do not index the referencing side of a foreign key. Each delete or key update of a parent row then reads the whole child table to look for references, with the parent row locked.',
  instead: 'Create an index that starts with the foreign key’s columns.',
  unless:
    'An index, a primary key or a unique constraint starts with the columns, in history, here or in a later statement; a partial index WHERE the column IS NOT NULL will do.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
    'https://www.sqlite.org/foreignkeys.html#fk_indexes',
  ],
  covers: [233],
  equivalents: ['eugene:E15'],
  messages: {
    none: 'No index of {table} starts with {columns}: each delete in {parent} reads all of {table} to look for references.',
  },
  on: {
    script(at) {
      for (const moment of at.walk.moments) {
        // No table gets the key of a statement that the engine refuses.
        if (moment.statement.operations.some(({ kind }) => kind === 'unsupported')) continue
        for (const { table, columns, reference } of referencesOf(moment)) {
          if (columns.length === 0 || at.indexesAfter(table, columns).length > 0) continue
          if (!at.walk.after.tables.has(at.walk.after.naming.fold(table.name, 'table')) && table.schema === undefined) continue
          at.report(
            moment.operation,
            'none',
            { table: showName(table), columns: columns.join(', '), parent: showName(reference.table) },
            {
              evidence: 'replayed',
              ...(at.dialect === 'postgres' && !at.table(table, moment).fresh
                ? { help: 'Create an index that starts with the foreign key’s columns, CONCURRENTLY and outside a transaction.' }
                : {}),
            },
          )
        }
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'none', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));' },
    { on: 'sqlite', says: 'none', sql: 'CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));' },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Indexed by a later statement',
      sql: 'BEGIN;\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));\nCREATE INDEX orders_user ON orders (user_id, id);\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'The primary key starts with it',
      sql: 'CREATE TABLE members (team_id bigint REFERENCES teams (id), user_id bigint, PRIMARY KEY (team_id, user_id));',
    },
    {
      on: 'sqlite',
      title: 'SQLite adds no constraint to a table',
      sql: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
      also: ['dialect-mismatch'],
    },
  ],
})

interface Referring {
  readonly table: Name
  readonly columns: readonly string[]
  readonly reference: Reference
}

function referencesOf({ operation }: Moment): readonly Referring[] {
  const found: Referring[] = []
  if (operation.kind === 'addConstraint') {
    const { constraint, table } = operation
    if (constraint.references) found.push({ table, columns: constraint.columns, reference: constraint.references })
  }
  if (operation.kind === 'addColumn') {
    for (const { references } of operation.column.constraints)
      if (references) found.push({ table: operation.table, columns: [operation.column.name], reference: references })
  }
  if (operation.kind === 'createTable') {
    for (const column of operation.columns)
      for (const { references } of column.constraints)
        if (references) found.push({ table: operation.table, columns: [column.name], reference: references })
    for (const { references, columns } of operation.constraints)
      if (references) found.push({ table: operation.table, columns, reference: references })
  }
  return found
}
