import { afterAll, describe, expect, it } from 'vitest'
import type { Session } from '../../src/sandbox/engine.ts'
import type { Effects } from '../../src/sandbox/observe/observer.ts'
import { postgresObserver as observer } from '../../src/sandbox/observe/postgres.ts'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}

async function effectsOf(session: Session, sql: string): Promise<Effects> {
  const before = await session.query(observer.mark)
  await session.query(sql)
  return observer.effects(before.rows, (await session.query(observer.mark)).rows)
}

describe.each(found)('on %s', (_, engine) => {
  afterAll(() => engine.close())

  it('sees locks, rewrites, scans and rows written, as the manual says they are', async () => {
    const database = await engine.create()
    const session = await database.open()
    await session.query(`
      CREATE SCHEMA billing;
      CREATE TABLE t (id int PRIMARY KEY, a int, b text);
      CREATE TABLE billing.invoices (id int PRIMARY KEY, t_id int);
      INSERT INTO t SELECT g, g, 'x' FROM generate_series(1, 1000) g;
      INSERT INTO billing.invoices SELECT g, g FROM generate_series(1, 500) g`)
    const alone = async (sql: string) => {
      await session.query('BEGIN')
      const effects = await effectsOf(session, sql)
      await session.query('ROLLBACK')
      return effects
    }
    const exclusive = { relation: 't', mode: 'AccessExclusiveLock' }

    const added = await alone('ALTER TABLE t ADD c int NOT NULL DEFAULT 5')
    expect(added).toEqual({ locks: [exclusive], held: [], rewritten: [], scanned: {}, written: {} })

    const widened = await alone('ALTER TABLE t ALTER a TYPE bigint')
    expect(widened.locks).toContainEqual(exclusive)
    expect([...widened.rewritten].sort()).toEqual(['t', 't_pkey'])
    expect(widened.scanned.t).toBeGreaterThan(0)

    const checked = await alone('ALTER TABLE t ALTER b SET NOT NULL')
    expect(checked).toMatchObject({ rewritten: [], scanned: { t: 1000 }, written: {} })

    const indexed = await alone('CREATE INDEX t_a ON t (a)')
    expect(indexed.locks).toContainEqual({ relation: 't', mode: 'ShareLock' })
    expect(indexed).toMatchObject({ rewritten: [], scanned: { t: 1000 } })

    const referenced = await alone('ALTER TABLE billing.invoices ADD FOREIGN KEY (t_id) REFERENCES t')
    expect(referenced.locks).toContainEqual({ relation: 't', mode: 'ShareRowExclusiveLock' })
    expect(referenced.locks).toContainEqual({ relation: 'billing.invoices', mode: 'ShareRowExclusiveLock' })
    expect(referenced.scanned['billing.invoices']).toBeGreaterThan(0)

    const updated = await alone('UPDATE t SET a = a + 1')
    expect(updated.locks).toContainEqual({ relation: 't', mode: 'RowExclusiveLock' })
    expect(updated).toMatchObject({ scanned: { t: 1000 }, written: { t: 1000 }, rewritten: [] })

    const dropped = await alone('DROP TABLE t')
    expect(dropped.locks).toContainEqual(exclusive)
    expect(dropped.locks).toContainEqual({ relation: 't_pkey', mode: 'AccessExclusiveLock' })
    await session.close()
    await database.drop()
  })

  it('tells the locks of this statement from those of the transaction, and counts each statement for itself', async () => {
    const database = await engine.create()
    const session = await database.open()
    await session.query('CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 10)')
    await session.query('BEGIN')
    await session.query('ALTER TABLE t ADD c int')
    await session.query('UPDATE t SET c = 1')
    const effects = await effectsOf(session, 'UPDATE t SET c = 2 WHERE a <= 4')
    expect(effects.written).toEqual({ t: 4 })
    expect(effects.locks).toEqual([])
    expect(effects.held).toContainEqual({ relation: 't', mode: 'AccessExclusiveLock' })
    await session.query('ROLLBACK')
    await session.close()
    await database.drop()
  })

  it('fails on purpose with words of ours', async () => {
    const database = await engine.create()
    const session = await database.open()
    await expect(session.query(observer.failing)).rejects.toThrow('surefoot: injected failure')
    await session.close()
    await database.drop()
  })

  const alone = [
    'CREATE INDEX CONCURRENTLY i ON t (a)',
    'VACUUM t',
    'REINDEX (VERBOSE) SCHEMA public',
    'COMMIT',
    'BEGIN',
    "SET lock_timeout = '1s'",
  ]
  it.each(alone)('leaves %s outside a transaction', (sql) => {
    expect(observer.wraps(sql)).toBe(false)
  })

  const together = [
    'ALTER TABLE t ADD a int',
    "COMMENT ON TABLE t IS 'made CONCURRENTLY; COMMIT;'",
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$',
    'UPDATE t SET a = 1; UPDATE t SET b = 2',
    'DROP INDEX "concurrently"',
  ]
  it.each(together)('puts %s into a transaction, and the server takes it there', (sql) => {
    expect(observer.wraps(sql)).toBe(true)
  })

  const noise = [
    'SELECT version()',
    'SHOW server_version',
    'SET client_min_messages TO warning;',
    'SELECT i.relname AS name FROM pg_class t, pg_class i, pg_index ix WHERE t.oid = ix.indrelid',
    "SELECT * FROM information_schema.tables WHERE table_name = 'users'",
    'SELECT * FROM current_schema()',
    'START TRANSACTION',
    'SELECT pg_advisory_lock(72707369)',
    'WITH ranges AS (SELECT r.rngtypid FROM pg_range r), own AS (SELECT 1) SELECT t.typname FROM pg_type t LEFT JOIN ranges ON true JOIN own ON true',
  ]
  it.each(noise)('takes %s for housekeeping', (sql) => {
    expect(observer.isNoise(sql)).toBe(true)
  })

  const steps = [
    'SELECT id FROM users',
    'SELECT version FROM schema_versions',
    'WITH ranges AS (SELECT current_schema() AS s FROM users) SELECT s FROM ranges',
    "SET lock_timeout = '5s'",
    "SELECT setval('users_id_seq', 10) FROM users",
    'WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved',
    'ALTER TABLE users ADD a int',
  ]
  it.each(steps)('takes %s for a step', (sql) => {
    expect(observer.isNoise(sql)).toBe(false)
  })
})
