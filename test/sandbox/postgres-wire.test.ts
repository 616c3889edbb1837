import type { Duplex } from 'node:stream'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/sandbox/engine.ts'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}

/** A client of the driver's own on the wire of a database, as a child process would have it. */
async function clientOn({ wire }: Database, as: { user?: string; database?: string } = {}): Promise<pg.Client> {
  if (wire.kind !== 'stream') throw new Error('PostgreSQL speaks on a stream')
  const socket: Duplex = await wire.open()
  const stream = Object.assign(socket, {
    connect: () => void setImmediate(() => socket.emit('connect')),
    setNoDelay: () => socket,
    setKeepAlive: () => socket,
    ref: () => socket,
    unref: () => socket,
  })
  const client = new pg.Client({ user: wire.user, password: wire.password, database: wire.database, ...as, stream: () => stream as never })
  client.on('error', () => {})
  await client.connect()
  return client
}

describe.each(found)('on %s', (_, engine) => {
  afterAll(() => engine.close())

  it('lets a driver in: simple and prepared statements, transactions, errors', async () => {
    const database = await engine.create()
    const client = await clientOn(database)
    await client.query('CREATE TABLE t (a int, b text)')
    await client.query('INSERT INTO t VALUES ($1, $2), (2, NULL)', [1, 'one'])
    expect((await client.query({ name: 'find', text: 'SELECT b FROM t WHERE a = $1', values: [1] })).rows).toEqual([{ b: 'one' }])
    expect((await client.query({ name: 'find', text: 'SELECT b FROM t WHERE a = $1', values: [2] })).rows).toEqual([{ b: null }])
    await client.query('BEGIN')
    await expect(client.query('SELECT $1::int / 0', [1])).rejects.toMatchObject({ code: '22012' })
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    await client.query('ROLLBACK')
    const large = await client.query("SELECT repeat('x', 1000000) AS x FROM generate_series(1, 5)")
    expect(large.rows.map(({ x }) => x.length)).toEqual([1e6, 1e6, 1e6, 1e6, 1e6])
    await client.end()
    await database.drop()
  })

  it('rolls back what a connection left open, and takes back what it set', async () => {
    const database = await engine.create()
    const client = await clientOn(database)
    await client.query('CREATE TABLE t (a int)')
    await client.query("SET lock_timeout = '3s'")
    await client.query('BEGIN')
    await client.query('INSERT INTO t VALUES (1)')
    await client.end()
    const session = await database.open()
    expect((await session.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 0 }])
    expect((await session.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
    await session.close()
    await database.drop()
  })

  it('lets one connection wait for the transaction of another, or the server do so', async () => {
    const database = await engine.create()
    const first = await clientOn(database)
    const second = await clientOn(database)
    await first.query('CREATE TABLE t (a int)')
    await first.query('BEGIN')
    await first.query('INSERT INTO t VALUES (1)')
    await first.query('LOCK TABLE t')
    const counted = second.query('SELECT count(*)::int AS n FROM t')
    await first.query('COMMIT')
    expect((await counted).rows).toEqual([{ n: 1 }])
    await first.end()
    await second.end()
    await database.drop()
  })

  it('can be dropped in the middle of a statement that never ends', async () => {
    const database = await engine.create()
    const client = await clientOn(database)
    const endless = client.query('SELECT count(*) FROM generate_series(1, 1000000000000)').catch((error: Error) => error.message)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await database.drop()
    expect(await endless).toBeTypeOf('string')
  })

  it.skipIf(!engine.secondSession)('leads to its own database as its own user, and nowhere else', async () => {
    const database = await engine.create()
    await expect(clientOn(database, { database: 'postgres' })).rejects.toMatchObject({ code: '28000' })
    await expect(clientOn(database, { user: 'postgres' })).rejects.toMatchObject({ code: '28000' })
    const client = await clientOn(database)
    await expect(client.query('CREATE DATABASE more')).rejects.toMatchObject({ code: '42501' })
    await expect(client.query('CREATE ROLE boss')).rejects.toMatchObject({ code: '42501' })
    await expect(client.query("COPY (SELECT 1) TO '/tmp/x'")).rejects.toMatchObject({ code: '42501' })
    await client.end()
    await database.drop()
  })
})
