import {
  columnsOfType,
  copiesOf,
  defineRule,
  dropsNothing,
  filledFromRows,
  isAddedAgain,
  isCheckpointName,
  isHollow,
  isRebuilt,
  isRenamedHere,
  isSchemaBornHere,
  isSetAside,
  isSwappedOut,
  lostByRebuild,
  movedTo,
  putBack,
  recreatedAs,
  refilledByProgram,
  renamedByDropAndAdd,
  replacementsOf,
  showName,
  swappedIn,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-before-contract',
  title: 'Column or table dropped while the old release may still use it',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The old release fails on its next query, and the rows do not come back.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'While a migration is deployed the previous release still runs. If it reads or writes what is dropped, each of those queries fails until it is gone. Dropping is the last step of a change: expand, migrate, and only then contract.',
  instead: 'First release code that no longer uses it; drop it in a later migration, when nothing declares it any more.',
  unless:
    'An earlier migration added and filled its replacement and nothing declares the old one; the table was created in this migration, is a checkpoint copy or temporary, or is being rebuilt; or IF EXISTS clears the way for what the same script makes. On a device no other release runs.',
  sources: ['https://martinfowler.com/bliki/ParallelChange.html'],
  covers: [8, 29, 123, 124, 125, 127, 128, 143, 170, 171, 176, 267, 274],
  equivalents: [
    'squawk:ban-drop-table',
    'squawk:ban-drop-column',
    'squawk:ban-drop-database',
    'atlas:DS102',
    'atlas:DS103',
    'atlas:DS101',
    'strong_migrations:create_table',
    'strong_migrations:remove_column',
  ],
  onDevice: ['declaredColumn', 'declaredTable', 'columnAnew', 'tableAnew'],
  messages: {
    column: 'Dropping {table}.{column}: no earlier migration replaced it, and the old release may still read it while this is deployed.',
    table: 'Dropping {table}: no earlier migration replaced it, and the old release may still use it while this is deployed.',
    schema: 'Dropping the schema {name} takes every table in it along: the old release may still use them while this is deployed.',
    database: 'Dropping the database {name} takes every table in it along: the old release may still use them while this is deployed.',
    typeAndColumn: 'Dropping the type {type} CASCADE drops {table}.{column} with it, which the old release may still read.',
    declaredColumn: {
      text: '{table}.{column} is dropped while {model} in {file} still declares it: every query of that model fails.',
      severity: 'error',
    },
    declaredTable: {
      text: '{table} is dropped while {model} in {file} still declares it: every query of that model fails.',
      severity: 'error',
    },
    columnTooSoon: {
      text: '{table}.{column} is dropped in the release that brings its replacement {replacement}: the old release still reads {column}, and cannot read {replacement} yet.',
      severity: 'error',
    },
    columnAnew: {
      text: '{table}.{column} is dropped and created anew: every value in it is lost while the old release still reads it.',
      severity: 'error',
      help: 'Change its type in place, or add a new column beside it, copy the values, and drop the old one in a later migration.',
    },
    tableAnew: {
      text: '{table} is dropped and created anew: every row in it is lost while the old release still uses it.',
      severity: 'error',
      help: 'Alter it in place, or create the new one under another name, copy the rows, and drop the old one in a later migration.',
    },
    tableBack: {
      text: '{table} is gone until it is created anew and the program has put its rows back, in transactions of their own: the old release fails meanwhile, and the rows are lost where the migration stops there.',
      severity: 'error',
      help: 'Alter it in place, or create the new one under another name, copy the rows, and drop the old one in a later migration.',
    },
    tablePerhapsAnew: {
      text: '{table} is dropped and created anew, and no earlier migration says whether it is there: every row in it is lost if it is.',
      profile: 'strict',
      help: 'Leave DROP TABLE IF EXISTS out, so that the migration stops where the table is in use.',
    },
    columnAway: {
      text: '{table}.{column} is gone until {replacement} is renamed to it in a transaction of its own: the old release fails meanwhile, and for good where the migration stops there.',
      help: 'Drop and rename in one transaction; with one statement on MySQL and MariaDB.',
    },
    columnBack: {
      text: '{table}.{column} is gone until it is added again and filled from {copy}, in transactions of their own: the old release fails meanwhile, and for good where the migration stops there.',
      help: 'Add a new column beside it, copy the values, and drop the old one in a later migration; or do all of it in one transaction where the engine can.',
    },
    tableTooSoon: {
      text: '{table} is dropped in the release that brings its replacement {replacement}: the old release still uses {table}.',
      severity: 'error',
    },
  },
  on: {
    dropColumn({ table: name, column, span }, at) {
      const table = at.table(name)
      const state = at.column(name, column)
      if (table.age === 'this-migration' || table.temporary || isCheckpointName(name)) return
      if (state && at.age(state.born) === 'this-migration') return
      if (isSetAside(column) && !at.declared(name, column)) return
      // What was renamed here the old release knows by another name: rename-breaking speaks of that.
      if (renamedByDropAndAdd(name, column, at) || isRenamedHere(name, column, at) || dropsNothing(at, at)) return
      const slots = { table: showName(name), column }
      if (isAddedAgain(at.later, name, column, at)) {
        const kept = putBack(name, column, table.state, at)
        if (!kept) at.report(span, 'columnAnew', slots)
        else if (!kept.together) at.report(span, 'columnBack', { ...slots, copy: kept.copy }, { evidence: 'replayed' })
        return
      }
      const swap = swappedIn(at.later, name, column, at)
      if (swap) {
        const together = swap.moment.statement === at.statement || swap.moment.transaction.key === at.transaction.key
        if (!together) at.report(span, 'columnAway', { ...slots, replacement: swap.column }, { evidence: 'replayed' })
        return
      }
      const declared = at.declared(name, column)
      if (declared) at.report(span, 'declaredColumn', { ...slots, ...declared }, { atEnd: { table: name, column, is: 'absent' } })
      const when = declared ? { atEnd: { table: name, column, is: 'there' } as const } : {}
      const replacements = replacementsOf(table.state, column, at)
      const tooSoon = replacements.find(({ filled, state: other }) => at.age(filled) !== 'existing' || at.age(other.born) !== 'existing')
      const moved = movedTo(name, column, at)
      const elsewhere = moved && at.age(moved.born) !== 'existing' ? `${showName(moved.table)}.${column}` : undefined
      const replacement = tooSoon?.state.column.name ?? filledFromRows(name, column, at) ?? elsewhere
      if (replacement) at.report(span, 'columnTooSoon', { ...slots, replacement }, { evidence: 'replayed', ...when })
      else if (replacements.length === 0 && !moved) at.report(span, 'column', slots, { evidence: 'replayed', ...when })
    },
    dropType({ name, cascade, span }, at) {
      const lost = cascade ? columnsOfType(name, at)[0] : undefined
      if (lost)
        at.report(
          span,
          'typeAndColumn',
          { type: showName(name), table: showName(lost.table), column: lost.column },
          { evidence: 'replayed' },
        )
    },
    dropDatabase({ name, span }, at) {
      at.report(span, 'database', { name })
    },
    dropSchema({ name, span, cascade }, at) {
      if (cascade && !isSchemaBornHere(at, name)) at.report(span, 'schema', { name })
    },
    dropTable({ table: name, span, temporary, ifExists }, at) {
      const table = at.table(name)
      if (table.age === 'this-migration' || table.temporary || temporary) return
      // What was moved aside here is no copy, whatever it is called.
      if (isCheckpointName(name) && !isRenamedHere(name, undefined, at)) return
      if ((table.state?.copyOf.length ?? 0) > 0 && (table.state?.columns.size ?? 0) === 0) return
      for (const { table: live, column, replacement } of lostByRebuild(name, at)) {
        const slots = { table: showName(live), column }
        const declared = at.declared(live, column)
        if (declared) at.report(span, 'declaredColumn', { ...slots, ...declared }, { atEnd: { table: live, column, is: 'absent' } })
        else if (isSetAside(column) || replacementsOf(table.state, column, at).length > 0) continue
        else {
          const moved = movedTo(name, column, at)
          const elsewhere = moved && at.age(moved.born) !== 'existing' ? `${showName(moved.table)}.${column}` : undefined
          const to = replacement ?? elsewhere
          if (to) at.report(span, 'columnTooSoon', { ...slots, replacement: to }, { evidence: 'replayed' })
          else if (!moved) at.report(span, 'column', slots, { evidence: 'replayed' })
        }
      }
      if (isRebuilt(name, at) || isSwappedOut(name, at) || isRenamedHere(name, undefined, at) || dropsNothing(at, at)) return
      // rename-breaking tells of a table that comes back under another name.
      if (recreatedAs(name, at)) return
      const slots = { table: showName(name) }
      const isAnew = at.later.some(({ operation }) => operation.kind === 'createTable' && at.sameName(operation.table, name))
      if (isAnew && isHollow(name, at)) return
      if (isAnew && ifExists && !table.state && at.migrations > 1) {
        if (at.says('tablePerhapsAnew')) at.report(span, 'tablePerhapsAnew', slots)
        return
      }
      if (isAnew && (table.state || !ifExists)) {
        const kept = refilledByProgram(name, at)
        if (!kept?.together) at.report(span, kept ? 'tableBack' : 'tableAnew', slots)
        return
      }
      const declared = at.declared(name)
      if (declared) at.report(span, 'declaredTable', { ...slots, ...declared }, { atEnd: { table: name, is: 'absent' } })
      const when = declared ? { atEnd: { table: name, is: 'there' } as const } : {}
      const copiesIn = (before: typeof at.before) =>
        copiesOf(name, { before, sameName: at.sameName }).filter((copy) => !isCheckpointName(copy.name))
      const tooSoon = copiesIn(at.before).find((copy) => at.age(copy.born) !== 'existing')
      if (tooSoon) at.report(span, 'tableTooSoon', { ...slots, replacement: showName(tooSoon.name) }, { evidence: 'replayed', ...when })
      // What this migration copies into a table that was there has no replacement that the old release knows.
      else if (copiesIn(at.walk.before).length === 0) at.report(span, 'table', slots, { evidence: 'replayed', ...when })
    },
  },
  bad: [
    { on: 'mysql', says: 'database', sql: 'DROP DATABASE legacy;' },
    { on: 'postgres', says: 'column', sql: 'ALTER TABLE users DROP COLUMN name;' },
    { on: 'mysql', says: 'table', sql: 'DROP TABLE sessions;' },
    {
      on: 'sqlite',
      says: 'column',
      title: 'A rebuild that leaves a column out',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, legacy TEXT);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT);\nINSERT INTO users_new (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
    {
      on: 'postgres',
      says: 'columnTooSoon',
      title: 'Expand and contract in one migration',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, name text);'],
      sql: 'ALTER TABLE users ADD COLUMN full_name text;\nUPDATE users SET full_name = name;\nALTER TABLE users DROP COLUMN name;',
      also: ['unbatched-update'],
    },
    {
      on: 'postgres',
      says: 'columnAway',
      title: 'Another column takes its name, step by step',
      history: ["await queryInterface.sequelize.query('CREATE TABLE users (id bigint PRIMARY KEY, age varchar(20), age_new integer)')"],
      sequelize: "await queryInterface.removeColumn('users', 'age')\nawait queryInterface.renameColumn('users', 'age_new', 'age')",
      also: ['missing-transaction', 'missing-lock-timeout', 'rename-breaking', 'non-idempotent-ddl'],
    },
    {
      on: 'postgres',
      says: 'tableAnew',
      sql: 'DROP TABLE sessions;\nCREATE TABLE sessions (id uuid PRIMARY KEY);',
      also: ['missing-transaction'],
    },
    {
      on: 'postgres',
      says: 'columnAnew',
      title: 'TypeORM changes a length by dropping and adding the column',
      history: ["await queryRunner.query('CREATE TABLE users (id integer PRIMARY KEY, name character varying(50))')"],
      typeorm:
        "await queryRunner.changeColumn('users', 'name', new TableColumn({ name: 'name', type: 'varchar', length: '80', isNullable: true }))",
    },
    {
      on: 'postgres',
      says: 'columnTooSoon',
      title: 'Moved to another table and dropped at once',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, locale text);'],
      sql: 'CREATE TABLE profiles (user_id bigint PRIMARY KEY, locale text);\nINSERT INTO profiles (user_id, locale) SELECT id, locale FROM users;\nALTER TABLE users DROP COLUMN locale;',
    },
    {
      on: 'postgres',
      says: 'declaredColumn',
      title: 'The model still has it',
      prisma: 'ALTER TABLE "User" DROP COLUMN "name";',
      files: {
        'prisma/schema.prisma':
          'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n\nmodel User {\n  id   Int    @id\n  name String\n}\n',
      },
    },
    {
      on: 'mysql',
      says: 'columnBack',
      title: 'Values put aside and put back, step by step',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, day datetime);'],
      sql: "ALTER TABLE visits ADD COLUMN day_before datetime;\nUPDATE visits SET day_before = day;\nALTER TABLE visits DROP COLUMN day;\nALTER TABLE visits ADD COLUMN day varchar(19);\nUPDATE visits SET day = date_format(day_before, '%Y-%m-%d');",
      also: ['unbatched-update', 'non-idempotent-ddl'],
    },
    {
      on: 'sqlite',
      says: 'column',
      title: 'Left out when the table is built anew, the old one moved aside',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, phone TEXT);'],
      sql: 'BEGIN;\nALTER TABLE users RENAME TO users_tmp;\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO users SELECT id, name FROM users_tmp;\nDROP TABLE users_tmp;\nCOMMIT;',
    },
    {
      on: 'sqlite',
      says: 'columnTooSoon',
      title: 'A rebuild that gives a column another name',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL);\nINSERT INTO users_new (id, full_name) SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
    {
      on: 'sqlite',
      says: 'columnTooSoon',
      title: 'A rebuild that decides by a column and leaves it out',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, is_admin INTEGER NOT NULL);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, role INTEGER NOT NULL);\nINSERT INTO users_new (id, role) SELECT id, 2 FROM users WHERE is_admin = 1;\nINSERT INTO users_new (id, role) SELECT id, 1 FROM users WHERE is_admin = 0;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
    {
      on: 'mysql',
      says: 'tableBack',
      title: 'Its rows wait in the program’s memory',
      history: ["await queryRunner.query('CREATE TABLE tags (id int PRIMARY KEY, label varchar(20))')"],
      typeorm:
        "const tags = await queryRunner.query('SELECT * FROM tags')\nawait queryRunner.query('DROP TABLE tags')\nawait queryRunner.query('CREATE TABLE tags (id int PRIMARY KEY, label varchar(40))')\nfor (const tag of tags) await queryRunner.query('INSERT INTO tags (id, label) VALUES (?, ?)', [tag.id, tag.label])",
      also: ['mysql-implicit-commit', 'non-idempotent-ddl'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A name that is a temporary table’s',
      sql: 'DROP TABLE IF EXISTS picked;\nCREATE TEMPORARY TABLE picked (id bigint);',
    },
    {
      on: 'postgres',
      title: 'The last step of a change',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
        'ALTER TABLE users ADD COLUMN full_name text;',
        'UPDATE users SET full_name = name;',
      ],
      sql: 'ALTER TABLE users DROP COLUMN name;',
    },
    {
      on: 'postgres',
      title: 'Another column takes its name at once',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, age varchar(20), age_new integer);'],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users DROP COLUMN age;\nALTER TABLE users RENAME COLUMN age_new TO age;\nCOMMIT;",
      also: ['rename-breaking'],
    },
    {
      on: 'mysql',
      title: 'Both in one statement',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, age varchar(20), age_new integer);'],
      sql: 'ALTER TABLE users DROP COLUMN age, RENAME COLUMN age_new TO age;',
      also: ['rename-breaking'],
    },
    { on: 'postgres', title: 'A checkpoint', sql: 'DROP TABLE users_backup;' },
    {
      on: 'sqlite',
      title: 'A rebuild',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);'],
      sql: "BEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users_new SELECT id, coalesce(name, '') FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'Its values were copied to another table before',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, locale text);',
        'CREATE TABLE profiles (user_id bigint PRIMARY KEY, locale text);\nINSERT INTO profiles (user_id, locale) SELECT id, locale FROM users;',
      ],
      sql: 'ALTER TABLE users DROP COLUMN locale;',
    },
    {
      on: 'postgres',
      title: 'Found by it and put in a new column before',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE TABLE notes (id bigint PRIMARY KEY, author text);',
        'ALTER TABLE notes ADD COLUMN author_id bigint;\nUPDATE notes n SET author_id = u.id FROM users u WHERE n.author = u.name;',
      ],
      sql: 'ALTER TABLE notes DROP COLUMN author;',
    },
    {
      on: 'postgres',
      title: 'A partitioned table is made anew around its partitions',
      history: [
        'CREATE TABLE events (id bigint, kind text) PARTITION BY LIST (kind);',
        "CREATE TABLE events_a PARTITION OF events FOR VALUES IN ('a');",
      ],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE events DETACH PARTITION events_a;\nDROP TABLE events;\nCREATE TABLE events (id bigint, kind text) PARTITION BY LIST (kind);\nALTER TABLE events ATTACH PARTITION events_a FOR VALUES IN ('a');\nCOMMIT;",
      also: ['detach-partition-not-concurrent', 'attach-partition-scan'],
    },
    {
      on: 'postgres',
      title: 'Values put aside and put back in one transaction',
      history: ['CREATE TABLE visits (id bigint PRIMARY KEY, day timestamptz);'],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE visits ADD COLUMN day_before timestamptz;\nUPDATE visits SET day_before = day;\nALTER TABLE visits DROP COLUMN day;\nALTER TABLE visits ADD COLUMN day text;\nUPDATE visits SET day = day_before::date;\nCOMMIT;",
      also: ['unbatched-update', 'mixed-ddl-dml'],
    },
    {
      on: 'sqlite',
      title: 'A database on a phone: the release that migrates it is the only one there',
      history: ["await queryRunner.query('CREATE TABLE visits (id integer PRIMARY KEY, day text, note text)')"],
      typeorm:
        "await queryRunner.query('ALTER TABLE visits DROP COLUMN note')\nawait queryRunner.query('UPDATE visits SET day = upper(day)')",
      files: {
        'src/database.ts':
          "export const options: DataSourceOptions = { type: 'expo', database: 'app.db', migrations: ['src/migrations/*.ts'] }\n",
      },
    },
    {
      on: 'mysql',
      title: 'The way is cleared for a table that no earlier migration knows, beside one that was there before them',
      history: ['ALTER TABLE visits ADD COLUMN day DATE;'],
      sql: 'DROP TABLE IF EXISTS visit_days;\nCREATE TABLE visit_days (id INT PRIMARY KEY, day DATE);',
    },
    { on: 'postgres', title: 'In the schema of the session’s own tables', profile: 'strict', sql: 'DROP TABLE IF EXISTS pg_temp.picked;' },
    {
      on: 'sqlite',
      title: 'Built anew with every column, the old one moved aside',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, phone TEXT);'],
      sql: 'BEGIN;\nALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT);\nINSERT INTO users SELECT id, name, phone FROM users_old;\nDROP TABLE users_old;\nCOMMIT;',
    },
    {
      on: 'sqlite',
      title: 'Built anew without a column that an earlier migration replaced',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);',
        'ALTER TABLE users ADD COLUMN full_name TEXT;\nUPDATE users SET full_name = name;',
      ],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, full_name TEXT);\nINSERT INTO users_new (id, full_name) SELECT id, coalesce(full_name, name) FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
  ],
})
