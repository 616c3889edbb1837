import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/lint/fingerprint.ts'

const sql = (text: string) => fingerprintOf('rename-column', text, 'm.sql')
const js = (text: string) => fingerprintOf('rename-column', text, 'm.ts')

describe('a fingerprint', () => {
  it.each([
    ['white space', 'DROP TABLE a, b;', 'DROP  TABLE\r\n\ta ,b ;'],
    ['comments', 'DROP TABLE a, b', 'DROP /* the\nold */ TABLE a, -- and\n# so on\nb'],
    ['letters of keywords and names that fold', 'DROP TABLE Users', 'drop table users'],
    ['the semicolon', 'DROP TABLE a', 'DROP TABLE a;'],
    ['a comment with a quote in it', "DROP TABLE a -- it's old\n, b", 'DROP TABLE a, b'],
  ])('does not go by %s', (_, one, other) => expect(sql(one)).toBe(sql(other)))

  it.each([
    ['a name', 'DROP TABLE a', 'DROP TABLE b'],
    ['spaces in a text', "INSERT INTO t VALUES ('a b')", "INSERT INTO t VALUES ('ab')"],
    ['letters in a quoted name', 'DROP TABLE "Users"', 'DROP TABLE "users"'],
    ['what looks like a comment in a text', "SELECT '-- a', 1", "SELECT '-- b', 1"],
    ['a text and a name', "SELECT 'a'", 'SELECT "a"'],
    ['an operator of PostgreSQL', "SELECT j #> '{a}' FROM t", "SELECT j ## '{a}' FROM t"],
  ])('goes by %s', (_, one, other) => expect(sql(one)).not.toBe(sql(other)))

  it('does not go by what formatters change in JavaScript', () =>
    expect(js('q.addColumn(\n  "t",\n  "c",\n  { type: "int", },\n);')).toBe(js("q.addColumn('t', 'c', { type: 'int' })")))
  it('reads the SQL in a template', () => expect(js('q.query(`\n  DROP TABLE a -- old\n`)')).toBe(js('q.query(`DROP TABLE a`)')))
  it('goes by the rule', () => expect(fingerprintOf('a', 'x', 'm.sql')).not.toBe(fingerprintOf('b', 'x', 'm.sql')))
  it('ends on texts that nobody closed', () => {
    for (const text of [
      "'",
      '"',
      '/*',
      "'\\",
      '/*'.repeat(100_000),
      "'\\".repeat(100_000),
      ';,'.repeat(100_000),
      `${';'.repeat(100_000)}x`,
    ])
      expect(sql(text)).toMatch(/^[0-9a-f]{32}$/)
  })
})
