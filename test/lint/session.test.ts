import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { durationOf } from '../../src/rule/duration.ts'
import { momentsOf, type Run } from './walking.ts'

beforeAll(() => postgres.ready())

/** Are waits bounded when the ALTER of the text runs? */
function isBounded(sql: string, run?: Run): boolean {
  const moment = momentsOf(sql, run).find(({ operation }) => operation.kind === 'addColumn')
  return moment!.session.waitsBounded
}
const alter = 'ALTER TABLE orders ADD COLUMN note text;'

describe('a duration', () => {
  it.each([
    ['5s', 5000],
    ['5000', 5000],
    ["'2s'", 2000],
    ['1min', 60_000],
    ['1 min', 60_000],
    ['0.5s', 500],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['500us', 0.5],
    ['0', 0],
    ['soon', undefined],
    ['', undefined],
  ])('%s', (text, ms) => expect(durationOf(text)).toBe(ms))
})

describe('waits are bounded', () => {
  it.each([
    ["SET lock_timeout = '5s';"],
    ["SET lock_timeout TO '5s';"],
    ['SET lock_timeout = 5000;'],
    ["SET SESSION lock_timeout = '1min';"],
    ["SELECT set_config('lock_timeout', '5s', false);"],
    ["SELECT pg_catalog.set_config('lock_timeout', '5s', false);"],
    ["SET statement_timeout = '60s';"],
    ["SET statement_timeout = '2min'; SET lock_timeout = '2s';"],
  ])('by %s', (sql) => expect(isBounded(sql + alter)).toBe(true))

  it.each([
    ['SET lock_timeout = 0;'],
    ["SET lock_timeout = '0';"],
    ['SET lock_timeout TO DEFAULT;'],
    ["SET statement_timeout = '61s';"],
    ['SET statement_timeout = 0;'],
    ["SET idle_in_transaction_session_timeout = '5s';"],
    ["SET lock_timeout = '5s'; RESET lock_timeout;"],
    ["SET lock_timeout = '5s'; RESET ALL;"],
    ["SET lock_timeout = '5s'; SET lock_timeout = 0;"],
    ["SET LOCAL lock_timeout = '5s';"],
    ["SELECT set_config('lock_timeout', '5s', true);"],
    ["SELECT current_setting('lock_timeout');"],
    ["ALTER DATABASE shop SET lock_timeout = '5s';"],
    [''],
  ])('not by %s', (sql) => expect(isBounded(sql + alter)).toBe(false))

  it('only from there on', () => expect(isBounded(`${alter} SET lock_timeout = '5s';`)).toBe(false))

  it('by the runner, whatever the file says', () => expect(isBounded(`SET lock_timeout = 0; ${alter}`, { boundByRunner: true })).toBe(true))
})

describe('a transaction', () => {
  it('keeps SET LOCAL to itself', () => {
    expect(isBounded(`BEGIN; SET LOCAL lock_timeout = '5s'; ${alter} COMMIT;`)).toBe(true)
    expect(isBounded(`BEGIN; SET LOCAL lock_timeout = '5s'; COMMIT; ${alter}`)).toBe(false)
    expect(isBounded(`BEGIN; SET LOCAL lock_timeout = '5s'; COMMIT; BEGIN; ${alter} COMMIT;`)).toBe(false)
    expect(isBounded(`SET LOCAL lock_timeout = '5s'; ${alter}`, { ambient: 'migration' })).toBe(true)
  })

  it('covers the setting of the session only until it ends', () => {
    expect(isBounded(`SET lock_timeout = '5s'; BEGIN; SET LOCAL lock_timeout = 0; ${alter} COMMIT;`)).toBe(false)
    expect(isBounded(`SET lock_timeout = '5s'; BEGIN; SET LOCAL lock_timeout = 0; COMMIT; ${alter}`)).toBe(true)
  })

  it('takes a SET back when it is rolled back, and keeps it when it commits', () => {
    expect(isBounded(`BEGIN; SET lock_timeout = '5s'; ROLLBACK; ${alter}`)).toBe(false)
    expect(isBounded(`BEGIN; SET lock_timeout = '5s'; COMMIT; ${alter}`)).toBe(true)
    expect(isBounded(`SET lock_timeout = '5s'; BEGIN; RESET lock_timeout; ROLLBACK; ${alter}`)).toBe(true)
  })

  it('takes back what was set behind a savepoint that is rolled back to, and keeps what was set before it', () => {
    const inside = (sql: string) => isBounded(`BEGIN; ${sql} ${alter} COMMIT;`)
    expect(inside("SAVEPOINT a; SET LOCAL lock_timeout = '5s'; ROLLBACK TO SAVEPOINT a;")).toBe(false)
    expect(inside("SAVEPOINT a; SET lock_timeout = '5s'; ROLLBACK TO a;")).toBe(false)
    expect(inside("SET LOCAL lock_timeout = '5s'; SAVEPOINT a; SET LOCAL lock_timeout = 0; ROLLBACK TO a;")).toBe(true)
    expect(inside("SAVEPOINT a; SET LOCAL lock_timeout = '5s'; RELEASE a;")).toBe(true)
    expect(inside("SAVEPOINT a; SAVEPOINT b; SET LOCAL lock_timeout = '5s'; RELEASE b; ROLLBACK TO a;")).toBe(false)
    expect(inside("SAVEPOINT a; SET LOCAL lock_timeout = '5s'; SAVEPOINT a; SET LOCAL lock_timeout = 0; ROLLBACK TO a;")).toBe(true)
    expect(inside("SAVEPOINT a; ROLLBACK TO a; SET LOCAL lock_timeout = '5s'; ROLLBACK TO a;")).toBe(false)
    expect(isBounded(`BEGIN; SAVEPOINT a; SET lock_timeout = '5s'; ROLLBACK TO a; COMMIT; ${alter}`)).toBe(false)
  })

  it('is overruled by a later SET of the session', () => {
    expect(isBounded(`BEGIN; SET LOCAL lock_timeout = 0; SET lock_timeout = '5s'; ${alter} COMMIT;`)).toBe(true)
  })
})

describe('a pool', () => {
  it('may run the next call on another connection, so that a SET outside a transaction binds nothing', () => {
    expect(isBounded(`SET lock_timeout = '5s'; ${alter}`, { pooled: true })).toBe(false)
    expect(isBounded(`BEGIN; SET lock_timeout = '5s'; ${alter} COMMIT;`, { pooled: true })).toBe(true)
    expect(isBounded(`BEGIN; SET lock_timeout = '5s'; COMMIT; ${alter}`, { pooled: true })).toBe(false)
  })
})

describe('MySQL and MariaDB', () => {
  const bounded = (engine: 'mysql' | 'mariadb', sql: string) => isBounded(sql, { engine })
  it('count seconds', () => {
    expect(bounded('mysql', `SET SESSION lock_wait_timeout = 5; ${alter}`)).toBe(true)
    expect(bounded('mysql', `SET lock_wait_timeout = 31536000; ${alter}`)).toBe(false)
    expect(bounded('mysql', `SET innodb_lock_wait_timeout = 5; ${alter}`)).toBe(false)
    expect(bounded('mariadb', `SET max_statement_time = 30; ${alter}`)).toBe(true)
    expect(bounded('mariadb', `SET max_statement_time = 3000; ${alter}`)).toBe(false)
  })
  it('keep what is set in a transaction that is rolled back', () => {
    expect(bounded('mysql', `BEGIN; SET SESSION lock_wait_timeout = 5; ROLLBACK; ${alter}`)).toBe(true)
    expect(bounded('mariadb', `BEGIN; SAVEPOINT a; SET SESSION lock_wait_timeout = 5; ROLLBACK TO a; ${alter}`)).toBe(true)
  })
  it('MariaDB lets a statement say it itself', () => {
    expect(bounded('mariadb', 'ALTER TABLE orders WAIT 5 ADD COLUMN note text;')).toBe(true)
    expect(bounded('mariadb', 'ALTER TABLE orders NOWAIT ADD COLUMN note text;')).toBe(true)
    expect(bounded('mariadb', alter)).toBe(false)
  })
})
