import {
  defineRule,
  findTable,
  type IndexState,
  type Moment,
  type Name,
  rebuiltTables,
  type ScriptSite,
  showName,
  type Table,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'rebuild-loses-objects',
  title: 'SQLite rebuild that forgets indexes, triggers or constraints',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'What guarded or served the table is gone after the migration, and no error tells.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'SQLite alters a table by copying it, dropping the old one and renaming the copy. Every index and trigger of the old table falls with it, and the copy has only what its CREATE TABLE says: what is not written again is gone. Queries become slow, duplicates come in, and what the trigger kept up to date grows stale.',
  instead: 'Read the old definitions from sqlite_schema, and create every index and trigger again after the rename.',
  unless: 'The script drops the index or trigger by name, or a column of it goes.',
  sources: ['https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes'],
  covers: [115],
  equivalents: [],
  messages: {
    lost: 'The rebuilt {table} lacks {objects}, which fell with the old one.',
    left: 'The rebuilt {table} lacks {objects}, which went with the old one when it became {aside}.',
    unguarded: {
      text: 'The rebuilt {table} lacks {objects} of the old one.',
      severity: 'warning',
      help: 'Write it into the new CREATE TABLE, or say in a comment that it is meant to go.',
      profile: 'strict',
    },
  },
  on: {
    script(at) {
      for (const { name, made, operation, aside } of rebuiltTables(at)) {
        const old = findTable(at.walk.before, name)
        if (!old) continue
        const table = showName(name)
        const lost = [...lostIndexes(old, made, at), ...lostTriggers(name, at)]
        if (lost.length > 0) {
          const slots = { table, objects: lost.join(', ') }
          if (aside) at.report(operation, 'left', { ...slots, aside: showName(aside) }, { evidence: 'replayed' })
          else at.report(operation, 'lost', slots, { evidence: 'replayed' })
        }
        const unguarded = lostConstraints(old, made, at)
        if (unguarded.length > 0) at.report(operation, 'unguarded', { table, objects: unguarded.join(', ') }, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'sqlite',
      says: 'lost',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      says: 'unguarded',
      profile: 'strict',
      title: 'A CHECK that is not written again',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER, CHECK (age > 0));'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, age INTEGER, name TEXT);\nINSERT INTO new_users (id, age) SELECT id, age FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      says: 'left',
      title: 'The old table is moved aside, and its index goes along',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: "BEGIN;\nALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO users SELECT id, coalesce(email, '') FROM users_old;\nDROP TABLE users_old;\nCOMMIT;",
    },
  ],
  good: [
    {
      on: 'sqlite',
      title: 'Created again after the rename',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: 'CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nCREATE UNIQUE INDEX users_email ON users (email);',
    },
    {
      on: 'sqlite',
      title: 'Dropped by name',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE INDEX users_email ON users (email);'],
      sql: 'DROP INDEX users_email;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;',
    },
    {
      on: 'sqlite',
      title: 'Created again when the old table is gone',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE UNIQUE INDEX users_email ON users (email);'],
      sql: "BEGIN;\nALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO users SELECT id, coalesce(email, 'none ' || id) FROM users_old;\nDROP TABLE users_old;\nCREATE UNIQUE INDEX users_email ON users (email);\nCOMMIT;",
    },
    {
      on: 'sqlite',
      title: 'What is moved aside is kept for itself',
      history: ['CREATE TABLE visits (id INTEGER PRIMARY KEY, page TEXT);\nCREATE INDEX visits_page ON visits (page);'],
      sql: 'BEGIN;\nALTER TABLE visits RENAME TO visits_2024;\nCREATE TABLE visits (id INTEGER PRIMARY KEY, page TEXT);\nCOMMIT;',
    },
  ],
})

type Asks = Pick<ScriptSite, 'walk' | 'sameName' | 'sameColumn'>

function has(table: Table, column: string, at: Asks): boolean {
  return [...table.columns.values()].some((state) => at.sameColumn(state.column.name, column))
}

function lostIndexes(old: Table, made: Table, at: Asks): string[] {
  const isNamed = ({ operation }: Moment, name: string | undefined) => operation.kind === 'dropIndex' && operation.name.name === name
  return old.indexes.flatMap((index) => {
    const columns = [...columnsOf(index), ...(index.where?.columns ?? [])]
    if (index.constraint !== undefined || !columns.every((column) => has(made, column, at))) return []
    if (at.walk.moments.some((moment) => isNamed(moment, index.name)) || made.indexes.some((other) => serves(other, index, at))) return []
    return [`the ${index.unique ? 'unique ' : ''}index ${index.name ?? `(${columns.join(', ')})`}`]
  })
}

function columnsOf({ keys }: IndexState): readonly string[] {
  return keys.flatMap(({ column, expression }) => (column === undefined ? (expression?.columns ?? []) : [column]))
}

/** Does the index have the name of the other, or at least its keys in front? A unique one is replaced by a unique one of the same keys. */
function serves(index: IndexState, other: IndexState, at: Asks): boolean {
  if (index.name !== undefined && index.name === other.name) return true
  const [own, wanted] = [columnsOf(index), columnsOf(other)]
  if (other.unique && (!index.unique || own.length !== wanted.length)) return false
  return wanted.length > 0 && wanted.every((column, i) => own[i] !== undefined && at.sameColumn(own[i], column))
}

function lostTriggers(table: Name, { walk, sameName }: Asks): string[] {
  const on = (triggers: Iterable<{ readonly name: string; readonly table: Name }>) =>
    [...triggers].filter((trigger) => sameName(trigger.table, table)).map(({ name }) => name)
  const after = on(walk.after.triggers.values())
  const dropped = walk.moments.flatMap(({ operation }) => (operation.kind === 'dropTrigger' ? [operation.name] : []))
  return on(walk.before.triggers.values())
    .filter((name) => !after.includes(name) && !dropped.includes(name))
    .map((name) => `the trigger ${name}`)
}

/** Constraints over columns that stay. The copy may ask for the same in other words: what asks anything of these columns counts. */
function lostConstraints(old: Table, made: Table, at: Asks): string[] {
  const words = {
    unique: 'UNIQUE',
    check: 'the CHECK',
    foreignKey: 'the FOREIGN KEY',
    primaryKey: 'the PRIMARY KEY',
    exclude: '',
    notNull: '',
  }
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((column) => b.some((other) => at.sameColumn(column, other)))
  return old.constraints.flatMap(({ constraint: { kind, columns, expression } }) => {
    const over = kind === 'check' ? (expression?.columns ?? []) : columns
    if (words[kind] === '' || over.length === 0 || !over.every((column) => has(made, column, at))) return []
    const kept = made.constraints.some(({ constraint: other }) => {
      const asksToo = other.kind === kind || (kind === 'unique' && other.kind === 'primaryKey')
      return asksToo && same(over, kind === 'check' ? (other.expression?.columns ?? []) : other.columns)
    })
    const unique = kind === 'unique' && made.indexes.some((index) => index.unique && same(over, columnsOf(index)))
    return kept || unique ? [] : [`${words[kind]} on ${over.join(', ')}`]
  })
}
