import type { CreateIndex, DropIndex } from '../../../ir/operation.ts'
import { addsPrimaryKey, hasOtherKey } from './primary-key.ts'
import {
  type At,
  copy,
  hasFulltext,
  indexInPlace,
  indexNocopy,
  indexShared,
  instant,
  manual,
  measured,
  metadataInPlace,
  nocopy,
  type Row,
  type Rows,
  rebuild,
  rebuildShared,
  tableAt,
} from './row.ts'

const method = (index: CreateIndex) => index.method?.toLowerCase()

/** An index that one statement drops and adds again as it was, so that no more than its USING changes: nothing is built. */
function restated({ name, table }: CreateIndex | DropIndex, at: At): boolean {
  const own = (typeof name === 'string' ? name : name?.name)?.toLowerCase()
  const { operations } = at.statement
  if (own === undefined || operations.length < 2) return false
  const added = operations.find((one) => one.kind === 'createIndex' && one.name?.toLowerCase() === own)
  const dropped = operations.some((one) => one.kind === 'dropIndex' && one.name.name.toLowerCase() === own)
  const before = tableAt(at, table)?.indexes.find((index) => index.name?.toLowerCase() === own)
  if (added?.kind !== 'createIndex' || !dropped || before === undefined) return false
  const shape = (index: Pick<CreateIndex, 'keys' | 'unique'>) =>
    `${index.unique} ${index.keys.map((key) => `${key.column?.toLowerCase() ?? key.expression?.sql}(${key.prefix ?? ''})${key.descending ? ' desc' : ''}`).join()}`
  const plain = (kind: string | undefined) => kind === undefined || /^(?:btree|hash)$/i.test(kind)
  return shape(added) === shape(before) && plain(added.method) && plain(before.method)
}

const createIndex: readonly Row<CreateIndex>[] = [
  {
    when: (index, at) => method(index) === 'fulltext' && !hasFulltext(tableAt(at, index.table)) && tableAt(at, index.table) !== undefined,
    effort: rebuildShared,
    because: 'the first FULLTEXT index adds a hidden column to every row, and writes wait meanwhile',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mariadb: [10, 3, 7],
    when: (index) => method(index) === 'fulltext' || method(index) === 'spatial',
    effort: { ...indexShared, algorithm: 'NOCOPY' },
    because: 'a FULLTEXT or SPATIAL index is built while writes wait',
    cite: manual.mariadb,
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    when: (index) => method(index) === 'fulltext',
    effort: indexShared,
    because: 'a FULLTEXT index is built while writes wait',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: (index) => method(index) === 'spatial',
    effort: indexShared,
    because: 'a SPATIAL index is built while writes wait',
    cite: manual.mysql,
    proof: measured.all,
  },
  { mysql: [8, 0, 12], when: restated, effort: instant, because: 'the index stays as it is', cite: manual.mysql, proof: measured.mysql },
  {
    mysql: [8, 0, 13],
    when: (index) => index.keys.some((key) => key.column === undefined && key.expression !== undefined),
    effort: indexShared,
    because: 'an index over an expression is built while writes wait',
    cite: manual.mysql,
    proof: measured.mysql,
  },
  { mariadb: [10, 3, 7], effort: indexNocopy, cite: manual.mariadb, proof: measured.mariadb },
  { effort: indexInPlace, cite: manual.mysql, proof: measured.mysql },
]

const dropIndex: readonly Row<DropIndex>[] = [
  { mysql: [8, 0, 12], when: restated, effort: instant, because: 'the index stays as it is', cite: manual.mysql, proof: measured.mysql },
  { when: (index, at) => isPrimary(index) && addsPrimaryKey(at), effort: rebuild, cite: manual.mysql, proof: measured.all },
  {
    mariadb: [10, 0],
    when: (index, at) => isPrimary(index) && hasOtherKey(index.table, at),
    effort: rebuild,
    because: 'the rows are stored in the order of the unique key that is left',
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  {
    when: isPrimary,
    effort: copy,
    because: 'dropping the primary key without adding another copies the table',
    cite: manual.mysql,
    proof: measured.all,
  },
  { mariadb: [10, 3, 7], effort: nocopy, cite: manual.mariadb, proof: measured.mariadb },
  { effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
]

function isPrimary(index: DropIndex): boolean {
  return index.name.name.toUpperCase() === 'PRIMARY'
}

/** CREATE, DROP and RENAME INDEX, and the same as clauses of ALTER TABLE. */
export const indexes: Rows = {
  createIndex,
  dropIndex,
  renameIndex: [
    { mariadb: [10, 5, 2], effort: instant, cite: manual.mariadb, proof: measured.mariadb },
    { effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
  ],
}
