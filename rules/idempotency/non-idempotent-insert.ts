import { defineRule, mayStopAfter, showName } from '../../src/rule/define.ts'

const passOver = (words: string) =>
  `Wrap the migration in a transaction, or let the INSERT pass over what is there (${words}, WHERE NOT EXISTS).`
const helpFor = {
  postgres: passOver('ON CONFLICT DO NOTHING'),
  mysql: passOver('INSERT IGNORE'),
  mariadb: passOver('INSERT IGNORE'),
  sqlite: passOver('INSERT OR IGNORE'),
}

export default defineRule({
  id: 'non-idempotent-insert',
  title: 'Rows inserted again when the migration is run again',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It takes a failure of a later step to matter.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'No transaction holds the INSERT together with the steps after it. When one of those fails, the rows stay and the migration is not recorded: the next run fails on their key, or, where there is none, inserts them a second time.',
  instead: 'Wrap the migration in a transaction, or let the INSERT pass over what is there (WHERE NOT EXISTS).',
  unless: 'A transaction holds it, it is the last step, it passes over rows that are there, or the table is made in the same migration.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT',
    'https://dev.mysql.com/doc/refman/8.4/en/insert.html',
  ],
  covers: [24],
  equivalents: [],
  messages: {
    again:
      'When a later step fails, these rows of {table} stay and the next run inserts them again: it fails on their key, or doubles them.',
  },
  on: {
    script(at) {
      const { moments } = at.walk
      const last = moments.findLast(({ operation }) => operation.kind !== 'transaction' && operation.kind !== 'setVariable')
      const found = moments.find((moment) => {
        const { operation, index } = moment
        if (operation.kind !== 'insert' || operation.source !== 'values' || operation.onConflict || operation.context?.guards) return false
        if (operation.table.dynamic || index === last?.index) return false
        return mayStopAfter(moment) && !at.table(operation.table, moment).fresh
      })
      if (found?.operation.kind === 'insert')
        at.report(found.operation, 'again', { table: showName(found.operation.table) }, { help: helpFor[at.dialect] })
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'again',
      sql: "INSERT INTO settings (name, value) VALUES ('currency', 'EUR');\nUPDATE users SET currency = 'EUR' WHERE id = 1;",
    },
  ],
  good: [
    {
      on: 'mysql',
      sql: "INSERT IGNORE INTO settings (name, value) VALUES ('currency', 'EUR');\nUPDATE users SET currency = 'EUR' WHERE id = 1;",
    },
    {
      on: 'postgres',
      title: 'A transaction holds both',
      sql: "BEGIN;\nINSERT INTO settings (name, value) VALUES ('currency', 'EUR');\nUPDATE users SET currency = 'EUR' WHERE id = 1;\nCOMMIT;",
    },
    { on: 'mysql', title: 'The last step', sql: "INSERT INTO settings (name, value) VALUES ('currency', 'EUR');" },
  ],
})
