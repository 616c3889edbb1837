import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresAddress as connection } from '../../../scripts/servers.ts'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { lockModes } from '../../../src/dialects/postgres/locks.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import { cases } from './cost-cases/all.ts'
import { base, type Case } from './cost-cases/case.ts'
import { costOfSql, schemaOf } from './cost-cases/world.ts'

const own = 'surefoot_costs'
const order: readonly string[] = lockModes

async function connect(): Promise<pg.Client | undefined> {
  const client = new pg.Client(connection)
  try {
    await client.connect()
    return client
  } catch (error) {
    console.warn(`skipped: no PostgreSQL at ${connection.host}:${connection.port} (${error instanceof Error ? error.message : error})`)
    return undefined
  }
}

const server = await connect()
const version: { rows: { major: number }[] } | undefined = await server?.query(
  "select current_setting('server_version_num')::integer / 10000 as major",
)
const major = version?.rows[0]?.major ?? 0

interface Seen {
  readonly locks: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

/** The strongest lock of this session on each table of the schema, and the file of each relation. */
async function look(client: pg.Client): Promise<Seen> {
  const locks: { rows: { name: string; mode: string }[] } = await client.query(
    `select c.relname as name, l.mode from pg_locks l join pg_class c on c.oid = l.relation
     where l.pid = pg_backend_pid() and c.relnamespace = '${own}'::regnamespace and c.relkind in ('r', 'p')`,
  )
  const files: { rows: { name: string; file: string }[] } = await client.query(
    `select relname as name, pg_relation_filenode(oid)::text as file from pg_class where relnamespace = '${own}'::regnamespace and relkind in ('r', 'i')`,
  )
  const strongest: Record<string, string> = {}
  for (const { name, mode } of locks.rows) {
    const spelled = mode
      .replace(/Lock$/, '')
      .replace(/([a-z])(?=[A-Z])/g, '$1 ')
      .toUpperCase()
    const known = strongest[name]
    const rank = (text: string) => order.indexOf(text)
    if (known === undefined || rank(spelled) > rank(known)) strongest[name] = spelled
  }
  return { locks: strongest, files: Object.fromEntries(files.rows.map(({ name, file }) => [name, file])) }
}

async function prepare(client: pg.Client, first: string | undefined): Promise<void> {
  await client.query(`drop schema if exists surefoot_moved, surefoot_empty, surefoot_full cascade; drop schema if exists ${own} cascade`)
  await client.query(`create schema ${own}; set search_path = ${own}, public; set client_min_messages = warning`)
  await client.query(base)
  if (first) await client.query(first)
}

let before: Schema
let clean = false
const messages: string[] = []

beforeAll(async () => {
  await postgres.ready()
  before = schemaOf(base)
  server?.on('notice', (notice) => messages.push(notice.message ?? ''))
})

afterAll(async () => {
  await server?.query(
    `rollback; drop schema if exists surefoot_moved, surefoot_empty, surefoot_full cascade; drop schema if exists ${own} cascade`,
  )
  await server?.end()
})

const here = cases.filter((each) => (each.since ?? 12) <= major && (each.until ?? 99) >= major)
const title = (each: Case) => `${each.first ? `${each.first.slice(0, 70)} ` : ''}${each.sql}`

describe.skipIf(!server)(`PostgreSQL ${major} does what the costs say`, () => {
  // A tablespace needs a folder on the server, and a checkpoint or a program would disturb it.
  const run = here.filter((each) => !/elsewhere|CHECKPOINT|PROGRAM/.test(each.sql) || each.refused)
  test.each(run.map((each) => [title(each), each] as const))('%s', async (_, each) => {
    const client = server!
    if (!clean || each.first) await prepare(client, each.first)
    clean = each.first === undefined
    const { cost } = costOfSql(each.sql, each.first ? schemaOf(each.first, before) : before, [major])
    await client.query('begin')
    try {
      const was = await look(client)
      await client.query('set local client_min_messages = debug1')
      messages.length = 0
      const sent = client.query(each.sql)
      if (each.refused) {
        await expect(sent).rejects.toMatchObject({ code: '25001' })
        expect(cost.inTransaction).toBe(false)
        return
      }
      await sent
      await client.query('set local client_min_messages = warning')
      const is = await look(client)
      const target = each.target ?? targetOf(each.sql)
      expect(cost.inTransaction).toBe(true)
      if (!each.unseen && cost.lock !== 'NONE') expect(is.locks[target] ?? is.locks[renamed(each.sql)]).toBe(cost.lock)
      for (const other of cost.others) expect([other.table.name, is.locks[other.table.name]]).toEqual([other.table.name, other.lock])
      if (cost.lock === 'NONE') expect(Object.values(is.locks).filter((lock) => lock !== 'ACCESS SHARE')).toEqual([])
      if (each.unseen || each.proof === 'truncate') return
      const rewritten = was.files[target] !== undefined && is.files[target] !== undefined && was.files[target] !== is.files[target]
      expect(rewritten, 'rewritten').toBe(cost.rewrites)
      const read = messages.filter((message) =>
        /^(verifying table|validating foreign key|rewriting table|building index (?!"pg_toast))/.test(message),
      )
      if (cost.scans !== 'unknown' && !/^(vacuum|analyze|cluster|update|delete)/.test(each.proof)) {
        expect(read.length > 0, `read: ${read.join('; ')}`).toBe(cost.scans)
      }
      expect(
        read.some((message) => message.startsWith('building index')) ||
          each.proof === 'cluster' ||
          read.some((message) => message.startsWith('rewriting')),
        'built an index',
      ).toBe(cost.buildsIndex)
    } finally {
      await client.query('rollback')
    }
  })
})

/** The table that a statement is about, as its text says. */
function targetOf(sql: string): string {
  const match =
    /^ALTER TABLE (?:ONLY )?(\w+)/.exec(sql) ??
    /^(?:CREATE|DROP)\b.*? ON (?:ONLY )?(?:TABLE )?(\w+)/.exec(sql) ??
    /\b(?:TO|FROM|INTO|UPDATE|LOCK TABLE|TRUNCATE|ANALYZE|CLUSTER|REINDEX TABLE|ON TABLE|ON COLUMN|ON) (\w+)/.exec(sql)
  return match?.[1] ?? ''
}

/** The name that a table has afterwards. */
function renamed(sql: string): string {
  return /^ALTER TABLE \w+ RENAME TO (\w+)/.exec(sql)?.[1] ?? ''
}
