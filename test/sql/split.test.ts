import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import { type Comment, split } from '../../src/sql/split.ts'
import { syntaxOf } from '../../src/sql/syntax.ts'

function statements(dialect: DialectName, text: string): string[] {
  return [...split(text, syntaxOf(dialect))].filter((part) => part.kind === 'statement').map((part) => text.slice(part.from, part.to))
}

const all: DialectName[] = ['postgres', 'mysql', 'mariadb', 'sqlite']

describe('numbers and names that touch', () => {
  // MariaDB 10.11 gives 0.4 AS _u, 1.4 AS _u, and reads t.4_u as a column.
  test.each(['SELECT .4_u', 'SELECT 1.4_u', 'SELECT t.4_u FROM t', 'SELECT 4_u, 1e5x, 0x1g, .e, 1..2'])('%s is one statement', (sql) => {
    for (const dialect of all) expect(statements(dialect, `${sql}; SELECT 2`)).toEqual([sql, 'SELECT 2'])
  })

  test('whatever touches, the reader goes on to the end', () => {
    const touching = fc.string({ unit: fc.constantFrom(...'.19_aexX0 $@:?#-+\\'.split('')), maxLength: 12 })
    fc.assert(
      fc.property(touching, fc.constantFrom(...all), (text, dialect) => {
        expect(statements(dialect, text).join('').length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('what ends a statement', () => {
  test.each(all)('%s: a semicolon outside strings and comments', (dialect) => {
    expect(statements(dialect, "SELECT ';'; -- ;\nSELECT /* ; */ 2;;\nSELECT 3")).toEqual(["SELECT ';'", 'SELECT /* ; */ 2', 'SELECT 3'])
  })

  test('dollar quotes with and without a tag hold semicolons', () => {
    const text = 'CREATE FUNCTION f() RETURNS int AS $body$ BEGIN; $$ ; END $body$ LANGUAGE plpgsql; DO $$ BEGIN END; $$; SELECT a$b$c;'
    expect(statements('postgres', text)).toHaveLength(3)
  })

  test('PostgreSQL: comments nest, E-strings have escapes, ordinary strings have none', () => {
    expect(statements('postgres', "/* a /* ; */ ; */ SELECT E'\\';'; SELECT '\\'; SELECT 2")).toEqual([
      "SELECT E'\\';'",
      "SELECT '\\'",
      'SELECT 2',
    ])
  })

  test('PostgreSQL: BEGIN ATOMIC holds its statements', () => {
    const text = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3;'
    expect(statements('postgres', text)).toHaveLength(2)
    expect(statements('postgres', 'BEGIN; SELECT 1; END;')).toHaveLength(3)
  })

  test('PostgreSQL: the actions of a rule stay together', () => {
    expect(statements('postgres', 'CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 1')).toHaveLength(2)
  })

  test('psql commands and the rows of COPY are commands', () => {
    const text = "\\set x 1\nCOPY t (a) FROM stdin;\n1;\n'\n\\.\nSELECT 1;"
    expect(statements('postgres', text)).toEqual(['COPY t (a) FROM stdin', 'SELECT 1'])
  })

  test('MySQL: routine bodies without DELIMITER', () => {
    const text = `CREATE PROCEDURE p(IN a INT)
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END;
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns) THEN
    DROP TABLE IF EXISTS x;
    ALTER TABLE t ADD c INT;
  ELSEIF a = IF(1, 2, 3) THEN SELECT 1;
  END IF;
  CASE a WHEN 1 THEN SELECT 1; ELSE SELECT CASE WHEN 1 THEN 2 END; END CASE;
  lbl: LOOP LEAVE lbl; END LOOP lbl;
  WHILE a < 3 DO SET a = a + 1; END WHILE;
  REPEAT SET a = REPEAT('x', 2); UNTIL a > 3 END REPEAT;
END;
CALL p(1);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = IF(NEW.a, 1, CASE WHEN 1 THEN 2 END);
CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF;
CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; END;
BEGIN;
UPDATE t SET a = 1;
END;`
    expect(statements('mysql', text).map((statement) => statement.slice(0, 14))).toEqual([
      'CREATE PROCEDU',
      'CALL p(1)',
      'CREATE TRIGGER',
      'CREATE TRIGGER',
      'CREATE EVENT I',
      'BEGIN',
      'UPDATE t SET a',
      'END',
    ])
  })

  test('MySQL: DELIMITER in all its spellings', () => {
    expect(statements('mysql', 'DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\nSELECT 2;')).toEqual([
      'CREATE PROCEDURE p() BEGIN SELECT 1; END',
      'SELECT 2',
    ])
    expect(statements('mysql', 'delimiter $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\ndelimiter ;\nSELECT 2;')).toHaveLength(2)
    expect(statements('mysql', 'DELIMITER\n$$\nCREATE PROCEDURE p() BEGIN SELECT 1; END $$\nDELIMITER\n;\nSELECT 2;')).toEqual([
      'CREATE PROCEDURE p() BEGIN SELECT 1; END',
      'SELECT 2',
    ])
    expect(statements('mysql', 'DELIMITER\nSELECT 1;\nSELECT 2;')).toHaveLength(2)
    expect(statements('mysql', 'DELIMITER d//\nSELECT 1; SELECT 2 d//\nSELECT 3d//\nDELIMITER ;')).toEqual([
      'SELECT 1; SELECT 2',
      'SELECT 3',
    ])
  })

  test('MySQL: # comments, backslash escapes, double-quoted strings and dashes without a space', () => {
    expect(statements('mysql', "SELECT 'a\\';'; # ;\nSELECT \";\"; SELECT 1--1;")).toEqual(["SELECT 'a\\';'", 'SELECT ";"', 'SELECT 1--1'])
  })

  test('SQLite: trigger bodies and names in brackets', () => {
    const text = 'CREATE TEMP TRIGGER t AFTER UPDATE ON [a;b] BEGIN UPDATE x SET y = CASE WHEN 1 THEN 2 END; DELETE FROM z; END; SELECT 1;'
    expect(statements('sqlite', text)).toHaveLength(2)
    expect(statements('sqlite', 'BEGIN; SELECT 1; END;')).toHaveLength(3)
  })

  test('a Drizzle breakpoint ends a statement without a semicolon', () => {
    expect(statements('sqlite', 'CREATE TABLE a (b)\n--> statement-breakpoint\nSELECT 1')).toEqual(['CREATE TABLE a (b)', 'SELECT 1'])
  })
})

describe('what has no end', () => {
  test('a lone quote breaks its statement and not the next', () => {
    const text = "SELECT 1;\nSELECT 'a;\nSELECT 2;"
    const parts = [...split(text, syntaxOf('mysql'))].filter((part) => part.kind === 'statement')
    expect(parts.map((part) => part.broken)).toEqual([undefined, 17, undefined])
  })

  test('a dollar quote without an end takes the rest of the text', () => {
    expect(statements('postgres', 'SELECT 1; DO $a$ BEGIN; END; SELECT 2;')).toHaveLength(2)
  })

  test('many lone quotes cost linear time', () => {
    const before = performance.now()
    statements('mysql', "\\';\n".repeat(300_000))
    statements('postgres', '$a'.repeat(500_000))
    statements('mysql', '/*!'.repeat(300_000))
    expect(performance.now() - before).toBeLessThan(3000)
  })
})

const crumbs = fc.constantFrom(
  ...'\'"`;$/*!-#\\[]():@?\n\r é😀\u0000'.split(''),
  'BEGIN',
  ' END ',
  'CASE',
  '$$',
  '$a$',
  '/*',
  '*/',
  '/*!50001 ',
  '--',
  'DELIMITER //\n',
  '//',
  'CREATE PROCEDURE p() ',
  'CREATE TRIGGER ',
  'IF ',
  'x1',
  '\\.\n',
  'COPY t FROM stdin;',
  '--> statement-breakpoint',
)

test.each(all)('%s: the parts of any text join to the text', (dialect) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(crumbs, { maxLength: 40 }).map((parts) => parts.join('')),
      ),
      (text) => {
        let at = 0
        const comments: Comment[] = []
        for (const part of split(text, syntaxOf(dialect, [8, 0, 30]), { tokens: true, onComment: (comment) => comments.push(comment) })) {
          expect(part.start).toBe(at)
          expect(part.end).toBeGreaterThan(part.start)
          expect(part.from).toBeGreaterThanOrEqual(part.start)
          expect(part.to).toBeLessThanOrEqual(part.end)
          expect(part.to).toBeGreaterThanOrEqual(part.from)
          at = part.end
        }
        expect(at).toBe(text.length)
        for (const comment of comments) expect(text.slice(comment.start, comment.end)).toBe(comment.text)
      },
    ),
    { numRuns: 1500 },
  )
})

test('comments are given with their kind and place', () => {
  const comments: Comment[] = []
  const text = '-- surefoot-disable-line x\nSELECT 1; /* b */ # c'
  Array.from(split(text, syntaxOf('mysql'), { onComment: (comment) => comments.push(comment) }))
  expect(comments.map((comment) => [comment.kind, comment.text])).toEqual([
    ['line', '-- surefoot-disable-line x'],
    ['block', '/* b */'],
    ['line', '# c'],
  ])
})

test('executed comments belong to the statement, by version', () => {
  const text = '/*!40101 SET NAMES utf8 */;\n/*!90900 SELECT 1 */;\n/*M!100100 SELECT 2 */;'
  const words = (dialect: DialectName, version: number[]) =>
    [...split(text, syntaxOf(dialect, version), { tokens: true })]
      .filter((part) => part.kind === 'statement')
      .map((part) => part.tokens[0]?.text)
  expect(words('mysql', [8, 0, 36])).toEqual(['SET'])
  expect(words('mysql', [9, 9])).toEqual(['SET', 'SELECT'])
  expect(words('mariadb', [10, 11])).toEqual(['SET', 'SELECT'])
})
