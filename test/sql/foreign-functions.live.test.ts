import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import sqlite from 'sql.js'
import { describe, expect, it } from 'vitest'
import { mysqlAddress, postgresAddress } from '../../scripts/servers.ts'
import { functionsLackedBy } from '../../src/sql/foreign-functions.ts'

/** A server's answer to one function: is there none of that name? */
type Ask = (name: string) => Promise<boolean>

async function postgres(): Promise<Ask> {
  const client = new pg.Client(postgresAddress)
  await client.connect()
  const { rows } = await client.query<{ proname: string }>("SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace")
  await client.end()
  const there = new Set(rows.map(({ proname }) => proname))
  return async (name) => there.has('lower') && !there.has(name)
}

async function mysql(): Promise<Ask> {
  const server = await createConnection({ ...mysqlAddress, database: 'mysql' })
  const missing = new Set<string>()
  for (const name of [...functionsLackedBy('mysql'), 'upper']) {
    const error = await server.query(`SELECT ${name}(1)`).then(
      () => undefined,
      (reason: { readonly code?: string }) => reason.code,
    )
    if (error === 'ER_SP_DOES_NOT_EXIST') missing.add(name)
  }
  await server.end()
  return async (name) => !missing.has('upper') && missing.has(name)
}

async function embedded(): Promise<Ask> {
  const { Database } = await sqlite()
  const database = new Database()
  return async (name) => {
    try {
      database.run(`SELECT ${name}(1)`)
      return false
    } catch (error) {
      return error instanceof Error && error.message === `no such function: ${name}`
    }
  }
}

const engines = { postgres, mysql, sqlite: embedded } as const

for (const engine of ['postgres', 'mysql', 'sqlite'] as const) {
  const ask = await engines[engine]().catch((error: unknown) => String(error))
  if (typeof ask === 'string') console.warn(`skipped: functions that ${engine} lacks (${ask})`)
  describe.skipIf(typeof ask === 'string')(`a live ${engine}`, () => {
    if (typeof ask === 'string') return
    for (const name of functionsLackedBy(engine)) it(`has no ${name}()`, async () => expect(await ask(name)).toBe(true))
  })
}
