import { type Column, type Constraint, defineRule, findTable, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'primary-key-too-small',
  title: 'Key of four bytes',
  severity: 'warning',
  profile: 'strict',
  profileBecause:
    'A reference that cannot hold its parent’s ids is a fault; a key of four bytes is a choice, which only style mentions: most tables never see two thousand million rows.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'An integer key runs out at 2 147 483 647, rolled back and deleted rows included, and every INSERT fails from then on. A wider type means writing the table anew, and every table that refers to it.',
  instead: 'Make the key bigint (or a uuid) from the start: four bytes a row are cheap.',
  unless: 'The table is a short list that people write: name it in `allow`.',
  sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html', 'https://dev.mysql.com/doc/refman/8.4/en/integer-types.html'],
  covers: [209],
  equivalents: [
    'squawk:prefer-bigint-over-int',
    'online_migrations:short_primary_key_type',
    'pgfence:prefer-bigint-over-int',
    'skeema:pk-type',
    'skeema:auto-inc',
    'pgsafe:prefer-bigint-primary-key',
    'safemigrate-lint:bigint-over-int-preferred',
    'bytebase:index.primary-key-type-allowlist',
  ],
  messages: {
    small: { text: '{table}.{column} is {type}: its numbers run out at {last}.', severity: 'info', profile: 'style' },
    narrower: {
      text: '{table}.{column} is {type} and refers to a bigint: it cannot hold the ids of {parent} that are beyond {last}.',
      severity: 'error',
    },
  },
  options: { allow: [] as readonly string[] },
  on: {
    createTable({ table, columns, constraints, temporary, span }, at) {
      if (temporary || at.direction === 'down' || at.options.allow.some((name) => name === table.name)) return
      const all = [...columns.flatMap((column) => column.constraints), ...constraints]
      const key = all.find(({ kind }) => kind === 'primaryKey')
      const only = key?.columns.length === 1 ? columns.find(({ name }) => at.sameColumn(name, key.columns[0]!)) : undefined
      const last = only && lastOf(only)
      // A number that the database counts up; one that is given is as large as what it stands for.
      if (only && last && (only.serial || only.identity || only.autoIncrement))
        at.report(only.span ?? span, 'small', { table: showName(table), column: only.name, type: only.type!.text, last })
      for (const { references, columns: own, kind } of all) {
        const column = kind === 'foreignKey' && own.length === 1 ? columns.find(({ name }) => at.sameColumn(name, own[0]!)) : undefined
        const end = column && lastOf(column)
        const parent = references && findTable(at.before, references.table)
        if (!column || !end || !parent) continue
        const target = references.columns[0] ?? keyOf(parent.constraints.map(({ constraint }) => constraint))
        const type = target === undefined ? undefined : at.column(parent.name, target)?.column.type?.name
        if (type === 'bigint')
          at.report(
            column.span ?? span,
            'narrower',
            { table: showName(table), column: column.name, type: column.type!.text, parent: showName(parent.name), last: end },
            { evidence: 'replayed' },
          )
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'small', profile: 'style', sql: 'CREATE TABLE orders (id serial PRIMARY KEY, total integer);' },
    { on: 'mysql', says: 'small', profile: 'style', sql: 'CREATE TABLE orders (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, total INT);' },
    {
      on: 'postgres',
      says: 'narrower',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY);'],
      sql: 'CREATE TABLE posts (id bigint PRIMARY KEY, user_id integer REFERENCES users (id));',
    },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total integer);' },
    { on: 'postgres', title: 'A number that is given', sql: 'CREATE TABLE countries (code integer PRIMARY KEY, name text);' },
    {
      on: 'postgres',
      title: 'Named as a short list',
      profile: 'style',
      options: { allow: ['roles'] },
      sql: 'CREATE TABLE roles (id serial PRIMARY KEY, name text);',
    },
  ],
})

/** The last number that a type of four bytes or fewer holds; undefined for a wider one, and for what is no integer. */
function lastOf({ type }: Column): string | undefined {
  const signed: Readonly<Record<string, number>> = {
    integer: 2 ** 31,
    int: 2 ** 31,
    smallint: 2 ** 15,
    mediumint: 2 ** 23,
    tinyint: 2 ** 7,
  }
  const half = type && !type.array ? signed[type.name] : undefined
  return half === undefined ? undefined : String((type?.unsigned ? half * 2 : half) - 1)
}

function keyOf(constraints: readonly Constraint[]): string | undefined {
  const key = constraints.find(({ kind }) => kind === 'primaryKey')
  return key?.columns.length === 1 ? key.columns[0] : undefined
}
