import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { momentsOf, type Run } from './walking.ts'

beforeAll(() => postgres.ready())

/** Who holds a transaction open around each statement; `-` is nobody. */
function heldBy(sql: string, run?: Run): string {
  return momentsOf(sql, run)
    .map(({ transaction: { open, by } }) => (open === 'yes' ? by : open === 'no' ? '-' : '?'))
    .join(' ')
}
/** Numbers the transactions in the order in which they appear. */
function keys(sql: string, run?: Run): readonly number[] {
  const seen: string[] = []
  return momentsOf(sql, run).map(({ transaction: { key } }) => {
    if (!seen.includes(key)) seen.push(key)
    return seen.indexOf(key)
  })
}
const two = 'ALTER TABLE a ADD COLUMN x int; ALTER TABLE b ADD COLUMN x int;'

describe('a statement', () => {
  it('commits by itself without a transaction around it', () => {
    expect(heldBy(two)).toBe('- -')
    expect(keys(two)).toEqual([0, 1])
  })

  it('shares the transaction of the runner', () => {
    expect(heldBy(two, { ambient: 'migration' })).toBe('runner runner')
    expect(keys(two, { ambient: 'migration' })).toEqual([0, 0])
    expect(momentsOf(two, { ambient: 'all-pending' }).every(({ transaction }) => transaction.acrossMigrations)).toBe(true)
    expect(momentsOf(two, { ambient: 'migration' }).some(({ transaction }) => transaction.acrossMigrations)).toBe(false)
  })

  it('runs in the transaction that the file opened', () => {
    expect(heldBy(`ALTER TABLE a ADD COLUMN x int; BEGIN; ${two} COMMIT; ALTER TABLE c ADD COLUMN x int;`)).toBe('- file file file file -')
    expect(keys('BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; ROLLBACK;')).toEqual([0, 0, 0, 1, 1, 1])
  })

  it('may or may not be in a transaction where the runner is not known', () => {
    expect(heldBy(two, { ambient: 'unknown' })).toBe('? ?')
    expect(heldBy(`BEGIN; ${two} COMMIT;`, { ambient: 'unknown' })).toBe('file file file file')
  })
})

describe('a query string of several statements', () => {
  it('is one transaction in PostgreSQL', () => {
    expect(heldBy(two, { together: true })).toBe('batch batch')
    expect(heldBy(two, { ambient: 'script' })).toBe('batch batch')
    expect(keys(two, { together: true })).toEqual([0, 0])
  })

  it('is none for one statement alone', () => {
    expect(heldBy('SELECT 1;', { together: true })).toBe('-')
    expect(heldBy('SELECT 1;', { ambient: 'script' })).toBe('-')
  })

  it.each(['mysql', 'mariadb', 'sqlite'] as const)('is none in %s', (engine) => {
    expect(heldBy('DELETE FROM a; DELETE FROM b;', { engine, together: true })).toBe('- -')
    expect(heldBy('DELETE FROM a; DELETE FROM b;', { engine, ambient: 'script' })).toBe('- -')
  })

  it('leaves the explicit transactions in it alone', () => {
    expect(heldBy(`BEGIN; ${two} COMMIT;`, { ambient: 'script' })).toBe('file file file file')
  })
})

describe('a COMMIT in the text', () => {
  it("ends the runner's transaction: what follows commits by itself", () => {
    expect(heldBy(`ALTER TABLE a ADD COLUMN x int; COMMIT; ALTER TABLE b ADD COLUMN x int;`, { ambient: 'migration' })).toBe(
      'runner runner -',
    )
    expect(heldBy(`COMMIT; BEGIN; ${two} COMMIT;`, { ambient: 'migration' })).toBe('runner file file file file')
  })

  it('does not come from a savepoint', () => {
    expect(heldBy('SAVEPOINT s; DELETE FROM a; RELEASE s; DELETE FROM b;', { ambient: 'migration' })).toBe('runner runner runner runner')
    expect(heldBy('SAVEPOINT s; DELETE FROM a; ROLLBACK TO s; DELETE FROM b;', { ambient: 'migration' })).toBe(
      'runner runner runner runner',
    )
  })
})

describe.each(['mysql', 'mariadb'] as const)('%s', (engine) => {
  it('commits at DDL: the transaction ends there', () => {
    expect(heldBy('BEGIN; DELETE FROM a; ALTER TABLE a ADD COLUMN x int; DELETE FROM b; COMMIT;', { engine })).toBe('file file file - -')
    expect(heldBy('DELETE FROM a; CREATE TABLE c (id int); DELETE FROM b;', { engine, ambient: 'migration' })).toBe('runner runner -')
  })

  it.each(['CREATE TEMPORARY TABLE c (id int)', 'DROP TEMPORARY TABLE c', 'INSERT INTO a VALUES (1)', 'SELECT 1'])(
    'goes on after %s',
    (sql) => {
      expect(heldBy(`BEGIN; ${sql}; DELETE FROM b; COMMIT;`, { engine })).toBe('file file file file')
    },
  )

  it('commits what the runner opened at a second BEGIN', () => {
    expect(heldBy('DELETE FROM a; BEGIN; DELETE FROM b; COMMIT; DELETE FROM c;', { engine, ambient: 'migration' })).toBe(
      'runner runner file file -',
    )
  })
})

describe.each(['postgres', 'sqlite'] as const)('%s', (engine) => {
  it('keeps DDL in the transaction', () => {
    expect(heldBy('BEGIN; DELETE FROM a; ALTER TABLE a ADD COLUMN x int; DELETE FROM b; COMMIT;', { engine })).toBe(
      'file file file file file',
    )
  })
})

describe('the locks that a transaction holds', () => {
  const held = (sql: string, run?: Run) =>
    momentsOf(sql, run).map(({ transaction }) => transaction.held.map(({ table }) => table.name).join(','))

  it('stay until it ends', () => {
    expect(held('BEGIN; ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1; COMMIT; UPDATE a SET x = 2;')).toEqual(['', '', 'a', 'a', ''])
  })

  it('are none on a table that nobody else can see', () => {
    expect(held('BEGIN; CREATE TABLE a (id int); ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1; COMMIT;')).toEqual([
      '',
      '',
      '',
      '',
      '',
    ])
  })

  it('are those of the referenced table too', () => {
    expect(
      held('BEGIN; ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (id) NOT VALID; SELECT 1; COMMIT;').at(2)?.split(',').sort(),
    ).toEqual(['a', 'b'])
  })

  it('are given back at once without a transaction', () => {
    expect(held('ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1;')).toEqual(['', ''])
  })
})
