import { afterAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Outcome, ReportedRehearsal } from '../../src/lint/outcome.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import type { Engine } from '../../src/sandbox/engine.ts'
import { openPostgres } from '../../src/sandbox/engines/postgres/index.ts'
import { Rehearsal } from '../../src/sandbox/rehearse.ts'
import { settingsFor } from '../run-example.ts'
import { root, url } from './postgres-servers.ts'

const open = new Map<string, Map<string, Promise<Engine>>>()

interface Told {
  readonly outcome: Outcome
  readonly run: ReportedRehearsal
}

/** Rehearses the last of these files, each a migration of plain SQL that declares the engine's own version. */
async function rehearse(
  files: Readonly<Record<string, string>>,
  engine: string,
  version: number,
  profile: 'safety' | 'style' = 'safety',
): Promise<Told> {
  const engines = open.get(engine) ?? new Map<string, Promise<Engine>>()
  open.set(engine, engines)
  const rehearsal = new Rehearsal({
    root,
    rows: 1000,
    engine,
    allowRemote: false,
    env: [],
    baseSchema: undefined,
    engines,
    limits: { milliseconds: 20_000, mebibytes: 512 },
    which: 'judged',
    battery: true,
  })
  const last = Object.keys(files).sort().at(-1)!
  const { outcome } = await check({
    project: memoryProject(files),
    projects: [
      { framework: 'raw-sql', dialect: 'postgres', serverVersion: [version], runner: { transaction: 'none' }, boundByRunner: false },
    ],
    rules: settingsFor(rules, profile),
    allRules: rules,
    profile,
    down: 'rollback',
    only: (path) => path === last || path === last.replace('.up.', '.down.'),
    together: false,
    version: 'test',
    prove: rehearsal.prove,
  })
  return { outcome, run: rehearsal.rehearsals[0]! }
}

function verdictOn({ outcome }: Told, rule: string) {
  const finding = outcome.findings.find((candidate) => candidate.rule === rule)
  if (!finding) throw new Error(`${rule} said nothing: ${outcome.findings.map((found) => found.rule).join(', ')}`)
  return { ...finding.verdict, evidence: finding.evidence, severity: finding.severity }
}

const orders = {
  'migrations/001_orders.sql':
    'CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), status varchar(20), total integer);\n',
}

async function serverVersion(): Promise<number | undefined> {
  const { Client } = (await import('pg')).default
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version")
    return Math.floor(Number(rows[0]!.version) / 10_000)
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

const server = await serverVersion()
const benches = [
  { name: 'PGlite', engine: 'pglite', version: 18, second: false, absent: false },
  {
    name: `the server of SUREFOOT_TEST_POSTGRES${server === undefined ? ' (absent)' : ''}`,
    engine: url,
    version: server ?? 0,
    second: true,
    absent: server === undefined,
  },
]

afterAll(async () => {
  for (const engines of open.values()) for (const engine of engines.values()) await (await engine).close()
})

describe.each(benches)('a rehearsal on $name', ({ engine, version, second, absent }) => {
  it.skipIf(absent)('confirms an index that is built while writes wait, and says what was read under which lock', async () => {
    const told = await rehearse({ ...orders, 'migrations/002.sql': 'CREATE INDEX orders_status ON orders (status);\n' }, engine, version)
    const verdict = verdictOn(told, 'index-not-concurrent')
    expect(verdict).toMatchObject({ verdict: 'confirmed', evidence: 'observed', severity: 'error' })
    expect(verdict.because).toMatch(/^writes of orders wait: ShareLock is held while 1,000 rows of orders are read/)
    expect(told.run.steps).toMatchObject([{ line: 1, file: 'migrations/002.sql', blocks: ['writes of orders'], scanned: { orders: 1000 } }])
  })

  it.skipIf(absent)('confirms a column that rows cannot have, and keeps the migrations after it testable', async () => {
    const files = { ...orders, 'migrations/002.sql': 'ALTER TABLE orders ADD COLUMN region text NOT NULL;\n' }
    const told = await rehearse(files, engine, version)
    expect(verdictOn(told, 'not-null-without-default')).toMatchObject({ verdict: 'confirmed' })
    expect(told.run.steps[0]!.failure).toMatch(/^23502/)
    const backfilled = {
      ...orders,
      'migrations/002.sql': 'UPDATE orders SET total = 0 WHERE total IS NULL;\nALTER TABLE orders ADD COLUMN region text NOT NULL;\n',
    }
    const later = await rehearse(
      { ...backfilled, 'migrations/003.sql': 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\n' },
      engine,
      version,
    )
    expect(verdictOn(later, 'set-not-null-scan')).toMatchObject({ verdict: 'confirmed' })
    expect(later.run.notes.join()).toContain('the history ran on empty tables')
  })

  it.skipIf(absent)('makes a dropped column conditional on what the running release reads, and gives the query', async () => {
    const told = await rehearse({ ...orders, 'migrations/002.sql': 'ALTER TABLE orders DROP COLUMN status;\n' }, engine, version)
    const verdict = verdictOn(told, 'drop-before-contract')
    expect(verdict).toMatchObject({ verdict: 'conditional' })
    expect(verdict.because).toContain('42703')
    expect(verdict.query).toMatch(/^SELECT calls, query FROM pg_stat_statements .*%status%/)
  })

  it.skipIf(absent)('sees what a down leaves behind and what it cannot bring back', async () => {
    const told = await rehearse(
      {
        ...orders,
        'migrations/002_status.up.sql':
          "CREATE TYPE order_state AS ENUM ('open', 'closed');\nALTER TABLE orders ADD COLUMN state order_state;\n",
        'migrations/002_status.down.sql': 'ALTER TABLE orders DROP COLUMN state;\n',
      },
      engine,
      version,
    )
    expect(told.run.observations).toContainEqual(
      expect.objectContaining({ kind: 'down-differs', message: expect.stringContaining('type order_state is left behind') as string }),
    )
    expect(told.run.observations).toContainEqual(
      expect.objectContaining({ kind: 'redo-fails', message: expect.stringContaining('42710') as string }),
    )
    const lossy = await rehearse(
      {
        ...orders,
        'migrations/002_total.up.sql': 'ALTER TABLE orders DROP COLUMN total;\n',
        'migrations/002_total.down.sql': 'ALTER TABLE orders ADD COLUMN total integer;\n',
      },
      engine,
      version,
    )
    expect(lossy.run.observations).toContainEqual(
      expect.objectContaining({ kind: 'down-loses', message: expect.stringMatching(/values of orders.total are gone/) as string }),
    )
  })

  it.skipIf(absent)('finds the half-applied state of a script without a transaction, and none of one with a transaction', async () => {
    const script = 'ALTER TABLE orders ADD COLUMN a integer;\nALTER TABLE orders ADD COLUMN b integer;\n'
    const told = await rehearse({ ...orders, 'migrations/002.sql': script }, engine, version)
    expect(told.run.observations).toContainEqual(
      expect.objectContaining({
        kind: 'half-applied',
        message: expect.stringMatching(/after a failure in statement 2 column orders.a is left behind; the retry fails: 42701/) as string,
      }),
    )
    const whole = await rehearse({ ...orders, 'migrations/002.sql': `BEGIN;\n${script}COMMIT;\n` }, engine, version)
    expect(whole.run.observations.filter(({ kind }) => kind === 'half-applied')).toEqual([])
  })

  it.skipIf(absent)('is silent where nothing is wrong', async () => {
    const told = await rehearse(
      { ...orders, 'migrations/002.sql': "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;\n" },
      engine,
      version,
    )
    expect(told.outcome.findings).toEqual([])
    expect(told.run.observations).toEqual([])
    expect(told.run.steps.at(-1)).toMatchObject({ blocks: ['reads and writes of orders'], rewritten: [], scanned: {}, written: {} })
  })

  it.skipIf(absent)(`${second ? 'watches' : 'cannot watch'} the line behind a migration that waits for a reader`, async () => {
    const told = await rehearse({ ...orders, 'migrations/002.sql': 'ALTER TABLE orders ADD COLUMN note text;\n' }, engine, version)
    const verdict = verdictOn(told, 'missing-lock-timeout')
    expect(verdict.verdict).toBe(second ? 'confirmed' : 'not proven')
    expect(verdict.because).toMatch(
      second ? /a plain SELECT, INSERT, UPDATE and DELETE of orders waited behind the migration/ : /has one session here/,
    )
  })

  it.skipIf(absent)(`${second ? 'watches' : 'cannot watch'} a build that is cancelled, and the retry`, async () => {
    const build = (more: string) => ({
      ...orders,
      'migrations/002.sql': `SET lock_timeout = '5s';\n${more}CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status ON orders (status);\n`,
    })
    const seen = async (files: Readonly<Record<string, string>>) =>
      (await rehearse(files, engine, version)).run.observations.filter(({ kind }) => kind === 'invalid-index')
    expect(await seen(build(''))).toMatchObject(
      second
        ? [{ message: expect.stringMatching(/leaves index orders_status INVALID; the retry goes through and leaves it so$/) as string }]
        : [],
    )
    expect(await seen(build('DROP INDEX CONCURRENTLY IF EXISTS orders_status;\n'))).toEqual([])
  })

  it.skipIf(absent)('executes after the migration what a session had prepared before it', async () => {
    const cached = async (sql: string) =>
      (
        await rehearse({ ...orders, 'migrations/002.sql': `SET lock_timeout = '5s';\n${sql};\n` }, engine, version, 'style')
      ).outcome.findings
        .filter(({ rule }) => rule === 'cached-plan')
        .map(({ verdict }) => verdict)
    expect(await cached('ALTER TABLE orders ADD COLUMN note text')).toMatchObject([
      {
        verdict: 'confirmed',
        because: 'in a session that had prepared it, SELECT * of orders fails: 0A000: cached plan must not change result type',
      },
    ])
    expect(await cached('ALTER TABLE orders ALTER COLUMN status TYPE text')).toMatchObject([{ verdict: 'confirmed' }])
    expect(await cached('CREATE INDEX orders_total ON orders (total)')).toEqual([])
  })

  it.skipIf(absent)('plants rows that a unique constraint does not stand, and gives the query that finds them', async () => {
    const told = await rehearse(
      { ...orders, 'migrations/002.sql': 'ALTER TABLE orders ADD CONSTRAINT orders_status_key UNIQUE (status, total);\n' },
      engine,
      version,
    )
    const found = told.run.observations.find(({ kind }) => kind === 'fails-on-rows')
    expect(found?.message).toContain('23505')
    expect(found?.query).toMatch(/SELECT/)
  })
})

describe('what a run may decide', () => {
  it('refutes nothing on another major version than the declared one', async () => {
    const told = await rehearse(
      {
        ...orders,
        'migrations/002.sql': 'ALTER TABLE orders ALTER COLUMN status TYPE varchar(50);\nALTER TABLE orders ADD COLUMN note text;\n',
      },
      'pglite',
      14,
    )
    for (const { verdict } of told.outcome.findings) expect(verdict?.verdict).not.toBe('refuted')
  })
})

describe('an extension that the history uses', () => {
  const users = {
    'migrations/001_users.sql':
      'CREATE TABLE users (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), email citext, salt bytea DEFAULT gen_random_bytes(8));\n',
  }
  const add = { 'migrations/002_add.sql': "SET lock_timeout = '1s';\nALTER TABLE users ADD COLUMN a integer;\n" }

  it.each(benches.filter(({ absent }) => !absent))(
    'is created first where it does not create it itself, on $name',
    async ({ engine, version }) => {
      const { run } = await rehearse({ ...users, ...add }, engine, version)
      expect(run.notRun).toBeUndefined()
      for (const name of ['citext', 'pgcrypto', 'uuid-ossp'])
        expect(run.notes).toContain(`the extension ${name} was created first: the history uses it and does not create it`)
      const own = {
        'migrations/000.sql': 'CREATE EXTENSION citext;\nCREATE EXTENSION pgcrypto;\nCREATE EXTENSION "uuid-ossp";\n',
        ...users,
        ...add,
      }
      expect((await rehearse(own, engine, version)).run.notes.join()).not.toContain('created first')
    },
  )

  it('is said to be missing where the engine has none', async () => {
    const map = { 'migrations/001_map.sql': 'CREATE EXTENSION postgis;\nCREATE TABLE places (at geometry(Point));\n', ...add }
    const { run } = await rehearse(map, 'pglite', 18)
    expect(run.notRun).toMatch(/extension "postgis" is not available\. Name a server that has postgis with --engine$/)
  })
})

describe('a role that the history names', () => {
  const team = {
    'migrations/001_team.sql':
      "CREATE TABLE members (id bigint PRIMARY KEY, name text);\nALTER TABLE members ENABLE ROW LEVEL SECURITY;\nGRANT SELECT ON members TO surefoot_reader, PUBLIC;\nCREATE POLICY own ON members TO surefoot_writer USING (true);\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'surefoot_owner') THEN CREATE ROLE surefoot_owner; END IF; END $$;\nALTER TABLE members OWNER TO surefoot_owner;\nALTER TABLE members OWNER TO CURRENT_USER;\n",
  }
  const add = { 'migrations/002_add.sql': "SET lock_timeout = '1s';\nALTER TABLE members ADD COLUMN a integer;\n" }
  const made = ['surefoot_owner', 'surefoot_reader', 'surefoot_writer'].map(
    (name) => `the role ${name} was made first: the history names it and does not create it`,
  )

  it('is made first on PGlite', async () => {
    const { run } = await rehearse({ ...team, ...add }, 'pglite', 18)
    expect(run.notRun).toBeUndefined()
    expect(run.notes.filter((note) => note.startsWith('the role '))).toEqual(made)
    const own = { 'migrations/000_roles.sql': 'CREATE ROLE surefoot_reader;\nCREATE ROLE surefoot_writer;\n', ...team, ...add }
    const alone = (await rehearse(own, 'pglite', 18)).run
    expect(alone.notRun).toBeUndefined()
    expect(alone.notes.filter((note) => note.startsWith('the role '))).toEqual(made.slice(0, 1))
  })

  it.skipIf(server === undefined)('is not made on a server by the history itself, which says where it can be', async () => {
    const own = { 'migrations/000_roles.sql': 'CREATE ROLE surefoot_bare;\n', ...team, ...add }
    const { run } = await rehearse(own, url, server ?? 0)
    expect(run.notRun).toMatch(
      /000_roles fails: 42501: permission denied to create role\. The throwaway user .* may make no roles: .*--engine pglite/,
    )
  })

  it.skipIf(server === undefined)(
    'is made first on a server, shared by runs beside each other, and gone with the last of them',
    async () => {
      const { Client } = (await import('pg')).default
      const client = new Client({ connectionString: url })
      await client.connect()
      const there = async () =>
        (await client.query("SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'surefoot\\_%er' ORDER BY 1")).rows.map(
          ({ name }) => name,
        )
      try {
        const name = 'surefoot_other_reader'
        await client.query(`DROP ROLE IF EXISTS ${name}`)
        const ask = { dialect: 'postgres', wanted: undefined, asked: url, allowRemote: false, root, extensions: [], bytes: 0 } as const
        const [one, two] = [await openPostgres(ask), await openPostgres(ask)]
        const database = await one.create()
        expect(await one.makeRole?.(database, name)).toBe(true)
        expect(await two.makeRole?.(await two.create(), name)).toBe(true)
        await one.close()
        expect(await there()).toContain(name)
        await two.close()
        expect(await there()).not.toContain(name)
        const { run } = await rehearse({ ...team, ...add }, url, server ?? 0)
        expect(run.notRun).toBeUndefined()
        expect(run.notes.filter((note) => note.startsWith('the role '))).toEqual(made)
        await client.query(`CREATE ROLE ${name}`)
        const three = await openPostgres(ask)
        expect(await three.makeRole?.(await three.create(), name)).toBe(false)
        await three.close()
        expect(await there()).toContain(name)
        await client.query(`DROP ROLE ${name}`)
      } finally {
        await client.end()
      }
    },
  )
})

describe('what the steps of a migration leave between them', () => {
  const ages = { 'migrations/001.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, age varchar(20), age_new integer);\n' }
  const swap = 'ALTER TABLE users DROP COLUMN age;\nALTER TABLE users RENAME COLUMN age_new TO age;\n'

  it('confirms that a column is away until another one takes its name, and says nothing of one transaction', async () => {
    const apart = await rehearse({ ...ages, 'migrations/002.sql': swap }, 'pglite', 18)
    expect(verdictOn(apart, 'drop-before-contract')).toMatchObject({
      verdict: 'confirmed',
      because: 'before statement 2, and after a failure in it, column users.age is missing',
    })
    const together = await rehearse({ ...ages, 'migrations/002.sql': `BEGIN;\n${swap}COMMIT;\n` }, 'pglite', 18)
    expect(together.outcome.findings.map(({ rule }) => rule)).not.toContain('drop-before-contract')
  })

  it('does not call values lost that another column took over', async () => {
    const filled = {
      'migrations/001.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, nick text, name text);\n',
      'migrations/001.down.sql': 'DROP TABLE users;\n',
      'migrations/002.up.sql': 'UPDATE users SET name = nick;\n',
      'migrations/002.down.sql': 'SELECT 1;\n',
    }
    const drop = (down: string) => ({
      'migrations/003.up.sql': 'ALTER TABLE users DROP COLUMN nick;\n',
      'migrations/003.down.sql': down,
    })
    const lost = async (files: Readonly<Record<string, string>>) =>
      (await rehearse(files, 'pglite', 18)).run.observations.flatMap(({ kind, message }) => (kind === 'down-loses' ? [message] : []))
    const add = 'ALTER TABLE users ADD COLUMN nick text;\n'
    expect(await lost({ ...filled, ...drop(add) })).toEqual([])
    expect(await lost({ ...filled, ...drop(`${add}UPDATE users SET name = NULL;\n`) })).toMatchObject([
      expect.stringMatching(/^after up\(\) and down\(\) \d+ values of users\.n\w+ are gone$/),
    ])
  })
})
