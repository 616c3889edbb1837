import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'autovacuum-disabled',
  title: 'Autovacuum switched off and never on again',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The table grows and slows from then on, and nothing says why.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'autovacuum_enabled = false is meant for the time of a bulk load. Left behind, dead rows are never cleared and statistics never refreshed; at last the vacuum against transaction wraparound runs all the same, over everything that has piled up, at a moment that nobody chose.',
  instead: 'ALTER TABLE … RESET (autovacuum_enabled) at the end of the same migration.',
  unless: 'This or a later migration resets it, or the table is dropped or temporary.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-ENABLED'],
  covers: [],
  equivalents: [],
  messages: {
    off: 'Autovacuum of {table} is switched off here and no migration switches it on again: dead rows pile up in {table}.',
  },
  on: {
    history(at) {
      for (const { name, temporary, settings } of at.final.tables.values()) {
        if (temporary) continue
        for (const parameter of ['autovacuum_enabled', 'toast.autovacuum_enabled']) {
          const setting = settings?.get(parameter)
          if (setting && /^'?(?:false|off|no|0|f|n)'?$/i.test(setting.value))
            at.report(setting.span, 'off', { table: showName(name) }, { migration: setting.born, evidence: 'replayed' })
        }
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'off', sql: 'ALTER TABLE orders SET (autovacuum_enabled = false);' },
    {
      on: 'postgres',
      says: 'off',
      title: 'From the beginning',
      sql: 'CREATE TABLE readings (id bigint PRIMARY KEY) WITH (fillfactor = 90, autovacuum_enabled = off);',
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: 'ALTER TABLE orders SET (autovacuum_enabled = false);\nINSERT INTO orders SELECT * FROM orders_import;\nALTER TABLE orders RESET (autovacuum_enabled);',
    },
  ],
})
