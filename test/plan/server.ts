import pg from 'pg'

export const connection = {
  host: process.env.PGHOST ?? '127.0.0.1',
  port: Number(process.env.PGPORT ?? 5432),
  user: process.env.PGUSER ?? 'postgres',
  connectionTimeoutMillis: 2000,
}

export async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, database })
  await client.connect()
  return client
}

/** The PostgreSQL of this machine, by whoever may make databases on it; undefined, and said aloud: there is none. */
export function connectAdmin(): Promise<pg.Client | undefined> {
  return connect(process.env.PGDATABASE ?? 'postgres').catch((error: Error) => {
    console.warn(`skipped: no PostgreSQL at ${connection.host}:${connection.port} (${error.message})`)
    return undefined
  })
}
