import { afterAll, describe, expect, it } from 'vitest'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}

describe.each(found)('on %s', (_, engine) => {
  afterAll(() => engine.close())

  it('answers with plain values, and refuses with the SQLSTATE', async () => {
    const database = await engine.create()
    const session = await database.open()
    const { rows } = await session.query(
      "SELECT 1::int AS i, 2::bigint AS b, 1.50::numeric AS n, true AS t, NULL AS z, 'x' AS s, date '2020-01-02' AS d",
    )
    expect(rows).toEqual([{ i: 1, b: '2', n: '1.50', t: true, z: null, s: 'x', d: '2020-01-02' }])
    expect((await session.query('CREATE TABLE t (a int)')).affected).toBe(0)
    expect((await session.query('INSERT INTO t SELECT generate_series(1, 3)')).affected).toBe(3)
    expect((await session.query('SELECT * FROM t')).affected).toBe(0)
    await expect(session.query('ALTER TABLE t ADD a int')).rejects.toMatchObject({ name: 'ServerError', code: '42701' })
    expect(session.state).toBe('idle')
    await session.query('BEGIN')
    expect(session.state).toBe('transaction')
    await expect(session.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
    expect(session.state).toBe('failed')
    await session.query('ROLLBACK')
    expect(session.state).toBe('idle')
    await session.close()
    await database.drop()
  })

  it('copies what was frozen, and each copy goes its own way', async () => {
    const base = await engine.create()
    const session = await base.open()
    await session.query('CREATE TABLE t (a int); INSERT INTO t VALUES (1)')
    await session.close()
    const snapshot = await engine.snapshot(base)
    const copy = await engine.create(snapshot)
    const inCopy = await copy.open()
    await inCopy.query('INSERT INTO t VALUES (2)')
    expect((await inCopy.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 2 }])
    await inCopy.close()
    const again = await base.open()
    expect((await again.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 1 }])
    await copy.drop()
    await base.drop()
    await snapshot.drop()
    await expect(engine.create(snapshot)).rejects.toThrow()
  })

  it('is rid of a statement that never ends: the session can be closed, the database dropped, and the next one works', async () => {
    const database = await engine.create()
    const session = await database.open()
    const endless = session.query('SELECT count(*) FROM generate_series(1, 1000000000000)').catch((error: Error) => error.name)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await session.cancel()
    await session.close()
    await database.drop()
    expect(await endless).toBe('ServerError')
    const next = await engine.create()
    const again = await next.open()
    expect((await again.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await again.close()
    await next.drop()
  })

  it('says of a session that lost its server that it did', async () => {
    const database = await engine.create()
    const session = await database.open()
    await database.drop()
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ name: 'ServerError' })
    await session.close()
    await database.drop()
  })
})
