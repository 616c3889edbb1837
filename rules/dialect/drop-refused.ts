import { defineRule, refusalOf } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-refused',
  title: 'Something dropped or changed that something else still needs',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails on every database that has run the earlier migrations; on MySQL what came before it stays done.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'PostgreSQL refuses to drop, without CASCADE, what a view, a foreign key, a trigger, a default or a generated column stands on, and to change the type of a column that a view or a generated column reads. MySQL and MariaDB keep the only index that serves a foreign key, and a table that others refer to. SQLite keeps a column that is indexed, unique or named by a CHECK, a FOREIGN KEY clause, a generated column or a view, and renames no table while a view or trigger names one that is gone.',
  instead: 'Drop or change first what stands on it, in the same migration, and make it anew afterwards.',
  unless: 'What stands on it is dropped earlier in the migration, or by other means than migrations.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-depend.html',
    'https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html',
    'https://www.sqlite.org/lang_altertable.html#alter_table_drop_column',
  ],
  covers: [35, 118, 139, 172, 240, 247, 250],
  equivalents: [],
  messages: {
    refused: 'This fails: {keeper} still needs {object}.',
  },
  on: {
    every(operation, at) {
      // What fails in a rollback is irreversible-down’s affair.
      if (at.direction === 'down') return
      const refusal = refusalOf(at, at.walk.moments, at.dialect)
      if (refusal) at.report(operation, 'refused', { keeper: refusal.keeper, object: refusal.object }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'refused',
      title: 'A view reads the column',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'A trigger calls the function',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();',
      ],
      sql: 'DROP FUNCTION touch();',
    },
    {
      on: 'mysql',
      says: 'refused',
      title: 'The index of a foreign key',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, KEY by_user (user_id), CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'DROP INDEX by_user ON posts;',
    },
    {
      on: 'sqlite',
      says: 'refused',
      title: 'A CHECK of the table',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, born INTEGER, died INTEGER, CHECK (died > born));'],
      sql: 'ALTER TABLE users DROP COLUMN died;',
    },
    {
      on: 'sqlite',
      says: 'refused',
      title: 'A rebuild under a view',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE VIEW people AS SELECT id FROM users;'],
      sql: "CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users (id, email) SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'A view goes on reading a table under its new name',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nCREATE VIEW totals AS SELECT total FROM orders;',
        'ALTER TABLE orders RENAME TO purchases;\nALTER TABLE purchases RENAME COLUMN total TO amount;',
      ],
      sql: 'ALTER TABLE purchases ALTER COLUMN amount TYPE bigint;',
    },
    {
      on: 'mysql',
      says: 'refused',
      title: 'The index that MySQL made for a foreign key',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'DROP INDEX posts_user ON posts;',
    },
    {
      on: 'postgres',
      says: 'refused',
      title: 'A view that was given another name',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT total FROM orders;',
        'ALTER VIEW totals RENAME TO old_totals;',
      ],
      sql: 'DROP TABLE orders;',
      also: ['drop-before-contract'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The view is made anew',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total varchar(20));\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'BEGIN;\nDROP VIEW totals;\nALTER TABLE orders ALTER COLUMN total TYPE text;\nCREATE VIEW totals AS SELECT id, total FROM orders;\nCOMMIT;',
      also: ['drop-before-contract'],
    },
    {
      on: 'mysql',
      title: 'The foreign key goes first, by the name that InnoDB gave it',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, day DATE, KEY by_user (user_id), FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts DROP FOREIGN KEY posts_ibfk_1;\nALTER TABLE posts DROP INDEX by_user;',
    },
    {
      on: 'mysql',
      title: 'Another index takes its place in the same statement',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, day DATE, KEY by_user (user_id), CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts DROP INDEX by_user, ADD INDEX by_user_day (user_id, day);',
    },
    {
      on: 'sqlite',
      title: 'The index goes first',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE INDEX users_email ON users (email);'],
      sql: 'DROP INDEX users_email;\nALTER TABLE users DROP COLUMN email;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'The view reads another table, which had that name when it was made',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT total FROM orders;',
        'ALTER TABLE orders RENAME TO all_orders;\nCREATE VIEW orders AS SELECT id FROM all_orders;',
      ],
      sql: 'DROP VIEW orders;',
    },
    {
      on: 'mysql',
      title: 'The index outlives its foreign key',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
        'ALTER TABLE posts DROP FOREIGN KEY posts_user;',
      ],
      sql: 'DROP INDEX posts_user ON posts;',
    },
    {
      on: 'postgres',
      title: 'The view goes first, by the name that it was given since',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT total FROM orders;',
        'ALTER VIEW totals RENAME TO old_totals;',
      ],
      sql: 'BEGIN;\nDROP VIEW old_totals;\nDROP TABLE orders;\nCOMMIT;',
      also: ['drop-before-contract'],
    },
  ],
})
