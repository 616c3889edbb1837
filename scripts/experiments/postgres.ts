import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { lockModes } from '../../src/dialects/postgres/locks.ts'
import { postgresAddress } from '../servers.ts'
import type { Experiment, Fact, FactFile } from './fact.ts'

/** A PostgreSQL that can be asked. */
export interface Server {
  /** `PostgreSQL 15.20 at 127.0.0.1:5432`. */
  readonly name: string
  readonly version: readonly number[]
  /** Runs statements; the rows of the last one. */
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The server's messages since the last call. */
  messages(): readonly string[]
  close(): Promise<void>
}

const namespace = 'surefoot_facts'

/** The server of `SUREFOOT_TEST_POSTGRES`; why not, when there is none. */
export async function localPostgres(): Promise<Server | string> {
  const { host, port } = postgresAddress
  const client = new pg.Client(postgresAddress)
  try {
    await client.connect()
  } catch (error) {
    return `no PostgreSQL at ${host}:${port} (${error instanceof Error ? error.message : error})`
  }
  let heard: string[] = []
  client.on('notice', (notice) => heard.push(notice.message ?? ''))
  const run = async (sql: string) => {
    // The types know one result, and several statements give several.
    const result = (await client.query(sql)) as { rows: Record<string, unknown>[] } | { rows: Record<string, unknown>[] }[]
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
  }
  const version = await versionOf(run)
  // Another run waits until this one is over: both make the same schema.
  await run(`select pg_advisory_lock(hashtext('${namespace}'))`)
  return {
    name: `PostgreSQL ${version.join('.')} at ${host}:${port}`,
    version,
    run,
    messages: () => {
      const all = heard
      heard = []
      return all
    },
    close: () => client.end(),
  }
}

/** The PostgreSQL that PGlite carries, in memory. */
export async function embeddedPostgres(): Promise<Server> {
  const heard: string[] = []
  const client = await PGlite.create()
  const run = async (sql: string) => {
    const results = await client.exec(sql, { onNotice: (notice) => heard.push(notice.message ?? '') })
    return (results.at(-1)?.rows ?? []) as Record<string, unknown>[]
  }
  const version = await versionOf(run)
  return {
    name: `PGlite, PostgreSQL ${version.join('.')}`,
    version,
    run,
    messages: () => heard.splice(0),
    close: () => client.close(),
  }
}

async function versionOf(run: Server['run']): Promise<readonly number[]> {
  const [row] = await run("select current_setting('server_version_num')::integer as number")
  const number = Number(row?.number)
  return [Math.floor(number / 10_000), number % 10_000]
}

/** What each server was last arranged as. */
const arranged = new WeakMap<Server, string>()

/** Makes a schema with the given database in it; one that is there from the last time is used again, since what is observed is rolled back. */
async function arrange(server: Server, ...texts: readonly (string | undefined)[]): Promise<void> {
  const text = texts.filter((each) => each !== undefined && each !== '').join(';\n')
  if (arranged.get(server) === text) return
  arranged.delete(server)
  await server.run('rollback; reset all').catch(() => {})
  await server.run('set client_min_messages = warning; set synchronous_commit = off')
  await clear(server)
  await server.run(`create schema ${namespace}; set search_path = ${namespace}, public`)
  await server.run(text)
  arranged.set(server, text)
}

/** Drops what `arrange` made. */
export async function clear(server: Server): Promise<void> {
  arranged.delete(server)
  await server.run('rollback').catch(() => {})
  await server.run(`drop publication if exists surefoot_publication; drop schema if exists ${namespace}, surefoot_moved cascade`)
}

/** What one statement was seen to do in a transaction that is rolled back. */
export interface Seen {
  readonly refused: string | undefined
  /** Strongest lock of the session by relation, dropped and new ones included; a renamed one by both names. */
  readonly locks: Readonly<Record<string, string>>
  /** Tables whose rows were put into another file. */
  readonly rewritten: ReadonlySet<string>
  /** `verifying`, `validating`: what DEBUG1 says of tables that are read. */
  readonly reads: readonly string[]
  readonly builds: readonly string[]
  /** Rows that the statement gave. */
  readonly rows: number
}

interface Relation {
  readonly oid: string
  readonly name: string
  readonly kind: string
  readonly file: string
}

async function relations(server: Server): Promise<readonly Relation[]> {
  const rows = await server.run(
    `select oid::text, relname as name, relkind::text as kind, pg_relation_filenode(oid)::text as file from pg_class
     where relnamespace in (select oid from pg_namespace where nspname in ('${namespace}', 'surefoot_moved') or nspname like 'pg_temp%')
       and relkind in ('r', 'p', 'm', 'v', 'S', 'i', 'I', 'c')`,
  )
  return rows as unknown as Relation[]
}

/** Runs one statement in a transaction, looks at what it holds and wrote, and rolls back. */
async function observe(server: Server, sql: string): Promise<Seen> {
  const none = { locks: {}, rewritten: new Set<string>(), reads: [], builds: [], rows: 0 }
  const before = await relations(server)
  await server.run('begin')
  try {
    await server.run('set local client_min_messages = debug1')
    server.messages()
    let rows: number
    try {
      rows = (await server.run(sql)).length
    } catch (error) {
      return { ...none, refused: String((error as { code?: unknown }).code) }
    }
    const messages = server.messages()
    await server.run('set local client_min_messages = warning')
    const held = await server.run(
      'select relation::text as oid, mode from pg_locks where pid = pg_backend_pid() and relation is not null and granted',
    )
    const after = await relations(server)
    const names = new Map<string, Set<string>>()
    for (const { oid, name } of [...before, ...after]) names.set(oid, (names.get(oid) ?? new Set()).add(name))
    const locks: Record<string, string> = {}
    for (const { oid, mode } of held as unknown as { oid: string; mode: string }[]) {
      for (const name of names.get(oid) ?? []) locks[name] = stronger(spelled(mode), locks[name])
    }
    const files = new Map(before.map(({ oid, file }) => [oid, file]))
    const moved = after.filter(({ oid, file, kind }) => /[rm]/.test(kind) && files.has(oid) && files.get(oid) !== file)
    return {
      refused: undefined,
      locks,
      rewritten: new Set(moved.map(({ name }) => name)),
      reads: messages.filter((message) => /^(verifying|validating|rewriting) /.test(message)),
      builds: messages.filter((message) => /^(building index (?!"pg_)|rewriting )/.test(message)),
      rows,
    }
  } finally {
    await server.run('rollback')
  }
}

/** `AccessExclusiveLock` as the manual spells it. */
function spelled(mode: string): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toUpperCase()
}

const order: readonly string[] = lockModes
function stronger(a: string, b: string | undefined): string {
  return b === undefined || order.indexOf(a) > order.indexOf(b) ? a : b
}

/** In what the server disagrees with a fact's outcome; empty when it agrees. */
export async function proveFact(server: Server, file: FactFile, fact: Fact): Promise<readonly string[]> {
  const outcome = fact.on.find(({ versions: [from, to] }) => within(server.version[0]!, from, to))
  if (outcome === undefined) return []
  try {
    await arrange(server, file.base.join(';\n'), fact.first, fact.session)
  } catch (error) {
    // What the statement needs is not there in this version.
    return outcome.refused === undefined ? [`cannot be arranged: ${error instanceof Error ? error.message : error}`] : []
  }
  const seen = await observe(server, fact.statement)
  const found: string[] = []
  const say = (what: string, expected: unknown, is: unknown) => {
    if (JSON.stringify(expected) !== JSON.stringify(is))
      found.push(`${what}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(is)}`)
  }
  if (outcome.refused !== undefined || (seen.refused !== undefined && seen.refused !== '25001')) {
    say('refused', outcome.refused, seen.refused)
    return found
  }
  say('inTransaction', outcome.inTransaction, seen.refused === undefined)
  if (seen.refused !== undefined) return found
  if (outcome.lock !== undefined) say('lock', outcome.lock, seen.locks[fact.target] ?? 'NONE')
  if (outcome.rewrites !== undefined) say('rewrites', outcome.rewrites, seen.rewritten.has(fact.target))
  if (outcome.scans !== undefined)
    say('scans', outcome.scans, seen.reads.length > 0 || seen.builds.length > 0 || seen.rewritten.has(fact.target))
  for (const [table, lock] of Object.entries(outcome.others ?? {})) say(`lock on ${table}`, lock, seen.locks[table])
  return found
}

function within(major: number, from: string, to: string | undefined): boolean {
  return major >= Number(from) && (to === undefined || major <= Number(to))
}

/** In what the server disagrees with an experiment; empty when it agrees. */
export async function proveExperiment(server: Server, experiment: Experiment): Promise<readonly string[]> {
  await arrange(server, experiment.arrange)
  const seen = await observe(server, experiment.act)
  const found: string[] = []
  if (seen.refused !== undefined && !experiment.observe.includes(`refused ${seen.refused}`)) return [`refused with ${seen.refused}`]
  for (const line of experiment.observe) {
    const [verb, name = '', ...rest] = line.split(' ')
    const value = rest.join(' ')
    const holds: Readonly<Record<string, () => boolean>> = {
      lock: () => (seen.locks[name] ?? 'NONE') === value,
      rewrites: () => seen.rewritten.has(name),
      keeps: () => !seen.rewritten.has(name),
      reads: () => seen.reads.some((message) => message.includes(`"${name}"`)),
      'reads-nothing': () => seen.reads.length === 0,
      builds: () => seen.builds.length > 0,
      'builds-nothing': () => seen.builds.length === 0,
      refused: () => seen.refused === name,
      rows: () => seen.rows === Number(name),
    }
    const test = verb === undefined ? undefined : holds[verb]
    if (test === undefined) found.push(`nobody knows how to observe "${line}"`)
    else if (!test())
      found.push(
        `not so: ${line} (locks ${JSON.stringify(seen.locks)}, ${[...seen.reads, ...seen.builds].join('; ') || 'nothing read'}, rewritten ${[...seen.rewritten].join(', ') || 'nothing'}${seen.refused ? `, refused ${seen.refused}` : ''})`,
      )
  }
  return found
}
