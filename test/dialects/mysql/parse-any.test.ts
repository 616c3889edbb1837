import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { sqlite } from '../../../src/dialects/sqlite/index.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { corpus } from './parse-corpus.ts'

function holds(dialect: Dialect, text: string): void {
  const statements = dialect.parse(tracedText(text, 'a.sql'), { version: dialect.latest, placeholders: true })
  let at = 0
  for (const statement of statements) {
    expect(statement.start).toBeGreaterThanOrEqual(at)
    expect(statement.end).toBeGreaterThan(statement.start)
    expect(statement.operations.length).toBeGreaterThan(0)
    at = statement.end
    for (const operation of statement.operations) {
      expect(operation.span.file).toBe('a.sql')
      expect(operation.span.start).toBeGreaterThanOrEqual(0)
      expect(operation.span.end).toBeLessThanOrEqual(text.length)
      expect(operation.span.end).toBeGreaterThanOrEqual(operation.span.start)
    }
  }
  expect(at).toBeLessThanOrEqual(text.length)
}

const mutated = fc
  .record({
    sql: fc.constantFrom(...corpus),
    at: fc.nat(200),
    length: fc.nat(6),
    put: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('(', ')', "'", '`', '"', ';', 'SELECT', ',', '/*', '.', ' NOT ', ' CASE ', '@a', '?', '::'),
    ),
  })
  .map(({ sql, at, length, put }) => sql.slice(0, at) + put + sql.slice(at + length))

test.each([mysql, mariadb, sqlite])('$name: no text makes the reader throw, and every statement says something', (dialect) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        mutated,
        fc.array(mutated, { maxLength: 4 }).map((all) => all.join(';\n')),
      ),
      (text) => holds(dialect, text),
    ),
    { numRuns: 3000 },
  )
})

test.each([mysql, sqlite])('$name: truncated statements are read or opaque', (dialect) => {
  for (const sql of corpus) for (let end = 1; end < sql.length; end += 3) holds(dialect, sql.slice(0, end))
})

test('five megabytes take linear time', () => {
  const time = (text: string) => {
    const before = performance.now()
    mysql.parse(tracedText(text, 'a.sql'), { version: mysql.latest })
    return performance.now() - before
  }
  expect(time(`INSERT INTO t (a, b) VALUES ${"(1, 'text of a row'), ".repeat(220_000)}(1, 2);`)).toBeLessThan(8000)
  expect(time('ALTER TABLE t ADD COLUMN a INT;\n'.repeat(150_000))).toBeLessThan(8000)
  expect(time('('.repeat(2_000_000))).toBeLessThan(8000)
  expect(time('SELECT '.repeat(500_000))).toBeLessThan(8000)
})
