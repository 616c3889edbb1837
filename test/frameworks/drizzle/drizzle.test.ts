import { beforeAll, describe, expect, it } from 'vitest'
import { drizzle } from '../../../src/frameworks/drizzle/index.ts'
import type { DiscoverOptions } from '../../../src/frameworks/framework.ts'
import type { Script } from '../../../src/ir/migration.ts'
import { dialectOf } from '../../../src/pipeline/engines.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const journal = (...tags: readonly string[]) =>
  JSON.stringify({ version: '7', dialect: 'postgresql', entries: tags.map((tag, idx) => ({ idx, tag, when: idx, breakpoints: true })) })
const base = { 'drizzle/0000_a.sql': 'SELECT 1', 'drizzle/meta/_journal.json': journal('0000_a') }

function histories(files: Record<string, string>, options: DiscoverOptions = {}) {
  return drizzle.discover(memoryProject(files), options)
}

function load(files: Record<string, string>, runner: { transaction?: 'all' | 'each' | 'none' } = {}) {
  const project = memoryProject(files)
  const [history] = drizzle.discover(project, {})
  return history!.entries.map((entry) =>
    drizzle.load(entry, project, { dialect: dialects[history!.dialect as 'postgres'], version: [17], runner, history: history! }),
  )
}

const shown = (script: Script) => script.statements.map(({ sql, batch }) => `${sql} @${batch}`)

let dialects: Readonly<Record<'postgres' | 'sqlite', Awaited<ReturnType<typeof dialectOf>>>>
beforeAll(async () => {
  const [postgres, sqlite] = await Promise.all([dialectOf('postgres'), dialectOf('sqlite')])
  await Promise.all([postgres.ready(), sqlite.ready()])
  dialects = { postgres, sqlite }
})

describe('discovery', () => {
  it("follows the journal's list, misses a file that it names and counts one that it does not", () => {
    const [history] = histories({
      ...base,
      'drizzle/0001_b.sql': 'SELECT 1',
      'drizzle/0009_stray.sql': 'SELECT 1',
      'drizzle/meta/_journal.json': journal('0001_b', '0000_a', '0002_gone'),
    })
    expect(history!.entries.map(({ id }) => id)).toEqual(['0001_b', '0000_a', '0002_gone'])
    expect(history).toMatchObject({ framework: 'drizzle', dialect: 'postgres', skipped: { "not in Drizzle's journal": 1 } })
  })

  it('leaves files to plain SQL where the journal names only such as are gone', () => {
    const files = { 'drizzle/0001_b.sql': 'SELECT 1', 'drizzle/0002_c.sql': 'SELECT 1', 'drizzle/meta/_journal.json': journal('0000_gone') }
    expect(histories(files)).toMatchObject([{ entries: [], dialect: 'postgres', skipped: { "in Drizzle's journal without a file": 1 } }])
    expect(histories(files)[0]!.settings.claims).toBeUndefined()
    expect(histories({ 'drizzle/meta/_journal.json': journal('0000_gone') })[0]!.entries).toHaveLength(1)
  })

  it.each([
    ['in order', [1, 2, 3], []],
    ['of one moment', [1, 1, 2], [[1, 0]]],
    [
      'after one of the future',
      [1, 9, 3, 4],
      [
        [2, 1],
        [3, 1],
      ],
    ],
    ['without dates', [undefined, 2, undefined, 1], [[3, 1]]],
  ])('knows which migrations the dates of the journal hide: %s', (_, dates, hidden) => {
    const entries = dates.map((when, idx) => ({ idx, tag: `000${idx}`, when }))
    const [history] = histories({
      'drizzle/0000.sql': '',
      'drizzle/meta/_journal.json': JSON.stringify({ dialect: 'postgresql', entries }),
    })
    const found = history!.entries.flatMap(({ overtakenBy }, idx) => (overtakenBy === undefined ? [] : [[idx, Number(overtakenBy)]]))
    expect(found).toEqual(hidden)
  })

  it('reads the folders of 1.0, which has no journal, in the order of their names', () => {
    const files = {
      'drizzle/20260102000000_b/migration.sql': 'SELECT 2;\n--> statement-breakpoint\nSELECT 3;',
      'drizzle/20260102000000_b/snapshot.json': '{ "version": "8", "dialect": "postgres", "ddl": [] }',
      'drizzle/20260101000000_a/migration.sql': 'SELECT 1;',
      'drizzle/20260101000000_a/snapshot.json': '{ "version": "8", "dialect": "postgres", "ddl": [] }',
    }
    const [history, ...others] = histories(files)
    expect(others).toEqual([])
    expect(history).toMatchObject({ directory: 'drizzle', dialect: 'postgres', skipped: {} })
    expect(history!.entries.map(({ id }) => id)).toEqual(['20260101000000_a', '20260102000000_b'])
    const [, last] = load(files)
    expect(last!.up).toMatchObject({ ambient: 'all-pending', ambientAssumed: true })
    expect(shown(last!.up)).toEqual(['SELECT 2 @0', 'SELECT 3 @1'])
  })

  it('leaves folders without a snapshot to others', () => {
    expect(histories({ 'prisma/migrations/20260101000000_a/migration.sql': 'SELECT 1;', 'test/snapshot.json': '{}' })).toEqual([])
  })

  it('takes the engine of drizzle.config where an old journal says none', () => {
    const files = { ...base, 'drizzle/meta/_journal.json': '{"entries":[{"idx":0,"tag":"0000_a"}]}' }
    expect(histories({ ...files, 'drizzle.config.ts': "export default { dialect: 'turso' }" })[0]).toMatchObject({
      dialect: 'sqlite',
      dialectBecause: 'drizzle.config.ts says turso',
    })
    expect(histories(files)[0]!.dialect).toBeUndefined()
  })

  it('says that SingleStore is not judged', () => {
    const [history] = histories({ ...base, 'drizzle/meta/_journal.json': journal('0000_a').replace('postgresql', 'singlestore') })
    expect(history).toMatchObject({ dialect: undefined, dialectBecause: expect.stringContaining('singlestore') })
  })

  it('leaves a folder of D1 to wrangler, and a broken journal alone', () => {
    expect(histories({ ...base, 'wrangler.toml': '[[d1_databases]]\nmigrations_dir = "drizzle"' })).toEqual([])
    expect(histories({ ...base, 'drizzle/meta/_journal.json': '{' })).toEqual([])
  })

  it('takes the whole history when one file of it is asked for', () => {
    const files = { ...base, 'drizzle/0001_b.sql': '', 'drizzle/meta/_journal.json': journal('0000_a', '0001_b') }
    expect(histories(files, { paths: ['drizzle/0001_b.sql'] })[0]!.entries).toHaveLength(2)
    expect(histories(files, { paths: ['other'] })).toEqual([])
  })
})

describe('loading', () => {
  it('sends each piece between breakpoints by itself, all pending files in one transaction, and has no way back', () => {
    const text = 'SELECT 1\n--> statement-breakpoint\nSELECT 2; SELECT 3;--> statement-breakpoint\n'
    const [{ up, down, downExpected }] = load({ ...base, 'drizzle/0000_a.sql': text }) as [ReturnType<typeof load>[number]]
    expect(shown(up)).toEqual(['SELECT 1 @0', 'SELECT 2 @1', 'SELECT 3 @1'])
    expect([up.ambient, up.ambientAssumed, down, downExpected]).toEqual(['all-pending', false, undefined, false])
  })

  it('says which file is not there', () => {
    expect(load({ 'drizzle/meta/_journal.json': journal('0000_a') })[0]!.unreadable).toBeDefined()
  })

  it.each([
    ['neon-http', 'none'],
    ['pg-proxy', 'unknown'],
    ['postgres-js', 'all-pending'],
  ])('knows what the migrator of %s opens', (driver, ambient) => {
    const [migration] = load({ ...base, 'src/migrate.ts': `import { migrate } from 'drizzle-orm/${driver}/migrator'` })
    expect(migration!.up.ambient).toBe(ambient)
  })

  it('lets the configuration say what the runner does', () => {
    expect(load(base, { transaction: 'each' })[0]!.up.ambient).toBe('migration')
  })

  it.each([
    ['libsql', false],
    ['better-sqlite3', true],
    ['sql-js', undefined],
  ])('knows whether %s enforces foreign keys while it migrates', (driver, enforced) => {
    const files = { ...base, 'drizzle/meta/_journal.json': journal('0000_a').replace('postgresql', 'sqlite') }
    const [migration] = load({ ...files, 'src/migrate.ts': `import { migrate } from "drizzle-orm/${driver}/migrator"` })
    expect(migration!.up.foreignKeys).toBe(enforced)
  })
})
