import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { command, environment } from '../cli/command.ts'

// The hook managers themselves, as a user installs them: what they do with our command no imitation would show.

const root = resolve(import.meta.dirname, '../..')
const folders: string[] = []
// git tells its hooks where it is; a test that runs within a hook of ours must not hand that on.
const env = Object.fromEntries(
  Object.entries({ ...environment, CI: 'true' }).filter(([name]) => !name.startsWith('GIT_') || name === 'GIT_CONFIG_GLOBAL'),
)

function repository(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'surefoot-hooks-'))
  folders.push(folder)
  const all = {
    'package.json': '{ "name": "shop", "private": true, "type": "module" }\n',
    '.gitignore': 'node_modules\n',
    'surefoot.json': '{ "projects": [{ "framework": "raw-sql", "dialect": "postgres", "paths": ["db/migrations"] }] }\n',
    'db/migrations/001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\n',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  run(folder, 'git', 'init', '-q', '-b', 'main')
  run(folder, 'git', 'config', 'user.name', 'Test')
  run(folder, 'git', 'config', 'user.email', 'test@example.com')
  // What is deployed already: tables that are as new as the flagged statement have no rows to wait for.
  run(folder, 'git', 'add', '-A')
  run(folder, 'git', 'commit', '-q', '-m', 'begin')
  return folder
}

function run(cwd: string, program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 })
}

/** Installs packages as a user would, and puts our command beside them. */
function install(folder: string, ...packages: readonly string[]): void {
  run(folder, 'npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--save-dev', ...packages)
  const bin = join(folder, 'node_modules/.bin/surefoot')
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`)
  chmodSync(bin, 0o755)
}

function commit(folder: string, path: string, text: string): { readonly status: number | null; readonly said: string } {
  writeFileSync(join(folder, path), text)
  run(folder, 'git', 'add', '-A')
  const { status, stdout, stderr } = spawnSync('git', ['commit', '-q', '-m', 'a change'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 600_000,
  })
  return { status, said: stdout + stderr }
}

/** A flagged commit is stopped and a clean one goes through. */
function stopsTheFlagged(folder: string): void {
  const stopped = commit(folder, 'db/migrations/002_index.sql', 'CREATE INDEX orders_customer ON orders (customer_id);\n')
  expect(stopped.said).toContain('index-not-concurrent')
  expect(stopped.status).not.toBe(0)
  const passed = commit(
    folder,
    'db/migrations/002_index.sql',
    "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer_id);\n",
  )
  expect(passed.said).not.toContain('index-not-concurrent')
  expect(passed.status).toBe(0)
}

const preCommit = spawnSync('pre-commit', ['--version'], { encoding: 'utf8' }).status === 0

describe('the commit is stopped by', () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('husky', () => {
    const folder = repository({ '.husky/pre-commit': 'npx --no-install surefoot check --staged\n' })
    install(folder, 'husky@9')
    run(folder, 'node_modules/.bin/husky')
    stopsTheFlagged(folder)
  }, 300_000)

  it('husky with lint-staged', () => {
    const folder = repository({
      '.husky/pre-commit': 'npx --no-install lint-staged\n',
      'lint-staged.config.js': "export default { '*': () => 'surefoot check --staged' }\n",
    })
    install(folder, 'husky@9', 'lint-staged@16')
    run(folder, 'node_modules/.bin/husky')
    stopsTheFlagged(folder)
  }, 300_000)

  it('lefthook', () => {
    const folder = repository({
      'lefthook.yml': 'pre-commit:\n  commands:\n    surefoot:\n      run: npx --no-install surefoot check --staged\n',
    })
    install(folder, 'lefthook@2')
    run(folder, 'node_modules/.bin/lefthook', 'install')
    stopsTheFlagged(folder)
  }, 300_000)

  it.skipIf(!preCommit)(
    `pre-commit, from a clone of this repository${preCommit ? '' : ' (skipped: pre-commit is not installed)'}`,
    () => {
      const clone = mkdtempSync(join(tmpdir(), 'surefoot-clone-'))
      folders.push(clone)
      run(clone, 'git', 'clone', '-q', '--no-hardlinks', root, 'surefoot')
      const revision = run(join(clone, 'surefoot'), 'git', 'rev-parse', 'HEAD').trim()
      const folder = repository({
        '.pre-commit-config.yaml': `repos:\n  - repo: ${join(clone, 'surefoot')}\n    rev: ${revision}\n    hooks:\n      - id: surefoot\n`,
      })
      run(folder, 'pre-commit', 'install')
      stopsTheFlagged(folder)
    },
    900_000,
  )

  it('what the README says of pre-commit', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    expect(readme).toContain('- id: surefoot')
    expect(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')).toMatch(/^- id: surefoot$/m)
  })
})
