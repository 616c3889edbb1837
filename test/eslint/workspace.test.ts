import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Linter } from 'eslint'
import { describe, expect, it, vi } from 'vitest'
import { showBaseline } from '../../src/config/baseline.ts'
import plugin from '../../src/eslint/index.ts'
import { fingerprintOf } from '../../src/lint/fingerprint.ts'
import { checked, linted, withFolder, write } from './same.ts'

const config = '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }'
const born = 'CREATE TABLE users (id bigint PRIMARY KEY);\n'
const indexed = 'CREATE INDEX users_id ON users (id);\n'

/** Rules with the lines that they speak on. */
function said(folder: string, path: string, text: string): readonly string[] {
  return linted(folder, path, text, 'safety').map((line) => line.replace(/^(\d+):\S+ surefoot\/([\w-]+): .*$/s, '$1 $2'))
}

/** The disk is asked at intervals: what changed there is seen soon, not at once. */
function soon(work: () => void): Promise<void> {
  return vi.waitFor(work, { timeout: 20_000, interval: 20 })
}

describe('a file in an editor', () => {
  it('is judged with the text that it has there, over the history that is on disk', () =>
    withFolder((folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'migrations/002_b.sql': 'SELECT 1;\n' })
      expect(said(folder, 'migrations/002_b.sql', 'SELECT 1;\n')).toEqual([])
      expect(said(folder, 'migrations/002_b.sql', indexed)).toEqual(['1 index-not-concurrent'])
      expect(said(folder, 'migrations/002_b.sql', `\n${born.replace('users', 'teams')}${indexed.replaceAll('users', 'teams')}`)).toEqual([])
      expect(said(folder, 'migrations/002_b.sql', 'SELECT 1;\n')).toEqual([])
    }))

  it('is judged before it is saved for the first time', () =>
    withFolder((folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born })
      expect(said(folder, 'migrations/002_b.sql', indexed)).toEqual(['1 index-not-concurrent'])
    }))

  it('sees earlier migrations change, come and go', () =>
    withFolder(async (folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'migrations/003_c.sql': 'ALTER TABLE users ADD b int;\n' })
      const now = () => said(folder, 'migrations/003_c.sql', 'ALTER TABLE users ADD b int;\n')
      expect(now()).toEqual([])
      write(folder, { 'migrations/001_a.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, b int);\n' })
      await soon(() => expect(now()).toEqual(['1 history-conflict']))
      write(folder, { 'migrations/002_b.sql': 'ALTER TABLE users DROP COLUMN b;\n' })
      await soon(() => expect(now()).toEqual([]))
      rmSync(join(folder, 'migrations/002_b.sql'))
      await soon(() => expect(now()).toEqual(['1 history-conflict']))
    }))

  it('sees the configuration change', () =>
    withFolder(async (folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'migrations/002_b.sql': indexed })
      const now = () => said(folder, 'migrations/002_b.sql', indexed)
      expect(now()).toEqual(['1 index-not-concurrent'])
      write(folder, { 'surefoot.json': config.replace(']', '], "rules": { "index-not-concurrent": "off" }').replace('}] }', '}] }') })
      await soon(() => expect(now()).toEqual([]))
    }))

  it('goes by the package that it belongs to, not by one that only names the kind of its modules', () =>
    withFolder((folder) => {
      write(folder, {
        'package.json': '{ "name": "user", "dependencies": { "sequelize": "6", "pg": "8" } }',
        'migrations/package.json': '{ "type": "commonjs" }',
        'migrations/20240101000001-a.js':
          "module.exports = { up: (q) => q.renameColumn('a', 'b', 'c'), down: (q) => q.renameColumn('a', 'c', 'b') }\n",
      })
      const text = "module.exports = { up: (q) => q.renameColumn('a', 'b', 'd'), down: (q) => q.renameColumn('a', 'd', 'b') }\n"
      expect(said(folder, 'migrations/20240101000001-a.js', text)).toContain('1 rename-breaking')
    }))

  it('says what it cannot decide', () =>
    withFolder((folder) => {
      write(folder, { 'migrations/001_a.sql': 'CREATE TABLE a (id int);\n' })
      expect(said(folder, 'migrations/001_a.sql', 'CREATE TABLE a (id int);\n')).toEqual(['1 not-read'])
    }))

  it('is left alone when it is no migration, or no file', () =>
    withFolder((folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'src/report.sql': indexed, 'src/app.js': 'export {}\n' })
      expect(said(folder, 'src/report.sql', indexed)).toEqual([])
      expect(said(folder, 'src/app.js', "queryInterface.dropTable('users')\n")).toEqual([])
      const sql = plugin.configs.recommended[1]! as unknown as Linter.Config
      expect(new Linter({ cwd: folder }).verify(indexed, [{ ...sql, files: ['**'] }])).toEqual([])
    }))
})

describe('the rules', () => {
  it('have pages, languages and messages', () => {
    for (const [id, { meta }] of Object.entries(plugin.rules)) {
      expect(meta.docs.url, id).toMatch(/^https:\/\/.+\.md$/)
      expect(meta.languages, id).toEqual(['js/js', 'surefoot/sql'])
      expect(Object.keys(meta.messages).length, id).toBeGreaterThan(0)
    }
  })

  it('take options of the names and kinds that the rules have', () => {
    expect(plugin.rules['too-many-changes']!.meta.schema).toEqual([
      { type: 'object', properties: { limit: { type: 'number' } }, additionalProperties: false },
    ])
    expect(plugin.rules['rename-breaking']!.meta.schema).toEqual([])
  })
})

describe('what is suppressed', () => {
  const lapsed = `-- surefoot-disable-next-line index-not-concurrent -- small until 2020-01-31\n${indexed}`
  const held = `-- surefoot-disable-next-line index-not-concurrent until 9999-12-31\n${indexed}`

  it('is left out as the command leaves it out, and comes back as it comes back there', () =>
    withFolder(async (folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'migrations/002_b.sql': lapsed, 'migrations/003_c.sql': held })
      const both = async (path: string, text: string) => {
        const found = linted(folder, path, text, 'safety')
        expect(found).toEqual(await checked(folder, path, 'safety'))
        return found
      }
      expect(await both('migrations/002_b.sql', lapsed)).toEqual([
        expect.stringContaining('It was suppressed until 2020-01-31 (small); that day has passed.'),
      ])
      expect(await both('migrations/003_c.sql', held)).toEqual([])
      write(folder, { 'surefoot.json': config.replace('] }', '], "suppressions": { "requireReason": true } }') })
      await soon(() => expect(linted(folder, 'migrations/003_c.sql', held, 'safety')).toHaveLength(1))
      expect(await both('migrations/003_c.sql', held)).toEqual([expect.stringContaining('it gives no reason')])
    }))

  it('goes by the baseline, as it is on disk and as the text is in the editor', () =>
    withFolder(async (folder) => {
      write(folder, { 'surefoot.json': config, 'migrations/001_a.sql': born, 'migrations/002_b.sql': indexed })
      const now = (text = indexed) => said(folder, 'migrations/002_b.sql', text)
      expect(now()).toEqual(['1 index-not-concurrent'])
      const fingerprint = fingerprintOf('index-not-concurrent', indexed, 'migrations/002_b.sql')
      const entry = { file: 'migrations/002_b.sql', rule: 'index-not-concurrent', fingerprint, count: 1 }
      write(folder, { 'surefoot.baseline.json': showBaseline([entry]) })
      await soon(() => expect(now()).toEqual([]))
      expect(await checked(folder, 'migrations/002_b.sql', 'safety')).toEqual([])
      expect(now(`\n  ${indexed}`)).toEqual([])
      expect(now(indexed + indexed)).toContain('2 index-not-concurrent')
      write(folder, { 'surefoot.baseline.json': showBaseline([]) })
      await soon(() => expect(now()).toEqual(['1 index-not-concurrent']))
    }))
})
