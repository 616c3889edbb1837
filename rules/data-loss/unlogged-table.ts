import { defineRule, isCheckpointName, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unlogged-table',
  title: 'Table that a crash empties',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The rows are gone after the first crash, and a failover to a replica finds none at all.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'An unlogged table writes no WAL. After a crash PostgreSQL empties it, since it cannot know what is whole, and a replica never has its rows: a failover loses them all. A backup taken from a replica does not hold them either.',
  instead: 'Keep the table logged, or SET LOGGED before anything relies on its rows.',
  unless: 'It is scratch space: temporary, named as a copy to be thrown away, dropped again, or logged before the migration ends.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED'],
  covers: [144],
  equivalents: ['pgfence:set-logged-unlogged', 'pgsafe:set-logged-unlogged'],
  messages: {
    created: 'The rows of {table} do not last: it is unlogged, so that a crash empties it and no replica has them.',
    switched: 'The rows of {table} no longer last: unlogged, it is empty after a crash and on every replica.',
  },
  on: {
    createTable({ table, unlogged, temporary, span }, at) {
      if (!unlogged || temporary || isCheckpointName(table) || isMended(table, at)) return
      at.report(span, 'created', { table: showName(table) })
    },
    alterTable({ table, action, span }, at) {
      if (action !== 'SET UNLOGGED' || isMended(table, at)) return
      at.report(span, 'switched', { table: showName(table) })
    },
  },
  bad: [
    { on: 'postgres', says: 'created', sql: 'CREATE UNLOGGED TABLE carts (id bigint PRIMARY KEY, items jsonb);' },
    {
      on: 'postgres',
      says: 'switched',
      history: ['CREATE TABLE carts (id bigint PRIMARY KEY, items jsonb);'],
      sql: 'ALTER TABLE carts SET UNLOGGED;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Logged again once it is filled',
      sql: 'CREATE UNLOGGED TABLE totals (id bigint PRIMARY KEY, amount numeric);\nINSERT INTO totals SELECT id, amount FROM invoices;\nALTER TABLE totals SET LOGGED;',
    },
    {
      on: 'postgres',
      title: 'Scratch space',
      sql: 'CREATE UNLOGGED TABLE picked (id bigint PRIMARY KEY);\nINSERT INTO picked SELECT id FROM invoices WHERE amount < 0;\nDROP TABLE picked;',
    },
    { on: 'postgres', title: 'A logged table', sql: 'CREATE TABLE carts (id bigint PRIMARY KEY, items jsonb);' },
  ],
})

/** Does the script make the table logged, or drop it, later on? */
function isMended(table: Name, at: Pick<Site, 'later' | 'sameName'>): boolean {
  return at.later.some(({ operation }) => {
    if (operation.kind !== 'dropTable' && !(operation.kind === 'alterTable' && operation.action === 'SET LOGGED')) return false
    return at.sameName(operation.table, table)
  })
}
