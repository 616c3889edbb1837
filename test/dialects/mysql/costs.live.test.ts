import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, describe, expect, it } from 'vitest'
import { mysqlAddress } from '../../../scripts/servers.ts'
import { parseVersion, type Version } from '../../../src/dialects/dialect.ts'
import type { Column } from '../../../src/ir/column.ts'
import {
  add,
  addConstraint,
  addIndex,
  alter,
  type Clause,
  column,
  constraint,
  costOf,
  drop,
  dropConstraint,
  dropIndex,
  expression,
  modify,
  rename,
  schemaWith,
} from './costs-table.ts'

const database = 'surefoot_costs_live'
const ladder = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'] as const

/** The table of `costs-table.ts` on the server. */
const createTable = (fulltext: boolean, generated: boolean) =>
  `CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(20), c varchar(200), d int NOT NULL DEFAULT 0, e enum('x','y'),
  st set('a','b'), txt text, dec1 decimal(10,2), fl float(8,2), dt datetime, ch1 char(10),${generated ? ' vg int AS (a+1) VIRTUAL, sg int AS (a+1) STORED,' : ''}
  KEY a_idx (a), KEY b_idx (b), CONSTRAINT ck1 CHECK (d >= 0)${fulltext ? ', FULLTEXT KEY ft (txt)' : ''}) ENGINE=InnoDB`

interface Case {
  readonly sql: string
  readonly clauses: Clause | readonly Clause[]
  readonly fulltext?: boolean
  readonly options?: Readonly<Record<string, string>>
  /** The table has no generated columns: one that is VIRTUAL and moves up asks for a copy of its own. */
  readonly ungenerated?: true
}

const n1 = (type: string, rest: Partial<Column> = {}) => add(column('n1', type, rest))
const call = (sql: string, name: string) => ({ default: expression(sql, { constant: false, functions: [name] }) })
const foreignKey = constraint('foreignKey', ['a'], { references: { table: { name: 'p' }, columns: ['id'] } })

const cases: readonly Case[] = [
  { sql: 'ADD COLUMN n1 int', clauses: n1('int') },
  { sql: 'ADD COLUMN n1 int FIRST', clauses: add(column('n1', 'int'), { position: 'first' }) },
  { sql: 'ADD COLUMN n1 int NOT NULL DEFAULT 5', clauses: n1('int', { nullable: false, default: expression('5') }) },
  { sql: 'ADD COLUMN n1 varchar(36) DEFAULT (uuid())', clauses: n1('varchar(36)', call('(uuid())', 'uuid')) },
  { sql: 'ADD COLUMN n1 datetime DEFAULT CURRENT_TIMESTAMP', clauses: n1('datetime', call('CURRENT_TIMESTAMP', 'current_timestamp')) },
  { sql: 'ADD COLUMN n1 int DEFAULT (a+1)', clauses: n1('int', { default: expression('(a+1)', { constant: false, columns: ['a'] }) }) },
  { sql: 'ADD COLUMN n1 int UNIQUE', clauses: n1('int', { constraints: [constraint('unique', ['n1'])] }) },
  { sql: 'ADD COLUMN n1 int CHECK (n1 > 0)', clauses: n1('int', { constraints: [constraint('check', ['n1'])] }) },
  {
    sql: 'ADD COLUMN n1 int REFERENCES p (id)',
    clauses: n1('int', { constraints: [constraint('foreignKey', ['n1'], { references: { table: { name: 'p' }, columns: ['id'] } })] }),
  },
  { sql: 'ADD COLUMN n1 int', clauses: n1('int'), fulltext: true },
  { sql: 'DROP COLUMN c', clauses: drop('c') },
  { sql: 'DROP COLUMN vg', clauses: drop('vg') },
  { sql: 'DROP COLUMN sg', clauses: drop('sg') },
  { sql: 'DROP COLUMN id', clauses: drop('id'), ungenerated: true },
  { sql: 'DROP COLUMN id, ADD PRIMARY KEY (d)', clauses: [drop('id'), addConstraint(constraint('primaryKey', ['d']))], ungenerated: true },
  ...['d', 'a'].map((key) => ({
    sql: `DROP COLUMN id, ADD UNIQUE KEY u (${key})`,
    clauses: [drop('id'), addConstraint(constraint('unique', [key], { name: 'u' }))],
    ungenerated: true as const,
  })),
  { sql: 'RENAME COLUMN c TO c2', clauses: rename('c', 'c2') },
  { sql: 'CHANGE c c2 varchar(210)', clauses: modify('c', column('c2', 'varchar(210)')) },
  { sql: 'MODIFY c varchar(200) FIRST', clauses: modify('c', column('c', 'varchar(200)'), { position: 'first' }) },
  { sql: 'MODIFY c varchar(200) AFTER b', clauses: modify('c', column('c', 'varchar(200)'), { position: { after: 'b' } }) },
  { sql: 'MODIFY dt datetime(6)', clauses: modify('dt', column('dt', 'datetime(6)')) },
  { sql: 'MODIFY dt timestamp NULL', clauses: modify('dt', column('dt', 'timestamp')) },
  { sql: 'MODIFY fl float(20,2)', clauses: modify('fl', column('fl', 'float(20,2)')) },
  { sql: 'MODIFY fl float', clauses: modify('fl', column('fl', 'float')) },
  { sql: 'MODIFY fl double', clauses: modify('fl', column('fl', 'double')) },
  { sql: 'MODIFY dec1 decimal(12,2)', clauses: modify('dec1', column('dec1', 'decimal(12,2)')) },
  { sql: 'MODIFY txt longtext', clauses: modify('txt', column('txt', 'longtext')) },
  { sql: 'MODIFY b varchar(50)', clauses: modify('b', column('b', 'varchar(50)')) },
  { sql: 'MODIFY b varchar(100)', clauses: modify('b', column('b', 'varchar(100)')) },
  { sql: 'MODIFY b varbinary(20)', clauses: modify('b', column('b', 'varbinary(20)')) },
  { sql: 'MODIFY c varchar(100)', clauses: modify('c', column('c', 'varchar(100)')) },
  { sql: 'MODIFY ch1 char(20)', clauses: modify('ch1', column('ch1', 'char(20)')) },
  { sql: "MODIFY c varchar(200) DEFAULT 'x'", clauses: modify('c', column('c', 'varchar(200)', { default: expression("'x'") })) },
  { sql: 'MODIFY d bigint NOT NULL DEFAULT 0', clauses: modify('d', column('d', 'bigint', { nullable: false })) },
  { sql: 'MODIFY d int NULL DEFAULT 0', clauses: modify('d', column('d', 'int')) },
  { sql: "MODIFY c varchar(200) NOT NULL DEFAULT ''", clauses: modify('c', column('c', 'varchar(200)', { nullable: false })) },
  { sql: 'MODIFY id int', clauses: modify('id', column('id', 'int')) },
  { sql: "MODIFY e enum('x','y','z')", clauses: modify('e', column('e', "enum('x','y','z')")) },
  { sql: "MODIFY e enum('z','x','y')", clauses: modify('e', column('e', "enum('z','x','y')")) },
  {
    sql: "MODIFY st set('a','b','c','d','e','f','g','h','i')",
    clauses: modify('st', column('st', "set('a','b','c','d','e','f','g','h','i')")),
  },
  {
    sql: 'MODIFY c varchar(200) CHARACTER SET latin1',
    clauses: modify('c', column('c', 'varchar(200)', { charset: 'latin1' })),
    options: { CHARSET: 'utf8mb4' },
  },
  {
    sql: 'MODIFY c varchar(200) COLLATE utf8mb4_bin',
    clauses: modify('c', column('c', 'varchar(200)', { collation: 'utf8mb4_bin' })),
    options: { CHARSET: 'utf8mb4', COLLATE: 'utf8mb4_general_ci' },
  },
  {
    sql: 'MODIFY b varchar(20) COLLATE utf8mb4_bin',
    clauses: modify('b', column('b', 'varchar(20)', { collation: 'utf8mb4_bin' })),
    options: { CHARSET: 'utf8mb4', COLLATE: 'utf8mb4_general_ci' },
  },
  { sql: 'ALTER COLUMN d SET DEFAULT 5', clauses: { kind: 'setDefault', table: { name: 't' }, column: 'd', default: expression('5') } },
  { sql: 'ADD INDEX ni (c)', clauses: addIndex(['c']) },
  { sql: 'ADD UNIQUE INDEX ni (c)', clauses: addIndex(['c'], { unique: true }) },
  { sql: 'ADD FULLTEXT INDEX ni (txt)', clauses: addIndex(['txt'], { method: 'FULLTEXT' }) },
  { sql: 'DROP INDEX a_idx', clauses: dropIndex('a_idx') },
  { sql: 'RENAME INDEX a_idx TO a2', clauses: { kind: 'renameIndex', name: { name: 'a_idx' }, table: { name: 't' }, to: 'a2' } },
  { sql: 'ADD CONSTRAINT u UNIQUE (c)', clauses: addConstraint(constraint('unique', ['c'])) },
  { sql: 'ADD CONSTRAINT k CHECK (a > 0)', clauses: addConstraint(constraint('check', ['a'])) },
  { sql: 'ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)', clauses: addConstraint(foreignKey) },
  { sql: 'DROP CONSTRAINT ck1', clauses: dropConstraint('ck1') },
  { sql: 'COMMENT = "x"', clauses: alter('COMMENT', 'x') },
  { sql: 'AUTO_INCREMENT = 1000', clauses: alter('AUTO_INCREMENT', '1000') },
  { sql: 'FORCE', clauses: alter('FORCE') },
  { sql: 'ENGINE = InnoDB', clauses: alter('ENGINE', 'InnoDB') },
  { sql: 'CONVERT TO CHARACTER SET latin1', clauses: alter('CONVERT TO CHARACTER SET', 'latin1') },
  { sql: 'ADD SYSTEM VERSIONING', clauses: alter('ADD SYSTEM VERSIONING') },
  { sql: 'ADD COLUMN n1 int, ADD INDEX ni (c)', clauses: [n1('int'), addIndex(['c'])] },
  { sql: 'ADD COLUMN n1 int, DROP INDEX a_idx', clauses: [n1('int'), dropIndex('a_idx')] },
  { sql: 'ADD COLUMN n1 int, MODIFY d bigint NOT NULL', clauses: [n1('int'), modify('d', column('d', 'bigint', { nullable: false }))] },
  { sql: 'RENAME COLUMN c TO c2, ADD INDEX ni (d)', clauses: [rename('c', 'c2'), addIndex(['d'])] },
  {
    sql: 'MODIFY c varchar(200) FIRST, ADD INDEX ni (d)',
    clauses: [modify('c', column('c', 'varchar(200)'), { position: 'first' }), addIndex(['d'])],
  },
]

async function connect(): Promise<{ connection: Connection; version: Version; engine: 'mysql' | 'mariadb' } | string> {
  try {
    const connection = await createConnection(mysqlAddress)
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(rows[0]?.version)
    const version = parseVersion(text)
    if (version === undefined) return `the server's version ${text} is not readable`
    await connection.query(`DROP DATABASE IF EXISTS ${database}`)
    await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
    await connection.query(`USE ${database}`)
    return { connection, version, engine: /mariadb/i.test(text) ? 'mariadb' : 'mysql' }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const server = await connect()
if (typeof server === 'string') console.warn(`skipped: the costs on a live MySQL or MariaDB (${server}); SUREFOOT_TEST_MYSQL names another`)

describe.skipIf(typeof server === 'string')('a live server takes the ALGORITHM and LOCK that the tables say', () => {
  if (typeof server === 'string') return
  const { connection, version, engine } = server
  afterAll(async () => {
    await connection.query(`DROP DATABASE IF EXISTS ${database}`)
    await connection.end()
  })

  async function accepts(each: Case, clause: string): Promise<boolean> {
    await connection.query('SET foreign_key_checks = 0')
    await connection.query('DROP TABLE IF EXISTS t, p')
    await connection.query('SET foreign_key_checks = 1')
    await connection.query('CREATE TABLE p (id int PRIMARY KEY)')
    await connection.query(createTable(each.fulltext ?? false, !each.ungenerated))
    try {
      await connection.query(`ALTER TABLE t ${each.sql}, ${clause}`)
      return true
    } catch (error) {
      const { errno } = error as { errno?: number }
      if (errno === 1845 || errno === 1846 || errno === 1847) return false
      throw error
    }
  }

  for (const each of cases)
    it(`${each.sql}${each.fulltext ? ' beside a FULLTEXT index' : ''}`, async () => {
      const steps = engine === 'mysql' ? ladder.filter((step) => step !== 'NOCOPY') : ladder
      let algorithm: string = 'none'
      for (const step of steps)
        if (await accepts(each, `ALGORITHM=${step}`)) {
          algorithm = step
          break
        }
      // MySQL takes no LOCK beside INSTANT; there the lock goes with the algorithm.
      const lockless = algorithm === 'INSTANT' || (await accepts(each, 'LOCK=NONE'))
      const cost = costOf(engine, version, each.clauses, schemaWith(each.options ?? {}, each.fulltext ?? false, false, !each.ungenerated))
      expect({ algorithm: cost.algorithm, blocks: cost.blocks }).toEqual({ algorithm, blocks: lockless ? 'nothing' : 'writes' })
    })
})
