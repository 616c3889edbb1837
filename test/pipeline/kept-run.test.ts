import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { type CheckOptions, check } from '../../src/pipeline/check.ts'
import { checkOnce } from '../../src/pipeline/kept-run.ts'
import type { Shelf } from '../../src/project/cache.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { fixtureProject, folders } from '../fixture-projects.ts'
import { optionsFor } from '../options.ts'
import { settingsFor } from '../run-example.ts'
import { shelf, untimed } from './shelf.ts'

type Files = Readonly<Record<string, string>>

function optionsOf(files: Files): CheckOptions {
  return optionsFor(files, { dialect: 'postgres' })
}

/** Runs once with a shelf: what is said is what a run without one says. Gives the rules that spoke, and whether any migration was looked for. */
async function run(kept: Shelf, options: CheckOptions): Promise<{ readonly said: readonly string[]; readonly isNew: boolean }> {
  let isNew = false
  const { outcome, histories } = await checkOnce({ ...options, shelf: kept, beforeParsing: () => (isNew = true) })
  const alone = await check(options)
  expect(JSON.stringify(untimed(outcome))).toBe(JSON.stringify(untimed(alone.outcome)))
  expect(histories).toBe(alone.histories)
  return { said: outcome.findings.map(({ rule }) => rule), isNew }
}

const sql: Files = {
  'migrations/001_a.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'migrations/002_b.sql': 'CREATE INDEX orders_id ON orders (id);\n',
}

describe('a run that an earlier one already made', () => {
  it.each(folders)('says of fixtures/projects/%s what the earlier one said, and judges nothing', async (name) => {
    const { options } = fixtureProject(name)
    const kept = shelf()
    expect((await run(kept, { ...options, detail: true })).isNew).toBe(true)
    expect((await run(kept, { ...options, detail: true })).isNew).toBe(false)
  })

  it.each<[string, Files]>([
    ['of a migration is another', { ...sql, 'migrations/002_b.sql': 'DROP TABLE orders;\n' }],
    ['of a migration is there that was not', { ...sql, 'migrations/003_c.sql': 'ALTER TABLE orders ADD COLUMN total int NOT NULL;\n' }],
    ['of a migration is gone', { 'migrations/001_a.sql': sql['migrations/001_a.sql']! }],
    ['of the application is there that was not', { ...sql, 'src/order.ts': 'export const order = 1\n' }],
  ])('is made anew where a text %s', async (_, changed) => {
    const kept = shelf()
    await run(kept, optionsOf(sql))
    expect((await run(kept, optionsOf(changed))).isNew).toBe(true)
    expect((await run(kept, optionsOf(changed))).isNew).toBe(false)
    expect((await run(kept, optionsOf(sql))).isNew).toBe(true)
  })

  it('does not take two answers for two others that are the same text in all', async () => {
    const kept = shelf()
    const end = 'DROP TABLE orders;\n'
    await run(kept, optionsOf({ ...sql, 'migrations/002_b.sql': end, 'migrations/003_c.sql': '' }))
    expect((await run(kept, optionsOf({ ...sql, 'migrations/002_b.sql': '', 'migrations/003_c.sql': end }))).isNew).toBe(true)
  })

  it.each<[string, Partial<CheckOptions>]>([
    ['other rules', { rules: settingsFor(rules, 'strict') }],
    ['another severity', { rules: settingsFor(rules, 'safety').map((setting) => ({ ...setting, severity: 'info' })) }],
    ['another profile', { profile: 'strict' }],
    ['another server', { projects: [{ dialect: 'postgres', serverVersion: [11], runner: {}, boundByRunner: true }] }],
    ['a file named', { named: ['migrations/002_b.sql'] }],
    ['a baseline', { baseline: { file: 'surefoot.baseline.json', entries: [] } }],
    ['the whole of down', { down: 'full' }],
    ['another day', { today: '2031-05-01' }],
    ['another version', { version: 'next' }],
  ])('is made anew with %s', async (_, other) => {
    const kept = shelf()
    await run(kept, optionsOf(sql))
    expect((await run(kept, { ...optionsOf(sql), ...other })).isNew).toBe(true)
  })

  it('lets a suppression end on its day', async () => {
    const kept = shelf()
    const files = {
      ...sql,
      'migrations/002_b.sql': `-- surefoot-disable-next-line index-not-concurrent -- small until 2027-01-31\n${sql['migrations/002_b.sql']}`,
    }
    const on = async (today: string) => (await run(kept, { ...optionsOf(files), today })).said
    expect(await on('2027-01-31')).not.toContain('index-not-concurrent')
    expect(await on('2027-02-01')).toContain('index-not-concurrent')
  })

  it.each<[string, Partial<CheckOptions>]>([
    ['what changed', { only: () => true }],
    ['findings that a run on a database looks at', { prove: async (_, findings) => findings }],
  ])('is not kept of %s', async (_, other) => {
    const kept = shelf()
    const options = { ...optionsOf(sql), ...other }
    await run(kept, options)
    expect((await run(kept, options)).isNew).toBe(true)
  })

  it('is kept of a folder that is named, beside that of the whole project, and not of a file', async () => {
    const kept = { ...shelf(), least: 2 }
    for (const named of [undefined, ['migrations']] as const) {
      const options = { ...optionsOf(sql), ...(named ? { named } : {}) }
      expect((await run(kept, options)).isNew).toBe(true)
    }
    expect((await run(kept, { ...optionsOf(sql), named: ['migrations'] })).isNew).toBe(false)
    expect((await run(kept, optionsOf(sql))).isNew).toBe(false)
    const one = { ...optionsOf(sql), named: ['migrations/002_b.sql'] }
    await run(kept, one)
    expect((await run(kept, one)).isNew).toBe(true)
  })

  it('is not kept of a short history, nor where a folder could not be listed', async () => {
    const kept = shelf()
    await run({ ...kept, least: 3 }, optionsOf(sql))
    const files = memoryProject(sql)
    await run(kept, { ...optionsOf(sql), project: { ...files, unreadable: () => [{ path: 'x', error: 'x cannot be listed.' }] } })
    expect([...kept.content.keys()].filter((name) => name.startsWith('run-'))).toEqual([])
  })

  it('is made anew where the shelf holds something else', async () => {
    const kept = shelf()
    await run(kept, optionsOf(sql))
    const name = [...kept.content.keys()].find((key) => key.startsWith('run-'))!
    const whole = kept.content.get(name)!
    for (const broken of [
      whole.subarray(0, whole.length / 2),
      new Uint8Array(0),
      new TextEncoder().encode('{}'),
      new TextEncoder().encode('null'),
    ]) {
      kept.content.set(name, broken)
      expect((await run(kept, optionsOf(sql))).isNew).toBe(true)
      expect((await run(kept, optionsOf(sql))).isNew).toBe(false)
    }
  })
})
