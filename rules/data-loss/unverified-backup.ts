import {
  boundOf,
  columnsOfType,
  copiesOf,
  defineRule,
  dropsNothing,
  isCheckpointName,
  isRebuilt,
  isRenamedHere,
  isSchemaBornHere,
  isUnchecked,
  lostByRebuild,
  movedTo,
  type Name,
  referringTables,
  replacementsOf,
  type Site,
  showName,
  type Table,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'unverified-backup',
  title: 'Rows destroyed without a checked copy',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Every drop would speak: how rows are kept is a team’s own practice, which it may want to see enforced.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A dropped column, table or set of rows is gone; a down migration can bring back the shape, never the values. A checkpoint (a copy, counted before anything is destroyed) is what makes a mistake repairable.',
  instead:
    'Copy what is destroyed first and check the copy (compare counts), in this or an earlier migration; where copying locks what it reads (MySQL) and the table is large, take the copy from a backup or a replica.',
  unless:
    'The rows were moved elsewhere, a checkpoint holds them, the table was created here, or IF EXISTS clears the way for what the same script makes.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtableas.html'],
  covers: [8, 29, 130, 132],
  equivalents: [],
  messages: {
    column: 'The values of {table}.{column} are destroyed, and no copy of them was made first.',
    table: 'All rows of {table} are destroyed, and no copy of them was made first.',
    schema: 'All rows of all tables in the schema {name} are destroyed, and no copy of them was made first.',
    database: 'All rows of all tables in the database {name} are destroyed, and no copy of them was made first.',
    rows: 'Every row of {table} is deleted, and no copy of them was made first.',
    some: 'Rows of {table} are deleted, however many there are, and no copy of them was made first.',
  },
  on: {
    dropColumn({ table, column, span }, at) {
      const state = at.column(table, column)
      // The values of a generated column can be computed again.
      if (isOwn(table, at) || state?.column.generated || (state && at.age(state.born) === 'this-migration')) return
      if (dropsNothing(at, at)) return
      if (replacementsOf(at.table(table).state, column, at).length > 0 || copiesOf(table, at).length > 0 || movedTo(table, column, at))
        return
      at.report(span, 'column', { table: showName(table), column }, { evidence: 'replayed' })
    },
    dropTable({ table, span, temporary }, at) {
      if (temporary || isOwn(table, at)) return
      for (const { table: live, column, read } of lostByRebuild(table, at)) {
        if (read) continue
        const isHeld = copiesOf(table, at).some(({ columns }) => columns.size === 0 || hasColumn(columns, column, at))
        if (!isHeld && replacementsOf(at.table(table).state, column, at).length === 0)
          at.report(span, 'column', { table: showName(live), column }, { evidence: 'replayed' })
      }
      if (isRebuilt(table, at) || copiesOf(table, at).length > 0) return
      if (dropsNothing(at, at)) return
      at.report(span, 'table', { table: showName(table) }, { evidence: 'replayed' })
    },
    dropType({ name, cascade, span }, at) {
      const lost = cascade ? columnsOfType(name, at)[0] : undefined
      if (lost && copiesOf(lost.table, at).length === 0)
        at.report(span, 'column', { table: showName(lost.table), column: lost.column }, { evidence: 'replayed' })
    },
    dropDatabase({ name, span }, at) {
      at.report(span, 'database', { name })
    },
    dropSchema({ name, span, cascade }, at) {
      if (cascade && !isSchemaBornHere(at, name)) at.report(span, 'schema', { name })
    },
    truncate({ tables, cascade, span }, at) {
      // Refused by the foreign key of another table: nothing is destroyed.
      const others = cascade || isUnchecked(at.earlier) ? [] : referringTables(tables, at, false)
      if (others.some((name) => !tables.some((table) => at.sameName(table, name)))) return
      const lost = tables.find((table) => !isOwn(table, at) && copiesOf(table, at).length === 0)
      if (lost) at.report(span, 'table', { table: showName(lost) }, { evidence: 'replayed' })
    },
    delete(deletion, at) {
      const { table, where, using, span } = deletion
      if (isOwn(table, at) || copiesOf(table, at).length > 0 || boundOf(deletion, at) !== 'none') return
      // DELETE … RETURNING that feeds an INSERT moves the rows.
      if (at.statement.operations.some(({ kind }) => kind === 'insert')) return
      if (deletion.context?.loops?.some((loop) => loop.over !== 'unknown')) return
      at.report(span, where || using.length > 0 ? 'some' : 'rows', { table: showName(table) }, { evidence: 'replayed' })
    },
  },
  bad: [
    { on: 'mysql', says: 'database', sql: 'DROP DATABASE legacy;', also: ['drop-before-contract'] },
    { on: 'postgres', says: 'column', sql: 'ALTER TABLE users DROP COLUMN name;', also: ['drop-before-contract'] },
    {
      on: 'sqlite',
      says: 'column',
      title: 'A rebuild that leaves a column out',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, legacy TEXT);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT);\nINSERT INTO users_new (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
      also: ['drop-before-contract'],
    },
    { on: 'postgres', says: 'rows', sql: 'DELETE FROM sessions;', also: ['unbatched-update'] },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A checkpoint first',
      sql: 'BEGIN;\nCREATE TABLE users_backup AS SELECT * FROM users;\nALTER TABLE users DROP COLUMN name;\nCOMMIT;',
      also: ['drop-before-contract'],
    },
    {
      on: 'sqlite',
      title: 'A rebuild that keeps every column, one under another name',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, legacy TEXT);'],
      sql: "PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT NOT NULL, old_note TEXT);\nINSERT INTO users_new (id, email, old_note) SELECT id, ifnull(email, ''), legacy FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
      also: ['drop-before-contract'],
    },
    { on: 'postgres', title: 'The checkpoint itself', sql: 'DROP TABLE users_backup;' },
  ],
})

function isOwn(name: Name, at: Pick<Site, 'table' | 'earlier' | 'sameName' | 'sameColumn'>): boolean {
  const table = at.table(name)
  return table.age === 'this-migration' || table.temporary || (isCheckpointName(name) && !isRenamedHere(name, undefined, at))
}

function hasColumn(columns: Table['columns'], wanted: string, at: Pick<Site, 'sameColumn'>): boolean {
  return [...columns.values()].some(({ column }) => at.sameColumn(column.name, wanted))
}
