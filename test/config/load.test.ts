import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { UserError } from '../../src/errors.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'surefoot-config-'))
  mkdirSync(join(root, '.git'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
async function messageOf(named?: string): Promise<string> {
  const error = await loadConfig(root, named).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UserError)
  return (error as Error).message
}
const json = async (value: unknown) => {
  write('surefoot.json', JSON.stringify(value))
  return await messageOf()
}

describe('finding the configuration', () => {
  it('gives undefined when there is none', async () => expect(await loadConfig(root)).toBeUndefined())

  it('looks in the folders above, up to the top of the repository', async () => {
    write('surefoot.json', '{ "profile": "strict" }')
    mkdirSync(join(root, 'packages/db'), { recursive: true })
    expect(await loadConfig(join(root, 'packages/db'))).toEqual({
      file: join(root, 'surefoot.json'),
      directory: root,
      config: { profile: 'strict' },
    })
    mkdirSync(join(root, 'packages/.git'))
    expect(await loadConfig(join(root, 'packages/db'))).toBeUndefined()
  })

  it('takes the file that is named', async () => {
    write('other/place.json', '\uFEFF{ "$schema": "x", "unknown": "block" }')
    expect(await loadConfig(root, 'other/place.json')).toMatchObject({ directory: join(root, 'other'), config: { unknown: 'block' } })
    expect(await messageOf('gone.json')).toBe('There is no configuration file gone.json. Check the path given to --config.')
  })

  it('does not choose between two', async () => {
    write('surefoot.json', '{}')
    write('surefoot.config.ts', 'export default {}')
    expect(await messageOf()).toContain('surefoot.config.ts and surefoot.json')
  })
})

describe('running the configuration', () => {
  it('strips types, and needs no installed package for defineConfig', async () => {
    write(
      'surefoot.config.ts',
      `import { defineConfig, type Config } from 'surefoot'
       import { dialect } from './dialect.mjs'
       const profile: 'strict' = 'strict' as const
       export default defineConfig({ profile, projects: [{ dialect }] } satisfies Config)`,
    )
    write('dialect.mjs', "export const dialect = 'mysql'")
    expect((await loadConfig(root))?.config).toEqual({ profile: 'strict', projects: [{ dialect: 'mysql' }] })
    expect(readdirSync(root).filter((name) => name.startsWith('.surefoot'))).toEqual([])
  })

  it.each([
    ['surefoot.config.mts', 'export default { profile: "strict" as "strict" }'],
    ['surefoot.config.mjs', 'export default { profile: "strict" }'],
    ['surefoot.config.js', 'module.exports = { profile: "strict" }'],
    ['surefoot.config.js', 'const { defineConfig } = require("surefoot"); module.exports = defineConfig({ profile: "strict" })'],
    ['surefoot.config.mjs', 'export default Promise.resolve({ profile: "strict" })'],
  ])('loads %s: %s', async (name, text) => {
    write(name, text)
    expect((await loadConfig(root))?.config).toEqual({ profile: 'strict' })
  })

  it('sees a file that was edited meanwhile', async () => {
    write('surefoot.config.ts', 'export default { profile: "strict" }')
    await loadConfig(root)
    write('surefoot.config.ts', 'export default { profile: "safety" }')
    expect((await loadConfig(root))?.config).toEqual({ profile: 'safety' })
  })

  it.each([
    ['surefoot.config.ts', 'export default {', 'surefoot.config.ts has a syntax error'],
    ['surefoot.config.ts', 'export const a = 1', 'surefoot.config.ts has no default export. Give it one'],
    ['surefoot.config.mjs', 'throw new Error("boom")', 'surefoot.config.mjs failed to load: boom'],
    ['surefoot.json', '{ "profile": ', 'surefoot.json is not valid JSON'],
  ])('%s with «%s»: a sentence', async (name, text, sentence) => {
    write(name, text)
    expect(await messageOf()).toContain(sentence)
  })

  it('refuses a file of another kind', async () => {
    write('x.yaml', '')
    expect(await messageOf('x.yaml')).toContain('x.yaml is not a configuration file. Use one of surefoot.config.ts')
  })
})

describe('checking the configuration', () => {
  it('takes all that is documented', async () => {
    const config = {
      projects: [
        {
          framework: 'typeorm',
          dialect: 'postgres',
          serverVersion: '16',
          paths: ['src/migrations/*.ts'],
          ignore: ['**/old/**'],
          baseline: '0042_x',
          runner: { transaction: 'each', cls: true },
          timeouts: 'set-by-runner',
        },
      ],
      rules: { 'rename-breaking': 'off', 'too-many-changes': ['error', { limit: 5 }], x: 'info' },
      profile: 'strict',
      unknown: 'block',
    }
    write('surefoot.json', JSON.stringify(config))
    expect((await loadConfig(root))?.config).toEqual(config)
  })

  it.each([
    [{ profil: 'strict' }, 'surefoot.json: unknown key "profil". Did you mean "profile"?'],
    [{ projects: [{ dialekt: 'mysql' }] }, 'surefoot.json: unknown key "dialekt" in projects[0]. Did you mean "dialect"?'],
    [{ projects: [{ runner: { tx: 'all' } }] }, 'surefoot.json: unknown key "tx" in projects[0].runner. Known are transaction, cls.'],
    [
      { zzzzzzzz: 1 },
      'surefoot.json: unknown key "zzzzzzzz". Known are projects, rules, profile, customRules, unknown, baselineFile, suppressions.',
    ],
    [{ profile: 'loose' }, 'surefoot.json: profile must be "safety", "strict", "style", not "loose".'],
    [{ projects: {} }, 'surefoot.json: projects must be a list, not {}.'],
    [
      { projects: [{ dialect: 'oracle' }] },
      'surefoot.json: projects[0].dialect must be "postgres", "mysql", "mariadb", "sqlite", not "oracle".',
    ],
    [{ projects: [{ paths: 'x' }] }, 'surefoot.json: projects[0].paths must be a list, not "x".'],
    [
      { projects: [{ serverVersion: 'new' }] },
      'surefoot.json: projects[0].serverVersion must be a version such as "16" or "8.0.36", not "new".',
    ],
    [
      { rules: { 'rename-breaking': 'fatal' } },
      'surefoot.json: rules.rename-breaking must be "off", "error", "warning", "info" or ["error", { …options }], not "fatal".',
    ],
    [{ projects: [{ runner: { cls: 'yes' } }] }, 'surefoot.json: projects[0].runner.cls must be true or false, not "yes".'],
    [[], 'surefoot.json: the configuration must be an object, not [].'],
    [{ rules: [] }, 'surefoot.json: rules must be an object, not [].'],
    [{ projects: [[]] }, 'surefoot.json: projects[0] must be an object, not [].'],
    [{ projects: [{ runner: [] }] }, 'surefoot.json: projects[0].runner must be an object, not [].'],
    [{ suppressions: [] }, 'surefoot.json: suppressions must be an object, not [].'],
    ['x', 'surefoot.json: the configuration must be an object, not "x".'],
  ])('%j is answered with: %s', async (config, sentence) => expect(await json(config)).toBe(sentence))

  it('tells several mistakes at once', async () => {
    expect((await json({ profile: 1, unknown: 2 })).split('\n')).toHaveLength(2)
  })
})
