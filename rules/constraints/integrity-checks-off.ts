import {
  defineRule,
  findTable,
  type Moment,
  type Name,
  type Operation,
  type OperationOf,
  referrersOf,
  type ScriptSite,
  showName,
  type Table,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'integrity-checks-off',
  title: 'Foreign keys or triggers switched off',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Rows that break the foreign keys get in unseen and stay.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'DISABLE TRIGGER ALL and session_replication_role = replica switch off the triggers behind PostgreSQL’s foreign keys as well, and foreign_key_checks and unique_checks do so in MySQL. What is written meanwhile is never checked, not even when they are switched on again: orphans and duplicates stay, and audit triggers miss the change. DISABLE TRIGGER is kept in the catalog, so that a forgotten one lasts for everybody.',
  instead:
    'Write the rows in the order that the foreign keys allow, or make those DEFERRABLE; switch off one trigger by name, or those of users, and on again in the same transaction.',
  unless:
    'No row is written while they are off and they are on again at the end, only new tables are filled, an UPDATE sets no key, or the tables have no foreign key.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER',
    'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks',
  ],
  covers: [68, 93],
  equivalents: ['pgfence:enable-disable-trigger', 'safe-migrate:disable-trigger'],
  messages: {
    written: 'Rows of {table} are written while {what} is in force: nothing checks them, now or later.',
    staysOff: '{what} is never taken back in this migration: rows of {table} are written unchecked from here on, by everybody.',
    everywhere: {
      text: '{what} holds for the whole server and is never taken back: every connection that is opened from here on writes rows unchecked.',
      severity: 'error',
      help: 'Set it for the session alone, and back at the end: SET SESSION foreign_key_checks = 0 …',
    },
    orphaned: {
      text: '{table} is dropped while {what} is in force, and a foreign key of {child} still points at it: every INSERT into {child} fails from here on (error 1452).',
      severity: 'error',
      help: 'Drop the foreign key of {child} first: ALTER TABLE {child} DROP FOREIGN KEY …',
    },
    oneStaysOff: {
      text: '{what} is never taken back in this migration: rows of {table} are written without what it did from here on.',
      profile: 'strict',
    },
  },
  on: {
    script(at) {
      for (const [i, moment] of at.walk.moments.entries()) {
        const off = offBy(moment.operation)
        if (!off || moment.operation.context?.block === 'catch') continue
        if (off.table && at.table(off.table, moment).fresh) continue
        const rest = at.walk.moments.slice(i + 1)
        const end = rest.findIndex(({ operation }) => isOn(operation, off, at))
        if (
          off.table &&
          end < 0 &&
          !rest.some(({ operation }) => operation.kind === 'dropTable' && at.sameName(operation.table, off.table!))
        ) {
          at.report(moment.operation, off.one ? 'oneStaysOff' : 'staysOff', { what: off.what, table: showName(off.table) })
          continue
        }
        if (off.everywhere) {
          if (end < 0) at.report(moment.operation, 'everywhere', { what: off.what })
          continue
        }
        // Triggers of one's own that are switched on again are a choice; the foreign keys still check the rows.
        if (off.one) continue
        const within = end < 0 ? rest : rest.slice(0, end)
        const written = within
          .map((other) => ({ other, table: writtenBy(other, off.table, at) }))
          .find(({ other, table }) => table && (off.setting !== 'foreign_key_checks' || mayHaveKeys(table, other, at)))?.table
        if (written) at.report(moment.operation, 'written', { what: off.what, table: showName(written) })
        if (off.setting !== 'foreign_key_checks') continue
        for (const dropped of within) {
          const child = orphanOf(dropped, at)
          if (!child || dropped.operation.kind !== 'dropTable') continue
          const slots = { table: showName(dropped.operation.table), what: off.what, child: showName(child) }
          at.report(dropped.operation, 'orphaned', slots, { evidence: 'replayed' })
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'staysOff',
      sql: 'ALTER TABLE orders DISABLE TRIGGER ALL;\nDELETE FROM orders WHERE id = 7;',
    },
    {
      on: 'postgres',
      says: 'written',
      sql: 'BEGIN;\nSET LOCAL session_replication_role = replica;\nDELETE FROM customers WHERE id = 7;\nCOMMIT;',
    },
    {
      on: 'mysql',
      says: 'written',
      sql: 'SET foreign_key_checks = 0;\nDELETE FROM customers WHERE id = 7;\nSET foreign_key_checks = 1;',
    },
    {
      on: 'mysql',
      says: 'orphaned',
      history: [
        'CREATE TABLE customers (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, customer INT, CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id));',
      ],
      sql: 'SET foreign_key_checks = 0;\nDROP TABLE customers;\nSET foreign_key_checks = 1;',
      also: ['drop-before-contract'],
    },
    { on: 'mysql', says: 'everywhere', sql: 'SET GLOBAL foreign_key_checks = 0;', also: ['superuser-statement'] },
    {
      on: 'mysql',
      says: 'written',
      title: 'Another table refers to the rows that go',
      history: [
        'CREATE TABLE customers (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, FOREIGN KEY (customer_id) REFERENCES customers (id));',
      ],
      sql: 'SET foreign_key_checks = 0;\nDELETE FROM customers WHERE id = 7;\nSET foreign_key_checks = 1;',
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'Only structure changes meanwhile',
      sql: 'SET foreign_key_checks = 0;\nDROP TABLE IF EXISTS customers_tmp;\nSET foreign_key_checks = 1;',
    },
    {
      on: 'mysql',
      title: 'The table is made anew, and the other one goes as well',
      history: [
        'CREATE TABLE customers (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, customer INT, CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id));\nCREATE TABLE tags (id INT PRIMARY KEY);\nCREATE TABLE tagged (tag INT, FOREIGN KEY (tag) REFERENCES tags (id));',
      ],
      sql: 'SET foreign_key_checks = 0;\nDROP TABLE customers;\nCREATE TABLE customers (id INT PRIMARY KEY, name TEXT);\nDROP TABLE tags;\nDROP TABLE tagged;\nSET foreign_key_checks = 1;',
      also: ['drop-before-contract', 'non-idempotent-ddl'],
    },
    {
      on: 'postgres',
      title: 'One trigger, and on again',
      sql: 'BEGIN;\nALTER TABLE orders DISABLE TRIGGER touch_updated_at;\nUPDATE orders SET note = NULL WHERE id = 7;\nALTER TABLE orders ENABLE TRIGGER touch_updated_at;\nCOMMIT;',
      also: ['mixed-ddl-dml'],
    },
    {
      on: 'mysql',
      title: 'Tables without a foreign key',
      history: ['CREATE TABLE menus (id INT PRIMARY KEY, name VARCHAR(20));'],
      sql: "SET foreign_key_checks = 0;\nINSERT INTO menus (id, name) VALUES (7, 'Help');\nSET foreign_key_checks = 1;",
    },
  ],
})

interface Off {
  readonly what: string
  /** A table's triggers; undefined: a setting of the session. */
  readonly table: Name | undefined
  /** One trigger by name, or those of users: the foreign keys still hold. */
  readonly one: boolean
  readonly setting: string | undefined
  /** SET GLOBAL: new connections begin with it. */
  readonly everywhere: boolean
}

/** What an operation switches off. */
function offBy(operation: Operation): Off | undefined {
  if (operation.kind === 'alterTable') {
    const action = /^DISABLE TRIGGER\b/.exec(operation.action) && operation.action
    if (!action) return undefined
    const one = action === 'DISABLE TRIGGER USER' || (action === 'DISABLE TRIGGER' && !/^all$/i.test(operation.value ?? ''))
    return {
      what: action === 'DISABLE TRIGGER' && operation.value ? `${action} ${operation.value}` : action,
      table: operation.table,
      one,
      setting: undefined,
      everywhere: false,
    }
  }
  if (operation.kind !== 'setVariable') return undefined
  const { name, value, scope } = operation
  const is = (pattern: RegExp) => value !== undefined && pattern.test(value.replaceAll("'", ''))
  const off =
    name === 'session_replication_role'
      ? is(/^replica$/i)
      : (name === 'foreign_key_checks' || name === 'unique_checks') && is(/^(?:0|off|false)$/i)
  if (!off) return undefined
  const everywhere = scope === 'global'
  const what = `${everywhere ? 'GLOBAL ' : ''}${name} = ${value!.replaceAll("'", '')}`
  return { what, table: undefined, one: false, setting: name, everywhere }
}

type Asks = Pick<ScriptSite, 'sameName' | 'sameColumn' | 'table'>

function isOn(operation: Operation, off: Off, at: Asks): boolean {
  if (off.table)
    return (
      operation.kind === 'alterTable' &&
      /^ENABLE (?:ALWAYS |REPLICA )?TRIGGER/.test(operation.action) &&
      at.sameName(operation.table, off.table)
    )
  if (operation.kind !== 'setVariable' || (operation.scope === 'global') !== off.everywhere) return false
  return (operation.name === off.setting || operation.name === 'all') && offBy(operation) === undefined
}

/** The table that keeps a foreign key to the one which the step drops for good. */
function orphanOf({ operation, before }: Moment, at: Pick<ScriptSite, 'walk' | 'sameName'>): Name | undefined {
  if (operation.kind !== 'dropTable' || operation.temporary || operation.context?.branches?.length) return undefined
  const { after, moments } = at.walk
  if (findTable(after, operation.table)) return undefined
  const isUnkeyed = (child: Name) => moments.some(({ operation: one }) => one.kind === 'dropConstraint' && at.sameName(one.table, child))
  return referrersOf(before, operation.table).find(
    ({ name }) => !at.sameName(name, operation.table) && findTable(after, name) && !isUnkeyed(name),
  )?.name
}

/** The live table of which a step writes rows. */
function writtenBy(moment: Moment, only: Name | undefined, at: Asks): Name | undefined {
  const { operation } = moment
  if (operation.kind !== 'insert' && operation.kind !== 'update' && operation.kind !== 'delete' && operation.kind !== 'writeRows')
    return undefined
  if (only && !at.sameName(operation.table, only)) return undefined
  const table = at.table(operation.table, moment)
  if (table.fresh || (operation.kind === 'update' && table.known && !setsKey(operation, table.state, at))) return undefined
  return operation.table
}

/** May there be a foreign key to check? Tools that dump write the setting above everything, keys or none. */
function mayHaveKeys(name: Name, moment: Moment, at: Asks): boolean {
  const { state, known } = at.table(name, moment)
  if (!state) return true
  const { before } = moment
  const hasKeys = ({ constraints }: Table) => constraints.some(({ constraint }) => constraint.kind === 'foreignKey')
  // What could not be read may have given it one where others have some.
  if (!known) return [...before.tables.values()].some(hasKeys)
  return hasKeys(state) || referrersOf(before, name).length > 0
}

/** Does the UPDATE set a column of a foreign key, or of a key that another table may refer to? */
function setsKey({ set }: OperationOf<'update'>, table: Table | undefined, at: Asks): boolean {
  const keys = [
    ...(table?.constraints ?? []).flatMap(({ constraint }) => (constraint.kind === 'foreignKey' ? constraint.columns : [])),
    ...(table?.indexes ?? []).flatMap(({ unique, keys }) => (unique ? keys.flatMap(({ column }) => column ?? []) : [])),
  ]
  return set.some(({ column }) => keys.some((key) => at.sameColumn(key, column)))
}
