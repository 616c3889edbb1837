import { defineRule, type Moment, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'binlog-routine',
  title: 'Function or trigger that the binary log forbids',
  severity: 'error',
  profile: 'safety',
  profileBecause:
    'The migration fails on every server with a binary log, which is on by default, and what came before it in the file is committed.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'While the binary log is on, a stored function must say that it is DETERMINISTIC, NO SQL or READS SQL DATA (error 1418), and only an account with SUPER may create a function or a trigger (error 1419): accounts of managed servers have no SUPER. On a developer’s server with the log off, or as root, nothing of this shows.',
  instead: 'Write DETERMINISTIC, NO SQL or READS SQL DATA, whichever is true.',
  unless:
    'log_bin_trust_function_creators is on, or the server keeps no binary log: MySQL 5.7 and MariaDB by default, where only the strict profile speaks. Of triggers, whose account nobody can see, only the style profile does.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/stored-programs-logging.html',
    'https://mariadb.com/docs/server/server-usage/stored-routines/binary-logging-of-stored-routines',
  ],
  covers: [],
  equivalents: [],
  messages: {
    undeclared:
      'The server refuses {name} while its binary log is on (error 1418): it says neither DETERMINISTIC nor NO SQL nor READS SQL DATA.',
    undeclaredIfLogged: {
      text: 'A server that keeps a binary log refuses {name} (error 1418): it says neither DETERMINISTIC nor NO SQL nor READS SQL DATA.',
      severity: 'warning',
      profile: 'strict',
    },
    trigger: {
      text: 'An account without SUPER cannot create the trigger {name} while the binary log is on (error 1419).',
      severity: 'info',
      profile: 'style',
      help: 'Have log_bin_trust_function_creators set on the server before the migration runs there.',
    },
  },
  on: {
    createFunction({ name, procedure, dataAccess, span }, at) {
      if (procedure || dataAccess !== 'none' || isTrusted(at.earlier)) return
      const message = at.dialect === 'mysql' && at.atLeast(8, 0) ? 'undeclared' : 'undeclaredIfLogged'
      at.report(span, message, { name: showName(name) }, { evidence: 'derived' })
    },
    createTrigger({ name, span }, at) {
      if (at.dialect !== 'mysql' || !at.atLeast(8, 0) || isTrusted(at.earlier)) return
      at.report(span, 'trigger', { name }, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'mysql', says: 'undeclared', sql: 'CREATE FUNCTION twice(n INT) RETURNS INT RETURN n * 2;' },
    {
      on: 'mariadb',
      says: 'undeclaredIfLogged',
      profile: 'strict',
      sql: 'CREATE FUNCTION twice(n INT) RETURNS INT RETURN n * 2;',
    },
    {
      on: 'mysql',
      says: 'trigger',
      profile: 'style',
      sql: 'CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW SET NEW.updated_at = NOW();',
    },
  ],
  good: [
    { on: 'mysql', sql: 'CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;' },
    {
      on: 'mysql',
      sql: 'CREATE FUNCTION orders_of(n INT) RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM orders WHERE user_id = n);',
    },
    { on: 'mysql', title: 'A procedure is logged by its statements', sql: 'CREATE PROCEDURE clear_log() DELETE FROM log WHERE id = 1;' },
    {
      on: 'mysql',
      title: 'Trusted',
      sql: 'SET GLOBAL log_bin_trust_function_creators = 1;\nCREATE FUNCTION twice(n INT) RETURNS INT RETURN n * 2;',
    },
  ],
})

function isTrusted(earlier: readonly Moment[]): boolean {
  return earlier.some(({ operation }) => operation.kind === 'setVariable' && operation.name === 'log_bin_trust_function_creators')
}
