import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { parseVersion, type Version } from '../../src/dialects/dialect.ts'
import { mysqlAddress } from '../servers.ts'
import { covers, type Experiment, type Fact, type FactFile } from './fact.ts'

/** A MySQL or MariaDB that can be asked. */
export interface MysqlServer {
  readonly name: string
  readonly engine: 'mysql' | 'mariadb'
  readonly version: Version
  readonly connection: Connection
}

const database = 'surefoot_facts'
const algorithms = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'] as const

/** The server of `SUREFOOT_TEST_MYSQL`; why not, when there is none. */
export async function localMysql(): Promise<MysqlServer | string> {
  const { host, port } = mysqlAddress
  try {
    const connection = await createConnection({ ...mysqlAddress, multipleStatements: true })
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(rows[0]?.version)
    const version = parseVersion(text)
    if (version === undefined) return `the version ${text} of the server at ${host}:${port} is not readable`
    // Another run waits until this one is over: both make the same database.
    await connection.query(`SELECT GET_LOCK('${database}', 600)`)
    const engine = /mariadb/i.test(text) ? 'mariadb' : 'mysql'
    return { name: `${engine === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version.join('.')} at ${host}:${port}`, engine, version, connection }
  } catch (error) {
    return `no MySQL or MariaDB at ${host}:${port} (${error instanceof Error ? error.message : error})`
  }
}

/** Drops what the experiments made. */
export async function clear({ connection }: MysqlServer): Promise<void> {
  await connection.query(`DROP DATABASE IF EXISTS ${database}`)
}

async function arrange({ connection }: MysqlServer, ...texts: readonly (string | undefined)[]): Promise<void> {
  const parts = [
    `SET SESSION foreign_key_checks = DEFAULT, sql_mode = DEFAULT; DROP DATABASE IF EXISTS ${database}`,
    `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE ${database}`,
    ...texts.filter((text) => text !== undefined && text !== ''),
  ]
  await connection.query(parts.join(';\n'))
}

/** The statements of the base that make what a fact is about: each table costs time. */
function needed(file: FactFile, fact: Fact): string {
  const about = `${fact.first ?? ''} ${fact.statement}`
  const used = file.base.filter((sql) => new RegExp(`\\b${/(?:TABLE|INTO) (\w+)/.exec(sql)?.[1]}\\b`).test(about))
  return used.join(';\n')
}

/** The error number with which the server refuses a statement; undefined when it takes it. */
async function refusal({ connection }: MysqlServer, sql: string): Promise<string | undefined> {
  try {
    await connection.query(sql)
    return undefined
  } catch (error) {
    const { errno } = error as { errno?: number }
    if (errno === undefined) throw error
    return String(errno)
  }
}

/** The numbers that InnoDB gives a table: a new one means that it was built anew. */
async function tableId({ connection, engine }: MysqlServer, table: string): Promise<string> {
  const view = engine === 'mariadb' ? 'INNODB_SYS_TABLES' : 'INNODB_TABLES'
  const [rows] = await connection.query<RowDataPacket[]>(`SELECT TABLE_ID AS id FROM information_schema.${view} WHERE NAME = ?`, [
    `${database}/${table}`,
  ])
  return String(rows[0]?.id)
}

/** 1845 to 1847: the ALGORITHM or LOCK that was asked for is not to be had. */
const notSupported = /^184[567]$/

/** In what the server disagrees with a fact's outcome; empty when it agrees. */
export async function proveFact(server: MysqlServer, file: FactFile, fact: Fact): Promise<readonly string[]> {
  const outcome = fact.on.find(({ versions }) => covers(versions, server.version))
  if (outcome === undefined) return []
  const prepared = async () => arrange(server, needed(file, fact), fact.first, fact.session)
  const found: string[] = []
  const say = (what: string, expected: unknown, is: unknown) => {
    if (expected !== is) found.push(`${what}: expected ${expected}, seen ${is}`)
  }
  await prepared()
  const before = await tableId(server, fact.target)
  const refused = await refusal(server, fact.statement)
  if (outcome.refused !== undefined || refused !== undefined) {
    say('refused', outcome.refused, refused)
    return found
  }
  // Of a partitioned table each partition has a number of its own, and a renamed one goes by another name.
  const after = await tableId(server, fact.target)
  const rebuilt = before === 'undefined' || after === 'undefined' ? undefined : before !== after
  if (outcome.rewrites !== undefined && rebuilt !== undefined) say('rewrites', outcome.rewrites, rebuilt)
  if (/PARTITION/.test(fact.statement)) return found
  const accepts = async (clause: string) => {
    const code = await refusal(server, `${fact.statement}, ${clause}`)
    if (code !== undefined && !notSupported.test(code)) throw new Error(`refused with ${code}: ${fact.statement}, ${clause}`)
    return code === undefined
  }
  const steps = server.engine === 'mysql' ? algorithms.filter((step) => step !== 'NOCOPY') : algorithms
  let algorithm: string = 'none'
  await prepared()
  // What is refused changes nothing: the next may be asked at once.
  for (const step of steps)
    if (await accepts(`ALGORITHM=${step}`)) {
      algorithm = step
      break
    }
  if (outcome.algorithm !== undefined) say('algorithm', outcome.algorithm, algorithm)
  if (outcome.lock !== undefined) {
    // MySQL takes no LOCK beside INSTANT; there the lock goes with the algorithm.
    if (algorithm !== 'INSTANT') await prepared()
    const lockless = algorithm === 'INSTANT' || (await accepts('LOCK=NONE'))
    say('lock', outcome.lock, lockless ? 'NONE' : 'SHARED')
  }
  return found
}

/** In what the server disagrees with an experiment; empty when it agrees. */
export async function proveExperiment(server: MysqlServer, experiment: Experiment): Promise<readonly string[]> {
  const found: string[] = []
  for (const line of experiment.observe) {
    const [verb, ...rest] = line.split(' ')
    await arrange(server, experiment.arrange)
    const act = experiment.act.replace(/;\s*$/, '')
    if (verb === 'accepts' || verb === 'declines') {
      const code = await refusal(server, `${act}, ${rest.join(' ')}`)
      if ((code === undefined) !== (verb === 'accepts')) found.push(`not so: ${line}${code === undefined ? '' : ` (${code})`}`)
    } else if (verb === 'refused') {
      const code = await refusal(server, act)
      if (code !== rest[0]) found.push(`not so: ${line} (${code ?? 'taken'})`)
    } else if (verb === 'rewrites' || verb === 'keeps') {
      const before = await tableId(server, rest[0]!)
      const code = await refusal(server, act)
      const rebuilt = before !== (await tableId(server, rest[0]!))
      if (code !== undefined || rebuilt !== (verb === 'rewrites')) found.push(`not so: ${line}${code === undefined ? '' : ` (${code})`}`)
    } else if (verb === 'value') {
      // What a query gives after the act: `value SELECT … => 1`.
      const [query, expected] = rest.join(' ').split(' => ')
      const code = await refusal(server, act)
      const [rows] = await server.connection.query<RowDataPacket[]>(query!)
      const value = rows[0] === undefined ? 'no row' : String(Object.values(rows[0])[0])
      if (code !== undefined || value !== expected) found.push(`not so: ${line} (${code ?? value})`)
    } else found.push(`nobody knows how to observe "${line}"`)
  }
  return found
}
