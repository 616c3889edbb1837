import { defineRule, type Moment, type Span } from '../../src/rule/define.ts'

const inPostgres = 'Use SET LOCAL inside the transaction, or RESET {name} at the end of the migration.'
const inMysql = 'Keep what it was (SET @before = @@{name}), and set it back at the end of the migration (SET {name} = @before).'

export default defineRule({
  id: 'session-setting-leak',
  title: 'Setting that outlives the migration',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every later migration of the run goes by it: names resolve elsewhere, rights are another role’s.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'The runner sends all pending migrations over one connection, and in a pool the application gets it afterwards. A SET without LOCAL stays in force there: another search_path makes the next migration create its tables in another schema, or the runner lose its own. A dump of pg_dump begins with an empty search_path: every unqualified name after it fails.',
  instead: 'Set it back to what it was at the end of the migration.',
  unless: 'It is set back at the end, set LOCAL, a timeout, or each file has a connection of its own (psql -f).',
  sources: ['https://www.postgresql.org/docs/current/sql-set.html', 'https://www.postgresql.org/docs/current/app-pgdump.html'],
  covers: [195, 304],
  equivalents: [],
  messages: {
    stays: '{name} stays set for the later migrations of the run, and for whoever gets the connection next.',
    empty: {
      text: 'The empty search_path stays in force after this migration: later migrations, and the runner’s own table, are not found without their schema.',
      severity: 'error',
      help: "Delete the line that pg_dump wrote, or end with SELECT pg_catalog.set_config('search_path', 'public', false).",
    },
  },
  on: {
    script(at) {
      const { ambient } = at.walk.script
      // Which tool runs the files is not known: psql -f opens a connection for each.
      if (at.framework === 'raw-sql' && ambient !== 'migration' && ambient !== 'all-pending') return
      const left = new Map<string, { readonly span: Span; readonly message: 'stays' | 'empty' }>()
      for (const moment of at.walk.moments) {
        const set = settingOf(moment)
        if (!set) continue
        if (set.value === undefined) {
          if (set.name === 'all') left.clear()
          else left.delete(set.name)
          continue
        }
        const isEmpty = set.name === 'search_path' && /^['"]?\s*['"]?$/.test(set.value)
        if (left.has(set.name) && !isEmpty) left.delete(set.name)
        else if (isEmpty) left.set(set.name, { span: set.span, message: 'empty' })
        else if (alters.has(set.name) || (checks.has(set.name) && isOff(set.value)))
          left.set(set.name, { span: set.span, message: 'stays' })
      }
      for (const [name, { span, message }] of left) {
        if (message === 'empty') at.report(span, 'empty', {})
        else at.report(span, message, { name }, at.dialect === 'postgres' ? { help: inPostgres } : { help: inMysql })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'stays',
      typeorm: "await queryRunner.query('SET search_path TO billing')\nawait queryRunner.query('SELECT 1')",
    },
    {
      on: 'postgres',
      says: 'empty',
      title: 'A dump of pg_dump as the first migration',
      prisma: "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.orders (id bigint PRIMARY KEY);",
    },
    { on: 'mysql', says: 'stays', typeorm: "await queryRunner.query(`SET SESSION sql_mode = ''`)" },
    {
      on: 'mysql',
      says: 'stays',
      title: 'Later migrations write rows that no foreign key checks',
      typeorm:
        "await queryRunner.query('SET FOREIGN_KEY_CHECKS = 0')\nawait queryRunner.query('CREATE TABLE notes (id BIGINT PRIMARY KEY, order_id BIGINT, FOREIGN KEY (order_id) REFERENCES orders (id))')",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Set back',
      typeorm:
        "await queryRunner.query('SET search_path TO billing')\nawait queryRunner.query('SELECT 1')\nawait queryRunner.query('RESET search_path')",
    },
    { on: 'postgres', title: 'For this transaction', typeorm: "await queryRunner.query('SET LOCAL search_path TO billing, public')" },
    { on: 'postgres', title: 'One connection for each file', sql: 'SET search_path TO billing;\nSELECT 1;' },
    {
      on: 'mysql',
      title: 'The old value is kept and set again',
      typeorm:
        "await queryRunner.query('SET @old_mode = @@sql_mode')\nawait queryRunner.query(`SET SESSION sql_mode = ''`)\nawait queryRunner.query('SET SESSION sql_mode = @old_mode')",
    },
    {
      on: 'mysql',
      title: 'Checks that are switched on again, or only on',
      typeorm:
        "await queryRunner.query('SET FOREIGN_KEY_CHECKS = 0')\nawait queryRunner.query('CREATE TABLE notes (id BIGINT PRIMARY KEY)')\nawait queryRunner.query('SET FOREIGN_KEY_CHECKS = 1')\nawait queryRunner.query('SET UNIQUE_CHECKS = 1')",
    },
  ],
})

/** Settings that change what later statements mean. */
const alters: ReadonlySet<string> = new Set([
  'search_path',
  'role',
  'session_authorization',
  'row_security',
  'default_transaction_read_only',
  'sql_mode',
])

/** Checks of MySQL that are missed only while they are off. */
const checks: ReadonlySet<string> = new Set(['foreign_key_checks', 'unique_checks'])

function isOff(value: string): boolean {
  return /^(?:0|off|false)$/i.test(value)
}

/** What a statement sets for the connection; `value` undefined: it is set back. */
function settingOf({
  operation,
  statement,
}: Moment): { readonly name: string; readonly value: string | undefined; readonly span: Span } | undefined {
  if (operation.context?.block === 'do' || operation.context?.block === 'procedure') return undefined
  if (operation.kind === 'setVariable') {
    if (operation.scope !== 'session') return undefined
    const isReset = operation.value === undefined || /^(?:default|none)$/i.test(operation.value)
    return { name: operation.name.replace(/\s+/g, '_'), value: isReset ? undefined : operation.value, span: operation.span }
  }
  if (operation.kind !== 'select' || statement.sql === undefined) return undefined
  const call = /\bset_config\s*\(\s*'(\w+)'\s*,\s*'([^']*)'\s*,\s*(true|false)/i.exec(statement.sql)
  if (call?.[3]?.toLowerCase() !== 'false') return undefined
  return { name: call[1]!.toLowerCase(), value: call[2]!, span: operation.span }
}
