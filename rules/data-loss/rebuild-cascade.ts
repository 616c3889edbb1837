import {
  defineRule,
  isRebuilt,
  isRefilled,
  isRenamedHere,
  type Moment,
  type Name,
  type Operation,
  type Site,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'rebuild-cascade',
  title: 'SQLite rebuild that deletes the rows of other tables',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Rows of tables that the migration does not name are deleted, and no error is raised.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'SQLite alters a table by copying it, dropping the old one and renaming the copy. While foreign keys are enforced, DROP TABLE first deletes every row of the old table, and ON DELETE CASCADE, SET NULL and SET DEFAULT run for each of them: the rows that refer to the table are gone or emptied when the copy takes its place. PRAGMA foreign_keys does nothing inside a transaction and says nothing about it; PRAGMA defer_foreign_keys delays the check, never the action.',
  instead: 'Switch foreign keys off before the transaction begins, and have the runner open none around this migration.',
  unless:
    'The connection does not enforce foreign keys (the sqlite3 shell and most C and Go drivers do not, better-sqlite3, D1, sqlx, Sequelize and Prisma do), or nothing refers to the table with an action.',
  sources: [
    'https://www.sqlite.org/foreignkeys.html#fk_schemacommands',
    'https://www.sqlite.org/pragma.html#pragma_foreign_keys',
    'https://developers.cloudflare.com/d1/sql-api/foreign-keys/',
  ],
  covers: [114],
  equivalents: [],
  messages: {
    deaf: 'PRAGMA foreign_keys = OFF does nothing inside {transaction}, so {consequence}: {harm}.',
    enforced: 'Dropping the old {table} while foreign keys are enforced deletes its rows first: {harm}.',
    ifEnforced: {
      text: 'Where the connection enforces foreign keys, dropping the old {table} deletes its rows first: {harm}.',
      severity: 'warning',
      help: 'Write PRAGMA foreign_keys = OFF before the transaction begins, and switch it on again after the COMMIT.',
    },
    refused: {
      text: 'Dropping the old {table} while foreign keys are enforced fails as soon as {children} {has} a row that refers to it (FOREIGN KEY constraint failed).',
      help: 'Write PRAGMA foreign_keys = OFF before the transaction begins, and switch it on again after the COMMIT.',
    },
    callRefused: {
      text: '{method} rebuilds {table} while foreign keys are enforced, and dropping the old table fails as soon as {children} {has} a row that refers to it (FOREIGN KEY constraint failed).',
      help: 'Run PRAGMA foreign_keys = OFF before it, on the same connection and outside any transaction, and switch it on again afterwards.',
    },
    call: {
      text: '{method} rebuilds {table} while foreign keys are enforced, and dropping the old table deletes its rows first: {harm}.',
      help: 'Run PRAGMA foreign_keys = OFF before it, on the same connection and outside any transaction, and switch it on again afterwards.',
    },
  },
  on: {
    dropTable({ table: name, span }, at) {
      if (at.table(name).temporary || !isReplaced(name, at)) return
      const harm = harmOf(name, at)
      const { enforced, deaf } = enforcement(at)
      if (harm === undefined) {
        const slots = keptBy(name, at)
        if (enforced === true && slots.children !== '') at.report(span, 'refused', slots, { evidence: 'replayed' })
        return
      }
      const slots = { table: showName(name), harm }
      if (enforced === false) return
      if (deaf) {
        const { by } = deaf.transaction
        const transaction = by === 'runner' ? 'the transaction that the runner opens' : 'a transaction'
        const consequence = enforced
          ? `dropping the old ${slots.table} deletes its rows first`
          : `a connection that enforces foreign keys deletes the rows of the old ${slots.table} first`
        const related = [{ message: 'this does nothing', span: deaf.operation.span }]
        at.report(span, 'deaf', { transaction, consequence, harm }, { evidence: 'replayed', related })
      } else at.report(span, enforced ? 'enforced' : 'ifEnforced', slots, { evidence: 'replayed' })
    },
    every(operation, at) {
      const rebuilt = rebuiltByCall(operation, at)
      if (!rebuilt || at.table(rebuilt.table).fresh || enforcement(at).enforced !== true) return
      if (isRebuiltBefore(rebuilt.table, at)) return
      const harm = harmOf(rebuilt.table, at)
      if (harm === undefined) {
        const slots = { method: rebuilt.method, ...keptBy(rebuilt.table, at) }
        if (slots.children !== '') at.report(operation, 'callRefused', slots, { evidence: 'derived' })
        return
      }
      at.report(operation, 'call', { method: rebuilt.method, table: showName(rebuilt.table), harm }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'sqlite',
      says: 'deaf',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "BEGIN;\nPRAGMA foreign_keys = OFF;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nCOMMIT;",
    },
    {
      on: 'sqlite',
      says: 'deaf',
      title: 'D1 runs each file in a transaction',
      files: { 'wrangler.toml': '[[d1_databases]]\nbinding = "DB"\n' },
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "PRAGMA foreign_keys = OFF;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nPRAGMA foreign_keys = ON;",
    },
    {
      on: 'sqlite',
      says: 'ifEnforced',
      title: 'The rows that fall are copied only afterwards',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "ALTER TABLE users RENAME TO users_old;\nALTER TABLE posts RENAME TO posts_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);\nINSERT INTO users SELECT id, coalesce(email, '') FROM users_old;\nDROP TABLE users_old;\nINSERT INTO posts SELECT id, user_id FROM posts_old;\nDROP TABLE posts_old;",
    },
    {
      on: 'sqlite',
      says: 'call',
      title: 'Sequelize enforces foreign keys, and rebuilds',
      history: [
        "await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true }, fax: Sequelize.STRING })\nawait queryInterface.createTable('posts', { id: { type: Sequelize.INTEGER, primaryKey: true }, user_id: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' }, onDelete: 'CASCADE' } })",
      ],
      sequelize: "await queryInterface.changeColumn('users', 'fax', { type: Sequelize.TEXT })",
    },
    {
      on: 'sqlite',
      says: 'refused',
      title: 'Without an action the rows of other tables are in the way',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));',
      ],
      sql: "PRAGMA foreign_keys = ON;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');\nINSERT INTO new_users (id, name) SELECT id, coalesce(name, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
    },
    {
      on: 'sqlite',
      says: 'callRefused',
      title: 'Sequelize rebuilds the table that others point at',
      history: [
        "await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true }, name: Sequelize.STRING })\nawait queryInterface.createTable('orders', { id: { type: Sequelize.INTEGER, primaryKey: true }, user_id: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' } } })",
      ],
      sequelize: "await queryInterface.changeColumn('users', 'name', { type: Sequelize.TEXT, allowNull: true })",
    },
  ],
  good: [
    {
      on: 'sqlite',
      title: 'The rows that fall are put aside, and put back',
      files: { 'wrangler.toml': '[[d1_databases]]\nbinding = "DB"\n' },
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "CREATE TABLE posts_backup AS SELECT * FROM posts;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nINSERT INTO posts SELECT * FROM posts_backup;\nDROP TABLE posts_backup;",
    },
    {
      on: 'sqlite',
      title: 'The rows that fall were copied before, and their table goes too',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "ALTER TABLE users RENAME TO users_old;\nALTER TABLE posts RENAME TO posts_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);\nINSERT INTO users SELECT id, coalesce(email, '') FROM users_old;\nINSERT INTO posts SELECT id, user_id FROM posts_old;\nDROP TABLE users_old;\nDROP TABLE posts_old;",
    },
    {
      on: 'sqlite',
      title: 'Switched off before the transaction',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);',
      ],
      sql: "PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO new_users SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
    },
  ],
})

const rebuilding = new Set([
  'addColumn',
  'dropColumn',
  'modifyColumn',
  'alterColumnType',
  'renameColumn',
  'addConstraint',
  'dropConstraint',
])

/** The table that a builder's call rebuilds: Sequelize's says so when it is lowered, and TypeORM's builder knows no other way. */
function rebuiltByCall(
  operation: Operation,
  at: Pick<Site, 'framework' | 'statement'>,
): { readonly table: Name; readonly method: string } | undefined {
  if (operation.kind === 'alterTable' && operation.action === 'REBUILD')
    return { table: operation.table, method: operation.value ?? 'This call' }
  if (at.framework !== 'typeorm' || at.statement.sql !== undefined || !rebuilding.has(operation.kind)) return undefined
  return 'table' in operation && operation.table !== undefined ? { table: operation.table as Name, method: 'This call' } : undefined
}

/** A second rebuild finds nothing left to delete. */
function isRebuiltBefore(table: Name, at: Site): boolean {
  return at.earlier.some(({ operation, statement }) => {
    const before = rebuiltByCall(operation, { framework: at.framework, statement })
    return before !== undefined && at.sameName(before.table, table)
  })
}

/** Does another table hold the rows and take, or have, the name? */
function isReplaced(name: Name, at: Site): boolean {
  if (isRebuilt(name, at)) return true
  return (
    isRenamedHere(name, undefined, at) &&
    [...at.before.tables.values()].some(({ copyOf }) => copyOf.some((from) => at.sameName(from, name)))
  )
}

/** Are foreign keys enforced on this connection now, undefined when nothing says so; and the OFF that stood inside a transaction. */
function enforcement(at: Site): { readonly enforced: boolean | undefined; readonly deaf: Moment | undefined } {
  let enforced = at.walk.script.foreignKeys
  let deaf: Moment | undefined
  for (const moment of at.earlier) {
    const { operation, transaction } = moment
    if (operation.kind !== 'setVariable' || operation.name !== 'pragma foreign_keys' || operation.value === undefined) continue
    const on = !/^(?:0|off|no|false)$/i.test(operation.value)
    if (transaction.open !== 'yes') enforced = on
    else if (!on) deaf = moment
  }
  // A transaction of Sequelize has a connection of its own, on which foreign keys are switched on.
  if (at.framework === 'sequelize' && at.transaction.open === 'yes') enforced = at.walk.script.foreignKeys
  return { enforced, deaf }
}

/** Is the table dropped further down, with nothing read from it until then? Its rows were copied before, or are not wanted. */
function isLeftBehind(name: Name, at: Site): boolean {
  for (const { operation } of at.later) {
    if (operation.kind === 'dropTable' && at.sameName(operation.table, name)) return true
    const read = operation.kind === 'createTable' ? operation.as : 'query' in operation ? operation.query : undefined
    if (read?.tables.some((table) => at.sameName(table, name))) return false
    if (operation.kind === 'opaque' || (operation.kind === 'renameTable' && at.sameName(operation.table, name))) return false
  }
  return false
}

/** What the actions of the foreign keys to this table do when its rows are deleted; undefined: nothing refers to it with an action. */
function harmOf(target: Name, at: Site): string | undefined {
  const deleted: Name[] = []
  const emptied: string[] = []
  const queue = [target]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const parent = next
    for (const { name, born, hasRows, copyOf, constraints } of at.before.tables.values()) {
      const empty = at.age(born) === 'this-migration' && !hasRows && copyOf.length === 0
      if (
        empty ||
        isLeftBehind(name, at) ||
        isRefilled(name, at) ||
        at.sameName(name, target) ||
        deleted.some((other) => at.sameName(other, name))
      )
        continue
      for (const { constraint } of constraints) {
        if (!constraint.references || !at.sameName(constraint.references.table, parent)) continue
        const action = constraint.references.onDelete?.toUpperCase()
        if (action === 'CASCADE') {
          deleted.push(name)
          queue.push(name)
          break
        }
        if (action === 'SET NULL' || action === 'SET DEFAULT') emptied.push(`${showName(name)}.${constraint.columns.join(', ')}`)
      }
    }
  }
  const parts = [
    ...(deleted.length > 0 ? [`the rows of ${listed(deleted.map(showName))} that refer to it go with them`] : []),
    ...(emptied.length > 0 ? [`${listed(emptied)} ${emptied.length > 1 ? 'lose their values' : 'loses its values'}`] : []),
  ]
  return parts.length === 0 ? undefined : parts.join(', and ')
}

/** The tables with rows whose foreign key to this one has no action, so that the rows of the old table cannot be deleted. */
function keptBy(target: Name, at: Site): { readonly table: string; readonly children: string; readonly has: string } {
  const found: Name[] = []
  for (const { name, born, hasRows, copyOf, constraints } of at.before.tables.values()) {
    const empty = at.age(born) === 'this-migration' && !hasRows && copyOf.length === 0
    if (empty || at.sameName(name, target) || isLeftBehind(name, at)) continue
    const refers = constraints.some(({ constraint: { references } }) => {
      const action = references?.onDelete?.toUpperCase()
      return (
        references && at.sameName(references.table, target) && (action === undefined || action === 'NO ACTION' || action === 'RESTRICT')
      )
    })
    if (refers) found.push(name)
  }
  return { table: showName(target), children: listed(found.map(showName)), has: found.length > 1 ? 'have' : 'has' }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
