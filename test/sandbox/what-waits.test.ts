import mysql from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { mysqlUrl } from '../../scripts/servers.ts'
import { type RehearseOptions, rehearse } from '../../src/index.ts'

const there = await mysql
  .createConnection({ uri: mysqlUrl, connectTimeout: 3000 })
  .then((connection) => connection.end())
  .then(
    () => true,
    () => false,
  )
if (!there) console.warn(`skipped: no server at ${mysqlUrl}`)

const table = 'CREATE TABLE orders (id integer PRIMARY KEY, note varchar(100));\n'

/** What waits while each statement of the second file runs. */
async function blocks(sql: string, options: Pick<RehearseOptions, 'dialect' | 'engine'>): Promise<readonly (readonly string[])[]> {
  const files = { 'migrations/001.sql': table, 'migrations/002.sql': sql }
  const { rehearsals } = await rehearse({ files, ...options, rows: 200, only: ['migrations/002.sql'], profile: 'safety' })
  return rehearsals.flatMap(({ steps }) => steps.map((step) => step.blocks))
}

describe('what waits while a statement runs', () => {
  it('is said of locks that an earlier one of its transaction took, too', async () => {
    const all = ['reads and writes of orders']
    const on = { dialect: 'postgres', engine: 'pglite' } as const
    const sql =
      'BEGIN;\nALTER TABLE orders ADD COLUMN total integer;\nUPDATE orders SET total = 1;\nCOMMIT;\nUPDATE orders SET total = 2;\n'
    expect(await blocks(sql, on)).toEqual([all, all, []])
  })

  // https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-copy-alter-algorithm/: a copy lets others read.
  it.skipIf(!there)('is said on MariaDB by the way in which an ALTER ran', async () => {
    const on = { dialect: 'mariadb', engine: mysqlUrl } as const
    const sql = 'ALTER TABLE orders ADD COLUMN total integer;\nALTER TABLE orders MODIFY total bigint;\n'
    expect(await blocks(sql, on)).toEqual([[], ['writes of orders']])
  })
})
