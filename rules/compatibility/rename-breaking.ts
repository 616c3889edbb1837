import {
  defineRule,
  isCheckpointName,
  isSetAside,
  type Moment,
  type Name,
  type OperationOf,
  recreatedAs,
  referringTables,
  renamedByDropAndAdd,
  type Site,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'rename-breaking',
  title: 'Rename under a running release',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The old release fails on its next query.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The release that is running while the migration is deployed knows only the old name. From the moment of the rename on, each of its queries on it fails. A rename that a tool wrote as DROP and ADD loses the data as well.',
  instead: 'Add the new name, write to both, backfill, move the readers, and drop the old name in a later migration.',
  unless:
    'The table is new, only an index or a constraint is renamed, or the old name is taken again in the same transaction: a view, a swapped table, a generated column. On a device no other release runs.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [113, 125, 126, 161, 162, 163, 164],
  equivalents: [
    'squawk:renaming-column',
    'squawk:renaming-table',
    'atlas:BC102',
    'atlas:BC101',
    'strong_migrations:rename_column',
    'strong_migrations:rename_table',
    'strong_migrations:rename_schema',
    'strong_migrations:rename_enum_value',
  ],
  onDevice: ['tableDropAndCreate', 'dropAndAdd'],
  messages: {
    column: 'Renaming {table}.{from} to {to} breaks the running release: its queries on {from} fail from now on.',
    table: 'Renaming {from} to {to} breaks the running release: its queries on {from} fail from now on.',
    schema: 'Renaming the schema {from} to {to} breaks the running release: its queries on {from} fail from now on.',
    enumValue: "Renaming the value '{from}' of {type} to '{to}' breaks the running release, which still writes and compares '{from}'.",
    tableDropAndCreate:
      '{from} is dropped and {to} is made of the same columns without its rows: a rename that loses them, and breaks the running release.',
    dropAndAdd: '{table}.{from} is dropped and {to} is added without its values: a rename that loses them, and breaks the running release.',
  },
  on: {
    renameColumn({ table, column, to, span }, at) {
      const state = at.column(table, column)
      if (at.table(table).fresh || (state && at.age(state.born) === 'this-migration') || columnReturns(at, table, column)) return
      if (isSetAside(column) && !at.declared(table, column)) return
      at.report(span, 'column', { table: showName(table), from: column, to })
    },
    modifyColumn({ table, column, to, span }, at) {
      const state = at.column(table, column)
      if (state && at.age(state.born) === 'this-migration') return
      if (at.sameColumn(column, to.name) || at.table(table).fresh || columnReturns(at, table, column)) return
      at.report(span, 'column', { table: showName(table), from: column, to: to.name })
    },
    renameTable({ table, to, span }, at) {
      // A rebuild in several migrations: no release asks for the copy by the name that it had meanwhile.
      if (at.table(table).fresh || (isCheckpointName(table) && !isLivedIn(table, at)) || nameReturns(at, table) || takesOver(at, to)) return
      at.report(span, 'table', { from: showName(table), to: showName(to) })
    },
    renameSchema({ name, to, span }, at) {
      at.report(span, 'schema', { from: name, to })
    },
    renameEnumValue({ type, value, to, span }, at) {
      const state = at.type(type)
      if (state && at.age(state.born) === 'this-migration') return
      at.report(span, 'enumValue', { type: showName(type), from: value, to })
    },
    dropTable({ table, temporary, span }, at) {
      const made = temporary ? undefined : recreatedAs(table, at)
      if (made?.operation.kind !== 'createTable') return
      const to = showName(made.operation.table)
      const related = [{ message: `${to} is made here`, span: made.operation.span }]
      at.report(span, 'tableDropAndCreate', { from: showName(table), to }, { evidence: 'replayed', related })
    },
    dropColumn({ table, column, span }, at) {
      if (at.table(table).fresh) return
      const added = renamedByDropAndAdd(table, column, at)
      if (added?.operation.kind !== 'addColumn') return
      const { operation } = added
      at.report(
        span,
        'dropAndAdd',
        { table: showName(table), from: column, to: operation.column.name },
        { evidence: 'replayed', related: [{ message: `${operation.column.name} is added here`, span: operation.span }] },
      )
    },
  },
  bad: [
    { on: 'postgres', says: 'column', sql: 'ALTER TABLE users RENAME COLUMN name TO full_name;' },
    { on: 'mysql', says: 'table', sql: 'RENAME TABLE users TO people;' },
    { on: 'postgres', says: 'enumValue', sql: "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';" },
    {
      on: 'postgres',
      says: 'dropAndAdd',
      title: 'A generated rename',
      history: ['CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "name" TEXT);'],
      prisma: 'ALTER TABLE "User" DROP COLUMN "name",\nADD COLUMN "fullName" TEXT;',
    },
    {
      on: 'postgres',
      says: 'tableDropAndCreate',
      title: 'A generated rename of a table',
      history: ['CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "name" TEXT, "email" TEXT);'],
      prisma: 'DROP TABLE "User";\n\nCREATE TABLE "Member" ("id" INTEGER PRIMARY KEY, "name" TEXT, "email" TEXT, "phone" TEXT);',
    },
    {
      on: 'postgres',
      says: 'table',
      title: 'A name that was meant to be temporary',
      history: [
        'CREATE TABLE users_temp (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, author bigint REFERENCES users_temp (id));',
        'ALTER TABLE users_temp ADD COLUMN email text;',
      ],
      sql: 'ALTER TABLE users_temp RENAME TO users;',
    },
    {
      on: 'postgres',
      says: 'dropAndAdd',
      title: 'The key of the same table under another name',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE notes DROP COLUMN user_id;\nALTER TABLE notes ADD COLUMN author_id bigint REFERENCES users (id);',
      also: ['drop-before-contract'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A view takes the old name',
      sql: 'BEGIN;\nALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;\nCOMMIT;',
    },
    { on: 'mysql', title: 'Two tables swap names in one statement', sql: 'RENAME TABLE users TO users_old, users_new TO users;' },
    {
      on: 'sqlite',
      title: 'The copy of a rebuild that began in the migration before',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE _users_tmp (id INTEGER PRIMARY KEY);\nINSERT INTO _users_tmp SELECT id FROM users;\nDROP TABLE users;',
      ],
      sql: 'ALTER TABLE _users_tmp RENAME TO users;',
    },
    { on: 'postgres', title: 'An index', sql: 'ALTER INDEX users_name RENAME TO users_full_name;' },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);\nALTER TABLE users RENAME COLUMN name TO full_name;',
    },
    {
      on: 'mysql',
      title: 'A column that was added under another name until it was filled',
      history: ['CREATE TABLE notes (id INT PRIMARY KEY);'],
      sql: "ALTER TABLE notes ADD COLUMN tags_temp JSON;\nUPDATE notes SET tags_temp = '[]';\nALTER TABLE notes CHANGE COLUMN tags_temp tags JSON NOT NULL;",
      also: ['unbatched-update', 'set-not-null-scan', 'insert-breaking', 'mysql-implicit-commit', 'non-idempotent-ddl', 'mixed-ddl-dml'],
    },
    {
      on: 'postgres',
      title: 'Another flag, added before the old one goes',
      history: ['CREATE TABLE bookings (id bigint PRIMARY KEY, with_invoice boolean);'],
      sql: 'ALTER TABLE bookings ADD COLUMN no_vat boolean;\nALTER TABLE bookings DROP COLUMN with_invoice;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'A list in the place of a text of another name',
      history: ['CREATE TABLE models (id bigint PRIMARY KEY, summary text);'],
      sql: 'ALTER TABLE models DROP COLUMN summary, ADD COLUMN labels text[];',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'The values of the new column are found by the old one',
      history: [
        'CREATE TABLE logins (id bigint PRIMARY KEY, account bigint);\nCREATE TABLE notes (id bigint PRIMARY KEY, login_id bigint);',
      ],
      sql: 'ALTER TABLE notes ADD COLUMN account_id bigint;\nUPDATE notes n SET account_id = l.account FROM logins l WHERE n.login_id = l.id;\nALTER TABLE notes DROP COLUMN login_id;',
      also: ['drop-before-contract', 'unbatched-update', 'mixed-ddl-dml'],
    },
    {
      on: 'mysql',
      title: 'What is dropped has no rows to lose',
      history: ["await knex.schema.createTable('bookings', (t) => { t.bigIncrements('id'); t.string('guest'); t.string('room') })"],
      knex: "const { count } = await knex('bookings').count({ count: '*' }).first()\nif (!count) await knex.schema.dropTable('bookings')\nawait knex.schema.createTable('stays', (t) => { t.bigIncrements('id'); t.string('guest'); t.string('room') })",
      also: ['drop-before-contract', 'non-idempotent-ddl', 'missing-down'],
    },
    {
      on: 'sqlite',
      title: 'A column that an earlier migration set aside',
      history: [
        'CREATE TABLE shelves (id INTEGER PRIMARY KEY, deep INTEGER NOT NULL);',
        'ALTER TABLE shelves RENAME COLUMN deep TO _unused;',
      ],
      sql: 'ALTER TABLE shelves RENAME COLUMN _unused TO at_start;',
    },
    {
      on: 'postgres',
      title: 'A budget with a DEFAULT of its own in the place of a limit',
      history: ['CREATE TABLE jobs (id bigint PRIMARY KEY, timeout_ms integer NOT NULL);'],
      sql: 'ALTER TABLE jobs DROP COLUMN timeout_ms;\nALTER TABLE jobs ADD COLUMN seconds_left integer NOT NULL DEFAULT 3600;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'One word in three is not one name',
      sql: 'ALTER TABLE births ADD COLUMN mother_condition_note text;\nALTER TABLE births DROP COLUMN carrier_known_condition_id;',
      also: ['drop-before-contract'],
    },
    {
      on: 'mysql',
      title: 'Rows are written back as the program changed them',
      history: [
        "await knex.schema.createTable('letters', (t) => { t.increments('id'); t.integer('kind').notNullable(); t.text('body_data') })",
      ],
      knex: "await knex.schema.alterTable('letters', (t) => { t.text('data') })\nfor (const letter of await knex('letters')) {\n  letter.data = JSON.stringify({ body: letter.body_data })\n  await knex('letters').where('id', letter.id).update(letter)\n}\nawait knex.schema.alterTable('letters', (t) => { t.dropColumn('body_data') })",
      also: ['drop-before-contract', 'n-plus-one-backfill', 'mysql-implicit-commit', 'non-idempotent-ddl', 'missing-down'],
    },
    {
      on: 'postgres',
      title: 'One flag goes and another comes',
      history: ['CREATE TABLE members (id bigint PRIMARY KEY, is_editing boolean NOT NULL DEFAULT false);'],
      sql: 'ALTER TABLE members DROP COLUMN is_editing;\nALTER TABLE members ADD COLUMN is_inherited boolean NOT NULL DEFAULT false;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'The key of another table',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE environments (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE notes DROP CONSTRAINT notes_user_id_fkey;\nALTER TABLE notes DROP COLUMN user_id, ADD COLUMN environment_id bigint;\nALTER TABLE notes ADD CONSTRAINT notes_environment FOREIGN KEY (environment_id) REFERENCES environments (id) NOT VALID;',
      also: ['drop-before-contract'],
    },
  ],
})

type Asks = Pick<
  Site<OperationOf<'renameTable' | 'renameColumn' | 'modifyColumn'>>,
  'dialect' | 'earlier' | 'later' | 'transaction' | 'index' | 'sameName' | 'sameColumn'
>

/** Did migrations after the one that made the table go on building on it: it is no copy that waits for its name, whatever it is called. */
function isLivedIn(name: Name, at: Pick<Site, 'before' | 'sameName' | 'table'>): boolean {
  const state = at.table(name).state
  if (!state || state.born < 0) return false
  const isLater = ({ born }: { readonly born: number }) => born > state.born
  return [...state.columns.values()].some(isLater) || state.constraints.some(isLater) || referringTables([name], at, false).length > 0
}

/** In the same statement, or before the same transaction ends. */
function together(at: Asks, moment: Moment): boolean {
  return moment.index === at.index || (at.transaction.open === 'yes' && moment.transaction.key === at.transaction.key)
}

function nameReturns(at: Asks, name: Name): boolean {
  return at.later.some((moment) => {
    const { operation } = moment
    // SQLite alters a table by moving it aside and creating it anew; whether that is atomic is another rule's question.
    if (at.dialect !== 'sqlite' && !together(at, moment)) return false
    if (operation.kind === 'createView') return at.sameName(operation.name, name)
    if (operation.kind === 'renameTable') return at.sameName(operation.to, name)
    return operation.kind === 'createTable' && at.sameName(operation.table, name)
  })
}

/** Was the new name given up just before: a table that was filled aside takes the place of the old one. */
function takesOver(at: Asks, name: Name): boolean {
  return at.earlier.some(
    (moment) => moment.operation.kind === 'renameTable' && together(at, moment) && at.sameName(moment.operation.table, name),
  )
}

function columnReturns(at: Asks, table: Name, column: string): boolean {
  return at.later.some((moment) => {
    const { operation } = moment
    if (!together(at, moment)) return false
    if (operation.kind === 'addColumn') return at.sameName(operation.table, table) && at.sameColumn(operation.column.name, column)
    return operation.kind === 'renameColumn' && at.sameName(operation.table, table) && at.sameColumn(operation.to, column)
  })
}
