import { defineRule, type Name, referringTables, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'truncate-cascade',
  title: 'TRUNCATE that reaches other tables',
  severity: 'error',
  profile: 'safety',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'TRUNCATE … CASCADE empties every table that has a foreign key to the named one, and every table that refers to those, without naming them. Without CASCADE it fails as soon as another table refers to this one, even an empty one.',
  instead: 'Name every table that is meant to be emptied in one TRUNCATE without CASCADE, or DELETE the rows that are meant.',
  unless: 'Every referencing table is in the same list, or the tables are created in this migration.',
  sources: ['https://www.postgresql.org/docs/current/sql-truncate.html', 'squawk:ban-truncate-cascade'],
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
      const slots = { table: named.map(showName).join(', ') }
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
  ],
  good: [
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
