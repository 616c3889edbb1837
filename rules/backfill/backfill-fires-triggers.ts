import { boundOf, defineRule, type Name, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'backfill-fires-triggers',
  title: 'Backfill that runs a trigger, or a new timestamp, for each row',
  severity: 'info',
  profile: 'strict',
  profileBecause: 'It may be wanted; it is worth knowing before the audit table has doubled.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A row trigger runs once for each row that the backfill touches: it writes an audit row, sends a notification, or costs more than the UPDATE itself. ON UPDATE CURRENT_TIMESTAMP marks every row as changed today, and whatever synchronises by that column takes all of them.',
  instead: 'Say what the trigger may skip (a session variable that it asks for), and set the timestamp to itself: updated_at = updated_at.',
  unless: 'The rows are picked by key, the table is new, triggers are off meanwhile, or the statement sets the timestamp.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createtrigger.html',
    'https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html',
  ],
  covers: [205],
  equivalents: [],
  messages: {
    trigger: 'Each row of {table} that this changes runs the trigger {trigger}.',
    timestamp: 'Each row of {table} that this changes gets a new {column}.',
  },
  on: {
    update(update, at) {
      if (at.table(update.table).fresh || (boundOf(update, at) === 'key' && !update.context?.loops?.length)) return
      const table = showName(update.table)
      const trigger = isQuiet(update.table, at) ? undefined : triggerOf(update, at)
      if (trigger !== undefined) at.report(update, 'trigger', { table, trigger }, { evidence: 'replayed' })
      const stamped = [...(at.table(update.table).state?.columns ?? [])].find(
        ([, { column }]) => column.onUpdate !== undefined && !update.set.some((one) => at.sameColumn(one.column, column.name)),
      )
      if (stamped) at.report(update, 'timestamp', { table, column: stamped[1].column.name }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'trigger',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, state text);',
        'CREATE TRIGGER orders_audit AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();',
      ],
      sql: "UPDATE orders SET state = 'old' WHERE id BETWEEN 1 AND 5000;",
    },
    {
      on: 'mysql',
      says: 'timestamp',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, state TEXT, seen TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP);'],
      sql: "UPDATE orders SET state = 'old' WHERE id BETWEEN 1 AND 5000;",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'For INSERT only',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, state text);',
        'CREATE TRIGGER orders_audit AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION audit();',
      ],
      sql: "UPDATE orders SET state = 'old' WHERE id BETWEEN 1 AND 5000;",
    },
    {
      on: 'mysql',
      title: 'The timestamp is kept',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, state TEXT, seen TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP);'],
      sql: "UPDATE orders SET state = 'old', seen = seen WHERE id BETWEEN 1 AND 5000;",
    },
    {
      on: 'postgres',
      title: 'For another column only',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, state text, total integer);',
        'CREATE TRIGGER orders_total BEFORE INSERT OR UPDATE OF total ON orders FOR EACH ROW EXECUTE FUNCTION total();',
      ],
      sql: "UPDATE orders SET state = 'old' WHERE id BETWEEN 1 AND 5000;",
    },
  ],
})

type Asks = Pick<Site<OperationOf<'update'>>, 'before' | 'sameName' | 'sameColumn' | 'session' | 'earlier'>

function triggerOf({ table, set }: OperationOf<'update'>, at: Asks): string | undefined {
  const isSet = (column: string) => set.length === 0 || set.some((one) => at.sameColumn(one.column, column))
  for (const [, { name, table: own, firesOn, updateOf }] of at.before.triggers)
    if (firesOn?.includes('update') && at.sameName(own, table) && (updateOf === undefined || updateOf.some(isSet))) return name
  return undefined
}

/** Are triggers switched off, for the session or for the table? */
function isQuiet(table: Name, at: Asks): boolean {
  if (/replica/i.test(at.session.settings.get('session_replication_role') ?? '')) return true
  return at.earlier.some(
    ({ operation }) => operation.kind === 'alterTable' && /^DISABLE TRIGGER/.test(operation.action) && at.sameName(operation.table, table),
  )
}
