import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unqualified-name',
  title: 'Table made without its schema',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention, silent until it is switched on.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'Where an unqualified table is made depends on the search_path of whoever runs the migration.',
  instead: 'Write the schema: public.orders.',
  unless: 'The project has one schema. Silent until it is switched on: { "enabled": true }.',
  sources: ['https://www.postgresql.org/docs/current/ddl-schemas.html'],
  covers: [232],
  equivalents: ['squawk:require-table-schema'],
  messages: {
    found: '{table} is made without its schema: where depends on the search_path.',
  },
  options: { enabled: false as boolean },
  on: {
    createTable({ table, temporary, span }, at) {
      if (at.options.enabled && !temporary && table.schema === undefined && !table.dynamic) at.report(span, 'found', { table: table.name })
    },
  },
  bad: [{ on: 'postgres', says: 'found', options: { enabled: true }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' }],
  good: [
    { on: 'postgres', options: { enabled: true }, sql: 'CREATE TABLE public.orders (id bigint PRIMARY KEY);' },
    { on: 'postgres', title: 'Not switched on', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
  ],
})
