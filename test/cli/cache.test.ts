import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shelfIn } from '../../src/project/cache.ts'
import { folder, surefoot, write } from './command.ts'

const numbers = Array.from({ length: 40 }, (_, at) => String(at + 1).padStart(3, '0'))
const files = Object.fromEntries(
  numbers.map((number) => [`migrations/${number}_t.sql`, `CREATE TABLE t${number} (id bigint PRIMARY KEY);\n`]),
)
const args = ['check', '--dialect', 'postgres', '--format', 'json']

const configuration = `import { rule } from './rule.mjs'
export default { customRules: [rule] }
`

function ownRule(word: string): string {
  return `export const rule = {
  id: 'own', title: 'A table', severity: 'warning', instead: 'Nothing.', messages: { said: 'says ${word}' },
  on: { createTable(create, at) { at.report(create, 'said', {}) } },
}
`
}

/** What a run prints, without its milliseconds. */
function run(root: string, cache: string, more: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {}): string {
  const ran = surefoot(root, [...args, ...(more.args ?? [])], { env: { CI: undefined, SUREFOOT_CACHE: cache, ...more.env } })
  expect(ran.err).toBe('')
  return ran.out.replace(/"milliseconds": *[\d.]+/, '')
}

function kept(cache: string): readonly string[] {
  try {
    return readdirSync(cache)
  } catch {
    return []
  }
}

describe('what a run of the command read and found', () => {
  it('is kept for the next, which says the same, and sees what changed', () => {
    const root = folder(files)
    const cache = join(folder({}), 'made')
    const first = run(root, cache)
    const names = kept(cache)
    expect(names.map((name) => name.replace(/-.*/, ''))).toEqual(['read', 'run'])
    expect(run(root, cache)).toBe(first)
    write(root, { 'migrations/040_t.sql': 'CREATE INDEX t001_id ON t001 (id);\n' })
    const changed = run(root, cache)
    expect(changed).toContain('index-not-concurrent')
    expect(run(root, cache, { args: ['--no-cache'] })).toBe(changed)
    expect(kept(cache)).toEqual(names)
  })

  it('is found anew where a rule of one’s own may have changed', () => {
    const root = folder({ ...files, 'rule.mjs': ownRule('one'), 'surefoot.config.mjs': configuration })
    const cache = join(folder({}), 'made')
    expect(run(root, cache)).toContain('says one')
    write(root, { 'rule.mjs': ownRule('two') })
    expect(run(root, cache)).toContain('says two')
  })

  it('is kept neither in CI, nor with --no-cache, nor of a short history', () => {
    const root = folder(files)
    const cache = join(folder({}), 'made')
    run(root, cache, { env: { CI: 'true' } })
    run(root, cache, { args: ['--no-cache'] })
    run(folder({ 'migrations/001_t.sql': files['migrations/001_t.sql']! }), cache)
    expect(kept(cache)).toEqual([])
  })

  it('is done without where it cannot be kept', () => {
    const root = folder(files)
    const cache = join(folder({ 'a-file': '' }), 'a-file')
    expect(run(root, cache)).toBe(run(root, cache, { args: ['--no-cache'] }))
  })
})

describe('a shelf', () => {
  it('gives what was put there, whole or not at all', () => {
    const root = folder({})
    mkdirSync(join(root, 'node_modules'))
    const { SUREFOOT_CACHE: own, XDG_CACHE_HOME: users } = process.env
    delete process.env.SUREFOOT_CACHE
    delete process.env.XDG_CACHE_HOME
    const shelf = shelfIn(root)
    if (own !== undefined) process.env.SUREFOOT_CACHE = own
    if (users !== undefined) process.env.XDG_CACHE_HOME = users
    expect(shelf.take('a')).toBeUndefined()
    shelf.put('a', new Uint8Array([1, 2, 3]))
    expect([...shelf.take('a')!]).toEqual([1, 2, 3])
    expect(readdirSync(join(root, 'node_modules/.cache/surefoot'))).toEqual(['a'])
    writeFileSync(join(root, `node_modules/.cache/surefoot/b.${process.pid}`), 'left by a process that was killed')
    shelf.put('b', new Uint8Array([4]))
    expect(shelf.take('b')).toBeUndefined()
  })
})
