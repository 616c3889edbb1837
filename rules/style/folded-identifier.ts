import { createdColumns, defineRule, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'folded-identifier',
  title: 'Name whose capitals PostgreSQL drops',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Where all SQL is written without quotes it never matters.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'Without quotes PostgreSQL folds a name to small letters: CREATE TABLE UserAccounts makes useraccounts. SQL without quotes finds it under either name; an ORM quotes what its models say, asks for "UserAccounts", and is told that there is no such table.',
  instead: 'Write the name in small letters, or in quotes wherever it stands.',
  unless: 'Nothing that quotes names asks for it.',
  sources: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
  covers: [259],
  equivalents: [],
  messages: {
    folded: 'The {what} is called {name}, not {written}: without quotes PostgreSQL takes the capitals away.',
  },
  on: {
    every(operation, at) {
      const sql = at.statement.sql
      const names = sql === undefined ? [] : namesOf(operation)
      if (sql === undefined || names.length === 0) return
      const folded = foldedIn(sql)
      for (const { what, name } of names) {
        const written = folded.get(name)
        if (written !== undefined) at.report(operation, 'folded', { what, name, written })
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'folded', sql: 'CREATE TABLE UserAccounts (id bigint PRIMARY KEY);' },
    {
      on: 'postgres',
      says: 'folded',
      title: 'A column',
      sql: 'ALTER TABLE users ADD COLUMN "isNew" boolean, ADD COLUMN lastLogin timestamptz;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE user_accounts (id bigint PRIMARY KEY);' },
    { on: 'postgres', title: 'In quotes', sql: 'CREATE TABLE "UserAccounts" (id bigint PRIMARY KEY);' },
    { on: 'postgres', title: 'All in capitals, as the keywords are', sql: 'CREATE TABLE USERS (ID BIGINT PRIMARY KEY);' },
    { on: 'postgres', title: 'In a text or a comment', sql: "CREATE TABLE users (id bigint, name text DEFAULT 'Users'); -- Users" },
  ],
})

function namesOf(operation: Operation): readonly { readonly what: string; readonly name: string }[] {
  const columns = createdColumns(operation).map(({ column }) => ({ what: 'column', name: column.name }))
  if (operation.kind === 'createTable') return operation.temporary ? [] : [{ what: 'table', name: operation.table.name }, ...columns]
  if (operation.kind === 'createType') return [{ what: 'type', name: operation.name.name }]
  if (operation.kind === 'createView') return [{ what: 'view', name: operation.name.name }]
  return columns
}

/** The words of a statement that have small letters and capitals and no quotes, by what they fold to. */
function foldedIn(sql: string): ReadonlyMap<string, string> {
  const bare = sql.replace(/"(?:[^"]|"")*"|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  const words = bare.match(/[A-Za-z_][\w$]*/g) ?? []
  return new Map(words.filter((word) => /[a-z]/.test(word) && /[A-Z]/.test(word)).map((word) => [word.toLowerCase(), word]))
}
