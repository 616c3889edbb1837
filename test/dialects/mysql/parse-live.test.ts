import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { valid } from './parse-corpus.ts'

const database = 'surefoot_parse_live'
const connection = await createConnection({ host: '127.0.0.1', user: 'root', multipleStatements: true }).catch(() =>
  createConnection({ socketPath: '/run/mysqld/mysqld.sock', user: 'root', multipleStatements: true }).catch(() => undefined),
)
if (!connection) console.warn('skipped: no MariaDB answers on this machine, so that no server says whether the statements are valid')

const setup = `DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}; USE ${database};
CREATE TABLE orgs (id INT PRIMARY KEY, name VARCHAR(100));
CREATE TABLE users (id INT, email VARCHAR(200), org INT, score INT DEFAULT 0, PRIMARY KEY (id), KEY org_index (org))`

beforeAll(async () => {
  await connection?.query('SELECT 1')
})
afterAll(async () => {
  await connection?.query(`DROP DATABASE IF EXISTS ${database}`)
  await connection?.end()
})

test.skipIf(!connection).each(valid)('MariaDB accepts what we call read: %s', async (sql) => {
  const operations = mariadb.parse(tracedText(sql, 'a.sql'), { version: mariadb.latest }).flatMap((statement) => statement.operations)
  expect(operations.map((operation) => operation.kind)).not.toContain('opaque')
  expect(operations.map((operation) => operation.kind)).not.toContain('unsupported')
  await connection?.query(setup)
  await connection?.query(sql)
  await connection?.query('UNLOCK TABLES; SET FOREIGN_KEY_CHECKS = 1')
})

const broken = [
  'ALTER TABLE ADD COLUMN x INT',
  'ALTER TABLE users ADD COLUMN x INT garbage',
  'CREATE TABLE b1 (a INT',
  'CREATE TABLE b1 (a INT b INT)',
  'CREATE TABLE b1 ()',
  'UPDATE users SET email = WHERE id = 1',
  'DELETE WHERE id = 1',
  'SELECT * FROM',
  'SELECT 1 +',
  'INSERT INTO users (id) VALUES (1',
  'DROP TABLE users orgs',
  'RENAME TABLE users people',
  'CREATE INDEX i ON users',
  'ALTER TABLE users MODIFY email',
  'ALTER TABLE users RENAME INDEX a b',
  'ALTER TABLE users DROP FOREIGN KEY',
]

test.skipIf(!connection).each(broken)('MariaDB refuses what we call broken: %s', async (sql) => {
  const operations = mariadb.parse(tracedText(sql, 'a.sql'), { version: mariadb.latest }).flatMap((statement) => statement.operations)
  expect(operations.map((operation) => operation.kind)).toContain('opaque')
  await connection?.query(setup)
  await expect(connection?.query(sql)).rejects.toMatchObject({ errno: expect.any(Number) })
})
