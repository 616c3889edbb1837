import { afterAll, describe, expect, it } from 'vitest'
import type { Session } from '../../src/sandbox/engine.ts'
import { openPostgresProber } from '../../src/sandbox/observe/postgres-probe.ts'
import type { Prober } from '../../src/sandbox/observe/probe.ts'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}
afterAll(() => Promise.all(found.map(([, engine]) => engine.close())))
const servers = found.filter(([, engine]) => engine.secondSession)

describe.each(servers)('on %s', (_, engine) => {
  async function withProbes(work: (session: Session, prober: Prober) => Promise<void>): Promise<void> {
    const database = await engine.create()
    const session = await database.open()
    await session.query(`
      CREATE SCHEMA billing;
      CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED);
      CREATE TABLE billing."Odd Name" (a int); CREATE TABLE other (a int);
      INSERT INTO t (a) SELECT generate_series(1, 100)`)
    const prober = await openPostgresProber(database)
    try {
      await work(session, prober)
    } finally {
      await prober.close()
      await session.close()
      await database.drop()
    }
  }

  it('sees who waits while a transaction holds locks, as the table of conflicts says', () =>
    withProbes(async (session, prober) => {
      const during = async (sql: string, relation = 't') => {
        await session.query('BEGIN')
        await session.query(sql)
        const blocked = await prober.blocked(relation)
        await session.query('ROLLBACK')
        return blocked
      }
      expect(await prober.blocked('t')).toEqual([])
      expect(await during('ALTER TABLE t ADD c int')).toEqual(['select', 'insert', 'update', 'delete'])
      expect(await during('CREATE INDEX ON t (a)')).toEqual(['insert', 'update', 'delete'])
      expect(await during('ALTER TABLE t ADD CHECK (a > 0) NOT VALID')).toEqual(['select', 'insert', 'update', 'delete'])
      expect(await during('COMMENT ON TABLE t IS NULL')).toEqual([])
      expect(await during('UPDATE t SET a = 1')).toEqual([])
      expect(await during('ALTER TABLE t ADD c int', 'other')).toEqual([])
      expect(await during('ALTER TABLE billing."Odd Name" ADD c int', 'billing.Odd Name')).toEqual(['select', 'insert', 'update', 'delete'])
      expect(await during('CREATE TABLE brand_new (a int)', 'brand_new')).toEqual([])
    }))

  it('sees the queue behind an idle reader, and that lock_timeout ends it', () =>
    withProbes(async (session, prober) => {
      const queue = await prober.behind('reader', 't', () => session.query('ALTER TABLE t ADD c int'))
      expect(queue).toMatchObject({ waited: true, blocked: ['select', 'insert', 'update', 'delete'], failure: undefined })
      await session.query("SET lock_timeout = '100ms'")
      const bounded = await prober.behind('reader', 't', () => session.query('ALTER TABLE t ADD d int'))
      expect(bounded.failure).toMatchObject({ code: '55P03' })
      expect(bounded.blocked).toEqual([])
      expect((await prober.behind('reader', 'other', () => session.query('ALTER TABLE t ADD e int'))).waited).toBe(false)
    }))

  it('sees the queue behind an open writer', () =>
    withProbes(async (session, prober) => {
      const queue = await prober.behind('writer', 't', () => session.query('CREATE INDEX ON t (a)'))
      expect(queue).toMatchObject({ waited: true, blocked: ['insert', 'update', 'delete'] })
      const readers = await prober.behind('reader', 't', () => session.query('CREATE INDEX ON t (a)'))
      expect(readers.waited).toBe(false)
    }))

  it('parks CONCURRENTLY: nobody waits behind it, and cancelled it leaves an index that is not valid', () =>
    withProbes(async (session, prober) => {
      const parked = await prober.behind('writer', 't', () => session.query('CREATE INDEX CONCURRENTLY t_a ON t (a)'))
      expect(parked).toMatchObject({ waited: true, blocked: [], held: ['ShareUpdateExclusiveLock'], failure: undefined })
      const cancelled = await prober.behind('writer', 't', () => session.query('CREATE INDEX CONCURRENTLY t_b ON t (a)'), { cancel: true })
      expect(cancelled.failure).toMatchObject({ code: '57014' })
      const { rows } = await session.query(
        "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 't'::regclass ORDER BY 1",
      )
      expect(rows).toEqual([
        { relname: 't_a', indisvalid: true },
        { relname: 't_b', indisvalid: false },
      ])
    }))
})
