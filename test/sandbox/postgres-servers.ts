import { resolve } from 'node:path'
import { postgresUrl } from '../../scripts/servers.ts'
import type { Engine, EngineRequest } from '../../src/sandbox/engine.ts'
import { openPostgres } from '../../src/sandbox/engines/postgres/index.ts'

export const root = resolve(import.meta.dirname, '../..')
export const request: EngineRequest = {
  dialect: 'postgres',
  wanted: undefined,
  asked: undefined,
  allowRemote: false,
  root,
  extensions: [],
  bytes: 0,
}
export { postgresUrl as url }

/** PGlite, and the local server when it is there; why it is not, else. */
export async function engines(): Promise<{ readonly found: readonly (readonly [string, Engine])[]; readonly absent: readonly string[] }> {
  const [pglite, server] = await Promise.all([
    openPostgres({ ...request, asked: 'pglite' }),
    openPostgres({ ...request, asked: postgresUrl }).catch((error: Error) => error.message),
  ])
  if (typeof server === 'string') return { found: [[pglite.product, pglite]], absent: [server] }
  return {
    found: [
      [pglite.product, pglite],
      [server.product, server],
    ],
    absent: [],
  }
}
