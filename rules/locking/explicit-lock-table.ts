import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'explicit-lock-table',
  title: 'Table locked by hand',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Everybody else waits for as long as the lock is kept.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'LOCK TABLE keeps others out of the table until the transaction ends, LOCK TABLES and FLUSH TABLES WITH READ LOCK until UNLOCK TABLES: for all the work that stands between, however long that takes. The lock first waits for everybody who uses the table, and those who come later wait behind it.',
  instead:
    'Take no lock that the next statement does not take itself; where rows must not change meanwhile, lock those rows (SELECT … FOR UPDATE), a few at a time.',
  unless:
    'The table is created in the same migration, as in a dump, or is temporary; the mode leaves both reads and writes alone (ACCESS SHARE to SHARE UPDATE EXCLUSIVE).',
  sources: [
    'https://www.postgresql.org/docs/current/sql-lock.html',
    'https://dev.mysql.com/doc/refman/8.4/en/lock-tables.html',
    'https://dev.mysql.com/doc/refman/8.4/en/flush.html',
  ],
  covers: [74],
  equivalents: [],
  messages: {
    transaction: '{blocked} of {table} wait from here until the transaction ends.',
    unlock: '{blocked} of {table} wait from here until UNLOCK TABLES.',
    server: 'Writes of every table of the server wait from here until UNLOCK TABLES.',
    outside: {
      text: 'LOCK TABLE fails: no transaction is open that could hold the lock.',
      severity: 'error',
      help: 'Put it and the work that it is for between BEGIN and COMMIT, if the lock is needed at all.',
    },
  },
  on: {
    lockTable(lock, at) {
      const mysql = at.dialect !== 'postgres'
      if (!mysql && at.transaction.open === 'no' && lock.context?.block !== 'do') {
        at.report(lock, 'outside', {}, { evidence: 'derived' })
        return
      }
      if (at.cost.blocks !== 'writes' && at.cost.blocks !== 'reads-and-writes') return
      const live = lock.tables.filter((name) => !at.table(name).fresh)
      if (live.length === 0) return
      const slots = { blocked: at.cost.blocks === 'writes' ? 'Writes' : 'Reads and writes', table: live.map(showName).join(', ') }
      at.report(lock, mysql ? 'unlock' : 'transaction', slots, { evidence: 'derived' })
    },
    otherStatement(other, at) {
      if (at.dialect === 'postgres' || !other.command.startsWith('FLUSH')) return
      // FLUSH TABLES a, b WITH READ LOCK names a few; either way writes wait.
      if (/\bTABLES?\b.*\bWITH\s+READ\s+LOCK\b/is.test(at.statement.sql ?? '')) at.report(other, 'server', {}, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'transaction', sql: "BEGIN;\nLOCK TABLE settings;\nUPDATE settings SET value = 'on' WHERE id = 1;\nCOMMIT;" },
    {
      on: 'postgres',
      says: 'transaction',
      title: 'A mode that stops writes',
      typeorm: 'await queryRunner.query(\'LOCK TABLE "orders" IN SHARE ROW EXCLUSIVE MODE\')',
    },
    { on: 'postgres', says: 'outside', title: 'Without a transaction', sql: 'LOCK TABLE settings IN EXCLUSIVE MODE;' },
    {
      on: 'mysql',
      says: 'unlock',
      sql: "LOCK TABLES settings WRITE;\nINSERT INTO settings (name) VALUES ('theme');\nUNLOCK TABLES;",
    },
    { on: 'mysql', says: 'server', title: 'The whole server', sql: 'FLUSH TABLES WITH READ LOCK;\nUNLOCK TABLES;' },
  ],
  good: [
    { on: 'postgres', sql: 'BEGIN;\nLOCK TABLE settings IN SHARE UPDATE EXCLUSIVE MODE;\nCOMMIT;' },
    {
      on: 'postgres',
      title: 'A table of this migration',
      sql: 'BEGIN;\nCREATE TABLE counters (id bigint PRIMARY KEY);\nLOCK TABLE counters;\nCOMMIT;',
    },
    {
      on: 'mysql',
      title: 'A dump',
      sql: "CREATE TABLE IF NOT EXISTS settings (id INT PRIMARY KEY, name TEXT);\nLOCK TABLES settings WRITE;\nINSERT INTO settings VALUES (1, 'theme');\nUNLOCK TABLES;",
    },
  ],
})
