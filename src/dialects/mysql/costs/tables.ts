import type { AlterTable, CreateTable } from '../../../ir/operation.ts'
import type { OtherLock } from '../../dialect.ts'
import { conversionEffort, isConverted } from './conversion.ts'
import {
  type At,
  copy,
  type Effort,
  indexNocopy,
  instant,
  manual,
  measured,
  metadataInPlace,
  otherEngine,
  type Row,
  type Rows,
  rebuild,
  tableAt,
} from './row.ts'

function referencedBy(operation: CreateTable): readonly OtherLock[] {
  const constraints = [...operation.constraints, ...operation.columns.flatMap((column) => column.constraints)]
  const parents = constraints.flatMap(({ references }) => (references ? [references.table] : []))
  return parents.map((table) => ({ table, lock: 'METADATA', blocks: 'nothing', scans: false }))
}

const createTable: readonly Row<CreateTable>[] = [
  {
    when: ({ as }) => as !== undefined && as.tables.length > 0,
    others: (operation) => [
      ...operation.as!.tables.map((table): OtherLock => ({ table, lock: 'ROW', blocks: 'writes', scans: true })),
      ...referencedBy(operation),
    ],
    commits: true,
    because: 'the SELECT locks every row that it reads',
    cite: manual.mysqlLocks,
  },
  { others: referencedBy, commits: true, cite: manual.mysqlCommit, proof: measured.all },
]

/** Does the clause say this? Clauses come in upper case; `DEFAULT`, `=` and spacing differ between writers. */
const says =
  (...actions: readonly string[]) =>
  ({ action }: AlterTable): boolean => {
    const clause = action.replace(/^DEFAULT\s+/, '').replace(/\s*=.*$/, '')
    return actions.some((wanted) => clause === wanted || clause.startsWith(`${wanted} `))
  }

const converts = says('CONVERT TO', 'CONVERT TO CHARACTER SET')

const metadataClauses = says(
  'COMMENT',
  'AUTO_INCREMENT',
  'STATS_PERSISTENT',
  'STATS_AUTO_RECALC',
  'STATS_SAMPLE_PAGES',
  'CHARACTER SET',
  'CHARSET',
  'COLLATE',
  'MAX_ROWS',
  'MIN_ROWS',
  'AVG_ROW_LENGTH',
  'PACK_KEYS',
  'INSERT_METHOD',
  'CHECKSUM',
  'DELAY_KEY_WRITE',
)

const sameEngine = ({ table, value }: AlterTable, at: At) =>
  (value ?? '').toLowerCase() === (otherEngine(tableAt(at, table)) ?? 'innodb').toLowerCase()

const becomesInvisible = (operation: AlterTable) =>
  /\b(?:IN)?VISIBLE\b|\bIGNORED\b/.test(operation.action) || /^(?:NOT )?IGNORED$|^(?:IN)?VISIBLE$/i.test(operation.value ?? '')

/** ENCRYPTION='N' on a table that is known not to be encrypted. */
const isPlain = ({ table, value }: AlterTable, at: At) => {
  const state = tableAt(at, table)
  return value?.toUpperCase() === 'N' && state?.complete === true && (state.options.ENCRYPTION ?? 'N').toUpperCase() === 'N'
}

const exclusive: Effort = { ...copy, lock: 'EXCLUSIVE', rewrites: false, buildsIndex: false, scans: false }

export const tableOptions: readonly Row<AlterTable>[] = [
  { when: says('ALGORITHM', 'LOCK'), effort: instant, cite: manual.mysqlAlter },
  {
    mariadb: [10, 11],
    when: (operation, at) => converts(operation) && conversionEffort(operation, at).algorithm === 'INSTANT',
    effort: instant,
    cite: 'https://jira.mariadb.org/browse/MDEV-15564',
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    mariadb: [10, 11],
    when: (operation, at) => converts(operation) && conversionEffort(operation, at).algorithm === 'NOCOPY',
    effort: indexNocopy,
    because: 'the order of an index changes with its collation',
    cite: 'https://jira.mariadb.org/browse/MDEV-17301',
    proof: 'measured: MariaDB 10.11.19',
  },
  {
    mysql: [5, 7],
    when: (operation, at) => converts(operation) && isConverted(operation, at),
    effort: metadataInPlace,
    cite: manual.mysql,
    proof: measured.mysql,
  },
  {
    when: converts,
    effort: copy,
    because: 'every text in the table is converted to the new character set',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: (operation, at) => says('ENGINE')(operation) && sameEngine(operation, at),
    effort: rebuild,
    because: 'stating the engine that the table has rebuilds it',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    when: says('ENGINE', 'TYPE'),
    effort: copy,
    because: 'every row is copied to the other engine',
    cite: manual.mysqlAlter,
    proof: measured.all,
  },
  {
    when: says('ROW_FORMAT', 'KEY_BLOCK_SIZE', 'FORCE', 'PAGE_COMPRESSED', 'PAGE_COMPRESSION_LEVEL'),
    effort: rebuild,
    because: 'the table is rebuilt',
    cite: manual.mysql,
    proof: measured.all,
  },
  {
    mysql: [8, 0],
    when: (operation, at) => says('ENCRYPTION')(operation) && isPlain(operation, at),
    effort: metadataInPlace,
    because: 'the table is not encrypted',
    cite: manual.mysql,
    proof: measured.mysql,
  },
  {
    mysql: [5, 7],
    when: says('ENCRYPTION'),
    effort: copy,
    because: 'every page is written again, encrypted or not',
    cite: manual.mysql,
  },
  { when: says('ENCRYPTED', 'ENCRYPTION', 'ENCRYPTION_KEY_ID'), effort: rebuild, cite: manual.mariadb, proof: measured.mariadb },
  { when: says('ORDER BY'), effort: copy, because: 'the rows are written again in the new order', cite: manual.mysqlAlter },
  {
    when: says('ADD SYSTEM VERSIONING', 'DROP SYSTEM VERSIONING'),
    effort: copy,
    because: 'every row gets or loses its period columns',
    cite: manual.mariadb,
    proof: measured.mariadb,
  },
  { when: says('ADD PERIOD', 'DROP PERIOD'), effort: instant, cite: manual.mariadb, proof: 'measured: MariaDB 10.11.19' },
  {
    mysql: [8, 0, 16],
    when: ({ action, value }) => /^ALTER (?:CHECK|CONSTRAINT)\b/.test(action) && !/\bNOT ENFORCED\b/.test(`${action} ${value ?? ''}`),
    effort: copy,
    because: 'the rows are checked by copying the table',
    cite: manual.mysqlAlter,
    proof: measured.mysql,
  },
  { mysql: [8, 0, 16], when: says('ALTER CHECK', 'ALTER CONSTRAINT'), effort: instant, cite: manual.mysqlAlter, proof: measured.mysql },
  {
    mysql: [8, 0],
    when: (operation) => operation.column === undefined && becomesInvisible(operation) && operation.action.includes('INDEX'),
    effort: metadataInPlace,
    cite: manual.mysqlAlter,
    proof: measured.mysql,
  },
  { when: becomesInvisible, effort: instant, cite: manual.mysqlAlter, proof: measured.all },
  { mariadb: [10, 3], when: metadataClauses, effort: instant, cite: manual.mariadb, proof: measured.mariadb },
  { when: metadataClauses, effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql },
  { when: says('ENABLE KEYS', 'DISABLE KEYS'), effort: instant, cite: manual.mysqlAlter, proof: 'measured: MariaDB 10.11.19' },
  { when: says('DISCARD TABLESPACE', 'IMPORT TABLESPACE'), effort: exclusive, cite: manual.mysqlAlter },
]

const briefly = { lock: 'EXCLUSIVE', queues: 'reads-and-writes', commits: true } as const

/** Whole tables. The clauses of ALTER TABLE that change a table's options are in `tableOptions`. */
export const tables: Rows = {
  createTable: [
    {
      when: ({ temporary }) => temporary,
      others: (operation) => (operation.as?.tables ?? []).map((table) => ({ table, lock: 'ROW', blocks: 'writes', scans: true })),
      commits: false,
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
    ...createTable,
  ],
  dropTable: [
    { when: ({ temporary }) => temporary === true, commits: false, cite: manual.mysqlCommit, proof: measured.all },
    { ...briefly, blocks: 'reads-and-writes', cite: manual.mysqlCommit, proof: measured.all },
  ],
  renameTable: [
    { mysql: [8, 0, 12], mariadb: [10, 3, 2], effort: instant, cite: manual.mysql, proof: measured.all },
    { effort: metadataInPlace, cite: manual.mysql57 },
  ],
  truncate: [
    {
      ...briefly,
      blocks: 'reads-and-writes',
      because: 'TRUNCATE drops the table and creates it anew',
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
  ],
  comment: [{ effort: metadataInPlace, cite: manual.mysql, proof: measured.mysql }],
}
