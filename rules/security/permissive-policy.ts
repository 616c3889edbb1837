import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'permissive-policy',
  title: 'Policy that protects nothing, or shuts everybody out',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Whether it is meant depends on what the application checks itself.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A policy whose condition is true lets every role that has the privilege write every row: the table looks protected and is not. A RESTRICTIVE policy only narrows what others allow; where no permissive one is, it allows nothing.',
  instead: 'Write the condition that a row must meet, and give WITH CHECK for what may be written.',
  unless: 'It is for SELECT alone, or for a role that is meant to see everything.',
  sources: ['https://www.postgresql.org/docs/current/sql-createpolicy.html'],
  covers: [298],
  equivalents: [],
  messages: {
    open: 'The policy {policy} is true for every row: every role with the privilege may {command} all rows of {table}.',
    closed: '{policy} is the only policy of {table} and is RESTRICTIVE: it allows nothing, and every role but the owner sees no row.',
  },
  on: {
    otherStatement({ details, name, table, span }, at) {
      if (details?.about !== 'policy' || details.action !== 'create' || !table || details.command === 'SELECT') return
      const condition = details.check ?? details.using
      if (details.permissive && condition && /^\(?true\)?$/i.test(condition.sql) && !/\bTO\s+(?!PUBLIC\b)/i.test(at.statement.sql ?? '')) {
        const command = details.command === 'ALL' ? 'write' : details.command
        at.report(span, 'open', { policy: name?.name ?? '', command, table: showName(table) })
      }
    },
    script(at) {
      for (const { name, policies, rowSecurity } of at.walk.after.tables.values()) {
        if (rowSecurity === undefined || !policies?.length || policies.some(({ permissive }) => permissive)) continue
        const made = at.walk.moments.findLast(
          ({ operation: one }) =>
            one.kind === 'otherStatement' && one.details?.about === 'policy' && one.table && at.sameName(one.table, name),
        )
        if (made) at.report(made.operation, 'closed', { policy: policies[0]!.name, table: showName(name) }, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'open', sql: 'CREATE POLICY everybody ON orders USING (true);' },
    {
      on: 'postgres',
      says: 'closed',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, owner text);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON orders AS RESTRICTIVE USING (owner = current_user);',
    },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE POLICY own ON orders USING (owner = current_user);' },
    { on: 'postgres', title: 'For reading', sql: 'CREATE POLICY readable ON orders FOR SELECT USING (true);' },
    { on: 'postgres', title: 'A role that is meant to see everything', sql: 'CREATE POLICY service ON orders TO service USING (true);' },
  ],
})
