import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'column-order',
  title: 'Columns in an order that wastes space',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: it matters for very large tables alone.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'PostgreSQL aligns each value: a bigint after a boolean leaves seven bytes empty, in every row. Ordered from the widest to the narrowest, the same columns take less.',
  instead: 'Write columns of 8 bytes first, then those of 4 and 2, then boolean, text and numeric last.',
  unless: 'The table is small, or the order says something to its readers.',
  sources: ['https://www.postgresql.org/docs/current/catalog-pg-type.html'],
  covers: [228],
  equivalents: [],
  messages: {
    found: '{bytes} bytes of each row of {table} are padding, because of the order of its columns.',
  },
  options: { bytes: 8 },
  on: {
    createTable(created, at) {
      const columns = createdColumns(created).map(({ column }) => sizes[column.type?.array ? '' : (column.type?.name ?? '')])
      if (columns.length === 0 || columns.includes(undefined)) return
      const known = columns.flatMap((size) => size ?? [])
      const wasted = widthOf(known) - widthOf(known.toSorted((a, b) => b - a))
      if (wasted >= at.options.bytes) at.report(created, 'found', { bytes: wasted, table: showName(created.table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE events (seen boolean, id bigint PRIMARY KEY, done boolean, at timestamptz);' }],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz, seen boolean, done boolean);' },
    {
      on: 'postgres',
      title: 'Columns of no fixed width',
      sql: 'CREATE TABLE events (seen boolean, id bigint PRIMARY KEY, note text, at timestamptz);',
    },
  ],
})

/** Bytes of types of a fixed width, which are aligned to as many. */
const sizes: Readonly<Record<string, number | undefined>> = {
  bigint: 8,
  timestamptz: 8,
  timestamp: 8,
  'double precision': 8,
  integer: 4,
  date: 4,
  real: 4,
  smallint: 2,
  boolean: 1,
}

/** How many bytes values of these widths take, each aligned to its own, and the row to eight. */
function widthOf(widths: readonly number[]): number {
  let at = 0
  for (const width of widths) at = Math.ceil(at / width) * width + width
  return Math.ceil(at / 8) * 8
}
