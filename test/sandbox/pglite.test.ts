import { afterAll, describe, expect, it } from 'vitest'
import type { Session } from '../../src/sandbox/engine.ts'
import { openPostgres } from '../../src/sandbox/engines/postgres/index.ts'
import { request } from './postgres-servers.ts'

const engine = await openPostgres({ ...request, asked: 'pglite', extensions: ['citext', 'uuid-ossp', 'no_such_thing'] })
afterAll(() => engine.close())

const what = `SELECT count(*)::int AS rows, md5(string_agg(id || v, ',' ORDER BY id)) AS sum, (SELECT count(*)::int FROM pg_class) AS relations,
  (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, current_setting('lock_timeout') AS setting FROM base`

describe('PGlite', () => {
  it('gives the same copy again, whatever was done to the one before', async () => {
    const base = await engine.create()
    const first = await base.open()
    await first.query(
      'CREATE TABLE base (id serial PRIMARY KEY, v text); INSERT INTO base (v) SELECT md5(g::text) FROM generate_series(1, 2000) g',
    )
    const expected = (await first.query(what)).rows
    await first.close()
    const snapshot = await engine.snapshot(base)
    await base.drop()
    const deeds: ((session: Session) => Promise<unknown>)[] = [
      (session) => session.query("UPDATE base SET v = 'x'; CREATE INDEX ON base (v); ALTER TABLE base ALTER id TYPE bigint"),
      (session) => session.query('DROP TABLE base'),
      (session) => session.query('CREATE UNIQUE INDEX CONCURRENTLY one ON base ((1))').catch(() => {}),
      (session) => session.query("BEGIN; SET lock_timeout = '1s'; PREPARE p AS SELECT 1; CREATE TABLE left_open (a int)"),
      (session) => session.query('BEGIN; SELECT 1 / 0').catch(() => {}),
      (session) => session.query('CREATE TABLE big AS SELECT g, repeat(md5(g::text), 20) FROM generate_series(1, 20000) g; CHECKPOINT'),
      (session) => session.query("CREATE EXTENSION citext; CREATE EXTENSION \"uuid-ossp\"; SELECT uuid_generate_v4(), 'A'::citext = 'a'"),
      (session) => session.query('VACUUM FULL base'),
    ]
    for (const deed of [...deeds, ...deeds]) {
      const copy = await engine.create(snapshot)
      const session = await copy.open()
      expect((await session.query(what)).rows).toEqual(expected)
      await deed(session)
      await copy.drop()
      await expect(session.query('SELECT 1')).rejects.toMatchObject({ name: 'ServerError' })
    }
    const last = await engine.create(snapshot)
    const session = await last.open()
    expect((await session.query(what)).rows).toEqual(expected)
    await session.query('INSERT INTO base (v) VALUES (1); REINDEX TABLE base; ANALYZE')
    await last.drop()
    await snapshot.drop()
    const empty = await engine.create()
    const inEmpty = await empty.open()
    await expect(inEmpty.query('SELECT * FROM base')).rejects.toMatchObject({ code: '42P01' })
    await empty.drop()
  }, 120_000)

  it('writes on in the files of a copy that was put back, small ones too', async () => {
    const base = await engine.create()
    const first = await base.open()
    await first.query('CREATE TABLE small (id int PRIMARY KEY, v text); INSERT INTO small SELECT g, g FROM generate_series(1, 100) g')
    await first.close()
    const snapshot = await engine.snapshot(base)
    await base.drop()
    for (let turn = 0; turn < 3; turn++) {
      const copy = await engine.create(snapshot)
      const session = await copy.open()
      expect((await session.query('UPDATE small SET v = v')).affected).toBe(100)
      expect((await session.query('INSERT INTO small SELECT g, g FROM generate_series(101, 2000) g')).affected).toBe(1900)
      expect((await session.query('SELECT count(*)::int AS n FROM small')).rows).toEqual([{ n: 2000 }])
      await session.close()
      await copy.drop()
    }
    await snapshot.drop()
  })

  it('has the extensions that were asked for and that it ships, and says of others that it has not', async () => {
    const database = await engine.create()
    const session = await database.open()
    await session.query('CREATE EXTENSION citext; CREATE EXTENSION "uuid-ossp"')
    expect((await session.query("SELECT 'A'::citext = 'a'::citext AS same")).rows).toEqual([{ same: true }])
    await expect(session.query('CREATE EXTENSION no_such_thing')).rejects.toMatchObject({ code: '0A000' })
    await database.drop()
  })

  it('can hold two databases at a time', async () => {
    const [one, two] = await Promise.all([engine.create(), engine.create()])
    const [first, second] = await Promise.all([one.open(), two.open()])
    await first.query('CREATE TABLE t (a int)')
    await second.query('CREATE TABLE t (b int)')
    await one.drop()
    expect((await second.query('SELECT count(b)::int AS n FROM t')).rows).toEqual([{ n: 0 }])
    await two.drop()
  })

  it('lets nobody wait for ever behind a transaction that another session left open', async () => {
    const database = await engine.create()
    const [one, two] = [await database.open(), await database.open()]
    await one.query('BEGIN')
    await expect(two.query('SELECT 1')).rejects.toMatchObject({ code: '55P03' })
    await one.close()
    expect((await two.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
    await database.drop()
  })
})
