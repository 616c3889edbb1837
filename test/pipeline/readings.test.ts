import { describe, expect, it } from 'vitest'
import { type CheckOptions, check, checkLoaded, loadEverything, type ProjectSettings } from '../../src/pipeline/check.ts'
import { Memory } from '../../src/pipeline/memory.ts'
import type { Shelf } from '../../src/project/cache.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { fixtureProject, folders } from '../fixture-projects.ts'
import { optionsFor } from '../options.ts'
import { shelf, untimed } from './shelf.ts'

type Files = Readonly<Record<string, string>>

function optionsOf(files: Files, settings: Partial<ProjectSettings> = {}): CheckOptions {
  return optionsFor(files, { dialect: 'postgres', ...settings })
}

/** What runs over these texts say, one after the other with one shelf; each is what a run without a shelf says. */
async function runs(kept: Shelf, versions: readonly Files[], settings: Partial<ProjectSettings> = {}): Promise<readonly string[][]> {
  const said: string[][] = []
  for (const files of versions) {
    const options = optionsOf(files, settings)
    const { outcome } = await check({ ...options, shelf: kept })
    expect(untimed(outcome)).toEqual(untimed((await check(options)).outcome))
    said.push(outcome.findings.map(({ file, rule }) => `${file} ${rule}`))
  }
  return said
}

const sql: Files = {
  'migrations/001_a.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'migrations/002_b.sql': 'CREATE INDEX orders_id ON orders (id);\n',
}

const typeorm: Files = {
  'package.json': '{ "dependencies": { "typeorm": "0.3.20", "pg": "8" } }',
  'migrations/1700000000001-Orders.ts': `
import { MigrationInterface, QueryRunner } from 'typeorm'
export class Orders1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> { await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)') }
  async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query('DROP TABLE orders') }
}
`,
  'migrations/1700000000002-Change.ts': `
import { MigrationInterface, QueryRunner } from 'typeorm'
import { change, undo } from '../sql/change'
export class Change1700000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(change) }
  async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(undo) }
}
`,
  'sql/change.ts':
    "export const change = 'ALTER TABLE orders ADD COLUMN note text'\nexport const undo = 'ALTER TABLE orders DROP COLUMN note'\n",
}

describe('a run with what an earlier one read', () => {
  it.each(folders)('says of fixtures/projects/%s what a run without it says', async (name) => {
    const { options } = fixtureProject(name)
    const kept = shelf()
    const alone = untimed((await check({ ...options, detail: true })).outcome)
    expect(untimed((await check({ ...options, detail: true, shelf: kept })).outcome)).toEqual(alone)
    const { puts } = kept
    expect(untimed((await check({ ...options, detail: true, shelf: kept })).outcome)).toEqual(alone)
    expect(kept.puts).toBe(puts)
  })

  it('takes a migration from the shelf while its text stays, and reads it anew when that changes', async () => {
    const kept = shelf()
    const changed = { ...sql, 'migrations/002_b.sql': 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_id ON orders (id);\n' }
    const said = await runs(kept, [sql, sql, changed, sql])
    expect(said.map((findings) => findings.includes('migrations/002_b.sql index-not-concurrent'))).toEqual([true, true, false, true])
    expect(kept.puts).toBe(3)
  })

  it('reads a migration that came and forgets one that went', async () => {
    const kept = shelf()
    const more: Files = { ...sql, 'migrations/003_c.sql': 'ALTER TABLE orders ADD COLUMN total int NOT NULL;\n' }
    const { 'migrations/001_a.sql': first, ...fewer } = more
    expect(first).toBeDefined()
    const said = await runs(kept, [sql, more, fewer, sql])
    expect(said.map((findings) => findings.includes('migrations/003_c.sql not-null-without-default'))).toEqual([false, true, true, false])
  })

  it.each([
    ['is edited', { 'sql/change.ts': typeorm['sql/change.ts']!.replace('note text', 'note text NOT NULL') }],
    ['is a nearer one', { 'sql/change.js': "exports.change = 'ALTER TABLE orders ADD COLUMN note text NOT NULL'\n", 'sql/change.ts': '' }],
  ])('reads all anew when a file that they ask about %s', async (_, edits) => {
    const kept = shelf()
    const alone = (files: Files) => Object.fromEntries(Object.entries(files).filter(([, text]) => text !== ''))
    const said = await runs(kept, [typeorm, typeorm, alone({ ...typeorm, ...edits })])
    const speaks = (findings: readonly string[]) => findings.some((finding) => finding.endsWith('not-null-without-default'))
    expect(said.map(speaks)).toEqual([false, false, true])
    expect(kept.puts).toBe(2)
  })

  it('reads all anew when a folder that they list has another file', async () => {
    const kept = shelf()
    const listing = `
const fs = require('node:fs')
const path = require('node:path')
const folder = path.join(__dirname, '..', 'sql')
exports.up = async (knex) => { for (const name of fs.readdirSync(folder)) await knex.raw(fs.readFileSync(path.join(folder, name), 'utf8')) }
exports.down = async () => { throw new Error('there is no way back') }
`
    const before: Files = {
      'package.json': '{ "dependencies": { "knex": "3.1.0", "pg": "8" } }',
      'migrations/20240101000000_all.js': listing,
      'sql/1.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
    }
    const said = await runs(kept, [before, before, { ...before, 'sql/2.sql': 'DROP TABLE customers;\n' }])
    expect(said.map((findings) => findings.some((finding) => finding.endsWith('drop-before-contract')))).toEqual([false, false, true])
    expect(kept.puts).toBe(2)
  })

  it('does not take what was read for another version or another runner', async () => {
    const kept = shelf()
    const renamed = { ...sql, 'migrations/002_b.sql': 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\n' }
    await runs(kept, [renamed], { dialect: 'mysql', serverVersion: [8, 0, 36] })
    await runs(kept, [renamed], { dialect: 'mariadb' })
    await runs(kept, [renamed], { runner: { transaction: 'none' } })
    await runs(kept, [renamed], { runner: { transaction: 'all' } })
    expect(kept.puts).toBe(4)
  })

  it('reads anew where the shelf holds something else', async () => {
    const kept = shelf()
    await runs(kept, [sql])
    const [name, bytes] = [...kept.content][0]!
    for (const broken of [bytes.subarray(0, bytes.length / 2), new Uint8Array(0), new TextEncoder().encode('{}'), bytes.map(() => 0)]) {
      kept.content.set(name, broken)
      await runs(kept, [sql])
      expect(kept.content.get(name)).toEqual(bytes)
    }
  })

  it('keeps no more than its room', async () => {
    const kept = shelf()
    const columns = Array.from({ length: 12_000 }, (_, at) => `column_with_a_long_name_${at} text`).join(', ')
    const large = Object.fromEntries(
      Array.from({ length: 16 }, (_, at) => [`migrations/${100 + at}_t.sql`, `CREATE TABLE t${at} (${columns});\n`]),
    )
    await runs(kept, [large, large])
    const [bytes] = [...kept.content.values()]
    // Some have no room, and the second run, which reads those anew, has nothing to write.
    expect(kept.puts).toBe(1)
    expect(bytes!.length).toBeGreaterThan(8 * 2 ** 20)
    expect(bytes!.length).toBeLessThan(17 * 2 ** 20)
  }, 60_000)

  it('keeps nothing of a text that nobody saved', async () => {
    await loadEverything()
    const kept = shelf()
    const memory = new Memory(memoryProject(sql))
    const run = () => checkLoaded({ ...optionsOf(sql), shelf: kept, memory })
    run()
    memory.project.edit({ 'migrations/002_b.sql': 'DROP TABLE orders;\n' })
    expect(run().outcome.findings.map(({ rule }) => rule)).toContain('drop-before-contract')
    expect(kept.puts).toBe(1)
  })

  it('knows in an editor which files belong to all migrations, though it reads none of them', async () => {
    await loadEverything()
    const kept = shelf()
    const options = { ...optionsOf(typeorm), shelf: kept }
    const run = () => {
      const memory = new Memory(options.project)
      const { outcome } = checkLoaded({ ...options, memory })
      return { memory, findings: outcome.findings }
    }
    const first = run()
    const second = run()
    expect(kept.puts).toBe(1)
    expect(second.findings).toEqual(first.findings)
    expect([first, second].map(({ memory }) => memory.canEdit('sql/change.ts'))).toEqual([false, false])
    expect([first, second].map(({ memory }) => memory.canEdit('migrations/1700000000002-Change.ts'))).toEqual([true, true])
  })
})
