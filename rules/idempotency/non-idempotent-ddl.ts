import {
  areDependent,
  canBeGuarded,
  changesOwnRows,
  defineRule,
  dropsNothing,
  isRefusedAsMixed,
  isRepeatable,
  isStructural,
  type Moment,
  mayStopAfter,
  type Name,
  type Operation,
  type ScriptSite,
  stepsOf,
  waitsForItself,
} from '../../src/rule/define.ts'

const guarded = 'Guard each step (IF [NOT] EXISTS, or ask the catalog first), or give each a migration of its own.'
const helpFor = {
  postgres: `${guarded.slice(0, -1)}; before CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY IF EXISTS.`,
  // MySQL has the words for tables, views and the like alone.
  mysql: 'Give each step a migration of its own, or ask information_schema before it.',
  mariadb: guarded,
  sqlite: guarded,
}

export default defineRule({
  id: 'non-idempotent-ddl',
  title: 'Migration that cannot be run again after it stopped half-way',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A migration that stops half-way blocks every later one. Steps that a transaction could hold are the strict profile’s.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Where no transaction can hold the steps together, a migration that stops half-way must be run again from its start. Its first steps then fail on what they made themselves. A CONCURRENTLY build that failed leaves an INVALID index under its name, which IF NOT EXISTS accepts as good.',
  instead: 'Guard each step (IF [NOT] EXISTS, or ask the catalog first), or give each a migration of its own.',
  unless:
    'Every step can be run again, there is only one, or the engine has no guard for it. Where the engine could make the steps atomic, missing-transaction owns the case.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html',
  ],
  covers: [10, 16, 17, 18, 19, 20, 21, 25, 27, 120, 193],
  equivalents: ['squawk:prefer-robust-stmts'],
  messages: {
    steps:
      'This is one of {count} steps that no transaction can hold together, and it cannot be run again: a stop after it leaves a migration that fails from its start.',
    invalidIndex: 'A failed build of {index} leaves it INVALID under its name: {outcome}.',
    unguarded: {
      text: 'This is one of {count} steps outside a transaction, and it cannot be run again: a stop after it leaves a migration that fails from its start.',
      profile: 'strict',
    },
  },
  on: {
    script(at) {
      const { moments } = at.walk
      // A script that the runner refuses leaves nothing behind.
      const buildings = (isRefusedAsMixed(at.walk) ? [] : moments).filter(
        (moment) =>
          moment.operation.kind === 'createIndex' &&
          moment.operation.concurrently &&
          at.dialect === 'postgres' &&
          // Refused outright in a transaction or a DO block: nothing is left behind.
          moment.transaction.open !== 'yes' &&
          moment.operation.context?.block !== 'do' &&
          !(leavesNoRoom(moment, at.framework) && !moment.operation.ifNotExists) &&
          !sharesString(moment) &&
          // Its build never ends, and never fails: concurrent-waits-for-itself says so.
          !waitsForItself(moment, moments, at) &&
          !isCleared(moment, moments),
      )
      for (const building of buildings) {
        if (building.operation.kind !== 'createIndex' || at.table(building.operation.table, building).fresh) continue
        const { name, ifNotExists } = building.operation
        const outcome = ifNotExists
          ? 'the next run finds it there and goes on with an index that is never used'
          : 'the next run fails because the name is taken'
        const help = leavesNoRoom(building, at.framework)
          ? 'Leave IF NOT EXISTS out, so that a second run fails aloud; or DROP INDEX CONCURRENTLY IF EXISTS in a migration before it.'
          : undefined
        const slots = { index: name ?? 'the index', outcome }
        at.report(building.operation, 'invalidIndex', slots, { evidence: 'derived', ...(help ? { help } : {}) })
      }
      const mysql = at.dialect === 'mysql' || at.dialect === 'mariadb'
      const split = !mysql && moments.some(({ cost }) => !cost.inTransaction)
      const steps = stepsOf(moments.filter((moment) => (mysql ? moment.cost.commits : mayStopAfter(moment)) && !dropsNothing(moment, at)))
      // Rows that are written on their own are a step as well: when that fails, the structure made before it stays. That structure ended
      // the transaction which was to hold them together is what mysql-implicit-commit says, where a rollback would bring rows back.
      const ended =
        moments.some(({ cost, transaction, operation }) => cost.commits && transaction.open === 'yes' && isStructural(operation)) &&
        moments.some((moment) => writes.has(moment.operation.kind) && !changesOwnRows(moment, at))
      const rows = (mysql && !ended) || split ? rowSteps(moments, at) : []
      const count = steps.length + rows.length
      const last = rows.at(-1)?.index ?? -1
      const bare = steps
        .filter(({ moment }, i) => i < steps.length - 1 || moment.index < last)
        .find(
          ({ moments: parts, repeatable }) =>
            !repeatable &&
            parts.every((part) => canBeGuarded(part.operation, at.dialect, at.framework)) &&
            !parts.every((part) => startsAnew(part, moments, at)),
        )
      if (!bare) return
      if (mysql || split) {
        if (!(bare.moment.operation.kind === 'createIndex' && bare.moment.operation.concurrently))
          at.report(bare.moment.operation, 'steps', { count }, { help: helpFor[at.dialect] })
        return
      }
      // The rebuild that Prisma writes for SQLite is its own affair.
      if (at.dialect === 'sqlite' && at.framework === 'prisma') return
      if (at.says('unguarded') && areDependent(steps, at)) at.report(bare.moment.operation, 'unguarded', { count })
    },
  },
  bad: [
    {
      on: 'mariadb',
      says: 'steps',
      sql: 'ALTER TABLE orders ADD COLUMN note TEXT;\nALTER TABLE orders ADD COLUMN memo TEXT;',
    },
    {
      on: 'mariadb',
      says: 'steps',
      title: 'Rows after structure are a step too',
      sql: "ALTER TABLE settings ADD COLUMN scope VARCHAR(20) NULL;\nUPDATE settings SET scope = 'app' WHERE id = 1;",
    },
    {
      on: 'mysql',
      says: 'steps',
      title: 'Rows of a table that the migration itself makes',
      typeorm:
        "await queryRunner.query('CREATE TABLE queues (id INT PRIMARY KEY, kind VARCHAR(20))')\nawait queryRunner.query(\"UPDATE queues SET kind = 'job'\")",
    },
    { on: 'postgres', says: 'invalidIndex', sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);' },
    {
      on: 'mysql',
      says: 'steps',
      title: 'A table that is dropped first, and one that is not',
      sql: 'DROP TABLE IF EXISTS visit_days;\nCREATE TABLE visit_days (id INT PRIMARY KEY, day DATE);\nCREATE TABLE visit_hours (id INT PRIMARY KEY);\nCREATE TABLE visit_weeks (id INT PRIMARY KEY);',
      history: ['CREATE TABLE visits (id INT PRIMARY KEY, day DATE);'],
    },
    {
      on: 'mysql',
      says: 'steps',
      title: 'A function, where it is a procedure of its name that is dropped first',
      typeorm:
        "await queryRunner.query('DROP PROCEDURE IF EXISTS visits_of')\nawait queryRunner.query('CREATE FUNCTION visits_of(d DATE) RETURNS INT READS SQL DATA RETURN (SELECT count(*) FROM visits WHERE day = d)')\nawait queryRunner.query('CREATE TABLE IF NOT EXISTS visit_days (id INT PRIMARY KEY, day DATE)')",
      history: ["await queryRunner.query('CREATE TABLE visits (id INT PRIMARY KEY, day DATE)')"],
    },
  ],
  good: [
    {
      on: 'mariadb',
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note TEXT;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS memo TEXT;',
    },
    { on: 'mysql', title: 'One step', sql: 'ALTER TABLE orders ADD COLUMN note TEXT, ADD COLUMN memo TEXT;' },
    {
      on: 'mysql',
      title: 'MySQL has no guard for ADD COLUMN',
      sql: 'ALTER TABLE orders ADD COLUMN note TEXT;\nALTER TABLE users ADD COLUMN memo TEXT;',
    },
    {
      on: 'mysql',
      title: 'One call of a builder, which sends the key behind the table',
      framework: 'knex',
      file: "exports.up = (knex) =>\n  knex.schema.createTable('users', (table) => {\n    table.increments('id')\n    table.string('email').notNullable().unique()\n  })\nexports.down = (knex) => knex.schema.dropTable('users')",
    },
    { on: 'postgres', sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);' },
    {
      on: 'mysql',
      title: 'Tables that are dropped first where they are there',
      sql: 'DROP TABLE IF EXISTS visit_days;\nCREATE TABLE visit_days (id INT PRIMARY KEY, day DATE);\nCREATE INDEX visit_days_day ON visit_days (day);',
      history: ['CREATE TABLE visits (id INT PRIMARY KEY, day DATE);'],
    },
    {
      on: 'mysql',
      title: 'Routines that are dropped first where they are there',
      typeorm:
        "await queryRunner.query('DROP FUNCTION IF EXISTS visits_of')\nawait queryRunner.query('CREATE FUNCTION visits_of(d DATE) RETURNS INT READS SQL DATA RETURN (SELECT count(*) FROM visits WHERE day = d)')\nawait queryRunner.query('DROP PROCEDURE IF EXISTS forget_visits')\nawait queryRunner.query('CREATE PROCEDURE forget_visits(d DATE) DELETE FROM visits WHERE day = d')",
      history: ["await queryRunner.query('CREATE TABLE visits (id INT PRIMARY KEY, day DATE)')"],
    },
  ],
})

/** The statements that write rows of lasting tables, one for each transaction that holds them. */
function rowSteps(moments: readonly Moment[], at: Pick<ScriptSite, 'table'>): readonly Moment[] {
  const said = new Set<string>()
  return moments.filter((moment) => {
    const { operation, transaction } = moment
    if (!('table' in operation) || operation.table === undefined || !writes.has(operation.kind)) return false
    if (said.has(transaction.key) || at.table(operation.table, moment).temporary) return false
    said.add(transaction.key)
    return true
  })
}

const writes: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>(['insert', 'update', 'delete', 'writeRows'])

/** Is it done to what the script drops before, IF EXISTS, so that a second run finds nothing of the first: a table, or what it makes here? */
function startsAnew({ operation, index }: Moment, moments: readonly Moment[], { sameName }: Pick<ScriptSite, 'sameName'>): boolean {
  const table = 'table' in operation ? operation.table : undefined
  const made = nameOf(operation)
  return moments.some(({ operation: dropped, index: at }) => {
    if (at >= index || !isRepeatable(dropped)) return false
    if (dropped.kind === 'dropTable') return table !== undefined && sameName(dropped.table, table)
    const gone = dropOf[operation.kind] === dropped.kind ? nameOf(dropped) : undefined
    if (made === undefined || gone === undefined || !sameName(gone, made)) return false
    return operation.kind !== 'createFunction' || dropped.kind !== 'dropFunction' || operation.procedure === dropped.procedure
  })
}

const dropOf: Partial<Record<Operation['kind'], Operation['kind']>> = {
  createView: 'dropView',
  createFunction: 'dropFunction',
  createTrigger: 'dropTrigger',
  createSequence: 'dropSequence',
  createIndex: 'dropIndex',
}

function nameOf(operation: Operation): Name | undefined {
  const name = 'name' in operation ? operation.name : undefined
  return typeof name === 'string' ? { name } : name
}

/** Is an INVALID leftover of the same name dropped first, or asked for? */
function isCleared(building: Moment, moments: readonly Moment[]): boolean {
  const { operation } = building
  if (operation.kind !== 'createIndex' || operation.name === undefined) return false
  if (operation.context?.guards?.some((guard) => guard.by !== 'if-exists')) return true
  const name = operation.name.toLowerCase()
  const schema = operation.table.schema?.toLowerCase()
  return moments.some(({ index, operation: dropped }) => {
    if (index >= building.index || dropped.kind !== 'dropIndex' || dropped.name.name.toLowerCase() !== name) return false
    const other = dropped.name.schema?.toLowerCase()
    return schema === undefined || other === undefined || schema === other
  })
}

/** Prisma and runners that send the file as one string leave no room for a DROP INDEX CONCURRENTLY beside the build. */
function leavesNoRoom({ statement }: Moment, framework: string): boolean {
  return framework === 'prisma' || ((framework === 'raw-sql' || framework === 'drizzle') && statement.batch !== undefined)
}

/** Is it refused, since it shares its query string with another statement? Nothing is left behind then. */
function sharesString({ transaction }: Moment): boolean {
  return transaction.by === 'batch'
}
