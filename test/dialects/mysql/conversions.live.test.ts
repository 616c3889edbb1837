import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, describe, expect, it } from 'vitest'
import { mysqlAddress } from '../../../scripts/servers.ts'
import { atLeast, parseVersion } from '../../../src/dialects/dialect.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { apply } from '../../../src/schema/apply.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { tracedText } from '../../../src/source/traced.ts'

const database = 'surefoot_conversions_live'
const to4 = 'CONVERT TO CHARACTER SET utf8mb4'
const toUnicode = `${to4} COLLATE utf8mb4_unicode_ci`

/** Columns and options of a table in utf8mb3 (where they say nothing else), a clause, and the cheapest ALGORITHM that MariaDB 10.11.19 takes for it. */
type Case = readonly [columns: string, clause: string, cheapest: string, options?: string]
const cases: readonly Case[] = [
  ['c VARCHAR(63)', to4, 'INSTANT'],
  ['c VARCHAR(64)', to4, 'COPY'],
  ['c VARCHAR(85)', to4, 'COPY'],
  ['c VARCHAR(86)', to4, 'INSTANT'],
  ['c VARCHAR(20), UNIQUE (c)', to4, 'INSTANT'],
  ['c VARCHAR(20)', toUnicode, 'INSTANT'],
  ['c VARCHAR(20), KEY (c)', toUnicode, 'NOCOPY'],
  ['c CHAR(20), KEY (c)', to4, 'INSTANT'],
  ['c CHAR(20)', to4, 'COPY', 'ROW_FORMAT=REDUNDANT'],
  ['c TEXT', to4, 'COPY'],
  ['c LONGTEXT', to4, 'INSTANT'],
  ["c ENUM('a')", to4, 'COPY'],
  ['c VARCHAR(20), d VARCHAR(20) AS (upper(c)) STORED', to4, 'COPY'],
  ['c VARCHAR(20), d VARCHAR(20) AS (upper(c)) VIRTUAL', to4, 'INSTANT'],
  ['c VARCHAR(20) CHARACTER SET utf8mb4', to4, 'INSTANT'],
  ['c VARCHAR(20) CHARACTER SET latin1', to4, 'COPY'],
  ['c TEXT CHARACTER SET utf8mb4', toUnicode, 'INSTANT'],
  ["c ENUM('a') CHARACTER SET utf8mb4", toUnicode, 'COPY'],
  ['c INT', to4, 'INSTANT'],
  ['c VARCHAR(20)', 'CONVERT TO CHARACTER SET latin1', 'COPY'],
  ['c VARCHAR(20), KEY (c)', 'MODIFY c VARCHAR(20) CHARACTER SET utf8mb4', 'INSTANT'],
  ['c VARCHAR(20)', 'MODIFY c VARCHAR(100) CHARACTER SET utf8mb4', 'INSTANT'],
  ['c VARCHAR(80)', 'MODIFY c VARCHAR(80) CHARACTER SET utf8mb4', 'COPY'],
  ['c TEXT', 'MODIFY c TEXT CHARACTER SET utf8mb4', 'INSTANT'],
  ['c TEXT, KEY (c(10))', 'MODIFY c TEXT CHARACTER SET utf8mb4', 'COPY'],
  ['c CHAR(20)', 'MODIFY c CHAR(20) CHARACTER SET utf8mb4', 'INSTANT'],
  ['c VARCHAR(20)', 'MODIFY c TEXT CHARACTER SET utf8mb4', 'COPY'],
]

const tableOf = ([columns, , , options = '']: Case) =>
  `CREATE TABLE t (id INT PRIMARY KEY, ${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 ${options}`

const nameOf = ([columns, clause, cheapest]: Case) => `${columns}: ${clause}: ${cheapest}`

describe('what MariaDB does to convert a table to another character set', () => {
  for (const each of cases)
    it(nameOf(each), () => {
      const options = { version: [10, 11] }
      const [created, altered] = [tableOf(each), `ALTER TABLE t ${each[1]}`].map(
        (sql) => mariadb.parse(tracedText(sql, 'm.sql'), options)[0]!,
      )
      const before = apply(emptySchema(mariadb), created!.operations[0]!, { born: 0, transaction: 't0' }).schema
      const statement = { ...altered!, segment: undefined, batch: undefined }
      expect(mariadb.cost(altered!.operations[0]!, statement, before, options.version).algorithm).toBe(each[2])
    })
})

async function connect(): Promise<Connection | string> {
  try {
    const connection = await createConnection(mysqlAddress)
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(rows[0]?.version)
    const version = parseVersion(text)
    if (!/mariadb/i.test(text) || version === undefined || !atLeast(version, 10, 11)) {
      await connection.end()
      return `${text} is no MariaDB 10.11`
    }
    await connection.query(`DROP DATABASE IF EXISTS ${database}`)
    await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci`)
    await connection.query(`USE ${database}`)
    return connection
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const server = await connect()
if (typeof server === 'string') console.warn(`skipped: conversions on a live MariaDB (${server})`)

describe.skipIf(typeof server === 'string')('a live MariaDB converts as it is said', () => {
  if (typeof server === 'string') return
  afterAll(async () => {
    await server.query(`DROP DATABASE IF EXISTS ${database}`)
    await server.end()
  })

  for (const each of cases)
    it(nameOf(each), async () => {
      let cheapest: string | undefined
      for (const algorithm of ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']) {
        await server.query('DROP TABLE IF EXISTS t')
        await server.query(tableOf(each))
        try {
          await server.query(`ALTER TABLE t ${each[1]}, ALGORITHM=${algorithm}`)
          cheapest = algorithm
          break
        } catch (error) {
          const { errno } = error as { errno?: number }
          if (errno !== 1845 && errno !== 1846) throw error
        }
      }
      expect(cheapest).toBe(each[2])
    })
})
