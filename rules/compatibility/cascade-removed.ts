import { defineRule, deleteAction, keysMadeAnew, refuses, showName, updateAction } from '../../src/rule/define.ts'

export default defineRule({
  id: 'cascade-removed',
  title: 'Foreign key that no longer cascades',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'A DELETE that the running release makes every day fails from the deployment on. That it leaves rows behind is told strictly.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'While a key has ON DELETE CASCADE or SET NULL, deleting a parent takes care of its children, and nobody writes code for that. Where the key is made anew without, the same DELETE fails for every parent that has children. With SET NULL in place of CASCADE the children stay, and belong to nobody.',
  instead:
    'First release code that deletes or updates the children itself, and change the key in a later migration; or keep the action that it has.',
  unless: 'No release deletes such a parent or changes its key, the table or the column is new, or the action stays.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
    'https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html#foreign-keys-referential-actions',
    'https://www.prisma.io/docs/orm/more/upgrade-guides/upgrading-versions/upgrading-to-prisma-3/referential-actions',
  ],
  covers: [],
  equivalents: [],
  messages: {
    stops:
      'A DELETE in {parent} of a row that has rows in {table} fails from here on: the key on {columns} had ON DELETE {before}, and has {after}.',
    kept: {
      text: 'A DELETE in {parent} leaves its rows of {table} behind from here on, with {columns} set to {value}: the key had ON DELETE CASCADE.',
      profile: 'strict',
    },
    stopsUpdate:
      'An UPDATE of the key of {parent} fails from here on where rows of {table} refer to it: the key on {columns} had ON UPDATE {before}, and has {after}.',
  },
  on: {
    every(operation, at) {
      if (at.direction === 'down') return
      for (const { table, columns, references, was, span } of keysMadeAnew(operation, at)) {
        if (!was) continue
        const slots = { parent: showName(references.table), table: showName(table), columns: columns.join(', ') }
        const [before, after] = [deleteAction(was), deleteAction(references)]
        const [updated, updates] = [updateAction(was), updateAction(references)]
        if (!refuses(before) && refuses(after)) at.report(span, 'stops', { ...slots, before, after }, { evidence: 'replayed' })
        else if (before === 'CASCADE' && after !== 'CASCADE')
          at.report(span, 'kept', { ...slots, value: after.slice('SET '.length) }, { evidence: 'replayed' })
        else if (!refuses(updated) && refuses(updates))
          at.report(span, 'stopsUpdate', { ...slots, before: updated, after: updates }, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'stops',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts DROP CONSTRAINT posts_user, ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
    },
    {
      on: 'postgres',
      says: 'stops',
      title: 'Prisma writes RESTRICT once the field is required',
      history: [
        'CREATE TABLE "User" ("id" TEXT PRIMARY KEY);\nCREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "userId" TEXT);\nALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;',
      ],
      prisma:
        'ALTER TABLE "Post" DROP CONSTRAINT "Post_userId_fkey";\nALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;',
      also: ['fk-without-not-valid'],
    },
    {
      on: 'mysql',
      says: 'kept',
      profile: 'strict',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts DROP FOREIGN KEY posts_user, ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL;',
      also: ['table-copy'],
    },
    {
      on: 'sqlite',
      says: 'stopsUpdate',
      title: 'A rebuild that forgets the action',
      history: [
        'CREATE TABLE tags (name TEXT PRIMARY KEY);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, tag TEXT REFERENCES tags (name) ON UPDATE CASCADE);',
      ],
      sql: 'BEGIN;\nCREATE TABLE posts_new (id INTEGER PRIMARY KEY, tag TEXT REFERENCES tags (name));\nINSERT INTO posts_new SELECT id, tag FROM posts;\nDROP TABLE posts;\nALTER TABLE posts_new RENAME TO posts;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The action stays',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts DROP CONSTRAINT posts_user, ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;',
    },
    {
      on: 'mysql',
      title: 'Two words for refusing',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE NO ACTION);',
      ],
      sql: 'ALTER TABLE posts DROP FOREIGN KEY posts_user, ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;',
      also: ['table-copy'],
    },
    {
      on: 'postgres',
      title: 'The key that cascades stays beside the new one',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'Another table is meant',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE people (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint CONSTRAINT posts_user REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: 'ALTER TABLE posts DROP CONSTRAINT posts_user, ADD CONSTRAINT posts_person FOREIGN KEY (user_id) REFERENCES people (id) NOT VALID;',
    },
  ],
})
