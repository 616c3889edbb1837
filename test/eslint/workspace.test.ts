import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Linter } from 'eslint'
import { describe, expect, it, vi } from 'vitest'
import plugin from '../../src/eslint/index.ts'
import { linted, withFolder, write } from './same.ts'

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
