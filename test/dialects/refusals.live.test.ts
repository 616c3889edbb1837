import { createConnection, type RowDataPacket } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { mysqlAddress, postgresAddress } from '../../scripts/servers.ts'
import { type Dialect, parseVersion, type Version } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { mariadb } from '../../src/dialects/mysql/mariadb.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { apply } from '../../src/schema/apply.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { tracedText } from '../../src/source/traced.ts'

const database = 'surefoot_refusals_live'

/** A server that is reached: it runs scripts in a place of their own, and says whether it refused the last statement. */
interface Server {
  readonly dialect: Dialect
  readonly version: Version
  /** The statements before the last one must go through. */
  refuses(statements: readonly string[]): Promise<boolean>
  close(): Promise<void>
}

async function mysqlServer(): Promise<Server | string> {
  try {
    const connection = await createConnection(mysqlAddress)
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(rows[0]?.version)
    await connection.query(`DROP DATABASE IF EXISTS ${database}`)
    await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
    await connection.query(`USE ${database}`)
    return {
      dialect: /mariadb/i.test(text) ? mariadb : mysql,
      version: parseVersion(text) ?? mysql.latest,
      async refuses(statements) {
        await connection.query('DROP TABLE IF EXISTS c, p, t')
        for (const statement of statements.slice(0, -1)) await connection.query(statement)
        return fails(connection.query(statements.at(-1)!))
      },
      async close() {
        await connection.query(`DROP DATABASE IF EXISTS ${database}`)
        await connection.end()
      },
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function postgresServer(): Promise<Server | string> {
  const client = new pg.Client(postgresAddress)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>('SHOW server_version')
    await postgres.ready()
    return {
      dialect: postgres,
      version: parseVersion(rows[0]?.version ?? '') ?? postgres.latest,
      async refuses(statements) {
        await client.query('BEGIN')
        try {
          await client.query(`CREATE SCHEMA ${database}`)
          await client.query(`SET LOCAL search_path = ${database}`)
          for (const statement of statements.slice(0, -1)) await client.query(statement)
          return await fails(client.query(statements.at(-1)!))
        } finally {
          await client.query('ROLLBACK')
        }
      },
      close: () => client.end(),
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function fails(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent
    return false
  } catch {
    return true
  }
}

/** What we say of the last statement. */
function refusedByUs(statements: readonly string[], { dialect, version }: Server): boolean {
  let schema = emptySchema({ defaultSchema: dialect.defaultSchema, fold: dialect.fold })
  let refused = false
  for (const sql of statements) {
    refused = false
    for (const { operations } of dialect.parse(tracedText(sql, 'case.sql'), { version }))
      for (const operation of operations) {
        const after = apply(schema, operation, { born: 0, transaction: 'case' }).schema
        refused ||= dialect.refusals(operation, schema, after, version, new Map()).length > 0
        schema = after
      }
  }
  return refused
}

const servers = [await postgresServer(), await mysqlServer()] as const
const names = ['PostgreSQL', 'MySQL or MariaDB'] as const
/** Written out, so that the database's own character set decides nothing. */
const general = 'character set utf8mb4 collate utf8mb4_general_ci'
const types = {
  PostgreSQL: [
    ...['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'text', 'varchar(20)', 'char(20)', 'uuid', 'date'],
    ...['timestamp', 'timestamptz', 'boolean', 'bytea', 'jsonb', 'time', 'inet', 'interval', 'money'],
  ],
  'MySQL or MariaDB': [
    ...['tinyint', 'smallint', 'int', 'int unsigned', 'bigint', 'bigint unsigned', 'decimal(10,2)', 'decimal(20,4)', 'float', 'double'],
    ...['date', 'datetime', 'datetime(3)', 'timestamp', `char(10) ${general}`, `varchar(20) ${general}`, `varchar(40) ${general}`],
    ...[
      'varchar(20) character set latin1',
      'varchar(20) character set utf8mb4 collate utf8mb4_bin',
      'binary(10)',
      'varbinary(10)',
      'tinyint(1)',
      'int(5)',
    ],
  ],
} as const

/** Scripts whose last statement one of the engines may refuse. */
const scripts: Readonly<Record<(typeof names)[number], readonly (readonly string[])[]>> = {
  PostgreSQL: [
    ['CREATE TABLE p (a int)', 'CREATE TABLE c (x int REFERENCES p)'],
    ['CREATE TABLE p (a int, b int, UNIQUE (a, b))', 'CREATE TABLE c (x int, y int, FOREIGN KEY (x, y) REFERENCES p (b, a))'],
    ['CREATE TABLE p (a int, b int, UNIQUE (a, b))', 'CREATE TABLE c (x int REFERENCES p (a))'],
    ['CREATE TABLE p (a int)', 'CREATE UNIQUE INDEX ON p (a) WHERE a > 0', 'CREATE TABLE c (x int REFERENCES p (a))'],
    ['CREATE TABLE p (a int)', 'CREATE UNIQUE INDEX ON p (a)', 'CREATE TABLE c (x int REFERENCES p (a))'],
    ['CREATE TABLE p (id serial PRIMARY KEY)', 'CREATE TABLE c (x bigint REFERENCES p)'],
    ['CREATE TABLE p (id int PRIMARY KEY, up int REFERENCES p)'],
  ],
  'MySQL or MariaDB': [
    ['CREATE TABLE p (a int, KEY (a))', 'CREATE TABLE c (x int, FOREIGN KEY (x) REFERENCES p (a))'],
    ['CREATE TABLE p (a int, b int, KEY (a, b))', 'CREATE TABLE c (x int, FOREIGN KEY (x) REFERENCES p (b))'],
    ['CREATE TABLE p (a int, b int, KEY (a, b))', 'CREATE TABLE c (x int, y int, FOREIGN KEY (x, y) REFERENCES p (b, a))'],
    ['CREATE TABLE p (id int PRIMARY KEY, a int, KEY (a))', 'CREATE TABLE c (x int, y int, FOREIGN KEY (x, y) REFERENCES p (a, id))'],
    ['CREATE TABLE p (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES p (id))'],
    ['CREATE TABLE t (a varchar(768), UNIQUE (a)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(769) PRIMARY KEY) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(769), UNIQUE (a)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(769), KEY (a)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(385), b varchar(385), KEY (a, b)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(384), b varchar(384), KEY (a, b)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(192) PRIMARY KEY) CHARSET=utf8mb4 ROW_FORMAT=COMPACT'],
    ['CREATE TABLE t (a varchar(191) PRIMARY KEY) CHARSET=utf8mb4 ROW_FORMAT=COMPACT'],
    ['CREATE TABLE t (a text PRIMARY KEY)'],
    ['CREATE TABLE t (a text, PRIMARY KEY (a(100)))'],
    ['CREATE TABLE t (a blob, PRIMARY KEY (a(3073)))'],
    ['CREATE TABLE t (a text, FULLTEXT (a))'],
    ['CREATE TABLE t (a varchar(10) PRIMARY KEY)', 'ALTER TABLE t MODIFY a text'],
    ['CREATE TABLE t (a varchar(10000), b varchar(10000)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(10000), b varchar(6000)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(16384)) CHARSET=utf8mb4'],
    ['CREATE TABLE t (a varchar(16383)) CHARSET=utf8mb4'],
  ],
}

servers.forEach((server, i) => {
  const name = names[i]!
  if (typeof server === 'string') console.warn(`skipped: what a live ${name} refuses (${server})`)
  describe.skipIf(typeof server === 'string')(`a live ${name} refuses what we say that it does`, () => {
    if (typeof server === 'string') return
    afterAll(() => server.close())

    it.each(scripts[name].map((script) => [script.join('; '), script] as const))('%s', async (_, script) => {
      expect(refusedByUs(script, server)).toBe(await server.refuses(script))
    })

    it.each(types[name])('a foreign key from %s to each other type', async (from) => {
      const wrong: string[] = []
      for (const to of types[name]) {
        const key = name === 'PostgreSQL' ? 'x' : 'KEY (x), x'
        const script = [`CREATE TABLE p (a ${to}, UNIQUE (a))`, `CREATE TABLE c (${key} ${from}, FOREIGN KEY (x) REFERENCES p (a))`]
        if (refusedByUs(script, server) !== (await server.refuses(script))) wrong.push(to)
      }
      expect(wrong).toEqual([])
    })
  })
})
