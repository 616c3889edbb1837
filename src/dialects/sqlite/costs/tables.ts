import { measured, page, type Row, type Rows } from './row.ts'

const schemaOnly = [{ effort: 'instant', cite: page.alter, proof: measured }] as const satisfies readonly Row[]
const rebuilt = [
  { effort: 'rewrites', because: 'SQLite does this only by rebuilding the table', cite: `${page.alter}#otheralter` },
] as const satisfies readonly Row[]
const checked = [
  {
    since: [3, 53],
    effort: 'checks',
    because: 'every row is checked under the write lock',
    cite: page.alter,
    proof: 'measured: SQLite 3.53.2',
  },
  ...rebuilt,
] as const satisfies readonly Row[]
const dropped = [
  { since: [3, 53], effort: 'instant', cite: page.alter, proof: 'measured: SQLite 3.53.2' },
  ...rebuilt,
] as const satisfies readonly Row[]

/** Tables, columns, indexes, constraints, views and triggers. */
export const tables: Rows = {
  createTable: [{ when: ({ as }) => as !== undefined, effort: 'writes', cite: page.locking }, ...schemaOnly],
  dropTable: [
    {
      effort: 'writes',
      because: 'the pages of the table are freed, and with foreign_keys on its rows are deleted first',
      cite: page.alter,
      proof: measured,
    },
  ],
  renameTable: schemaOnly,
  addColumn: [
    {
      when: ({ column }) => column.constraints.some(({ kind }) => kind === 'check') || (column.generated !== undefined && !column.nullable),
      effort: 'checks',
      because: 'existing rows are tested against the constraint',
      cite: `${page.alter}#altertabaddcol`,
      proof: measured,
    },
    ...schemaOnly,
  ],
  dropColumn: [
    {
      since: [3, 35],
      effort: 'rewrites',
      because: 'every row is written again without the column',
      cite: `${page.alter}#altertabdropcol`,
      proof: measured,
    },
    ...rebuilt,
  ],
  renameColumn: [{ since: [3, 25], effort: 'instant', cite: `${page.alter}#altertabmvcol`, proof: measured }, ...rebuilt],
  alterColumnType: rebuilt,
  modifyColumn: [
    {
      when: ({ definitionOnly }) => definitionOnly === true,
      effort: 'instant',
      cite: 'https://github.com/tursodatabase/libsql/blob/main/libsql-sqlite3/doc/libsql_extensions.md#altering-columns',
    },
    ...rebuilt,
  ],
  setDefault: rebuilt,
  dropDefault: rebuilt,
  setNotNull: checked,
  dropNotNull: dropped,
  addConstraint: [{ when: ({ constraint }) => constraint.kind !== 'check', ...rebuilt[0] }, ...checked],
  dropConstraint: [{ when: ({ constraintKind }) => constraintKind !== undefined && constraintKind !== 'check', ...rebuilt[0] }, ...dropped],
  createIndex: [{ effort: 'builds', because: 'the index is built under the write lock', cite: page.index }],
  dropIndex: [{ effort: 'instant', cite: 'https://www.sqlite.org/lang_dropindex.html' }],
  reindex: [{ effort: 'builds', because: 'the index is built under the write lock', cite: 'https://www.sqlite.org/lang_reindex.html' }],
  createView: schemaOnly,
  dropView: schemaOnly,
  createTrigger: schemaOnly,
  dropTrigger: schemaOnly,
}
