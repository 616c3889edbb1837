import { defineRule, isUnchecked, type Name, referringTables, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'truncate-cascade',
  title: 'TRUNCATE that reaches other tables',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'It empties tables that the statement does not name.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'TRUNCATE … CASCADE empties every table that has a foreign key to the named one, and every table that refers to those, without naming them. Without CASCADE it fails as soon as another table refers to this one, even an empty one.',
  instead: 'Name every table that is meant to be emptied in one TRUNCATE without CASCADE, or DELETE the rows that are meant.',
  unless: 'Every referencing table is in the same list, or the tables are created in this migration.',
  sources: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  covers: [131],
  equivalents: ['squawk:ban-truncate-cascade'],
  messages: {
    cascades: 'TRUNCATE {table} CASCADE also empties {others}.',
    unknown: 'TRUNCATE {table} CASCADE also empties every table that refers to it, and every table that refers to those.',
    fails: 'TRUNCATE {table} fails: {others} refers to it.',
  },
  on: {
    truncate({ tables, cascade, span }, at) {
      const own = (name: Name) => tables.some((table) => at.sameName(table, name))
      const named = tables.filter((table) => at.table(table).age !== 'this-migration')
      if (named.length === 0) return
      const others = referringTables(named, at, cascade).filter((name) => !own(name))
      // A syntax error there.
      if (at.dialect !== 'postgres' && cascade) return
      const slots = { table: named.map(showName).join(', ') }
      // MySQL and MariaDB refuse a referenced table (error 1701), empty children or not, unless foreign_key_checks is off.
      if (at.dialect !== 'postgres' && isUnchecked(at.earlier)) return
      if (others.length > 0)
        at.report(span, cascade ? 'cascades' : 'fails', { ...slots, others: others.map(showName).join(', ') }, { evidence: 'replayed' })
      else if (cascade && named.some((table) => !at.table(table).known)) at.report(span, 'unknown', slots)
    },
  },
  bad: [
    { on: 'postgres', says: 'unknown', sql: 'TRUNCATE users CASCADE;' },
    {
      on: 'postgres',
      says: 'cascades',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'TRUNCATE users CASCADE;',
    },
    {
      on: 'postgres',
      says: 'fails',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'TRUNCATE users;',
    },
    {
      on: 'mysql',
      says: 'fails',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, user_id INT, FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'TRUNCATE TABLE users;',
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'MySQL, told not to look',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, user_id INT, FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'SET foreign_key_checks = 0;\nTRUNCATE users;\nSET foreign_key_checks = 1;',
      also: ['unverified-backup'],
    },
    {
      on: 'postgres',
      title: 'All of them named',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'TRUNCATE users, orders;',
    },
    { on: 'postgres', title: 'Nobody refers to it', history: ['CREATE TABLE cache (id bigint PRIMARY KEY);'], sql: 'TRUNCATE cache;' },
  ],
})
