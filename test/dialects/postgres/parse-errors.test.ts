import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { operations, pointedAt, read } from './reading.ts'

beforeAll(() => postgres.ready())

describe('a broken statement', () => {
  test('is opaque with the parser’s message at its place, and its neighbours are read', () => {
    const sql = "-- 😀\nDROP TABLE a; SELEC 'é😀' FROM b; DROP TABLE c"
    expect(read(sql)).toEqual([
      expect.objectContaining({ kind: 'dropTable', table: { name: 'a' } }),
      { kind: 'opaque', because: 'syntax', detail: 'syntax error at or near "SELEC"' },
      expect.objectContaining({ kind: 'dropTable', table: { name: 'c' } }),
    ])
    expect(pointedAt(sql)).toEqual(['DROP TABLE a', 'SELEC', 'DROP TABLE c'])
  })
  test('with text beyond the BMP before the error points at the error', () => {
    expect(pointedAt("SELECT '😀😀é' FRM b")).toEqual(['b'])
  })
  test('that ends too early, or a lone quote, is opaque', () => {
    for (const sql of ["SELECT '", 'SELECT (', 'DO $x$ BEGIN', '"', '/* x', 'ALTER TABLE', 'SELECT 1 \0'])
      expect(operations(sql).at(-1)).toMatchObject({ kind: 'opaque', because: 'syntax' })
  })
  test.each([
    ['CREATE TABLE t (id int AUTO_INCREMENT)', 'AUTO_INCREMENT', 'MySQL'],
    ['CREATE TABLE `t` (id int)', 'names in backticks', 'MySQL'],
    ['CREATE TABLE t (id int) ENGINE=InnoDB', 'ENGINE=', 'MySQL'],
    ['ALTER TABLE t MODIFY COLUMN a int', 'MODIFY COLUMN', 'MySQL'],
    ['PRAGMA foreign_keys=OFF', 'PRAGMA', 'SQLite'],
    ['UPDATE t SET a = ? WHERE id = 1', '`?` for a value (its driver takes $1)', 'MySQL and SQLite'],
    ['UPDATE t SET a=? WHERE id = 1', '`?` for a value (its driver takes $1)', 'MySQL and SQLite'],
    ['INSERT INTO t (a, b) VALUES (1, ?)', '`?` for a value (its driver takes $1)', 'MySQL and SQLite'],
  ])('%s names the other engine', (sql, feature, availableIn) => {
    expect(read(sql)).toMatchObject([{ kind: 'opaque' }, { kind: 'unsupported', feature, availableIn }])
  })
  test('because PostgreSQL 16 reserved a word is read as older servers read it, and said where it is made a name', () => {
    const sql =
      "CREATE TABLE system_user (id int, note text DEFAULT 'System_User'); UPDATE system_user SET id = 1; DROP TABLE a.SYSTEM_USER"
    const made = { kind: 'createTable', table: { name: 'system_user' } }
    const used = [
      { kind: 'update', table: { name: 'system_user' } },
      { kind: 'dropTable', table: { schema: 'a', name: 'system_user' } },
    ]
    const feature = { kind: 'unsupported', feature: 'the name system_user without quotes', availableIn: 'PostgreSQL before 16' }
    expect(read(sql)).toMatchObject([made, feature, ...used])
    expect(JSON.stringify(read(sql))).toContain("'System_User'")
    const old = postgres.parse(tracedText(sql, 'a.sql'), { version: [15] })
    expect(old.flatMap((statement) => statement.operations)).toMatchObject([made, ...used])
    expect(read('CREATE TABLE "system_user" (id int); SELECT SYSTEM_USER')).toHaveLength(2)
  })
  test.each(["SELECT a ? 'x' FROM", "UPDATE t SET a = (b->'c' ? 'x'", "SELECT 1 WHERE t.tags ?| array['x'"])('%s names none', (sql) => {
    expect(read(sql)).toMatchObject([{ kind: 'opaque' }])
    expect(read(sql)).toHaveLength(1)
  })
})

describe('clients', () => {
  test('a psql command is not readable and breaks nothing', () => {
    const sql = '\\set x 1\nDROP TABLE a;\n\\i other.sql\nDROP TABLE b;'
    expect(read(sql)).toMatchObject([
      { kind: 'opaque', because: 'unsupported', detail: '\\set is a command of psql' },
      { kind: 'dropTable' },
      { kind: 'opaque', because: 'unsupported', detail: '\\i is a command of psql' },
      { kind: 'dropTable' },
    ])
    expect(pointedAt(sql)).toEqual(['\\set x 1', 'DROP TABLE a', '\\i other.sql', 'DROP TABLE b'])
  })
  test('a breakpoint separates statements without semicolon', () => {
    expect(pointedAt('DROP TABLE a\n--> statement-breakpoint\nDROP TABLE b')).toEqual(['DROP TABLE a', 'DROP TABLE b'])
  })
  test('the rows of COPY FROM stdin are skipped', () => {
    expect(read("COPY a (b) FROM stdin;\n1\tx'y\n\\.\nDROP TABLE c;")).toMatchObject([
      { kind: 'writeRows', table: { name: 'a' } },
      { kind: 'dropTable' },
    ])
  })
  test('a byte order mark and CRLF change no place', () => {
    expect(pointedAt('\ufeffDROP TABLE a;\r\nDROP TABLE b;\r\n')).toEqual(['DROP TABLE a', 'DROP TABLE b'])
  })
})

const words = fc.constantFrom(
  'ALTER TABLE',
  't',
  'ADD',
  'DROP',
  'COLUMN',
  'a',
  'int',
  ',',
  '(',
  ')',
  "'",
  '"',
  '$$',
  ';',
  '--',
  '/*',
  '\n',
  'DO',
  'BEGIN',
  'END',
  '😀',
  ':x',
  '?',
  'DEFAULT',
  'CHECK',
  '\0',
  '\ud800',
  '\\',
  'EXECUTE',
  '||',
)
const real = [
  'ALTER TABLE t ADD a int DEFAULT 1 CHECK (a > 0), DROP COLUMN b;',
  "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'x') THEN EXECUTE format('DROP TABLE %I', 'y'); END IF; END $$;",
  'WITH b AS (SELECT id FROM t LIMIT 5) UPDATE t SET a = 1 FROM b WHERE t.id = b.id;',
  'CREATE TABLE t (a text COLLATE "C" DEFAULT \'é😀\', CONSTRAINT c FOREIGN KEY (a) REFERENCES u (b));',
].join('\n')

describe('any text', () => {
  const survives = (sql: string) => {
    for (const placeholders of [false, true]) {
      for (const statement of postgres.parse(tracedText(sql, 'm.sql', 7), { version: [15], placeholders })) {
        expect(statement.operations.length).toBeGreaterThan(0)
        for (const { span } of statement.operations) {
          expect(span.start).toBeGreaterThanOrEqual(7)
          expect(span.end).toBeLessThanOrEqual(7 + sql.length)
          expect(span.start).toBeLessThanOrEqual(span.end)
        }
      }
    }
  }
  test('is read or reported, inside its own bounds', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => survives(parts.join(' '))),
      { numRuns: 400 },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survives), { numRuns: 300 })
  })
  test('cut out of, or pasted into, real statements is, too', () => {
    fc.assert(
      fc.property(fc.nat(real.length), fc.nat(20), words, (at, length, word) =>
        survives(real.slice(0, at) + word + real.slice(at + length)),
      ),
      { numRuns: 400 },
    )
  })
  test('nested ten thousand deep is reported', () => {
    expect(operations(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}; DROP TABLE a`).at(-1)).toMatchObject({ kind: 'dropTable' })
    const many = `SELECT ${'a + '.repeat(10_000)}1`
    expect(operations(many)).toHaveLength(1)
  })
  test('with a list that would use up the parser’s memory is reported, and its neighbours are read', () => {
    expect(operations(`DROP TABLE a; SELECT ${'b, '.repeat(700_000)}b; DROP TABLE c`)).toMatchObject([
      { kind: 'dropTable' },
      { kind: 'opaque', because: 'budget' },
      { kind: 'dropTable' },
    ])
  })
  test('of comments in comments without end is reported at once', () => {
    expect(operations('/*'.repeat(100_000))).toMatchObject([{ kind: 'opaque', because: 'budget' }])
  }, 2000)
})
