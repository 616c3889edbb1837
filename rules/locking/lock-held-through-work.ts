import { defineRule, type Locked, lockedBy, type Moment, type Operation, type ScriptSite, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'lock-held-through-work',
  title: 'Lock held while another table is worked on',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It is felt only where the work takes long, which no file says.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A lock is held until its transaction ends. A change that would have been over in an instant keeps its table locked for as long as the scan, the index build or the refresh of another one takes that stands behind it in the same transaction.',
  instead: 'Do the long work first, or in a transaction, a migration, of its own.',
  unless:
    'The long work is on the same table, or on a new one; it blocks the other table by itself, which a rule of its own tells; it validates a constraint that the same transaction adds. What writes rows is mixed-ddl-dml’s to tell.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  covers: [69],
  equivalents: ['eugene:E4', 'pgfence:statement-after-access-exclusive', 'django-migration-linter:CREATE_INDEX_EXCLUSIVE'],
  messages: {
    held: '{blocked} of {table} wait while {worked} is {work}: the lock is held until the transaction ends.',
  },
  on: {
    script(at) {
      for (const moment of at.walk.moments) {
        const work = workOf(moment)
        if (work === undefined || blocksItself(moment, at) || moment.transaction.held.length === 0) continue
        if (isOfTheSameTransaction(moment, at.walk.moments)) continue
        const worked = filledView(moment) ?? lockedBy(moment, at.walk.moments).find(({ name }) => name && !at.table(name, moment).fresh)
        const held = worked && moment.transaction.held.find(({ table }) => !at.sameName(table, nameOf(worked)))
        if (!worked || !held) continue
        const table = showName(held.table)
        const slots = { blocked: held.blocks === 'writes' ? 'Writes' : 'Reads and writes', table, worked: worked.shown, work }
        const related = [{ message: `the lock on ${table} is taken here`, span: held.operation.span }]
        at.report(moment.operation, 'held', slots, { evidence: 'derived', related })
        return
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'held',
      title: 'A new materialized view is filled at the end',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE MATERIALIZED VIEW latest AS SELECT user_id, max(id) AS id FROM orders GROUP BY user_id WITH NO DATA;\nREFRESH MATERIALIZED VIEW latest;\nCOMMIT;',
    },
    {
      on: 'postgres',
      says: 'held',
      title: 'A materialized view is filled',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE MATERIALIZED VIEW latest AS SELECT user_id, max(id) AS id FROM orders GROUP BY user_id;\nCOMMIT;',
    },
    {
      on: 'postgres',
      says: 'held',
      sql: 'BEGIN;\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A materialized view that is filled later',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE MATERIALIZED VIEW latest AS SELECT user_id, max(id) AS id FROM orders GROUP BY user_id WITH NO DATA;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'The long work first',
      sql: 'BEGIN;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user;\nALTER TABLE users ADD COLUMN note text;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'Apart',
      sql: 'ALTER TABLE users ADD COLUMN note text;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user;',
    },
    {
      on: 'postgres',
      title: 'The build blocks writes by itself, which index-not-concurrent tells',
      sql: 'BEGIN;\nALTER TABLE users ADD COLUMN note text;\nCREATE INDEX orders_state ON orders (state);\nCOMMIT;',
      also: ['index-not-concurrent', 'missing-lock-timeout'],
    },
    {
      on: 'postgres',
      title: 'A constraint of the same transaction, which fk-without-not-valid tells',
      sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user;\nCOMMIT;',
      also: ['fk-without-not-valid', 'missing-lock-timeout'],
    },
  ],
})

const writes: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'insert',
  'update',
  'delete',
  'writeRows',
  'truncate',
  'select',
  'lockTable',
])

/** An index build, a scan, a rewrite under a lock of its own has a rule of its own. */
function blocksItself({ operation, cost, index }: Moment, { walk, sameName }: Pick<ScriptSite, 'walk' | 'sameName'>): boolean {
  // Nobody else sees a view before the script that made it is through.
  const isOwnView =
    operation.kind === 'refreshMaterializedView' &&
    walk.moments.some((made) => made.operation.kind === 'createView' && made.index < index && sameName(made.operation.name, operation.name))
  return !isOwnView && (cost.blocks === 'writes' || cost.blocks === 'reads-and-writes')
}

/** Does it validate what its own transaction added? The rules for NOT VALID say that. */
function isOfTheSameTransaction({ operation, transaction }: Moment, moments: readonly Moment[]): boolean {
  return (
    operation.kind === 'validateConstraint' &&
    moments.some(
      ({ operation: added, transaction: { key } }) =>
        added.kind === 'addConstraint' && key === transaction.key && added.constraint.name === operation.name,
    )
  )
}

/** The materialized view that a statement fills from the tables of its query: that takes as long for a new one. */
function filledView({ operation }: Moment): Locked | undefined {
  if (operation.kind !== 'refreshMaterializedView' && !(operation.kind === 'createView' && operation.materialized)) return undefined
  return operation.withData === false ? undefined : { name: operation.name, shown: showName(operation.name) }
}

/** What a statement does for as long as its table is large; undefined: nothing. */
function workOf(moment: Moment): string | undefined {
  const { operation, cost } = moment
  if (filledView(moment)) return 'filled'
  if (writes.has(operation.kind)) return undefined
  if (cost.rewrites === true) return 'written anew'
  if (cost.buildsIndex === true) return 'indexed'
  return cost.scans === true ? 'read' : undefined
}

const nameOf = ({ name }: Locked) => name ?? { name: '' }
