import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'constraint-rename',
  title: 'Constraint renamed that code may name',
  severity: 'info',
  profile: 'style',
  profileBecause: 'The rename is harmless but for code that names the constraint, which is rare.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'ON CONFLICT ON CONSTRAINT names a constraint, and so do handlers that turn the error of a duplicate into a message. Both stop working at the moment of the rename, in the release that is running.',
  instead: 'Let the code name the columns instead (ON CONFLICT (email)) before the rename.',
  unless: 'Nothing names it, or the table is new.',
  sources: ['https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT'],
  covers: [165],
  equivalents: [],
  messages: {
    renamed: 'ON CONFLICT ON CONSTRAINT and error handlers of the running release that name {name} of {table} fail from here on.',
  },
  on: {
    renameConstraint({ table, name, span }, at) {
      const state = at.table(table)
      const kind = state.state?.constraints.find(({ constraint }) => constraint.name === name)?.constraint.kind
      if (!state.fresh && (kind === 'unique' || kind === 'primaryKey' || kind === 'exclude'))
        at.report(span, 'renamed', { name, table: showName(table) })
    },
    renameIndex(rename, at) {
      const owner = at.indexOwner(rename)
      if (owner && !owner.table.fresh && owner.index?.unique)
        at.report(rename, 'renamed', { name: rename.name.name, table: showName(owner.table.name) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'renamed',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text CONSTRAINT users_email UNIQUE);'],
      sql: 'ALTER TABLE users RENAME CONSTRAINT users_email TO users_email_key;',
    },
  ],
  good: [
    {
      on: 'postgres',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE INDEX users_name ON users (name);'],
      sql: 'ALTER INDEX users_name RENAME TO users_name_idx;',
    },
  ],
})
