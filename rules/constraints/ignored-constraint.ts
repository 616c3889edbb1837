import { type Column, defineRule, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'ignored-constraint',
  title: 'Constraint that the server reads and ignores',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Nothing enforces what the migration says is enforced, and no error tells.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'MySQL before 9.0 and MariaDB before 10.5 parse REFERENCES behind a column and forget it: there is no foreign key, and orphans come in unseen. MySQL before 8.0.16 and MariaDB before 10.2.1 do the same with every CHECK.',
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
  ],
  good: [
    {
      on: 'mysql',
      version: '8.0',
      sql: 'CREATE TABLE posts (id INT PRIMARY KEY, user_id INT, FOREIGN KEY (user_id) REFERENCES users (id));',
    },
    { on: 'mysql', version: '8.0.16', sql: 'CREATE TABLE posts (id INT PRIMARY KEY, size INT, CHECK (size > 0));' },
  ],
})

type Asks = Pick<Site, 'dialect' | 'atLeast'> & {
  report(where: Span, message: 'references' | 'check', slots: { readonly table: string; readonly column: string }): void
}

const checksRows = (at: Pick<Site, 'dialect' | 'atLeast'>) => (at.dialect === 'mysql' ? at.atLeast(8, 0, 16) : at.atLeast(10, 2, 1))

function judge(table: Name, column: Column, span: Span, at: Asks): void {
  const refers = at.dialect === 'mysql' ? at.atLeast(9) : at.atLeast(10, 5)
  for (const constraint of column.constraints) {
    const slots = { table: showName(table), column: column.name }
    if (constraint.kind === 'foreignKey' && !refers) at.report(constraint.span ?? span, 'references', slots)
    if (constraint.kind === 'check' && !checksRows(at)) at.report(constraint.span ?? span, 'check', slots)
  }
}
