import { type ColumnState, defineRule, findTable, type IndexState, type Site, showName, type Table } from '../../src/rule/define.ts'

export default defineRule({
  id: 'index-dropped-with-column',
  title: 'Index or constraint that falls with one of its columns',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Queries lose their index, or duplicates come in, and no statement of the migration says so.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'PostgreSQL drops every index and constraint that a dropped column is part of, with the other columns that it served. MySQL keeps the index without the column: a unique one over two columns is then unique over one, which fails on the first rows that have that one in common (1062). MariaDB keeps a plain index so, and refuses the statement under a unique one (1072).',
  instead: 'Build the index or constraint that the other columns need before the column goes.',
  unless: 'The column stands alone in it, or another index of the table begins with the columns that are left.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html', 'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html'],
  covers: [239, 240],
  equivalents: ['bytebase:column.disallow-drop-in-index'],
  messages: {
    falls: '{index} of {table} falls with {column}: queries by {rest} lose it.',
    unguarded: 'The unique {index} of {table} over {columns} falls with {column}, and no other takes its place.',
    shortened: {
      text: '{index} of {table} is left without {column}, unique over {rest} alone: the statement fails where rows have that in common.',
      severity: 'error',
    },
    refused: {
      text: 'This fails: MariaDB drops no column of the unique {index} of {table} (1072).',
      severity: 'error',
      help: 'Drop the key in the same ALTER TABLE, and add the one that the columns left need.',
    },
  },
  on: {
    dropColumn({ table: name, column, context }, at) {
      const table = at.table(name).state
      if (!table || at.table(name).fresh || context?.branches?.length || at.direction === 'down') return
      for (const index of table.indexes) {
        const keys = index.keys.map((key) => key.column)
        const place = keys.findIndex((key) => key !== undefined && at.sameColumn(key, column))
        if (place < 0 || keys.includes(undefined) || keys.length < 2) continue
        const rest = keys.filter((_, i) => i !== place) as string[]
        if (isSeenTo(table, index, rest, at)) continue
        const slots = {
          index: index.name === undefined ? 'an index' : `index ${index.name}`,
          table: showName(name),
          column,
          rest: rest.join(', '),
        }
        if (at.dialect !== 'postgres') {
          if (index.unique && at.dialect === 'mariadb')
            at.report(at.operation, 'refused', { index: slots.index, table: slots.table }, { evidence: 'replayed' })
          else if (index.unique) at.report(at.operation, 'shortened', { ...slots, index: capital(slots.index) }, { evidence: 'replayed' })
        } else if (index.unique)
          at.report(at.operation, 'unguarded', { ...slots, columns: (keys as string[]).join(', ') }, { evidence: 'replayed' })
        // The first key serves the queries by it; what stands behind the dropped one served few.
        else if (place > 0 && at.indexesLeading(name, [rest[0]!]).length < 2)
          at.report(at.operation, 'falls', { ...slots, index: capital(slots.index) }, { evidence: 'replayed' })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'falls',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, day date);\nCREATE INDEX orders_by ON orders (customer, day);',
      ],
      sql: 'ALTER TABLE orders DROP COLUMN day;',
    },
    {
      on: 'postgres',
      says: 'unguarded',
      history: ['CREATE TABLE seats (id bigint PRIMARY KEY, room text, place text, UNIQUE (room, place));'],
      sql: 'ALTER TABLE seats DROP COLUMN room;',
    },
    {
      on: 'mysql',
      says: 'shortened',
      history: ['CREATE TABLE seats (id INT PRIMARY KEY, room INT, place INT, UNIQUE KEY seat (room, place));'],
      sql: 'ALTER TABLE seats DROP COLUMN room;',
    },
    {
      on: 'mariadb',
      says: 'refused',
      history: ['CREATE TABLE seats (id INT PRIMARY KEY, room INT, place INT, UNIQUE KEY seat (room, place));'],
      sql: 'ALTER TABLE seats DROP COLUMN room;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The other column is made anew too',
      history: ['CREATE TABLE seats (room text, place text, PRIMARY KEY (room, place));'],
      sql: 'ALTER TABLE seats DROP COLUMN room;\nALTER TABLE seats DROP COLUMN place;\nALTER TABLE seats ADD COLUMN room integer;\nALTER TABLE seats ADD COLUMN place integer;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'Another index is there',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, day date);\nCREATE INDEX orders_by ON orders (customer, day);\nCREATE INDEX orders_customer ON orders (customer);',
      ],
      sql: 'ALTER TABLE orders DROP COLUMN day;',
      also: ['drop-before-contract'],
    },
    {
      on: 'mysql',
      title: 'The index goes in the same statement',
      history: ['CREATE TABLE seats (id INT PRIMARY KEY, room INT, place INT, UNIQUE KEY seat (room, place));'],
      sql: 'ALTER TABLE seats DROP KEY seat, DROP COLUMN room;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'The key gets other columns, under its own name',
      history: [
        'CREATE TABLE seats (id bigint PRIMARY KEY, room text, place text, tag text, ticket text, CONSTRAINT one_seat UNIQUE (room, place, tag));',
      ],
      sql: 'ALTER TABLE seats DROP COLUMN tag;\nALTER TABLE seats ADD CONSTRAINT one_seat UNIQUE (ticket);',
      also: ['drop-before-contract', 'unique-constraint-lock'],
    },
  ],
})

/** Do other columns of it go too, or is it dropped, or does another index serve what is left, now or when the script is through? */
function isSeenTo(table: Table, index: IndexState, rest: readonly string[], at: Site): boolean {
  const after = findTable(at.walk.after, table.name)
  if (!after) return true
  const isIn = (columns: Iterable<ColumnState>, name: string) => [...columns].some((one) => at.sameColumn(one.column.name, name))
  if (!rest.every((column) => isIn(after.columns.values(), column))) return true
  const serves = (other: IndexState) =>
    (!index.unique || (other.unique && other.keys.length === rest.length)) &&
    rest.every((column, i) => other.keys[i]?.column !== undefined && at.sameColumn(other.keys[i]!.column!, column))
  // MySQL keeps what is left of the index itself. PostgreSQL has one of that name afterwards only where the script makes it anew, as the key that it wants now.
  const own = (other: IndexState) => other.name !== undefined && other.name === index.name
  if (at.dialect === 'postgres' && after.indexes.some((other) => own(other) && other.unique === index.unique)) return true
  if (after.indexes.some((other) => !(own(other) && at.dialect !== 'postgres') && serves(other))) return true
  const isNamed = (name: string | undefined) => name !== undefined && name === index.name
  return at.walk.moments.some(
    ({ operation }) =>
      // One that is dropped and made anew is another column.
      (operation.kind === 'dropColumn' &&
        at.sameName(operation.table, table.name) &&
        rest.some((one) => at.sameColumn(one, operation.column))) ||
      (operation.kind === 'dropIndex' && isNamed(operation.name.name)) ||
      (operation.kind === 'dropConstraint' && isNamed(operation.name)) ||
      (operation.kind === 'dropConstraint' &&
        operation.name === undefined &&
        index.constraint !== undefined &&
        at.sameName(operation.table, table.name)) ||
      (operation.kind === 'createIndex' &&
        at.sameName(operation.table, table.name) &&
        operation.keys.some(({ column }) => column !== undefined && rest.some((one) => at.sameColumn(one, column)))) ||
      (operation.kind === 'addConstraint' &&
        at.sameName(operation.table, table.name) &&
        operation.constraint.columns.some((column) => rest.some((one) => at.sameColumn(one, column)))),
  )
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}
