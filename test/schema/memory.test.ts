import { beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { findFunction, findTable, findType } from '../../src/schema/schema.ts'
import { run } from './running.ts'

beforeAll(() => postgres.ready())

const table = (sql: string, name: string) => findTable(run(sql), { name })

describe('a table remembers', () => {
  test('its partitions and their rows', () => {
    const sql = `CREATE TABLE t (d int) PARTITION BY RANGE (d); CREATE TABLE a PARTITION OF t FOR VALUES FROM (1) TO (2);
      CREATE TABLE z PARTITION OF t DEFAULT; CREATE TABLE b (d int); ALTER TABLE t ATTACH PARTITION b FOR VALUES FROM (2) TO (3);`
    expect(table(sql, 't')?.partitionBy).toEqual({ strategy: 'range', columns: ['d'] })
    expect(table(sql, 'a')?.bounds).toEqual({ from: ['1'], to: ['2'] })
    expect(table(sql, 'b')?.bounds).toEqual({ from: ['2'], to: ['3'] })
    expect(table(sql, 'z')?.isDefaultPartition).toBe(true)
    expect(table(`${sql} ALTER TABLE t DETACH PARTITION b;`, 'b')).not.toHaveProperty('bounds')
  })
  test('its storage parameters', () => {
    const sql = 'CREATE TABLE t (a int) WITH (fillfactor = 70); ALTER TABLE t SET (autovacuum_enabled = false);'
    const values = (text: string) => [...(table(text, 't')?.settings ?? [])].map(([name, { value }]) => `${name}=${value}`)
    expect(values(sql)).toEqual(['fillfactor=70', 'autovacuum_enabled=false'])
    expect(values(`${sql} ALTER TABLE t RESET (autovacuum_enabled);`)).toEqual(['fillfactor=70'])
  })
  test('who may see which rows', () => {
    const sql = 'CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t AS RESTRICTIVE USING (true);'
    expect(table(sql, 't')).toMatchObject({ rowSecurity: 'on', policies: [{ name: 'p', permissive: false, command: 'ALL' }] })
    const undone = table(`${sql} DROP POLICY p ON t; ALTER TABLE t DISABLE ROW LEVEL SECURITY;`, 't')
    expect(undone).not.toHaveProperty('policies')
    expect(undone).not.toHaveProperty('rowSecurity')
  })
  test('who was granted something on it', () => {
    const sql =
      'CREATE TABLE t (a int); GRANT SELECT ON t TO app, web; REVOKE ALL ON t FROM web; GRANT ALL ON ALL TABLES IN SCHEMA public TO ops;'
    expect(table(sql, 't')?.grants).toEqual(['app', 'ops'])
  })
  test('which indexes of partitions were attached', () => {
    const sql = `CREATE TABLE t (d int) PARTITION BY RANGE (d); CREATE TABLE a PARTITION OF t DEFAULT; CREATE INDEX i ON ONLY t (d);
      CREATE INDEX ai ON a (d); ALTER INDEX i ATTACH PARTITION ai;`
    expect(table(sql, 't')?.indexes[0]?.attached).toEqual([{ name: 'ai' }])
  })
})

test('functions of one name are told apart by what they take', () => {
  const two =
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(a int, b text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 2';"
  const overloads = (sql: string) => findFunction(run(sql), { name: 'f' })?.overloads.map(({ parameters }) => parameters?.length)
  expect(overloads(two)).toEqual([1, 2])
  expect(overloads(`${two} CREATE OR REPLACE FUNCTION f(z int) RETURNS int LANGUAGE sql AS 'SELECT 3';`)).toEqual([2, 1])
  expect(overloads(`${two} DROP FUNCTION f(int);`)).toEqual([2])
  expect(overloads(`${two} DROP FUNCTION f(int); DROP FUNCTION f(int, text);`)).toBeUndefined()
  const one = "CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql AS 'SELECT 1';"
  expect(overloads(`${one} DROP FUNCTION IF EXISTS f();`)).toEqual([2])
  for (const dropped of ['f(integer)', 'f(int, OUT text)', 'f'])
    expect(overloads(`${one} DROP FUNCTION ${dropped};`), dropped).toBeUndefined()
})

test('views, triggers and labels remember what was said of them', () => {
  const schema = run(`CREATE TYPE mood AS ENUM ('sad', 'happy'); ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy';
    CREATE MATERIALIZED VIEW v AS SELECT a AS x FROM t WITH NO DATA;
    CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();`)
  expect(findType(schema, { name: 'mood' })?.labels.map(({ value }) => value)).toEqual(['sad', 'calm', 'happy'])
  expect(schema.views.get('v')).toMatchObject({ columns: ['a'], outputs: ['x'], populated: false })
  expect([...schema.triggers.values()]).toMatchObject([{ name: 'g', function: { name: 'f' }, columns: ['a'] }])
  expect(run('REFRESH MATERIALIZED VIEW v;', { from: schema }).views.get('v')?.populated).toBe(true)
})
