import { defineRule, isStructural, type Name, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'too-many-changes',
  title: 'One migration changes many unrelated tables',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'How much one migration may hold is a team’s choice; nothing breaks.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'When the seventh of ten changes fails, the other six must be undone, or are stuck half-way. Small migrations fail small, are reviewed in a minute and are rolled back one by one.',
  instead: 'Give each change a migration of its own.',
  unless: 'Many changes concern one table, or the migration is the first schema of new tables.',
  sources: ['https://martinfowler.com/articles/evodb.html'],
  covers: [],
  equivalents: [],
  messages: {
    many: 'This migration changes more than {limit} existing tables ({names} …): a failure in one of them leaves the others changed or holds them all up.',
  },
  options: { limit: 10 },
  on: {
    script(at) {
      const changed: Name[] = []
      for (const moment of at.walk.moments) {
        const { operation } = moment
        if (!isStructural(operation) || operation.kind === 'createTable' || !('table' in operation) || operation.table === undefined)
          continue
        const name = operation.table
        if (at.table(name, moment).fresh || changed.some((other) => at.sameName(other, name))) continue
        changed.push(name)
        if (changed.length > at.options.limit) {
          at.report(operation, 'many', { names: changed.slice(0, 3).map(showName).join(', '), limit: at.options.limit })
          return
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'many',
      options: { limit: 2 },
      sql: 'ALTER TABLE a ADD COLUMN note text;\nALTER TABLE b ADD COLUMN note text;\nALTER TABLE c ADD COLUMN note text;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'One table',
      options: { limit: 2 },
      sql: 'ALTER TABLE a ADD COLUMN x text;\nALTER TABLE a ADD COLUMN y text;\nALTER TABLE a ADD COLUMN z text;',
    },
    {
      on: 'postgres',
      title: 'New tables',
      options: { limit: 2 },
      sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCREATE TABLE c (id int);',
    },
  ],
})
