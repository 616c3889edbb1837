import {
  boundOf,
  defineRule,
  isCatalog,
  type Moment,
  type Name,
  type OperationOf,
  type ScriptSite,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'mixed-ddl-dml',
  title: 'Rows backfilled while a lock is held',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The table stays locked for as long as its rows are changed.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A lock taken by DDL is held until its transaction ends. A change that takes a millisecond holds its lock for as long as the backfill after it runs, and everyone waits that long.',
  instead: 'Put the backfill in a migration, or a job, of its own; within one transaction do the rows first and the structure last.',
  unless: 'The rows come before the DDL, belong to a new table, or are a handful picked by key; the DDL locks no existing table.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  covers: [198],
  equivalents: ['eugene:E4'],
  messages: {
    held: 'Rows of {table} are changed while the {lock} lock on {held} is held: {blocked} on {locked} wait until the whole transaction is through.',
    copied:
      'Rows are copied into {table} while the {lock} lock on {held} is held: {blocked} on {locked} wait until the whole transaction is through.',
  },
  on: {
    script(at) {
      const said = new Set<string>()
      const copies = new Map<string, () => void>()
      for (const moment of at.walk.moments) {
        const { operation, transaction } = moment
        if (operation.kind !== 'update' && operation.kind !== 'delete' && operation.kind !== 'insert') continue
        if (transaction.open !== 'yes' || said.has(transaction.key)) continue
        const waited = transaction.held.filter((lock) => !isScratch(lock.table, at))
        const held = waited.find((lock) => lock.blocks === 'reads-and-writes') ?? waited[0]
        if (!held || isCatalog(operation.table)) continue
        const report = (message: 'held' | 'copied') =>
          at.report(
            operation,
            message,
            {
              table: showName(operation.table),
              lock: held.lock,
              held: withNewName(held.table, moment, at),
              locked: showName(held.table),
              blocked: held.blocks === 'writes' ? 'writes' : 'reads and writes',
            },
            { evidence: 'derived', related: [{ message: `the lock on ${showName(held.table)} is taken here`, span: held.operation.span }] },
          )
        const table = (name: Name) => at.table(name, moment)
        if (table(operation.table).fresh) {
          const isCopy = operation.kind === 'insert' && copiesAll(operation, (name) => table(name).fresh)
          if (isCopy && !copies.has(transaction.key)) copies.set(transaction.key, () => report('copied'))
          continue
        }
        if (
          operation.kind === 'insert' ? operation.source !== 'select' : boundOf(operation, { table, sameColumn: at.sameColumn }) === 'key'
        )
          continue
        said.add(transaction.key)
        report('held')
      }
      for (const [key, report] of copies) if (!said.has(key)) report()
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'held',
      sql: "BEGIN;\nALTER TABLE orders ADD COLUMN status text;\nUPDATE orders SET status = 'old' WHERE created_at < '2024-01-01';\nCOMMIT;",
      also: ['unbatched-update'],
    },
    {
      on: 'postgres',
      says: 'copied',
      title: 'A new table that refers to the one it is filled from',
      sql: 'BEGIN;\nCREATE TABLE seeds (order_id bigint PRIMARY KEY REFERENCES orders (id));\nINSERT INTO seeds (order_id) SELECT id FROM orders;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A temporary table that may be left of an earlier run',
      sql: 'BEGIN;\nDROP TABLE IF EXISTS picked;\nCREATE TEMP TABLE picked AS SELECT id FROM orders WHERE note IS NULL;\nUPDATE orders SET note = 0 FROM picked WHERE picked.id = orders.id;\nCOMMIT;',
      also: ['unbatched-update'],
    },
    {
      on: 'postgres',
      title: 'The catalog is not the data',
      sql: "BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nUPDATE pg_index SET indisready = false WHERE indrelid = 'orders'::regclass;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'Rows first, structure last',
      sql: "BEGIN;\nUPDATE orders SET note = '' WHERE id = 7;\nALTER TABLE orders ADD COLUMN status text;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'Rows of a new table',
      sql: 'BEGIN;\nCREATE TABLE shops (id bigint PRIMARY KEY, code text);\nINSERT INTO shops SELECT id, code FROM old_shops;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'A new table that gets its foreign key last',
      sql: 'BEGIN;\nCREATE TABLE seeds (order_id bigint PRIMARY KEY);\nINSERT INTO seeds (order_id) SELECT id FROM orders;\nALTER TABLE seeds ADD FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'A row picked by its key',
      sql: "BEGIN;\nALTER TABLE orders ADD COLUMN status text;\nUPDATE settings SET value = 'on' WHERE id = 1;\nCOMMIT;",
    },
  ],
})

/** The locked table, with the name that the script has given it since: others know it by the old one until the transaction commits. */
function withNewName(table: Name, { index }: Moment, at: Pick<ScriptSite, 'walk' | 'sameName'>): string {
  const renamed = at.walk.moments.find(
    ({ operation, index: other }) => other < index && operation.kind === 'renameTable' && at.sameName(operation.table, table),
  )
  const { operation } = renamed ?? {}
  return operation?.kind === 'renameTable' ? `${showName(table)} (renamed to ${showName(operation.to)} here)` : showName(table)
}

/** Does it read a whole table that is older than the migration? */
function copiesAll({ query }: OperationOf<'insert'>, isFresh: (name: Name) => boolean): boolean {
  if (!query || query.limited || query.indirect || query.aggregate) return false
  const isPicked = query.where?.terms.some(({ operator, operand }) => (operator === '=' || operator === 'in') && operand === 'constant')
  return !isPicked && query.tables.some((name) => !isFresh(name) && !isCatalog(name))
}

/** A name that the script gives to a temporary table is its own, also where it drops what may be left of an earlier run. */
function isScratch(table: Name, at: Pick<ScriptSite, 'walk' | 'sameName'>): boolean {
  return at.walk.moments.some(
    ({ operation }) => operation.kind === 'createTable' && operation.temporary && at.sameName(operation.table, table),
  )
}
