import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

const command = resolve(import.meta.dirname, '../../dist/surefoot.js')
const folders: string[] = []

/** A git repository with these files, and a `surefoot` on its path of binaries. */
function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'surefoot-init-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: root })
  for (const [key, value] of [
    ['user.name', 'Test'],
    ['user.email', 'test@example.com'],
  ])
    execFileSync('git', ['config', key!, value!], { cwd: root })
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true })
  writeFileSync(join(root, 'node_modules/.bin/surefoot'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`)
  chmodSync(join(root, 'node_modules/.bin/surefoot'), 0o755)
  writeFileSync(join(root, '.git/info/exclude'), 'node_modules\n')
  return root
}

function init(root: string, ...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, 'init', '--cwd', root, ...args], { encoding: 'utf8' })
  return { out: stdout, err: stderr, code: status }
}

function commit(root: string, path: string, text: string) {
  writeFileSync(join(root, path), text)
  execFileSync('git', ['add', path], { cwd: root })
  return spawnSync('git', ['commit', '-q', '-m', 'a change'], { cwd: root, encoding: 'utf8' })
}

const flagged = 'CREATE INDEX orders_customer ON orders (customer_id);\n'
const clean = "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer_id);\n"
const migrations = { 'db/migrations/001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\n' }
const postgres = { ...migrations, 'package.json': '{ "name": "shop", "dependencies": { "pg": "^8.0.0" } }\n' }

describe('surefoot init', () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('writes configuration, hook and workflow, and the hook stops a flagged commit and lets a clean one through', () => {
    const root = repository(postgres)
    const { out, code } = init(root)
    expect(code).toBe(0)
    expect(out).toContain('db/migrations: raw-sql, postgres, 1 migration')
    expect(JSON.parse(readFileSync(join(root, 'surefoot.json'), 'utf8'))).toMatchObject({
      projects: [{ framework: 'raw-sql', dialect: 'postgres', paths: ['db/migrations'] }],
    })
    expect(statSync(join(root, '.git/hooks/pre-commit')).mode & 0o111).not.toBe(0)
    expect(readFileSync(join(root, '.github/workflows/surefoot.yml'), 'utf8')).toContain('fetch-depth: 0')
    const stopped = commit(root, 'db/migrations/002_index.sql', flagged)
    expect(stopped.status).not.toBe(0)
    expect(stopped.stdout + stopped.stderr).toContain('index-not-concurrent')
    const passed = commit(root, 'db/migrations/002_index.sql', clean)
    expect(passed.stdout + passed.stderr).not.toContain('index-not-concurrent')
    expect(passed.status).toBe(0)
  })

  it('shows and writes nothing under --dry-run', () => {
    const root = repository(postgres)
    const { out, code } = init(root, '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('Would write surefoot.json')
    expect(existsSync(join(root, 'surefoot.json'))).toBe(false)
    expect(existsSync(join(root, '.git/hooks/pre-commit'))).toBe(false)
    expect(existsSync(join(root, '.github'))).toBe(false)
  })

  it('leaves what is there as it is, and says what to add by hand', () => {
    const root = repository({
      ...postgres,
      'surefoot.json': '{ "profile": "strict" }\n',
      'lefthook.yml': 'pre-commit:\n  commands:\n    lint:\n      run: eslint\n',
    })
    const { out } = init(root)
    expect(out).toContain('surefoot.json is there already')
    expect(out).toContain('Add to lefthook.yml by hand')
    expect(readFileSync(join(root, 'surefoot.json'), 'utf8')).toBe('{ "profile": "strict" }\n')
    expect(readFileSync(join(root, 'lefthook.yml'), 'utf8')).not.toContain('surefoot')
    expect(existsSync(join(root, '.git/hooks/pre-commit'))).toBe(false)
  })

  it('adds to the end of a husky hook, a lefthook file without pre-commit, pre-commit’s list and a GitLab pipeline, once', () => {
    const husky = repository({ ...postgres, '.husky/pre-commit': 'npm test' })
    init(husky)
    init(husky)
    expect(readFileSync(join(husky, '.husky/pre-commit'), 'utf8')).toBe('npm test\nnpx --no-install surefoot check --staged\n')
    const lefthook = repository({ ...postgres, 'lefthook.yml': 'pre-push:\n  commands: {}\n', '.gitlab-ci.yml': 'stages: [test]\n' })
    init(lefthook)
    init(lefthook)
    expect(readFileSync(join(lefthook, 'lefthook.yml'), 'utf8')).toMatch(/^pre-push:[\s\S]*\npre-commit:\n {2}commands:\n {4}surefoot:\n/)
    expect(readFileSync(join(lefthook, '.gitlab-ci.yml'), 'utf8').match(/^surefoot:/gm)).toHaveLength(1)
    expect(existsSync(join(lefthook, '.github'))).toBe(false)
    const listed = repository({ ...postgres, '.pre-commit-config.yaml': 'repos:\n  - repo: local\n    hooks: []\n' })
    init(listed)
    init(listed)
    expect(readFileSync(join(listed, '.pre-commit-config.yaml'), 'utf8').match(/id: surefoot/g)).toHaveLength(1)
    const followed = repository({ ...postgres, '.pre-commit-config.yaml': 'repos: []\nfail_fast: true\n' })
    expect(init(followed).out).toContain('Add to .pre-commit-config.yaml by hand')
  })

  it('runs what the project’s package manager installs, says what is missing, and asks no project for a package.json', () => {
    const pnpm = repository({ ...postgres, 'pnpm-lock.yaml': '' })
    rmSync(join(pnpm, 'node_modules'), { recursive: true })
    expect(init(pnpm).out).toContain('Before the next commit: pnpm add --save-dev surefoot.')
    expect(readFileSync(join(pnpm, '.git/hooks/pre-commit'), 'utf8')).toBe('#!/bin/sh\nexec pnpm exec surefoot check --staged\n')
    expect(readFileSync(join(pnpm, '.github/workflows/surefoot.yml'), 'utf8')).toMatch(
      /- run: corepack enable\n {6}- run: pnpm install --frozen-lockfile\n {6}- run: pnpm exec surefoot check --since/,
    )
    const yarn = repository({
      ...postgres,
      'package.json': '{ "devDependencies": { "surefoot": "1" }, "dependencies": { "pg": "8" } }',
      'yarn.lock': '',
    })
    expect(init(yarn).out).not.toContain('Before the next commit')
    expect(readFileSync(join(yarn, '.git/hooks/pre-commit'), 'utf8')).toContain('yarn surefoot check --staged')
    const none = repository({ ...migrations, 'diesel.toml': '' })
    expect(init(none).out).not.toContain('npm ci')
    expect(readFileSync(join(none, '.git/hooks/pre-commit'), 'utf8')).toMatch(/exec npx --yes surefoot@\d+\.\d+\.\d+ check --staged\n$/)
  })

  it('writes a hook that goes where the project is', () => {
    const root = repository({
      'api/package.json': postgres['package.json'],
      'api/db/migrations/001_a.sql': migrations['db/migrations/001_orders.sql'],
    })
    init(join(root, 'api'))
    expect(readFileSync(join(root, '.git/hooks/pre-commit'), 'utf8')).toBe(
      "#!/bin/sh\ncd 'api' && exec npx --no-install surefoot check --staged\n",
    )
  })

  it('says so where there are no migrations, and asks for a dialect that nothing tells', () => {
    const { err, code } = init(repository({ 'README.md': 'nothing' }))
    expect(code).toBe(2)
    expect(err).toContain('No migrations were found here')
    expect(init(repository(migrations)).out).toContain('Write the "dialect" of db/migrations')
  })
})
