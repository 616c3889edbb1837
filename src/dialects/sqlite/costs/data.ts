import { page, type Rows } from './row.ts'

/** Rows read and written. One connection writes at a time; the lock lasts until the transaction ends. */
export const data: Rows = {
  insert: [{ effort: 'writes', cite: page.locking }],
  update: [{ effort: 'writes', cite: page.locking }],
  delete: [{ effort: 'writes', cite: page.locking }],
  truncate: [{ effort: 'writes', because: 'SQLite has no TRUNCATE; a DELETE without WHERE empties the table', cite: page.locking }],
  writeRows: [{ effort: 'writes', cite: page.locking }],
  select: [{ effort: 'reads', because: 'readers do not stop a writer in WAL mode', cite: page.wal }],
}
