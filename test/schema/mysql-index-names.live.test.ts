import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, expect, it } from 'vitest'
import { mysqlAddress } from '../../scripts/servers.ts'
import { mariadb } from '../../src/dialects/mysql/mariadb.ts'
import { apply } from '../../src/schema/apply.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { findTable, type Schema } from '../../src/schema/schema.ts'
import { tracedText } from '../../src/source/traced.ts'

const database = 'surefoot_index_names'
const connection: Connection | undefined = await createConnection({ ...mysqlAddress, multipleStatements: true }).catch(() => undefined)
if (!connection) console.warn('skipped: no MySQL or MariaDB answers, so that no server says what it calls its indexes')

afterAll(async () => {
  await connection?.query(`DROP DATABASE IF EXISTS ${database}`)
  await connection?.end()
})

/** The names of the indexes of `t` after these statements, in order. */
function replayed(sql: string): readonly (string | undefined)[] {
  const operations = mariadb.parse(tracedText(sql, 'a.sql'), { version: mariadb.latest }).flatMap((statement) => statement.operations)
  const schema = operations.reduce<Schema>(
    (before, operation) => apply(before, operation, { born: 0, transaction: 'x' }).schema,
    emptySchema(mariadb),
  )
  return findTable(schema, { name: 't' })!
    .indexes.map(({ name }) => name)
    .sort()
}

async function asked(sql: string): Promise<readonly string[]> {
  await connection!.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}; USE ${database}; ${sql}`)
  const [rows] = await connection!.query<RowDataPacket[]>('SHOW INDEX FROM t')
  return [...new Set(rows.map((row) => String(row.Key_name)))].sort()
}

const table = 'CREATE TABLE t (id int PRIMARY KEY, a int, b int);'
it
  .skipIf(!connection)
  .each([
    'CREATE TABLE t (id int AUTO_INCREMENT, a int UNIQUE, b int, PRIMARY KEY (id), UNIQUE (a, b), KEY (b))',
    `${table} ALTER TABLE t ADD UNIQUE (a); ALTER TABLE t ADD UNIQUE (a, b); ALTER TABLE t ADD INDEX (a);`,
    `${table} ALTER TABLE t ADD UNIQUE (a), ADD UNIQUE (b, a); ALTER TABLE t DROP INDEX a;`,
    `${table} ALTER TABLE t ADD INDEX (b); ALTER TABLE t RENAME INDEX b TO by_b; ALTER TABLE t ADD INDEX (b, a); ALTER TABLE t DROP INDEX by_b;`,
    `${table} ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, a);`,
  ])('an index that nobody named is called as the server calls it: %s', async (sql) => {
  expect(replayed(sql)).toEqual(await asked(sql))
})

const parents = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE pp (a int, b int, PRIMARY KEY (a, b));'
const child = 'CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT own FOREIGN KEY (a) REFERENCES p (id));'
it
  .skipIf(!connection)
  .each([
    child,
    'CREATE TABLE t (id int PRIMARY KEY, a int, b int, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id));',
    'CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES p (id), b int);',
    'CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT own FOREIGN KEY (a) REFERENCES p (id), KEY ba (b, a));',
    'CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT own FOREIGN KEY (a) REFERENCES p (id), KEY ab (a, b));',
    'CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY ba (b, a), CONSTRAINT own FOREIGN KEY (a, b) REFERENCES pp (a, b));',
    'CREATE TABLE t (id int, a int, b int, PRIMARY KEY (a, id), CONSTRAINT own FOREIGN KEY (a) REFERENCES p (id));',
    `${child} ALTER TABLE t DROP FOREIGN KEY own;`,
    `${child} ALTER TABLE t DROP FOREIGN KEY own; ALTER TABLE t ADD INDEX mine (a);`,
    `${child} ALTER TABLE t DROP FOREIGN KEY own; ALTER TABLE t ADD CONSTRAINT own FOREIGN KEY (a) REFERENCES p (id);`,
    `${child} ALTER TABLE t DROP FOREIGN KEY own, ADD CONSTRAINT other FOREIGN KEY (a) REFERENCES p (id);`,
    `${child} ALTER TABLE t ADD UNIQUE KEY mine (a, b);`,
    `${child} ALTER TABLE t ADD INDEX mine (b, a);`,
    `${child} ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a, id);`,
    `${child} ALTER TABLE t DROP FOREIGN KEY own, DROP INDEX own;`,
    `${child.replace(' t ', ' u ')} CREATE TABLE t LIKE u; ALTER TABLE t ADD INDEX mine (a);`,
  ])('a foreign key brings an index where none serves it: %s', async (sql) => {
  expect(replayed(`${parents} ${sql}`)).toEqual(await asked(`${parents} ${sql}`))
})
