import {
  type Column,
  defineRule,
  findColumn,
  findTable,
  isGiven,
  isRequired,
  type Moment,
  type Name,
  type Operation,
  rebuiltTables,
  type ScriptSite,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'insert-breaking',
  title: 'Required column that the running release does not fill',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every INSERT of the release that is still running fails from the moment the migration is through.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A column that is added, filled and set NOT NULL in one release looks safe for the rows that are there. The release that is running meanwhile does not know the column: its INSERTs leave it out, and without a DEFAULT in the database each of them fails. So does an INSERT that has counted on a DEFAULT which is dropped.',
  instead: 'Leave the column nullable, or keep its DEFAULT, until every running release writes it; require it in the next one.',
  unless:
    'The database gives a value (DEFAULT, identity, generated, a trigger or a function that the migration makes), a column of that name was there before, the table is new, or the database is on a device.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-default.html',
    'https://www.prisma.io/dataguide/types/relational/expand-and-contract-pattern',
  ],
  covers: [142, 167, 169],
  equivalents: ['squawk:adding-required-field', 'django-migration-linter:NOT_NULL'],
  onDevice: [],
  messages: {
    required:
      'INSERTs of the running release into {table} fail from here on: it does not fill {columns}, new here, NOT NULL and without a DEFAULT.',
    defaultDropped: {
      text: 'INSERTs that leave out {columns} of {table} fail from here on: NOT NULL stays, and the DEFAULT is dropped.',
      profile: 'strict',
    },
  },
  on: {
    script(at) {
      const breaking = new Map<string, Breaking>()
      for (const moment of at.walk.moments) {
        const found = breakingBy(moment, at)
        if (!found) continue
        const key = `${found.message} ${showName(found.table)}`
        const columns = breaking.get(key)?.columns ?? []
        if (columns.some((column) => at.sameColumn(column, found.columns[0]!))) continue
        breaking.set(key, { ...(breaking.get(key) ?? found), columns: [...columns, ...found.columns] })
      }
      for (const found of breakingByRebuild(at)) breaking.set(`${found.message} ${showName(found.table)}`, found)
      for (const { message, operation, table, columns } of breaking.values())
        at.report(operation, message, { table: showName(table), columns: columns.join(', ') }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'required',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.addColumn('orders', 'region', { type: Sequelize.STRING }, { transaction })\n  await queryInterface.sequelize.query(\"UPDATE orders SET region = 'eu' WHERE id BETWEEN 1 AND 5000\", { transaction })\n  await queryInterface.changeColumn('orders', 'region', { type: Sequelize.STRING, allowNull: false }, { transaction })\n})",
      history: ["await queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true } })"],
    },
    {
      on: 'postgres',
      says: 'defaultDropped',
      profile: 'strict',
      title: 'A default that INSERTs count on',
      history: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'new');"],
      sql: 'ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;',
    },
    {
      on: 'postgres',
      says: 'required',
      title: 'The table is emptied for it, and the running release goes on writing',
      sql: 'BEGIN;\nDELETE FROM reset_requests;\nALTER TABLE reset_requests ADD COLUMN account_id bigint NOT NULL;\nCOMMIT;',
      also: ['unbatched-update', 'missing-lock-timeout'],
    },
    {
      on: 'sqlite',
      says: 'required',
      title: 'A rebuild that fills the rows that are there',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: "PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT, role TEXT NOT NULL);\nINSERT INTO users_new (id, email, role) SELECT id, email, 'member' FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The database gives a value',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: "ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new';",
    },
    {
      on: 'postgres',
      title: 'The rows come from a function of the database',
      history: ['CREATE TABLE totals (id bigint PRIMARY KEY, order_id bigint);'],
      sql: 'BEGIN;\nALTER TABLE totals ADD COLUMN shop_id bigint;\nCREATE OR REPLACE FUNCTION order_total() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO totals (order_id, shop_id) VALUES (NEW.id, NEW.shop_id);\n  RETURN NULL;\nEND $$;\nALTER TABLE totals ALTER COLUMN shop_id SET NOT NULL;\nCOMMIT;',
      also: ['set-not-null-scan'],
    },
    {
      on: 'postgres',
      title: 'Another column takes over the name',
      history: ['CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL);'],
      sql: 'BEGIN;\nALTER TABLE notes DROP COLUMN body;\nALTER TABLE notes ADD COLUMN content jsonb;\nALTER TABLE notes RENAME COLUMN content TO body;\nALTER TABLE notes ALTER COLUMN body SET NOT NULL;\nCOMMIT;',
      also: ['set-not-null-scan', 'rename-breaking', 'drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'Required in a later release',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);', 'ALTER TABLE orders ADD COLUMN region text;'],
      sql: 'ALTER TABLE orders ALTER COLUMN region SET NOT NULL;',
      also: ['set-not-null-scan'],
    },
    {
      on: 'mysql',
      title: 'Its DEFAULT stays when the rows are filled',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
      sql: "ALTER TABLE orders ADD COLUMN region varchar(20) NOT NULL DEFAULT '';\nUPDATE orders SET region = 'eu' WHERE region = '';",
      also: ['unbatched-update', 'mysql-implicit-commit', 'non-idempotent-ddl'],
    },
    {
      on: 'sqlite',
      title: 'A rebuild that gives the new column a DEFAULT',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: "PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT, role TEXT NOT NULL DEFAULT 'member');\nINSERT INTO users_new (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
    },
  ],
})

type Asks = Pick<ScriptSite, 'walk' | 'table' | 'age' | 'sameName' | 'sameColumn'>

interface Breaking {
  readonly message: 'required' | 'defaultDropped'
  readonly operation: Operation
  readonly table: Name
  readonly columns: readonly string[]
}

/** The columns that tables require of every INSERT since they were rebuilt. One that was there is filled under its old name or not at all. */
function breakingByRebuild(at: ScriptSite): readonly Breaking[] {
  return rebuiltTables(at).flatMap(({ name, made, operation }) => {
    const old = findTable(at.walk.before, name)
    if (!old?.complete || operation.context?.block === 'catch' || isFilledByDatabase(name, at)) return []
    const required = [...made.columns.values()].map(({ column }) => column).filter((column) => isRequired(column, made, at))
    const was = (column: Column) => [...old.columns.values()].find((one) => at.sameColumn(one.column.name, column.name))?.column
    const fresh = required.filter((column) => !was(column)).map((column) => column.name)
    const counted = required.filter((column) => was(column)?.default !== undefined && !was(column)!.nullable).map((column) => column.name)
    return [
      ...(fresh.length > 0 ? [{ message: 'required' as const, operation, table: name, columns: fresh }] : []),
      ...(counted.length > 0 ? [{ message: 'defaultDropped' as const, operation, table: name, columns: counted }] : []),
    ]
  })
}

/** The column that this step requires of every INSERT, and that stays so to the end of the script. */
function breakingBy(moment: Moment, at: Asks): Breaking | undefined {
  const { operation, before } = moment
  if (operation.kind === 'addColumn') return addedRequired(moment, operation, at)
  if (operation.kind !== 'setNotNull' && operation.kind !== 'dropDefault' && operation.kind !== 'modifyColumn') return undefined
  const { table, column } = operation
  const was = findColumn(before, table, column)
  const is = findColumn(at.walk.after, table, operation.kind === 'modifyColumn' ? operation.to.name : column)?.column
  if (!was || !is || operation.context?.block === 'catch' || at.table(table, moment).fresh || isFilledByDatabase(table, at))
    return undefined
  if (isGiven(is)) return undefined
  if (at.age(was.born) !== 'existing') {
    // A column that takes over the name of an older one is filled as that was; another type is another rule's to tell.
    const old = findColumn(at.walk.moments[0]!.before, table, is.name)
    if (old && at.age(old.born) === 'existing') return undefined
    return { message: 'required', operation, table, columns: [is.name] }
  }
  // An old column that becomes NOT NULL may be written by every release; one that loses its DEFAULT was counted on.
  const counted = was.column.default !== undefined && !was.column.nullable
  return counted ? { message: 'defaultDropped', operation, table, columns: [is.name] } : undefined
}

/** A column that is NOT NULL from the start in a table that was emptied for it: not-null-without-default tells of it else. */
function addedRequired(moment: Moment, operation: Extract<Operation, { kind: 'addColumn' }>, at: Asks): Breaking | undefined {
  const { table, column } = operation
  const is = findColumn(at.walk.after, table, column.name)?.column
  const view = at.table(table, moment)
  if (!is || isGiven(is) || isGiven(column) || operation.context?.block === 'catch' || view.fresh || isFilledByDatabase(table, at))
    return undefined
  const { emptied } = view.state ?? {}
  const isEmpty = emptied !== undefined && at.age(emptied.born) === 'this-migration'
  if (!isEmpty) return undefined
  if (findColumn(at.walk.moments[0]!.before, table, is.name)) return undefined
  return { message: 'required', operation, table, columns: [is.name] }
}

/** Does the script make a trigger on the table, which may give the value, or the function of one that writes its rows? */
function isFilledByDatabase(table: Name, at: Asks): boolean {
  return at.walk.moments.some(
    ({ operation }) =>
      (operation.kind === 'createTrigger' && at.sameName(operation.table, table)) ||
      (operation.kind === 'createFunction' &&
        /^trigger$/i.test(operation.returns ?? '') &&
        operation.uses.some((name) => at.sameName(name, table))),
  )
}
