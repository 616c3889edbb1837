import { createdColumns, defineRule, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'naming',
  title: 'Name that does not follow the pattern',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention of a team, silent until it gives its patterns.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Names that follow one pattern can be guessed. Upper case in a name must be quoted for ever on PostgreSQL.',
  instead: 'Give it a name that follows the pattern.',
  unless: 'Silent until patterns are given: { "table": "^[a-z][a-z0-9_]*$" }.',
  sources: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
  covers: [280, 282],
  equivalents: [],
  messages: {
    found: 'The {what} {name} does not follow {pattern}.',
  },
  options: { table: '' as string, column: '' as string, index: '' as string, constraint: '' as string, type: '' as string },
  on: {
    every(operation, at) {
      const patterns: Readonly<Record<string, string>> = at.options
      for (const { what, name } of namesOf(operation)) {
        const pattern = patterns[what]
        if (pattern !== undefined && pattern !== '' && !new RegExp(pattern).test(name))
          at.report(operation, 'found', { what, name, pattern })
      }
    },
  },
  bad: [{ on: 'postgres', says: 'found', options: { table: '^[a-z][a-z0-9_]*$' }, sql: 'CREATE TABLE "Orders" (id bigint PRIMARY KEY);' }],
  good: [
    { on: 'postgres', options: { table: '^[a-z][a-z0-9_]*$' }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    { on: 'postgres', title: 'No pattern is given', sql: 'CREATE TABLE "Orders" (id bigint PRIMARY KEY);' },
  ],
})

/** What an operation names that it makes. */
function namesOf(operation: Operation): readonly { readonly what: string; readonly name: string }[] {
  const columns = createdColumns(operation).map(({ column }) => ({ what: 'column', name: column.name }))
  switch (operation.kind) {
    case 'createTable':
      return operation.temporary || operation.table.dynamic ? [] : [{ what: 'table', name: operation.table.name }, ...columns]
    case 'createIndex':
      return operation.name === undefined ? [] : [{ what: 'index', name: operation.name }]
    case 'addConstraint':
      return operation.constraint.name === undefined ? [] : [{ what: 'constraint', name: operation.constraint.name }]
    case 'createType':
      return [{ what: 'type', name: operation.name.name }]
    default:
      return columns
  }
}
