import { describe, expect, it } from 'vitest'
import type { ReportedMigration } from '../../src/lint/described.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'

const start =
  'CREATE TABLE shops (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, note varchar(20), shop int, total int NOT NULL DEFAULT 0);\n'

/** What the last of some SQL migrations does, after two tables that are there. `down: undefined`: nobody writes downs here. */
async function last(sql: string, dialect: 'postgres' | 'mysql' = 'postgres', down?: string): Promise<ReportedMigration> {
  const files = {
    'migrations/001_start.up.sql': start,
    'migrations/002_change.up.sql': sql,
    ...(down === undefined
      ? {}
      : { 'migrations/001_start.down.sql': 'DROP TABLE orders;\nDROP TABLE shops;\n', 'migrations/002_change.down.sql': down }),
  }
  const { outcome } = await check({
    project: memoryProject(files),
    projects: [{ dialect, runner: {}, boundByRunner: true }],
    rules: [],
    allRules: [],
    profile: 'safety',
    down: 'rollback',
    together: false,
    detail: true,
    version: '1',
  })
  return outcome.migrations!.at(-1)!
}

const operations = ({ statements }: ReportedMigration) => statements.flatMap((statement) => statement.operations)
const kinds = (migration: ReportedMigration) => operations(migration).map(({ rollback }) => rollback.kind)

describe('what a migration does', () => {
  it('is said in words, statement by statement, with the place and the text', async () => {
    const { statements } = await last(
      'ALTER TABLE orders\n  ADD COLUMN memo text NOT NULL, DROP COLUMN note;\nUPDATE orders SET total = 1;\n',
    )
    expect(statements.map(({ line, endLine }) => [line, endLine])).toEqual([
      [1, 2],
      [3, 3],
    ])
    expect(statements[0]?.text).toMatch(/^ALTER TABLE orders\n {2}ADD COLUMN memo text NOT NULL, DROP COLUMN note/)
    expect(statements.flatMap((statement) => statement.operations.map(({ does, effect }) => [effect, does]))).toEqual([
      ['creates', 'adds column memo text NOT NULL to orders'],
      ['destroys', 'drops column note of orders'],
      ['writes', 'updates every row of orders: total'],
    ])
  })

  it('says aloud what could not be read', async () => {
    const migration = await last('SELEC 1;')
    expect(operations(migration)).toMatchObject([{ effect: 'unknown', rollback: { kind: 'unknown' } }])
    expect(migration.rollback).toBe('unknown')
  })

  it('describes the first statements of a long migration, and counts the others', async () => {
    const sql = Array.from({ length: 310 }, (_, i) => `INSERT INTO orders (id, note) VALUES (${i}, '${'x'.repeat(i === 0 ? 2000 : 1)}');\n`)
    const migration = await last(sql.join(''))
    expect(migration.statements).toHaveLength(300)
    expect(migration.more).toBe(10)
    expect(migration.statements[0]!.text.length).toBeLessThan(700)
  })
})

describe('locks', () => {
  it('are held until the transaction ends, on the referenced table too', async () => {
    // https://www.postgresql.org/docs/current/sql-altertable.html: ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables.
    const { statements } = await last(
      'BEGIN;\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (shop) REFERENCES shops (id) NOT VALID;\nUPDATE orders SET total = 1;\nCOMMIT;\nSELECT 1;\n',
    )
    const { locks, transaction } = statements[1]!
    expect(locks).toEqual([
      { table: 'orders', lock: 'SHARE ROW EXCLUSIVE', blocks: expect.any(String), queues: 'writes', until: 3 },
      { table: 'shops', lock: 'SHARE ROW EXCLUSIVE', blocks: 'writes', queues: 'writes', until: 3 },
    ])
    const numbers = statements.map((statement) => statement.transaction)
    expect(numbers.slice(0, 4)).toEqual([transaction, transaction, transaction, transaction])
    expect(numbers[4]).not.toBe(transaction)
  })

  it('of MySQL end with the statement, whose DDL commits', async () => {
    const { statements } = await last('START TRANSACTION;\nALTER TABLE orders MODIFY note int;\nSELECT 1;\n', 'mysql')
    expect(statements[1]).toMatchObject({ locks: [{ table: 'orders', until: 1 }] })
    expect(statements[1]!.operations).toMatchObject([{ algorithm: 'COPY', rewrites: true, fresh: false }])
  })

  it('on a table that is new are nobody’s', async () => {
    const migration = await last('CREATE TABLE fresh (id int);\nCREATE INDEX i ON fresh (id);\n')
    expect(migration.statements.flatMap(({ locks }) => locks)).toEqual([])
    expect(operations(migration).map(({ fresh }) => fresh)).toEqual([true, true])
  })
})

describe('the way back', () => {
  it.each([
    ['ALTER TABLE orders ADD COLUMN memo text;', 'ALTER TABLE orders DROP COLUMN memo;', 'reversible'],
    ['ALTER TABLE orders DROP COLUMN note;', 'ALTER TABLE orders ADD COLUMN note varchar(20);', 'lossy'],
    ['DROP TABLE orders;', start.split('\n')[1]!, 'lossy'],
    ['DELETE FROM orders;', 'INSERT INTO orders (id) VALUES (1);', 'lossy'],
    ['ALTER TABLE orders ALTER note TYPE text;', 'ALTER TABLE orders ALTER note TYPE varchar(20);', 'reversible'],
    ['ALTER TABLE orders ALTER note TYPE varchar(5);', 'ALTER TABLE orders ALTER note TYPE varchar(20);', 'lossy'],
    ['UPDATE orders SET note = NULL;', 'UPDATE orders SET note = 1;', 'lossy'],
    ['ALTER TABLE orders RENAME COLUMN note TO memo;', 'ALTER TABLE orders RENAME COLUMN memo TO note;', 'reversible'],
    ['ALTER TABLE orders ALTER note SET NOT NULL;', 'ALTER TABLE orders ALTER note DROP NOT NULL;', 'reversible'],
    ["CREATE TYPE m AS ENUM ('a');", 'DROP TYPE m;', 'reversible'],
    ['SELECT 1;', '', 'not-needed'],
    // What down leaves as it is, it does not undo.
    ['ALTER TABLE orders ADD COLUMN memo text;', 'ALTER TABLE shops ADD COLUMN x int;', 'forward-only'],
    ['CREATE INDEX i ON orders (shop);', 'ALTER TABLE shops ADD COLUMN x int;', 'forward-only'],
    ['ALTER TABLE orders ALTER note SET NOT NULL;', 'ALTER TABLE shops ADD COLUMN x int;', 'forward-only'],
    ['ALTER TABLE orders ADD COLUMN memo text;', '', 'forward-only'],
    ["ALTER TYPE m ADD VALUE 'b';", 'SELECT 1;', 'forward-only'],
    ['ALTER TABLE orders ADD COLUMN memo text;', 'SELEC 1;', 'unknown'],
    ['ALTER TABLE orders DROP COLUMN note;', 'SELEC 1;', 'lossy'],
  ])('of %s with down %j: %s', async (up, down, kind) => {
    const migration = await last(up, 'postgres', down)
    expect(kinds(migration)).toEqual([kind])
    expect(migration.rollback).toBe(kind)
  })

  it('is as bad as that of the worst operation', async () => {
    const migration = await last(
      'CREATE INDEX i ON orders (shop);\nDROP TABLE shops;\n',
      'postgres',
      'CREATE TABLE shops (id int PRIMARY KEY);\nDROP INDEX i;\n',
    )
    expect(kinds(migration)).toEqual(['reversible', 'lossy'])
    expect(migration).toMatchObject({ rollback: 'lossy', down: 'written' })
  })

  it('where nobody writes downs is what it could be', async () => {
    const migration = await last('ALTER TABLE orders ADD COLUMN memo text;\nDROP TABLE shops;\n')
    expect(migration.down).toBe('none')
    expect(kinds(migration)).toEqual(['reversible', 'lossy'])
    expect(operations(migration)[0]?.rollback.because).toContain('there is no down here')
  })

  it('of what the same migration made loses nothing', async () =>
    expect(kinds(await last('CREATE TABLE fresh (id int, a int);\nALTER TABLE fresh DROP COLUMN a;\nDROP TABLE fresh;\n'))).toEqual([
      'reversible',
      'not-needed',
      'not-needed',
    ]))
})

describe('the schema before and after', () => {
  const drawn = async (sql: string) =>
    (await last(sql)).schema.map(
      ({ change, text, part }) => `${{ added: '+', removed: '-', kept: ' ' }[change]} ${part ? '  ' : ''}${text}`,
    )

  it('shows new and dropped tables whole, and of others what differs', async () =>
    expect(
      await drawn(
        'CREATE TABLE items (id int PRIMARY KEY, shop int REFERENCES shops (id));\nALTER TABLE orders ALTER note TYPE text, ALTER note SET NOT NULL, DROP COLUMN shop;\nCREATE UNIQUE INDEX n ON orders (note);\nCREATE VIEW v AS SELECT id FROM shops;\n',
      ),
    ).toEqual([
      '  table orders',
      '-   note varchar(20)',
      '+   note text NOT NULL',
      '-   shop integer',
      '+   unique index n (note)',
      '+ table items',
      '+   id integer NOT NULL',
      '+   shop integer',
      '+   primary key items_pkey (id)',
      '+   foreign key items_shop_fkey (shop) → shops',
      '+ view v',
    ]))

  it('is nothing when nothing differs', async () =>
    expect(await drawn('UPDATE orders SET note = NULL;\nCREATE TABLE a (id int);\nDROP TABLE a;\n')).toEqual([]))
})
