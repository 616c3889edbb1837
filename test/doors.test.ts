import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
  peerDependenciesMeta: Record<string, { optional: true }>
}

let home: string
let tarball: string
let files: readonly string[]

/** A project with the packed tarball and its production dependencies installed, and nothing else. */
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'surefoot-doors-')))
  // What a run leaves beside the program is nobody else's.
  execFileSync(process.execPath, [join(root, 'dist/surefoot.js'), 'rules'], { stdio: 'ignore' })
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', home], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ filename, files: listed }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }]
  tarball = join(home, filename)
  files = listed.map(({ path }) => path)
  const modules = join(home, 'node_modules')
  mkdirSync(join(modules, 'surefoot'), { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'surefoot')])
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(home, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function node(...args: string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' })
  return { code: status, out: `${stdout}${stderr}` }
}

describe('the packed package', () => {
  it('holds the command, the library, its types, the pages of the rules and the schema', () => {
    const expected = [
      'dist/surefoot.js',
      'dist/index.mjs',
      'dist/types/src/index.d.ts',
      'schema/outcome.schema.json',
      'README.md',
      'LICENSE',
    ]
    expect(files).toEqual(expect.arrayContaining(expected))
    expect(files.filter((path) => /^rules\/.+\.md$/.test(path))).toHaveLength(pages().length)
  })

  it('holds nothing that a run keeps', () => {
    expect(readdirSync(join(root, 'dist')).filter((file) => file.endsWith('.cache')).length).toBeGreaterThan(0)
    expect(files.filter((path) => path.endsWith('.cache'))).toEqual([])
  })

  it('holds no source, no test and no fixture', () =>
    expect(
      files.filter((path) => /^(?:src|test|fixtures|bench|scripts|\.)/.test(path) || (path.endsWith('.ts') && !path.endsWith('.d.ts'))),
    ).toEqual([]))

  it('brings along only what the README gives a reason for', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const rows = [
      ...readme
        .split('## What it brings along')[1]!
        .split('\n## ')[0]!
        .matchAll(/^\| `([^`]+)` \| \S/gm),
    ].map(([, name]) => name)
    expect(rows).toEqual(Object.keys(manifest.dependencies).sort())
    for (const name of Object.keys(manifest.peerDependencies)) expect(readme).toContain(`\`${name}\``)
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(Object.keys(manifest.peerDependencies))
  })

  it('pleases publint', async () => {
    const bytes = readFileSync(tarball)
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('has types that are right for ES modules', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const ran = node(attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji')
    expect(ran.code, ran.out).toBe(0)
  })

  it('can be imported, and checks a project given as texts', () => {
    writeFileSync(
      join(home, 'use.mjs'),
      `import { check, defineConfig, explain } from 'surefoot'
const { findings } = await check({
  files: { 'migrations/001_a.sql': 'CREATE INDEX a ON b (c);' },
  dialect: 'postgres',
  config: defineConfig({ projects: [{ timeouts: 'set-by-runner' }] }),
})
console.log(findings.map(({ rule }) => rule).join(), explain('rename-breaking').slice(0, 2))
`,
    )
    expect(node('use.mjs')).toEqual({ code: 0, out: 'index-not-concurrent # \n' })
  })

  it.each(['typescript-5-4', 'typescript-5-9', 'typescript', 'typescript-7'])('has types that hold for a strict user of %s', (compiler) => {
    writeFileSync(
      join(home, 'use.ts'),
      `import { check, type CheckOptions, type Config, defineConfig, defineRule, type Outcome, rehearse, type RehearseOptions, type Rehearsed, type Rule, rules } from 'surefoot'
import surefoot from 'surefoot/eslint'
const own = defineRule({
  id: 'own', title: 'Own', severity: 'error', instead: 'Do not.',
  messages: { said: '{table} has {count}.' },
  options: { most: 3 },
  on: {
    createTable(create, at) {
      const count: number = create.columns.length
      if (count > at.options.most) at.report(create, 'said', { table: create.table.name, count })
      // @ts-expect-error a slot is missing
      at.report(create, 'said', { table: create.table.name })
      // @ts-expect-error there is no such message
      at.report(create, 'sad', {})
    },
  },
})
const config: Config = defineConfig({ profile: 'strict', rules: { 'missing-down': ['error', { a: 1 }] }, projects: [{ dialect: 'mysql' }], customRules: [own] })
export const ids: readonly string[] = rules.map((rule: Rule) => rule.id)
export async function run(options: CheckOptions): Promise<Outcome> {
  return check(options)
}
export async function prove(options: RehearseOptions): Promise<Rehearsed> {
  const { rehearsals } = await rehearse({ ...options, engine: 'pglite', signal: new AbortController().signal })
  return rehearse(options).then((outcome) => ({ ...outcome, rehearsals }))
}
// @ts-expect-error there is no such profile
defineConfig({ profile: 'loose' })
// @ts-expect-error there is no such engine
void check({ files: {}, dialect: 'oracle' })
// @ts-expect-error there is no such set of rules
surefoot.configs.loose
export const levels: readonly ('error' | 'warn')[] = surefoot.configs.recommended.flatMap(({ rules }) => Object.values(rules))
export default config
`,
    )
    const options = {
      module: 'NodeNext',
      target: 'ES2022',
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    }
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }))
    expect(node(join(root, 'node_modules', compiler, 'bin/tsc'), '-p', 'tsconfig.json')).toEqual({ code: 0, out: '' })
  })

  it.each(['eslint', 'eslint-10'])('has a plugin that the types of %s take', (alias) => {
    rmSync(join(home, 'node_modules/eslint'), { force: true })
    symlinkSync(join(root, 'node_modules', alias), join(home, 'node_modules/eslint'))
    writeFileSync(
      join(home, 'eslint.config.ts'),
      `import { defineConfig } from 'eslint/config'
import surefoot from 'surefoot/eslint'
export default defineConfig([
  surefoot.configs.recommended,
  { files: ['db/**/*.sql'], plugins: { surefoot }, language: 'surefoot/sql', rules: { 'surefoot/too-many-changes': ['error', { limit: 3 }] } },
  // @ts-expect-error there is no such severity
  { rules: { 'surefoot/rename-breaking': 'fatal' } },
])
`,
    )
    const options = { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: [], skipLibCheck: true }
    writeFileSync(join(home, 'tsconfig.eslint.json'), JSON.stringify({ compilerOptions: options, files: ['eslint.config.ts'] }))
    expect(node(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.eslint.json')).toEqual({ code: 0, out: '' })
  })

  it('has a command that runs, with its production dependencies only', () => {
    mkdirSync(join(home, 'migrations'), { recursive: true })
    const up = (engine: string) => `ALTER TABLE a RENAME COLUMN b TO ${engine};\n`
    writeFileSync(join(home, 'migrations/001_a.sql'), up('c'))
    const bin = 'node_modules/surefoot/dist/surefoot.js'
    for (const engine of ['postgres', 'mysql', 'mariadb', 'sqlite']) {
      const ran = node(bin, 'check', '--dialect', engine)
      expect(ran.out).toContain('rename-breaking')
      expect(ran.code).toBe(1)
    }
    writeFileSync(
      join(home, 'surefoot.config.ts'),
      "import { defineConfig } from 'surefoot'\nexport default defineConfig({ projects: [{ dialect: 'mysql' as const }] })\n",
    )
    expect(node(bin, 'check').out).toContain('Assumed: mysql')
    expect(node(bin, '--version').out).toBe(`${manifest.version}\n`)
  })

  it('keeps everything but its doors to itself', () =>
    expect(node('--input-type=module', '-e', "await import('surefoot/dist/index.mjs')").out).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED'))
})

function pages(): readonly string[] {
  return readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'))
}
