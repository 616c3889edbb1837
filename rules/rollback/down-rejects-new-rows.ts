import {
  type Constraint,
  type DataType,
  defineRule,
  type Expression,
  findColumn,
  findTable,
  type Moment,
  type Name,
  type Schema,
  type ScriptSite,
  showName,
  silentLoss,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'down-rejects-new-rows',
  title: 'Rollback that rows written since may break',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'A rollback is run when everything else has failed already, and must work. A type that goes back is narrower in every such down: only under style.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'When up allows NULLs, duplicates or values that were refused before, the new release writes them. A down that forbids them again reads every row and fails on the first of those: the rollback works on the day of the deployment and not the day after.',
  instead: 'Repair the rows first in down, or have it refuse with a sentence that says which rows are in the way.',
  unless:
    'down repairs the rows before, adds the constraint NOT VALID, the table is one that up created, or the database numbers the rows itself (identity, serial, AUTO_INCREMENT).',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html'],
  covers: [9],
  equivalents: [],
  messages: {
    notNull: 'Rollback fails once a NULL was written: down makes {what} of {table} NOT NULL again, which up allowed to be NULL.',
    unique: 'Rollback fails once a duplicate was written: down makes {what} of {table} unique again, which up no longer asked for.',
    constraint: 'Rollback fails once a row was written that breaks it: down adds {what} of {table} again, which up dropped.',
    narrower: {
      text: 'Rollback fails once a longer or new value was written: down gives {what} of {table} its narrower type back, which up had widened.',
      profile: 'style',
    },
  },
  on: {
    script(at) {
      if (at.direction !== 'down') return
      for (const moment of at.walk.moments) {
        const { operation } = moment
        if (operation.context?.block === 'catch') continue
        const refused = refusedBy(moment, at)
        if (!refused || isMade(refused.table, at) || isRepaired(moment, refused, at)) continue
        const { message, table, what } = refused
        // A UNIQUE cannot be NOT VALID, nor can any other constraint elsewhere.
        const help =
          message === 'constraint' && at.dialect === 'postgres' ? { help: 'Repair the rows first in down, or add it NOT VALID there.' } : {}
        at.report(operation, message, { table: showName(table), what }, { evidence: 'replayed', ...help })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'notNull',
      sequelize: "await queryInterface.sequelize.query('ALTER TABLE users ALTER COLUMN phone DROP NOT NULL')",
      down: "await queryInterface.sequelize.query('ALTER TABLE users ALTER COLUMN phone SET NOT NULL')",
    },
    {
      on: 'mysql',
      says: 'unique',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100));\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: 'DROP INDEX users_email ON users;',
      down: 'CREATE UNIQUE INDEX users_email ON users (email);',
    },
    {
      on: 'postgres',
      says: 'constraint',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer, CONSTRAINT positive CHECK (total > 0));'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT positive;',
      down: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);',
    },
    {
      on: 'postgres',
      says: 'narrower',
      profile: 'style',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20));'],
      sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(50);',
      down: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20);',
    },
    {
      on: 'postgres',
      says: 'unique',
      title: 'The table has another name meanwhile, and no key',
      history: ['CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;\nALTER TABLE orders RENAME TO sales;',
      down: 'ALTER TABLE sales RENAME TO orders;\nALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);',
      also: ['rename-breaking'],
    },
    {
      on: 'postgres',
      says: 'unique',
      title: 'By an index that a key is made of',
      history: ['CREATE TABLE members (id bigint CONSTRAINT members_pkey PRIMARY KEY, code uuid NOT NULL);'],
      sql: 'CREATE UNIQUE INDEX members_code ON members (code);\nALTER TABLE members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_code;',
      down: 'CREATE UNIQUE INDEX members_id ON members (id);\nALTER TABLE members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_id;',
      also: ['index-not-concurrent', 'unique-constraint-lock', 'missing-lock-timeout'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'down repairs the rows first',
      sql: 'ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;',
      down: "UPDATE users SET phone = '' WHERE phone IS NULL;\nALTER TABLE users ALTER COLUMN phone SET NOT NULL;",
    },
    {
      on: 'postgres',
      title: 'The table has another name meanwhile, and its key',
      history: ['CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;\nALTER TABLE orders RENAME TO sales;\nALTER TABLE sales ADD PRIMARY KEY (id);',
      down: 'ALTER TABLE sales DROP CONSTRAINT sales_pkey;\nALTER TABLE sales RENAME TO orders;\nALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);',
      also: ['rename-breaking', 'unique-constraint-lock'],
    },
    {
      on: 'postgres',
      title: 'For new rows only',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer, CONSTRAINT positive CHECK (total > 0));'],
      sql: 'ALTER TABLE orders DROP CONSTRAINT positive;',
      down: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'The same key stands on the column by its new name',
      history: [
        'CREATE TABLE wallets (id bigint PRIMARY KEY);\nCREATE TABLE quotes (id bigint PRIMARY KEY, wallet_id bigint, CONSTRAINT quotes_wallet FOREIGN KEY (wallet_id) REFERENCES wallets (id));',
      ],
      sql: 'ALTER TABLE wallets RENAME TO accounts;\nALTER TABLE quotes DROP CONSTRAINT quotes_wallet;\nALTER TABLE quotes RENAME COLUMN wallet_id TO account_id;\nALTER TABLE quotes ADD CONSTRAINT quotes_account FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
      down: 'ALTER TABLE accounts RENAME TO wallets;\nALTER TABLE quotes DROP CONSTRAINT quotes_account;\nALTER TABLE quotes RENAME COLUMN account_id TO wallet_id;\nALTER TABLE quotes ADD CONSTRAINT quotes_wallet FOREIGN KEY (wallet_id) REFERENCES wallets (id);',
      also: ['rename-breaking', 'missing-transaction', 'missing-lock-timeout', 'fk-without-not-valid'],
    },
    {
      on: 'postgres',
      title: 'A key that the database numbers, by its index',
      history: [
        'CREATE TABLE members (id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT members_pkey PRIMARY KEY, code uuid NOT NULL);',
      ],
      sql: 'CREATE UNIQUE INDEX members_code ON members (code);\nALTER TABLE members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_code;',
      down: 'CREATE UNIQUE INDEX members_id ON members (id);\nALTER TABLE members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_id;',
      also: ['index-not-concurrent', 'unique-constraint-lock', 'missing-lock-timeout'],
    },
  ],
})

type Asks = Pick<ScriptSite, 'walk' | 'up' | 'sameName' | 'sameColumn' | 'typeChange'>

interface Refused {
  readonly message: 'notNull' | 'unique' | 'constraint' | 'narrower'
  readonly table: Name
  readonly columns: readonly string[]
  readonly what: string
}

/** What a step of down forbids again that up had come to allow; undefined: nothing. */
function refusedBy({ operation, before }: Moment, at: Asks): Refused | undefined {
  switch (operation.kind) {
    case 'setNotNull':
      return nullRefused(operation.table, operation.column, at)
    case 'modifyColumn':
      return (
        (operation.to.nullable || isNotNull(before, operation.table, operation.column)
          ? undefined
          : nullRefused(operation.table, operation.to.name, at)) ??
        (operation.to.type && narrowed(operation.table, operation.to.name, operation.to.type, before, at))
      )
    case 'alterColumnType':
      return isCast(operation.using) ? narrowed(operation.table, operation.column, operation.type, before, at) : undefined
    case 'createIndex': {
      const columns = operation.keys.flatMap(({ column }) => (column === undefined ? [] : [column]))
      if (!operation.unique || columns.length !== operation.keys.length) return undefined
      const { table, name } = operation
      return wasUnique(table, columns, name, at) ? { message: 'unique', table, columns, what: columns.join(', ') } : undefined
    }
    case 'addConstraint':
      return constraintRefused(operation.table, operation.constraint, at)
    default:
      return undefined
  }
}

/** Did up let the column be NULL that was NOT NULL before it? */
function nullRefused(table: Name, column: string, at: Asks): Refused | undefined {
  const after = afterUp(table, [column], at)
  const [was, is] = [findColumn(at.up.before, table, column), findColumn(at.up.after, after.table, after.columns[0]!)]
  const dropped = at.up.moments.some(
    ({ operation }) => operation.kind === 'dropNotNull' && at.sameName(operation.table, table) && at.sameColumn(operation.column, column),
  )
  const allowed = (was ? !was.column.nullable : dropped) && (is?.column.nullable ?? true)
  return allowed ? { message: 'notNull', table, columns: [column], what: column } : undefined
}

/** Is it so already? A CHANGE that only renames says it again. */
function isNotNull(before: Schema, table: Name, column: string): boolean {
  return findColumn(before, table, column)?.column.nullable === false
}

function narrowed(table: Name, column: string, to: DataType, before: Schema, at: Asks): Refused | undefined {
  const was = findColumn(at.up.before, table, column)?.column.type
  const after = afterUp(table, [column], at)
  const widened = findColumn(at.up.after, after.table, after.columns[0]!)?.column.type
  const now = findColumn(before, table, column)?.column.type
  if (!was || !widened || !now || at.typeChange(was, widened, at.up.before).narrows !== false) return undefined
  return at.typeChange(now, to, before).narrows === true && silentLoss(now, to) === undefined
    ? { message: 'narrower', table, columns: [column], what: column }
    : undefined
}

/** No USING, or one that only casts. */
function isCast(using: Expression | undefined): boolean {
  return using === undefined || (using.functions.length === 0 && !/\bcase\b/i.test(using.sql))
}

function constraintRefused(table: Name, constraint: Constraint, at: Asks): Refused | undefined {
  const { kind, columns, name } = constraint
  if (constraint.notValid || constraint.enforced === false || kind === 'notNull') return undefined
  // USING INDEX names none: what makes them unique is the index.
  if ((kind === 'unique' || kind === 'primaryKey') && columns.length === 0) return undefined
  if (kind === 'unique' || kind === 'primaryKey')
    return wasUnique(table, columns, name, at) ? { message: 'unique', table, columns, what: columns.join(', ') } : undefined
  const dropped = at.up.moments.some(({ operation, before }) => {
    if (operation.kind !== 'dropConstraint' || !at.sameName(operation.table, table)) return false
    if (operation.name !== undefined && operation.name === name) return true
    const state = findTable(before, table)?.constraints.find((one) => one.constraint.name === operation.name)
    return state?.constraint.kind === kind && areSame(state.constraint.columns, columns, at)
  })
  // A CHECK that made NOT NULL cheap says nothing that NOT NULL does not say.
  const proven =
    kind === 'check' &&
    /\bis\s+not\s+null\b/i.test(constraint.expression?.sql ?? '') &&
    columns.every((column) => isRequired(table, column, at))
  if (!dropped || proven || isStillAsked(table, constraint, at)) return undefined
  const of = kind === 'foreignKey' ? 'the foreign key' : kind === 'check' ? 'the check' : 'the exclusion constraint'
  return { message: 'constraint', table, columns, what: name === undefined ? `${of} on ${columns.join(', ')}` : `${of} ${name}` }
}

function isRequired(table: Name, column: string, at: Asks): boolean {
  const after = afterUp(table, [column], at)
  return findColumn(at.up.after, after.table, after.columns[0]!)?.column.nullable === false
}

/** Did up put another constraint in its place that refuses as much: the same key to the same table, or a check that is not known to be wider? */
function isStillAsked(table: Name, constraint: Constraint, at: Asks): boolean {
  const now = afterUp(table, constraint.columns, at)
  const target = constraint.references && afterUp(constraint.references.table, [], at).table
  return at.up.moments.some(({ operation }) => {
    if (operation.kind !== 'addConstraint' || ![table, now.table].some((name) => at.sameName(operation.table, name))) return false
    const { kind, columns, references, expression } = operation.constraint
    if (kind !== constraint.kind || ![constraint.columns, now.columns].some((own) => areSame(columns, own, at))) return false
    if (kind === 'foreignKey') return !references || !target || at.sameName(references.table, target)
    return !expression?.literals.some((value) => !constraint.expression?.literals.includes(value))
  })
}

/** Did up drop the index or constraint that made the columns unique, and leave nothing that still does? */
function wasUnique(table: Name, columns: readonly string[], name: string | undefined, at: Asks): boolean {
  // What is unique by what a function makes of the column (`lower(email)`) is not known to take more.
  const byExpression = at.up.moments.some(
    ({ operation }) =>
      operation.kind === 'createIndex' &&
      operation.unique &&
      at.sameName(operation.table, table) &&
      operation.keys.some(({ expression }) => expression?.columns.some((one) => columns.some((column) => at.sameColumn(column, one)))),
  )
  if (byExpression || columns.some((column) => isNumbered(table, column, at))) return false
  const uniqueIn = (schema: Schema, names: Names) =>
    findTable(schema, names.table)?.indexes.some(
      ({ unique, where, keys }) =>
        unique &&
        !where &&
        keys.every((key) => names.columns.some((column) => key.column !== undefined && at.sameColumn(key.column, column))),
    )
  if (uniqueIn(at.up.after, afterUp(table, columns, at))) return false
  const dropped = at.up.moments.some(({ operation }) => {
    if (operation.kind === 'dropConstraint') return name !== undefined && operation.name === name && at.sameName(operation.table, table)
    return operation.kind === 'dropIndex' && name !== undefined && operation.name.name === name
  })
  return dropped || uniqueIn(at.up.before, { table, columns }) === true
}

/** Does the database give each row a number of its own there? */
function isNumbered(table: Name, column: string, at: Asks): boolean {
  const after = afterUp(table, [column], at)
  const { identity, serial, autoIncrement } = findColumn(at.up.after, after.table, after.columns[0]!)?.column ?? {}
  return Boolean(identity || serial || autoIncrement)
}

type Names = Pick<Refused, 'table' | 'columns'>

/** What up calls by its end what was called so before it, where nothing else has the name then. */
function afterUp(table: Name, columns: readonly string[], at: Asks): Names {
  let names: Names = { table, columns }
  const stays = findTable(at.up.after, table) !== undefined
  for (const { operation } of at.up.moments) {
    if (!stays && operation.kind === 'renameTable' && at.sameName(operation.table, names.table)) names = { ...names, table: operation.to }
    if (operation.kind !== 'renameColumn' || !at.sameName(operation.table, names.table)) continue
    const { column, to } = operation
    names = { ...names, columns: names.columns.map((one) => (at.sameColumn(one, column) ? to : one)) }
  }
  return { ...names, columns: names.columns.map((now, i) => (findColumn(at.up.after, names.table, columns[i]!) ? columns[i]! : now)) }
}

function areSame(a: readonly string[], b: readonly string[], at: Asks): boolean {
  return a.length === b.length && a.every((one) => b.some((other) => at.sameColumn(one, other)))
}

/** Is the table made by up, or made anew by down? */
function isMade(table: Name, at: Asks): boolean {
  return [...at.up.moments, ...at.walk.moments].some(
    ({ operation }) => operation.kind === 'createTable' && at.sameName(operation.table, table),
  )
}

/** Does down see to the rows first: write or delete them, add the column anew, or do what was not read? */
function isRepaired(moment: Moment, { table, columns }: Refused, at: Asks): boolean {
  return at.walk.moments.slice(0, at.walk.moments.indexOf(moment)).some(({ operation }) => {
    const has = (column: string) => columns.some((one) => at.sameColumn(one, column))
    switch (operation.kind) {
      case 'opaque':
        return true
      case 'update':
        return at.sameName(operation.table, table) && operation.set.some(({ column }) => has(column))
      case 'delete':
        return at.sameName(operation.table, table)
      case 'truncate':
        return operation.tables.some((name) => at.sameName(name, table))
      case 'addColumn':
        return at.sameName(operation.table, table) && has(operation.column.name)
      default:
        return false
    }
  })
}
