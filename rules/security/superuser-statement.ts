import { defineRule, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'superuser-statement',
  title: 'Statement that a migration’s user should not be able to run',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'On a managed server it fails; where it works, the migration’s user has more rights than it should.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'ALTER SYSTEM, SET GLOBAL, COPY from a program or a file of the server, and functions in an untrusted language need a superuser. Managed servers refuse them, and a migration’s user that may run them may run anything on the machine.',
  instead: 'Leave it to whoever runs the server.',
  unless: 'The server is your own and the migration is run by its administrator.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altersystem.html',
    'https://www.postgresql.org/docs/current/sql-copy.html',
    'https://dev.mysql.com/doc/refman/8.4/en/set-variable.html',
  ],
  covers: [303],
  equivalents: [],
  messages: {
    needs: '{what} needs rights over the whole server, which a migration’s user should not have: managed servers refuse it.',
  },
  on: {
    every(operation, at) {
      const what = superuserWork(operation)
      if (what !== undefined) {
        const help = what.startsWith('COPY') ? { help: 'Load the rows from the client: COPY … FROM STDIN, \\copy, or INSERTs.' } : {}
        at.report(operation, 'needs', { what }, help)
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'needs', sql: "ALTER SYSTEM SET work_mem = '64MB';" },
    { on: 'mysql', says: 'needs', sql: 'SET GLOBAL max_connections = 500;' },
    { on: 'postgres', says: 'needs', title: 'A file of the server', sql: "COPY orders FROM '/var/import/orders.csv';" },
    {
      on: 'postgres',
      says: 'needs',
      title: 'An untrusted language',
      sql: "CREATE FUNCTION run() RETURNS text LANGUAGE plpython3u AS 'return 1';",
    },
  ],
  good: [
    { on: 'postgres', sql: "SET work_mem = '64MB';" },
    { on: 'postgres', sql: "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';" },
  ],
})

/** What of it needs a superuser, as words; undefined: nothing. */
function superuserWork(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'otherStatement':
      if (operation.command === 'ALTER SYSTEM') return 'ALTER SYSTEM'
      return operation.details?.about === 'role' && operation.details.superuser ? 'Making a superuser' : undefined
    case 'setVariable':
      return operation.scope === 'global' ? `SET GLOBAL ${operation.name}` : undefined
    case 'writeRows':
      return operation.program
        ? `${operation.command} from a program`
        : operation.serverFile
          ? `${operation.command} from a file of the server`
          : undefined
    case 'createFunction':
      return /^(?:c|internal|pl\w+u)$/i.test(operation.language ?? '') ? `A function in ${operation.language}` : undefined
    case 'select':
      return operation.query.functions.find((name) => /^(?:pg_catalog\.)?(?:lo_import|lo_export|pg_read_file|pg_ls_dir)$/.test(name))
    default:
      return undefined
  }
}
