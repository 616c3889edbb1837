import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rehearse, UserError } from '../../src/index.ts'

const orders = { 'migrations/001_orders.sql': 'CREATE TABLE orders (id integer PRIMARY KEY, note text);\n' }
const total = { ...orders, 'migrations/002_total.sql': 'ALTER TABLE orders ADD COLUMN total integer NOT NULL;\n' }
const sqlite = { dialect: 'sqlite', engine: 'sql.js', rows: 100 } as const

describe('rehearse', () => {
  it('gives the findings with verdicts, and what was seen', async () => {
    const { findings, rehearsals, summary } = await rehearse({ files: total, ...sqlite })
    expect(findings.find(({ rule }) => rule === 'not-null-without-default')).toMatchObject({
      evidence: 'observed',
      verdict: { verdict: 'confirmed', because: expect.stringMatching(/NOT NULL/i) },
    })
    expect(rehearsals).toMatchObject([{ migration: '002_total', rows: 100, steps: [{ line: 1, failure: expect.any(String) }] }])
    expect(rehearsals[0]!.engine).toMatch(/^SQLite .*\(sql\.js\)$/)
    expect(summary.migrations).toBe(2)
  })

  it('runs what is flagged, what is named, or all', async () => {
    const harmless = { ...orders, 'migrations/002_note.sql': 'CREATE TABLE notes (id integer PRIMARY KEY);\n' }
    const ran = async (more: object) =>
      (await rehearse({ files: harmless, ...sqlite, ...more })).rehearsals.map(({ migration }) => migration)
    expect(await ran({})).toEqual([])
    expect(await ran({ only: ['migrations/002_note.sql'] })).toEqual(['002_note'])
    expect(await ran({ which: 'all' })).toEqual(['001_orders', '002_note'])
  })

  it('begins with a schema that is handed in', async () => {
    const alone = { 'migrations/002_total.sql': total['migrations/002_total.sql'] }
    const options = { files: alone, ...sqlite, which: 'all' } as const
    const without = await rehearse(options)
    expect(without.rehearsals[0]!.observations).toMatchObject([{ kind: 'up-fails', message: expect.stringContaining('no such table') }])
    const { findings } = await rehearse({ ...options, baseSchema: orders['migrations/001_orders.sql'] })
    expect(findings.map(({ verdict }) => verdict?.verdict)).toContain('confirmed')
  })

  it('takes rows that are handed in, and makes up what is missing', async () => {
    const script = "CREATE TABLE own (a integer CHECK (a > 0));\nINSERT INTO own SELECT count(*) FROM orders WHERE note LIKE 'own %';\n"
    const files = { ...orders, 'migrations/002_own.sql': script }
    const counted = async (seed: string) => (await rehearse({ files, ...sqlite, seed, only: ['migrations/002_own.sql'] })).rehearsals[0]!
    const rows = "INSERT INTO orders VALUES (1, 'own 1'), (2, 'own 2');"
    const fine = await counted(rows)
    expect(fine.observations).toEqual([])
    expect(fine.steps.at(-1)!.failure).toBeUndefined()
    expect((await counted('')).steps.at(-1)!.failure).toMatch(/CHECK/)
    // The failure is the seed's own, and what came before it stays.
    const broken = await counted(`${rows}\nINSERT INTO nowhere VALUES (1);`)
    expect(broken.notes[0]).toMatch(/^the seed file ends at a statement that fails, .*INSERT INTO nowhere.*no such table/)
    expect(broken.observations).toEqual([])
  })

  it('says which migration of the history does not apply, and how to begin without it', async () => {
    const files = { 'migrations/001_lost.sql': 'ALTER TABLE lost ADD COLUMN a integer;\n', ...total }
    const { rehearsals } = await rehearse({ files, ...sqlite, only: ['migrations/002_total.sql'] })
    expect(rehearsals[0]!.notRun).toMatch(
      /^the history does not apply: 001_lost fails: .*no such table.* Mend it first .* --base schema\.sql$/,
    )
  })

  it('makes the table that the tool keeps for itself, which migrations touch', async () => {
    const folder = 'migrations/2024-01-02-000000_index'
    const files = {
      'diesel.toml': '',
      'migrations/2024-01-01-000000_orders/up.sql': orders['migrations/001_orders.sql'],
      [`${folder}/up.sql`]: 'CREATE INDEX run_on ON __diesel_schema_migrations (run_on);\n',
      [`${folder}/down.sql`]: 'DROP INDEX run_on;\n',
    }
    const { rehearsals } = await rehearse({ files, ...sqlite, only: [`${folder}/up.sql`] })
    expect(rehearsals).toMatchObject([{ steps: [{ line: 1 }], observations: [] }])
    expect(rehearsals[0]!.steps[0]!.failure).toBeUndefined()
  })

  it('is stopped by a signal, which is what it then rejects with', async () => {
    await expect(rehearse({ files: total, ...sqlite, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    const controller = new AbortController()
    const endless = {
      'migrations/001.sql': 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n',
    }
    const running = rehearse({ files: endless, ...sqlite, which: 'all', signal: controller.signal })
    setTimeout(() => controller.abort(new Error('that is enough')), 1000)
    await expect(running).rejects.toThrow('that is enough')
  })

  it.each([
    ['no place', { dialect: 'sqlite' }, 'one of files, directory and project'],
    ['an engine that there is not', { files: total, dialect: 'postgres', engine: 'oracle' }, 'oracle'],
    ['a server that does not answer', { files: total, dialect: 'postgres', engine: 'postgres://127.0.0.1:1/x' }, '127.0.0.1'],
    ['a remote server', { files: total, dialect: 'postgres', engine: 'postgres://db.example.org/x' }, 'allow'],
  ] as const)('refuses %s in words', async (_, options, sentence) => {
    const error: unknown = await rehearse(options).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(sentence)
  })
})

describe('importing the built library', () => {
  it('starts nothing and loads no driver and no engine', () => {
    const program = `
      const { createRequire } = await import('node:module')
      await import(${JSON.stringify(resolve(import.meta.dirname, '../../dist/index.mjs'))})
      await new Promise(setImmediate)
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules.(pg|mysql2|sql\\.js|@electric-sql)/.test(path))
      console.log(JSON.stringify({ loaded, active: process.getActiveResourcesInfo().filter((name) => !/^(?:Pipe|TTY|File|Close)/.test(name)), signals: process.listenerCount('SIGINT') }))`
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect(JSON.parse(said)).toEqual({ loaded: [], active: [], signals: 0 })
  })
})
