import type { Version } from '../../src/dialects/dialect.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { mysqlUrl as mysql, postgresUrl as postgres } from '../servers.ts'

/** An engine that examples are tried on. */
export interface Bench {
  readonly name: string
  /** Its own dialect, and those that it stands in for: what is written for one of them is read and judged as its own. */
  readonly dialects: readonly [DialectName, ...DialectName[]]
  /** As `--engine` takes it. */
  readonly engine: string
  /** What the examples declare that they run on: the engine's own version, so that its word decides. */
  readonly version: Version
}

/** The engines that are at hand; of one that is not, a sentence. `wanted`: only these, by name. */
export async function benches(wanted: readonly string[]): Promise<readonly (Bench | string)[]> {
  const all: readonly (readonly [string, () => Promise<Bench | string>])[] = [
    ['pglite', async () => ({ name: 'pglite', dialects: ['postgres'], engine: 'pglite', version: [18] })],
    ['postgres', () => postgresBench()],
    ['mariadb', () => mariadbBench()],
    ['sqlite', async () => ({ name: 'sqlite', dialects: ['sqlite'], engine: 'sql.js', version: [3, 54] })],
  ]
  const chosen = all.filter(([name]) => wanted.length === 0 || wanted.includes(name))
  return Promise.all(chosen.map(([, bench]) => bench()))
}

async function postgresBench(): Promise<Bench | string> {
  const { Client } = (await import('pg')).default
  const client = new Client({ connectionString: postgres, connectionTimeoutMillis: 3000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version")
    return {
      name: 'postgres',
      dialects: ['postgres'],
      engine: postgres,
      version: [Math.floor(Number(rows[0]!.version) / 10_000)],
    }
  } catch (error) {
    return `no PostgreSQL server answers (SUREFOOT_TEST_POSTGRES names one): ${error instanceof Error ? error.message : error}`
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function mariadbBench(): Promise<Bench | string> {
  const { createConnection } = await import('mysql2/promise')
  try {
    const connection = await createConnection(mysql)
    const [rows] = await connection.query('SELECT version() AS version')
    await connection.end()
    const version = String((rows as { version: string }[])[0]!.version)
    if (!/mariadb/i.test(version)) return `SUREFOOT_TEST_MYSQL names ${version}, which is not MariaDB`
    return {
      name: 'mariadb',
      dialects: ['mariadb', 'mysql'],
      engine: mysql,
      version: version.split('.').slice(0, 2).map(Number),
    }
  } catch (error) {
    return `no MariaDB server answers (SUREFOOT_TEST_MYSQL names one): ${error instanceof Error ? error.message : error}`
  }
}
