import { describe, expect, it } from 'vitest'
import { checked, type Files, folder, git, lines, shop, surefoot } from './command.ts'

const project = '{ dialect: "postgres", timeouts: "set-by-runner" }'
const index = 'migrations/002_index.sql:1 index-not-concurrent'

describe('the configuration', () => {
  it.each([
    ['surefoot.json', '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }'],
    ['surefoot.config.mjs', `export default { projects: [${project}] }`],
    ['surefoot.config.js', `module.exports = { projects: [${project}] }`],
    ['surefoot.config.mts', `import { defineConfig } from 'surefoot'\nexport default defineConfig({ projects: [${project}] })`],
    [
      'surefoot.config.ts',
      `import { type Config, defineConfig } from 'surefoot'\nconst config: Config = { projects: [${project}] }\nexport default defineConfig(config satisfies Config)`,
    ],
  ])('is read from %s', (name, text) => {
    const root = folder({ ...shop, [name]: text })
    expect(lines(checked(root))).toEqual([index])
  })

  it('TypeScript may import from beside it', () => {
    const root = folder({
      ...shop,
      'engine.mjs': 'export const dialect = "postgres"',
      'surefoot.config.ts':
        "import { dialect } from './engine.mjs'\ntype D = 'postgres'\nexport default { projects: [{ dialect: dialect as D, timeouts: 'set-by-runner' }] }",
    })
    expect(lines(checked(root))).toEqual([index])
  })

  it('is found in a folder above, up to the top of the repository', () => {
    const files: Files = { 'surefoot.json': '{ "rules": { "index-not-concurrent": "off" } }' }
    const root = folder({ ...files, 'app/migrations/001_a.sql': 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON b (c);\nDROP INDEX d;\n' })
    expect(checked(`${root}/app`, ['--dialect', 'postgres', '.']).code).toBe(0)
    git(`${root}/app`, 'init', '--quiet')
    expect(surefoot(`${root}/app`, ['check', '--print-config']).out).not.toContain('index-not-concurrent')
  })

  it('can be named, and stands where it stands', () => {
    const root = folder({
      ...shop,
      'etc/surefoot.json': '{ "projects": [{ "dialect": "postgres", "paths": ["../migrations"], "timeouts": "set-by-runner" }] }',
    })
    expect(lines(checked(root, ['--config', 'etc/surefoot.json']))).toEqual([index])
  })

  it('flags win over it', () => {
    const root = folder({ ...shop, 'surefoot.json': '{ "projects": [{ "dialect": "mysql" }], "profile": "strict", "unknown": "block" }' })
    const shown = JSON.parse(surefoot(root, ['check', '--print-config', '--dialect', 'sqlite', '--profile', 'safety']).out) as object
    expect(shown).toMatchObject({ projects: [{ dialect: 'sqlite' }], profile: 'safety', unknown: 'block' })
    expect(checked(root, ['--dialect', 'sqlite']).summary.histories[0]).toMatchObject({ dialect: 'sqlite' })
  })

  it('--print-config judges nothing', () => {
    const root = folder({ ...shop, 'surefoot.json': '{ "rules": { "too-many-changes": ["error", { "limit": 3 }] } }' })
    const ran = surefoot(root, ['check', '--print-config'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(ran.out)).toMatchObject({ rules: { 'too-many-changes': { severity: 'error', options: { limit: 3 } } } })
  })

  it.each([
    ['{ "profil": "strict" }', 'Did you mean "profile"?'],
    ['{ "projects": [{ "dialekt": "postgres" }] }', 'Did you mean "dialect"?'],
    ['{ "projects": [{ "runner": { "transactions": "all" } }] }', 'Did you mean "transaction"?'],
    ['{ "rules": { "missing-dwn": "off" } }', 'Did you mean "missing-down"?'],
    ['{ "rules": { "missing-down": "of" } }', '"off", "error", "warning", "info"'],
    ['{ "projects": [{ "dialect": "oracle" }] }', 'projects[0].dialect'],
    ['{ "projects": {} }', 'projects must be a list'],
    ['[]', 'must be an object'],
    ['{', 'not valid JSON'],
  ])('a mistake in it is said with its place: %s', (text, said) => {
    const ran = surefoot(folder({ ...shop, 'surefoot.json': text }), ['check'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('surefoot.json')
    expect(ran.err).toContain(said)
    expect(ran.err).not.toMatch(/\n\s+at /)
  })

  it('code that throws, or exports nothing, is a mistake with the name of the file', () => {
    for (const text of ['throw new Error("no")', 'export const a = 1', 'export default {']) {
      const ran = surefoot(folder({ ...shop, 'surefoot.config.ts': text }), ['check'])
      expect(ran).toMatchObject({ code: 2, out: '' })
      expect(ran.err).toContain('surefoot.config.ts')
    }
  })

  it('two of them in one folder are a mistake', () => {
    const ran = surefoot(folder({ ...shop, 'surefoot.json': '{}', 'surefoot.config.mjs': 'export default {}' }), ['check'])
    expect(ran).toMatchObject({ code: 2 })
    expect(ran.err).toContain('surefoot.config.mjs and surefoot.json')
  })
})

describe('baseline', () => {
  const files = { ...shop, 'migrations/003_i.sql': 'CREATE INDEX orders_id ON orders (id);\n' }
  const config = (baseline: string) => ({
    'surefoot.json': JSON.stringify({ projects: [{ dialect: 'postgres', timeouts: 'set-by-runner', baseline }] }),
  })

  it.each(['002_index', '002_index.sql', 'migrations/002_index.sql'])('%s and all before it are history', (baseline) => {
    const outcome = checked(folder({ ...files, ...config(baseline) }))
    expect(lines(outcome)).toEqual(['migrations/003_i.sql:1 index-not-concurrent'])
    expect(outcome.summary).toMatchObject({ migrations: 1, migrationsRead: 3 })
  })

  it('the last one leaves nothing to judge, which is clean', () => {
    expect(checked(folder({ ...files, ...config('003_i') }))).toMatchObject({ code: 0, findings: [] })
  })

  it('one that no migration has is a mistake, not a reason to judge everything', () => {
    const ran = surefoot(folder({ ...files, ...config('007_gone') }), ['check'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('007_gone')
  })

  it('a name that is the start of another is not taken for it', () => {
    const root = folder({
      'm/1_a.sql': 'SELECT 1;\n',
      'm/10_a.sql': 'CREATE INDEX i ON t (c);\n',
      'm/2_a.sql': 'CREATE INDEX j ON t (c);\n',
      ...config('1_a'),
    })
    expect(lines(checked(root, []))).toHaveLength(2)
  })
})
