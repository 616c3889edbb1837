import { defineRule, type IndexState, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'duplicate-index',
  title: 'Index that another one serves already',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Nothing breaks; every write pays for it.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'An index over (a, b) serves every query that one over (a) serves, and a UNIQUE or PRIMARY KEY brings an index of its own. The second one is read by nobody, and every INSERT and most UPDATEs write it. Sequelize’s changeColumn with unique: true adds one more each time.',
  instead: 'Leave it out, or drop the one that it replaces in the same migration.',
  unless: 'The other is partial, of another method or over expressions, or is dropped in the migration.',
  sources: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  covers: [234, 268],
  equivalents: [],
  messages: {
    served: '{other} of {table} serves what this index over ({columns}) would: every write maintains both.',
    again: '{table} is unique over ({columns}) already, by {other}: every write maintains both.',
  },
  on: {
    createIndex(index, at) {
      const columns = plainColumns(index)
      if (!columns || index.where || index.include?.length || index.only || !isTree(index.method)) return
      const other = at
        .table(index.table)
        .state?.indexes.find((one) => one.name !== index.name && !givesWay(one, columns) && serves(one, columns, index.unique, at))
      if (!other || isDropped(other, at)) return
      const slots = { other: other.name ?? 'another index', table: showName(index.table), columns: columns.join(', ') }
      at.report(index, 'served', { ...slots, other: capital(slots.other) }, { evidence: 'replayed' })
    },
    addConstraint({ table, constraint, span }, at) {
      if (constraint.kind !== 'unique' || constraint.usingIndex !== undefined) return
      const other = at.table(table).state?.indexes.find((one) => serves(one, constraint.columns, true, at))
      if (other && !isDropped(other, at))
        at.report(
          span,
          'again',
          { table: showName(table), columns: constraint.columns.join(', '), other: other.name ?? 'another index' },
          { evidence: 'replayed' },
        )
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'served',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, day date);\nCREATE INDEX orders_shop_day ON orders (shop, day);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_shop;\nCREATE INDEX CONCURRENTLY orders_shop ON orders (shop);',
    },
    {
      on: 'mysql',
      says: 'again',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100), UNIQUE KEY users_email (email));'],
      sql: 'ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The other one goes',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, day date);\nCREATE INDEX orders_shop_day ON orders (shop, day);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_shop;\nCREATE INDEX CONCURRENTLY orders_shop ON orders (shop);\nDROP INDEX CONCURRENTLY orders_shop_day;',
    },
    {
      on: 'postgres',
      title: 'In another order',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, day date);\nCREATE INDEX orders_shop_day ON orders (shop, day);'],
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_day;\nCREATE INDEX CONCURRENTLY orders_day ON orders (day);',
    },
    {
      on: 'mysql',
      title: 'The other one was dropped by the name that MySQL gave it',
      history: [
        'CREATE TABLE members (id INT PRIMARY KEY, team INT, name VARCHAR(50), UNIQUE (team, name));',
        'ALTER TABLE members DROP INDEX team;',
      ],
      sql: 'ALTER TABLE members ADD UNIQUE (team, name);',
    },
    {
      on: 'mysql',
      title: 'The index that MySQL made for a foreign key gives way',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY);\nCREATE TABLE posts (id INT PRIMARY KEY, user_id INT, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      ],
      sql: 'ALTER TABLE posts ADD INDEX by_user (user_id);',
    },
  ],
})

function isTree(method: string | undefined): boolean {
  return method === undefined || method.toLowerCase() === 'btree'
}

/** The columns of an index over nothing but whole columns in their own order. */
function plainColumns({ keys }: Pick<IndexState, 'keys'>): readonly string[] | undefined {
  const plain = keys.filter((key) => !key.expression && !key.descending && key.prefix === undefined && !key.collation && !key.operatorClass)
  const columns = plain.flatMap(({ column }) => (column === undefined ? [] : [column]))
  return columns.length === keys.length ? columns : undefined
}

/** Has the index these columns first? For a unique one it must be unique over just these. */
function serves(index: IndexState, columns: readonly string[], unique: boolean, at: Pick<Site, 'sameColumn'>): boolean {
  const own = plainColumns(index)
  if (!own || index.where || index.only || !isTree(index.method) || own.length < columns.length) return false
  if (unique && !(index.unique && own.length === columns.length)) return false
  return columns.every((column, i) => at.sameColumn(own[i]!, column))
}

/** MySQL's own index for a foreign key goes when one is made that serves as well. */
function givesWay({ generated, keys }: IndexState, columns: readonly string[]): boolean {
  return generated === true && keys.length <= columns.length
}

function isDropped(index: IndexState, at: Site<OperationOf<'createIndex' | 'addConstraint'>>): boolean {
  return at.later.some(
    ({ operation }) =>
      (operation.kind === 'dropIndex' && operation.name.name === index.name) ||
      (operation.kind === 'dropConstraint' && operation.name === index.name),
  )
}

function capital(text: string): string {
  return /^[a-z]+ /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text
}
