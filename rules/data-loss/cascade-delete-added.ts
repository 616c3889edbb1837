import { type Constraint, defineRule, findTable, isRenamedHere, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'cascade-delete-added',
  title: 'Foreign key that deletes rows from now on',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It is often what is wanted; that old code deletes more than before is worth a look.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The application’s DELETE of a parent was refused, or left the children alone. With ON DELETE CASCADE the same statement deletes them too, and theirs: code that nobody touched loses rows, and one DELETE locks and writes as many tables as the chain is long.',
  instead:
    'Keep RESTRICT and delete the children where the application means to, or move to CASCADE once every DELETE of the parent has been read.',
  unless: 'The table or the column is new, or the key deleted before.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  covers: [140],
  equivalents: [],
  messages: {
    deletes: 'A DELETE in {parent} deletes rows of {table} from here on: {columns} had no CASCADE before.',
  },
  on: {
    addConstraint({ table, constraint, span }, at) {
      const { references, columns } = constraint
      if (references?.onDelete?.toUpperCase() !== 'CASCADE' || at.table(table).fresh || at.direction === 'down') return
      if (!columns.every((column) => isOld(table, column, at)) || deletedBefore(table, constraint, at)) return
      at.report(span, 'deletes', { parent: showName(references.table), table: showName(table), columns: columns.join(', ') })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'deletes',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts DROP CONSTRAINT posts_user, ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'It deleted before',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts DROP CONSTRAINT posts_user, ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'A new column',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY);'],
      sql: 'BEGIN;\nALTER TABLE posts ADD COLUMN user_id bigint;\nALTER TABLE posts ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;\nCOMMIT;',
    },
  ],
})

/** Was the column there before the migration under this name, for all that is known? */
function isOld(table: Name, column: string, at: Site): boolean {
  if (isRenamedHere(table, column, at)) return false
  const state = at.column(table, column)
  return state === undefined || at.age(state.born) === 'existing'
}

function deletedBefore(table: Name, { columns }: Constraint, at: Site): boolean {
  const was = findTable(at.walk.before, table)
  return (
    was?.constraints.some(
      ({ constraint }) =>
        constraint.references?.onDelete?.toUpperCase() === 'CASCADE' &&
        constraint.columns.length === columns.length &&
        columns.every((column) => constraint.columns.some((other) => at.sameColumn(other, column))),
    ) === true
  )
}
