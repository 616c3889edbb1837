import { type Dependant, defineRule, dependantsOf, findTable, type Operation, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-cascade',
  title: 'DROP … CASCADE that takes more along than it names',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Objects that the migration does not name are gone, and no error tells.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'CASCADE drops whatever stands on the object: views and the views over them, foreign keys of other tables, generated columns, triggers. PostgreSQL mentions them in a NOTICE that nobody reads. The views are missed at the next query, the foreign keys only when the orphans are found.',
  instead: 'Leave CASCADE out and drop what stands on it by name, so that the migration says what goes.',
  unless:
    'Everything that falls is dropped by name or made anew in the same migration, or was made by it. The columns of a dropped type are drop-before-contract’s affair.',
  sources: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
  covers: [129],
  equivalents: [],
  messages: {
    falls: '{dependants} {verb} with {object}: CASCADE drops what the migration does not name.',
  },
  on: {
    every(operation, at) {
      if (!('cascade' in operation) || !operation.cascade || at.statement.sql === undefined || operation.context?.block === 'catch') return
      const falling = dependantsOn(operation, at).filter((one) => at.age(one.born) === 'existing' && !isSeenTo(one, at))
      if (falling.length === 0) return
      const names = falling.slice(0, 5).map(shown)
      const more = falling.length > 5 ? [`${falling.length - 5} more`] : []
      const slots = { dependants: [...names, ...more].join(', '), verb: falling.length > 1 ? 'fall' : 'falls', object: objectOf(operation) }
      at.report(operation, 'falls', { ...slots, dependants: capital(slots.dependants) }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'falls',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'ALTER TABLE orders DROP COLUMN total CASCADE;',
    },
    {
      on: 'postgres',
      says: 'falls',
      title: 'The foreign keys of others',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      ],
      sql: 'DROP TABLE users CASCADE;',
    },
    {
      on: 'postgres',
      says: 'falls',
      title: 'The foreign keys that need the index',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, code text);\nCREATE UNIQUE INDEX users_code ON users (code);\nCREATE TABLE posts (id bigint PRIMARY KEY, author text REFERENCES users (code));',
      ],
      sql: 'DROP INDEX users_code CASCADE;',
      also: ['drop-index-not-concurrent', 'missing-lock-timeout'],
    },
    {
      on: 'postgres',
      says: 'falls',
      title: 'The foreign keys that need the key',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, code uuid NOT NULL);\nCREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint REFERENCES users);',
      ],
      sql: 'BEGIN;\nALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;\nALTER TABLE users ADD PRIMARY KEY (code);\nCOMMIT;',
      also: ['unique-constraint-lock', 'missing-lock-timeout'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Made anew',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, total integer, tax integer);\nCREATE VIEW totals AS SELECT id, total FROM orders;',
      ],
      sql: 'BEGIN;\nDROP VIEW totals CASCADE;\nCREATE VIEW totals AS SELECT id, total, tax FROM orders;\nCOMMIT;',
    },
    {
      on: 'postgres',
      title: 'Nothing stands on it',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders DROP COLUMN total CASCADE;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'An older index holds the foreign keys',
      history: [
        'CREATE TABLE users (id bigint PRIMARY KEY, code text UNIQUE);\nCREATE UNIQUE INDEX users_code ON users (code);\nCREATE TABLE posts (id bigint PRIMARY KEY, author text REFERENCES users (code));',
      ],
      sql: 'DROP INDEX users_code CASCADE;',
      also: ['drop-index-not-concurrent', 'missing-lock-timeout'],
    },
  ],
})

/** What falls with the object and is no part of it. */
function dependantsOn(operation: Operation, at: Site): readonly Dependant[] {
  const certain = (found: readonly Dependant[]) => found.filter((one) => one.certain)
  switch (operation.kind) {
    case 'dropTable':
      return certain(dependantsOf({ table: operation.table }, at.before))
    case 'dropView':
      return certain(dependantsOf({ table: operation.name }, at.before))
    case 'dropColumn':
      // Indexes and constraints of the table itself go without CASCADE too.
      return certain(dependantsOf({ table: operation.table, column: operation.column }, at.before)).filter(
        ({ kind, table }) =>
          kind === 'view' || kind === 'generated' || (kind === 'foreignKey' && table && !at.sameName(table, operation.table)),
      )
    case 'dropFunction':
      return dependantsOf({ function: operation.name }, at.before)
    case 'dropIndex':
    case 'dropConstraint':
      return lostKeys(operation, at)
    default:
      return []
  }
}

/** The foreign keys of other tables that need the index which goes. */
function lostKeys(operation: Operation, at: Site): readonly Dependant[] {
  const after = at.walk.moments.find((moment) => moment.operation === operation)?.after
  if (!after) return []
  return [...at.before.tables.values()].flatMap((table) => {
    const left = findTable(after, table.name)?.constraints
    if (
      left === undefined ||
      left === table.constraints ||
      ('table' in operation && operation.table && at.sameName(operation.table, table.name))
    )
      return []
    return table.constraints.flatMap((state): readonly Dependant[] => {
      const { kind, name, columns } = state.constraint
      if (kind !== 'foreignKey' || left.includes(state)) return []
      return [{ kind, name: name ?? `(${columns.join(', ')})`, table: table.name, born: state.born, certain: true }]
    })
  })
}

/** Does the script drop it by name too, or make it anew? */
function isSeenTo({ kind, name, table }: Dependant, at: Site): boolean {
  const isTable = (other: { readonly schema?: string; readonly name: string }) => table !== undefined && at.sameName(other, table)
  return at.walk.moments.some(({ operation }) => {
    switch (operation.kind) {
      case 'createView':
      case 'dropView':
        return kind === 'view' && showName(operation.name) === name
      case 'dropTable':
      case 'createTable':
        return isTable(operation.table)
      case 'dropConstraint':
        return isTable(operation.table) && operation.name === name
      case 'addConstraint':
        return (kind === 'foreignKey' || kind === 'constraint') && isTable(operation.table) && operation.constraint.kind !== 'notNull'
      case 'addColumn':
        return isTable(operation.table) && at.sameColumn(operation.column.name, name)
      case 'dropColumn':
      case 'setDefault':
      case 'dropDefault':
      case 'alterColumnType':
        return isTable(operation.table) && (kind === 'foreignKey' || at.sameColumn(operation.column, name))
      case 'createIndex':
        return kind === 'index' && isTable(operation.table)
      case 'dropIndex':
        return kind === 'index' && operation.name.name === name
      case 'opaque':
        return true
      default:
        return false
    }
  })
}

function shown({ kind, name, table }: Dependant): string {
  const of = table ? showName(table) : ''
  switch (kind) {
    case 'view':
      return `the view ${name}`
    case 'foreignKey':
      return `the foreign key ${name} of ${of}`
    case 'column':
    case 'generated':
      return `the column ${of}.${name}`
    case 'default':
      return `the default of ${of}.${name}`
    default:
      return `the ${kind} ${name} of ${of}`
  }
}

function objectOf(operation: Operation): string {
  if (operation.kind === 'dropTable') return showName(operation.table)
  if (operation.kind === 'dropColumn') return `${showName(operation.table)}.${operation.column}`
  if (operation.kind === 'dropConstraint')
    return operation.name ?? `the ${operation.constraintKind === 'unique' ? 'unique constraint' : 'primary key'}`
  return 'name' in operation && typeof operation.name === 'object' ? showName(operation.name) : 'it'
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}
