import { beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { operations, pointedAt, read } from './reading.ts'

beforeAll(() => postgres.ready())

const block = (body: string, declare = '') => `DO $$ ${declare} BEGIN ${body} END $$;`

describe('a DO block', () => {
  test('runs its statements, in order, each at its own place', () => {
    const sql = `-- 😀\n${block("ALTER TABLE a ADD b int, DROP c; -- 'x\n UPDATE a SET b = 1; PERFORM f(1);")}`
    expect(operations(sql).map((each) => [each.kind, each.context?.block])).toEqual([
      ['addColumn', 'do'],
      ['dropColumn', 'do'],
      ['update', 'do'],
      ['select', 'do'],
    ])
    expect(pointedAt(sql)).toEqual(['ADD b int', 'DROP c', 'UPDATE a SET b = 1', 'PERFORM f(1)'])
  })
  test('in a string with doubled quotes is told by the whole statement', () => {
    const sql = "DO 'BEGIN INSERT INTO a VALUES (''x''); END'"
    expect(read(sql)).toMatchObject([{ kind: 'insert', literals: ['x'] }])
    expect(pointedAt(sql)).toEqual([sql])
  })
  test('of another language is not readable', () => {
    expect(read("DO LANGUAGE plperl 'x'")).toMatchObject([{ kind: 'opaque', because: 'unsupported' }])
  })
  test('that PL/pgSQL refuses is a syntax error', () => {
    expect(read(block('SELEC 1;'))).toMatchObject([{ kind: 'opaque', because: 'syntax' }])
  })
})

describe('guards', () => {
  const guards = (sql: string) => operations(sql).map((each) => each.context?.guards)
  test.each([
    ["NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'x')", { by: 'catalog', requires: 'absent' }],
    ["EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'x')", { by: 'catalog', requires: 'exists', table: { name: 'x' } }],
    [
      "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 's' AND table_name = 'x' AND column_name = 'c')",
      { by: 'catalog', requires: 'absent', table: { schema: 's', name: 'x' }, column: 'c' },
    ],
    [
      "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'k' AND conrelid = 's.x'::regclass)",
      { by: 'catalog', requires: 'absent', table: { schema: 's', name: 'x' } },
    ],
    ["to_regclass('public.x') IS NULL", { by: 'catalog', requires: 'absent', table: { schema: 'public', name: 'x' } }],
    ["(SELECT count(*) FROM pg_tables WHERE tablename = 'x') = 0", { by: 'catalog', requires: 'absent', table: { name: 'x' } }],
    ["(SELECT count(*) FROM pg_tables WHERE tablename = 'x') > 0", { by: 'catalog', requires: 'exists', table: { name: 'x' } }],
  ])('IF %s', (condition, guard) => {
    expect(guards(block(`IF ${condition} THEN DROP TABLE x; END IF;`))).toEqual([[guard]])
  })
  test('the other side of a question has the opposite guard', () => {
    const sql = block("IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'x') THEN DROP TABLE x; ELSE CREATE TABLE x (); END IF;")
    expect(operations(sql)).toMatchObject([
      { kind: 'dropTable', context: { guards: [{ requires: 'exists' }], branches: [{ side: 'then' }] } },
      { kind: 'createTable', context: { guards: [{ requires: 'absent' }], branches: [{ side: 'else' }] } },
    ])
  })
  test('a question to the user’s own rows is a branch', () => {
    expect(operations(block('IF EXISTS (SELECT 1 FROM users) THEN DROP TABLE x; END IF;'))[0]?.context).toMatchObject({
      branches: [{ on: 'unknown', condition: 'EXISTS (SELECT 1 FROM users)', side: 'then' }],
      block: 'do',
    })
  })
  test.each([
    ['duplicate_object', 'absent'],
    ['undefined_table', 'exists'],
    ['others', 'unknown'],
  ])('EXCEPTION WHEN %s THEN NULL', (condition, requires) => {
    const sql = block(`ALTER TABLE a ADD CONSTRAINT c UNIQUE (b); EXCEPTION WHEN ${condition} THEN NULL;`)
    expect(guards(sql)).toEqual([[{ by: 'exception', requires }]])
  })
  test.each([
    ["WHEN others THEN RAISE WARNING '%', SQLERRM;", false],
    ['WHEN duplicate_table THEN NULL; WHEN others THEN RETURN;', false],
    ['WHEN duplicate_table OR undefined_object THEN NULL;', true],
    ["WHEN others THEN IF SQLSTATE <> '42P07' THEN RAISE; END IF;", true],
    ['WHEN others THEN INSERT INTO failures (text) VALUES (SQLERRM);', true],
  ])('EXCEPTION %s asks which failure it was, or does something: %s', (handlers, selective) => {
    const [guard] = guards(block(`ALTER TABLE a ADD CONSTRAINT c UNIQUE (b); EXCEPTION ${handlers}`))[0] ?? []
    expect(guard).toEqual({ by: 'exception', requires: 'unknown', ...(selective ? { selective } : {}) })
  })
  test('a handler that raises again guards nothing, and what it does runs only on failure', () => {
    const sql = block('DROP TABLE a; EXCEPTION WHEN others THEN DELETE FROM b; RAISE;')
    expect(operations(sql).map((each) => each.context)).toEqual([{ block: 'do' }, { block: 'catch' }])
  })
  test('RAISE EXCEPTION refuses, RAISE NOTICE does not', () => {
    expect(read(block("RAISE NOTICE 'a'; RAISE EXCEPTION 'no';"))).toMatchObject([{ kind: 'refuse', message: 'no' }])
  })
})

describe('loops', () => {
  const loops = (sql: string) => operations(sql).map((each) => each.context?.loops?.map(({ id: _, ...rest }) => rest))
  test('FOR … IN SELECT goes over rows', () => {
    const sql = block('FOR r IN SELECT id FROM t LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP;', 'DECLARE r record;')
    expect(loops(sql)).toEqual([[{ over: 'rows', bounded: false, commits: false, tables: [{ name: 't' }], columns: ['id'] }]])
    expect(operations(sql)).toMatchObject([{ where: { terms: [{ column: 'id', operator: '=', operand: 'parameter' }] } }])
  })
  test('LOOP until nothing is left goes over batches, bounded when the change is limited', () => {
    const limited = 'UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 1000);'
    expect(loops(block(`LOOP ${limited} EXIT WHEN NOT FOUND; COMMIT; END LOOP;`))).toEqual([
      [{ over: 'batches', bounded: true, commits: true }],
    ])
    expect(loops(block('LOOP UPDATE t SET a = 1; EXIT WHEN NOT FOUND; END LOOP;'))).toEqual([
      [{ over: 'batches', bounded: false, commits: false }],
    ])
  })
  test('a range of the key bounds a batch', () => {
    const body = 'WHILE lo < 9 LOOP UPDATE t SET a = 1 WHERE id > lo AND id <= lo + 10; lo := lo + 10; COMMIT; END LOOP;'
    expect(loops(block(body, 'DECLARE lo int := 0;'))).toEqual([[{ over: 'batches', bounded: true, commits: true }]])
  })
})

describe('EXECUTE', () => {
  test('of a literal, or of format() with constants, is read', () => {
    expect(read(block("EXECUTE 'DROP TABLE a'; EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'B', 'c');"))).toMatchObject([
      { kind: 'dropTable', table: { name: 'a' } },
      { kind: 'dropColumn', table: { name: 'B' }, column: 'c' },
    ])
  })
  test('with a quoted name that only the row knows has a dynamic name', () => {
    const sql = block("FOR r IN SELECT 1 LOOP EXECUTE format('ALTER TABLE %I ADD b int', r.t); END LOOP;", 'DECLARE r record;')
    expect(read(sql)).toMatchObject([{ kind: 'addColumn', table: { name: '${r.t}', dynamic: true } }])
    expect(pointedAt(sql)).toEqual(["EXECUTE format('ALTER TABLE %I ADD b int', r.t)"])
  })
  test('of anything else is dynamic SQL', () => {
    for (const text of ['x', "'ALTER TABLE ' || x", "'SELECT 1 ' || x"])
      expect(read(block(`EXECUTE ${text};`, 'DECLARE x text;'))).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql' }])
  })
})

describe('functions', () => {
  test('are not run: their bodies tell only what they depend on', () => {
    const sql = `CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql STABLE AS $$ BEGIN
      INSERT INTO log SELECT * FROM s.src; IF (SELECT 1 FROM t) = 1 THEN DROP TABLE u; END IF; RETURN NEW; END $$`
    expect(read(sql)).toEqual([
      {
        kind: 'createFunction',
        name: { name: 'f' },
        procedure: false,
        orReplace: true,
        language: 'plpgsql',
        volatility: 'stable',
        constant: false,
        uses: [{ name: 'log' }, { schema: 's', name: 'src' }, { name: 't' }],
        literals: [],
        parameters: [],
        returns: 'trigger',
      },
    ])
  })
  test.each([
    ["LANGUAGE sql AS 'SELECT 1'", true],
    ['LANGUAGE sql RETURN 1 + 1', true],
    ["LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'", false],
    ["LANGUAGE sql AS 'SELECT random()'", false],
    ["LANGUAGE sql AS 'SELECT a FROM t'", false],
    ["LANGUAGE c AS 'a', 'b'", false],
  ])('%s is constant: %s', (body, constant) => {
    expect(read(`CREATE FUNCTION f() RETURNS int ${body}`)).toMatchObject([{ kind: 'createFunction', constant }])
  })
})
