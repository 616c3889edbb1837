import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { tracedText } from '../../../src/source/traced.ts'

const server = new PGlite()
beforeAll(async () => {
  await postgres.ready()
  await server.exec('CREATE TABLE t (id int PRIMARY KEY, a text, tags text[]); CREATE TABLE u (id int, a text);')
}, 60_000)
afterAll(() => server.close())

/** What the reader says of a view's query. */
function read(query: string): string | false | undefined {
  const [statement] = postgres.parse(tracedText(`CREATE VIEW v AS ${query}`, 'm.sql'), { version: postgres.latest })
  const operation = statement?.operations[0]
  return operation?.kind === 'createView' ? operation.refusesWrites : undefined
}

it.each([
  ['SELECT id, a FROM t', false],
  ['SELECT * FROM ONLY t WHERE a IS NOT NULL ORDER BY id', false],
  ['SELECT id, upper(a) AS a FROM t', false],
  ['SELECT id, (SELECT max(a) FROM u) AS a FROM t', false],
  ['SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u JOIN t AS s ON s.id = u.id)', false],
  ['SELECT DISTINCT a FROM t', 'DISTINCT'],
  ['SELECT a FROM t GROUP BY a', 'GROUP BY'],
  ['SELECT count(*) FROM t HAVING count(*) > 1', 'HAVING'],
  ['SELECT count(*) FROM t', 'an aggregate'],
  ["SELECT coalesce(string_agg(a, ','), '') AS a FROM t", 'an aggregate'],
  ['SELECT id, row_number() OVER () FROM t', 'a window function'],
  ['SELECT id, unnest(tags) FROM t', 'a function that returns several rows'],
  ['SELECT t.id FROM t JOIN u ON u.id = t.id', 'a join'],
  ['SELECT t.id FROM t, u', 'a join'],
  ['SELECT id FROM (SELECT id FROM t) AS s', 'a query or function in its FROM'],
  ['SELECT generate_series FROM generate_series(1, 3)', 'a query or function in its FROM'],
  ['SELECT id FROM t LIMIT 5', 'LIMIT or OFFSET'],
  ['SELECT id FROM t OFFSET 5', 'LIMIT or OFFSET'],
  ['SELECT id FROM t UNION ALL SELECT id FROM u', 'UNION, INTERSECT or EXCEPT'],
  ['WITH s AS (SELECT id FROM t) SELECT id FROM s', 'WITH'],
  ['VALUES (1)', 'VALUES'],
  ['SELECT 1 AS id', 'the lack of a table'],
] as const)('%s', async (query, expected) => {
  expect(read(query)).toBe(expected)
  await server.exec(`DROP VIEW IF EXISTS v; CREATE VIEW v AS ${query}`)
  const { rows } = await server.query<{ passed: number }>("SELECT pg_relation_is_updatable('v'::regclass, false) AS passed")
  expect(rows[0]!.passed === 0).toBe(expected !== false)
})
