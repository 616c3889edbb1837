import { defineRule, deleteAction, keysMadeAnew, refuses, showName } from '../../src/rule/define.ts'

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
    clears: 'A DELETE in {parent}, which the key refused before, goes through from here on and sets {columns} of {table} to {value}.',
  },
  on: {
    every(operation, at) {
      if (at.direction === 'down') return
      for (const { table, columns, references, was, span } of keysMadeAnew(operation, at)) {
        const [before, after] = [deleteAction(was), deleteAction(references)]
        const slots = { parent: showName(references.table), table: showName(table), columns: columns.join(', ') }
        if (after === 'CASCADE' && before !== 'CASCADE') at.report(span, 'deletes', slots)
        else if (was && refuses(before) && !refuses(after)) at.report(span, 'clears', { ...slots, value: after.slice('SET '.length) })
      }
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
    {
      on: 'mysql',
      says: 'clears',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts DROP FOREIGN KEY posts_user, ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL;',
      also: ['table-copy'],
    },
    {
      on: 'sqlite',
      says: 'deletes',
      title: 'A rebuild for the sake of the key',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));',
      ],
      sql: 'BEGIN;\nCREATE TABLE posts_new (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);\nINSERT INTO posts_new SELECT id, user_id FROM posts;\nDROP TABLE posts;\nALTER TABLE posts_new RENAME TO posts;\nCOMMIT;',
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
      on: 'sqlite',
      title: 'A rebuild that leaves the key as it was',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "BEGIN;\nCREATE TABLE posts_new (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, title TEXT DEFAULT '');\nINSERT INTO posts_new SELECT id, user_id, '' FROM posts;\nDROP TABLE posts;\nALTER TABLE posts_new RENAME TO posts;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'A new column',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY);'],
      sql: 'BEGIN;\nALTER TABLE posts ADD COLUMN user_id bigint;\nALTER TABLE posts ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;\nCOMMIT;',
    },
  ],
})
