import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'enum-value-position',
  title: 'Enum label without a place',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: at the end is a place as well.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ADD VALUE without BEFORE or AFTER puts the label at the end. Databases to which labels were added in different orders sort differently, and no statement ever changes the order.',
  instead: 'Write BEFORE or AFTER.',
  unless: 'Nobody sorts or compares by the type.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  covers: [246],
  equivalents: ['squawk:require-enum-value-ordering'],
  messages: {
    found: '{value} is added to {type} without a place: its order depends on what was added before.',
  },
  on: {
    addEnumValue({ type, value, position, span }, at) {
      if (!position) at.report(span, 'found', { value, type: showName(type) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: "ALTER TYPE status ADD VALUE IF NOT EXISTS 'paid';" }],
  good: [{ on: 'postgres', sql: "ALTER TYPE status ADD VALUE IF NOT EXISTS 'paid' AFTER 'new';" }],
})
