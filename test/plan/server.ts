import pg from 'pg'
import { postgresAddress } from '../../scripts/servers.ts'

export async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...postgresAddress, database })
  await client.connect()
  return client
}

/** The PostgreSQL of this machine, by whoever may make databases on it; undefined, and said aloud: there is none. */
export function connectAdmin(): Promise<pg.Client | undefined> {
  return connect(postgresAddress.database).catch((error: Error) => {
    console.warn(`skipped: no PostgreSQL at ${postgresAddress.host}:${postgresAddress.port} (${error.message})`)
    return undefined
  })
}
