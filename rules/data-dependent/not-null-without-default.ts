import {
  type Column,
  type Constraint,
  defineRule,
  findColumn,
  implicitValue,
  isFilledBy,
  isGiven,
  type Name,
  type Site,
  showName,
  zeroDate,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'not-null-without-default',
  title: 'Required column added without a default',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'It fails, or fills rows with values that nobody chose.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A column that must not be NULL has no value for the rows that are there already. PostgreSQL and SQLite refuse the statement as soon as the table has a row; MySQL and MariaDB write 0, an empty string or (MariaDB) a zero date into every row and say nothing; MySQL refuses the zero date, and both a key of the column alone, which two rows would share. The old release, which does not know the column, can no longer insert either.',
  instead: 'Give it a DEFAULT in the database, or add it nullable, backfill in batches and set NOT NULL in a later migration.',
  unless:
    'The table is created in the same migration, or the column is generated, an identity or a serial. A default that only the application applies (UUIDV4, NOW, a function) emits no DEFAULT and does not help.',
  sources: ['https://www.postgresql.org/docs/current/ddl-alter.html'],
  covers: [110, 117, 145, 167],
  equivalents: ['squawk:adding-required-field', 'atlas:MY101', 'atlas:MF103'],
  messages: {
    fails: 'Adding {column} to {table} as NOT NULL without a DEFAULT fails as soon as {table} has a row.',
    clientDefault:
      'Adding {column} to {table} as NOT NULL fails as soon as {table} has a row: the default {default} is applied by the application and emits no DEFAULT in the SQL.',
    domain: 'Adding {column} to {table} fails as soon as {table} has a row: its domain {type} does not allow NULL and has no default.',
    zeroDate: {
      text: 'Adding {column} to {table} as NOT NULL without a DEFAULT fails as soon as {table} has a row: MySQL would write a zero date, which its default sql_mode refuses (NO_ZERO_DATE).',
      severity: 'warning',
    },
    duplicate: {
      text: 'Adding {column} to {table} as NOT NULL and UNIQUE without a DEFAULT fails as soon as {table} has two rows: both would have {value}.',
      severity: 'warning',
      help: 'Add it nullable and without the key, give every row a value of its own, and set NOT NULL and the key in a later migration.',
    },
    silentValue: {
      text: 'Adding {column} to {table} as NOT NULL without a DEFAULT writes {value} into every existing row without a word{inserts}.',
      severity: 'warning',
    },
    filled: {
      text: 'Adding {column} to {table} as NOT NULL without a DEFAULT: the rows that are there are filled later here, but INSERTs of the running release, which leave it out, fail.',
      severity: 'warning',
      help: 'Add it nullable and backfill it; set NOT NULL in the release after the one that writes it.',
    },
  },
  on: {
    addColumn({ table: name, column, span }, at) {
      const table = at.table(name)
      if (table.fresh || column.generated || column.identity || column.serial || column.autoIncrement) return
      if (column.default !== undefined && !column.default.isNull) return
      const domain =
        column.type && at.type({ name: column.type.name, ...(column.type.schema ? { schema: column.type.schema } : {}) })?.domain
      const slots = { column: column.name, table: showName(name) }
      if (column.nullable) {
        if (domain?.notNull && !domain.default && column.type)
          at.report(span, 'domain', { ...slots, type: column.type.text }, { evidence: 'replayed' })
        return
      }
      if (domain?.default && !domain.default.isNull && column.default === undefined) return
      const emptied = table.state?.emptied
      if (emptied && at.age(emptied.born) === 'this-migration') return
      if (at.dialect === 'mysql' || at.dialect === 'mariadb') {
        const value = implicitValue(column.type?.name, column.type?.labels, at.dialect)
        if (value === zeroDate && at.dialect === 'mysql') at.report(span, 'zeroDate', slots, { evidence: 'derived' })
        else if (isAloneUnique(column, at)) at.report(span, 'duplicate', { ...slots, value }, { evidence: 'derived' })
        else {
          // An INSERT that leaves an enum out takes its first label in strict mode too.
          const isEnum = column.type?.name === 'enum'
          if (!isFilledBy(at.later, name, column.name, at)) {
            const inserts = isEnum ? '' : ', and INSERTs of the running release, which leave it out, fail'
            at.report(span, 'silentValue', { ...slots, value, inserts }, { evidence: 'derived' })
          } else if (!isEnum && staysRequired(name, column.name, at)) at.report(span, 'filled', slots, { evidence: 'derived' })
        }
      } else if (column.clientDefault !== undefined) {
        at.report(span, 'clientDefault', { ...slots, default: column.clientDefault })
      } else at.report(span, 'fails', slots)
    },
  },
  bad: [
    { on: 'postgres', says: 'fails', sql: 'ALTER TABLE orders ADD COLUMN status text NOT NULL;' },
    {
      on: 'postgres',
      says: 'clientDefault',
      title: 'A default that the database never sees',
      sequelize:
        "await queryInterface.addColumn('orders', 'token', { type: Sequelize.UUID, allowNull: false, defaultValue: Sequelize.UUIDV4 })",
    },
    {
      on: 'postgres',
      says: 'domain',
      title: 'A domain that forbids NULL',
      history: ['CREATE DOMAIN code AS text NOT NULL;'],
      sql: 'ALTER TABLE orders ADD COLUMN status code;',
    },
    { on: 'sqlite', says: 'fails', sql: 'ALTER TABLE orders ADD COLUMN status TEXT NOT NULL;' },
    { on: 'mysql', says: 'silentValue', sql: 'ALTER TABLE orders ADD COLUMN quantity INT NOT NULL;' },
    { on: 'mysql', says: 'zeroDate', title: 'A date on MySQL', sql: 'ALTER TABLE orders ADD COLUMN due DATE NOT NULL;' },
    { on: 'mariadb', says: 'silentValue', title: 'A date on MariaDB', sql: 'ALTER TABLE orders ADD COLUMN due DATE NOT NULL;' },
    {
      on: 'mariadb',
      says: 'duplicate',
      title: 'A key of it alone',
      sql: 'ALTER TABLE orders ADD COLUMN code VARCHAR(20) NOT NULL UNIQUE;',
    },
    {
      on: 'mysql',
      says: 'silentValue',
      title: 'An enum, of which an INSERT takes the first label',
      sql: "ALTER TABLE orders ADD COLUMN channel ENUM('web', 'shop') NOT NULL;",
    },
    {
      on: 'mysql',
      says: 'filled',
      title: 'Filled by the next statement, and required from the start',
      sql: "ALTER TABLE orders ADD COLUMN region varchar(20) NOT NULL;\nUPDATE orders SET region = 'eu';",
      also: ['unbatched-update', 'mysql-implicit-commit', 'non-idempotent-ddl'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The table is emptied first',
      sql: 'BEGIN;\nDELETE FROM reset_requests;\nALTER TABLE reset_requests ADD COLUMN account_id bigint NOT NULL;\nCOMMIT;',
      also: ['unbatched-update', 'insert-breaking'],
    },
    { on: 'postgres', sql: "ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new';" },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN status text NOT NULL;',
    },
    {
      on: 'postgres',
      title: 'Nullable',
      typeorm: "await queryRunner.addColumn('orders', new TableColumn({ name: 'status', type: 'text', isNullable: true }))",
    },
    { on: 'mysql', sql: 'ALTER TABLE orders ADD COLUMN quantity INT NOT NULL DEFAULT 1;' },
    {
      on: 'mysql',
      title: 'Filled, and made optional before the script ends',
      sql: "ALTER TABLE orders ADD COLUMN details TEXT NOT NULL;\nUPDATE orders SET details = '{}' WHERE id BETWEEN 1 AND 5000;\nUPDATE orders SET details = '{}' WHERE details = '';\nALTER TABLE orders MODIFY details TEXT NULL;",
      also: ['unbatched-update', 'mysql-implicit-commit', 'non-idempotent-ddl', 'table-copy'],
    },
  ],
})

/** Must every INSERT give it a value when the script is through? A trigger that the script makes may give it. */
function staysRequired(table: Name, column: string, at: Pick<Site, 'walk' | 'sameName'>): boolean {
  const is = findColumn(at.walk.after, table, column)?.column
  const isGivenByTrigger = at.walk.moments.some(
    ({ operation }) => operation.kind === 'createTrigger' && at.sameName(operation.table, table),
  )
  return is !== undefined && !isGiven(is) && !isGivenByTrigger
}

/** Does the same statement make a key of the column alone? */
function isAloneUnique({ name, constraints }: Column, at: Pick<Site, 'statement' | 'sameColumn'>): boolean {
  const isIts = ({ kind, columns }: Constraint) =>
    (kind === 'unique' || kind === 'primaryKey') && (columns.length === 0 || (columns.length === 1 && at.sameColumn(columns[0]!, name)))
  return (
    constraints.some(isIts) ||
    at.statement.operations.some(
      (operation) => operation.kind === 'addConstraint' && operation.constraint.columns.length > 0 && isIts(operation.constraint),
    )
  )
}
