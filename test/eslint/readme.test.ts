import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** The example that the README calls by a file's name. */
function example(name: string): string {
  const behind = readme.split(`<!-- run: ${name} -->`)[1]
  const block = behind === undefined ? undefined : /```\w+\n([\s\S]*?)\n *```/.exec(behind)
  if (!block) throw new Error(`the README has no example ${name}`)
  return block[1]!
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'surefoot-readme-'))
  mkdirSync(join(home, '.git'))
  for (const [name, target] of [
    ['surefoot', root],
    ['@typescript-eslint/parser', join(root, 'node_modules/@typescript-eslint/parser')],
  ] as const) {
    mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true })
    symlinkSync(target, join(home, 'node_modules', name))
  }
  write('package.json', '{ "name": "user" }')
  write('migrations/001_a.sql', 'CREATE TABLE tbl_a (id bigint PRIMARY KEY);\nALTER TABLE b RENAME COLUMN c TO d;\n')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

function run(...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' })
  return `${stdout}${stderr}`
}

const eslint = () => run(join(root, 'node_modules/eslint/bin/eslint.js'), '.')

describe('the examples of the README', () => {
  it.each(['eslint.config.mjs', 'eslint.config.cjs'])('%s', (name) => {
    write(name, example(name))
    write('surefoot.json', '{ "projects": [{ "dialect": "postgres" }] }')
    expect(eslint()).toContain('surefoot/rename-breaking')
  })

  it('surefoot.config.ts, in the command and in ESLint', () => {
    write('surefoot.config.ts', example('surefoot.config.ts'))
    write('eslint.config.mjs', example('eslint.config.mjs'))
    expect(run(join(root, 'dist/surefoot.js'), 'check')).toContain('tbl_a begins with tbl_.')
    expect(eslint()).toMatch(/1:1 +warning +tbl_a begins with tbl_.*surefoot\/table-prefix/)
  })

  it('library.mjs', () => {
    write('library.mjs', example('library.mjs'))
    const out = run('library.mjs')
    expect(out).toMatch(/^migrations\/001_orders\.sql:1 rename-breaking: ./m)
    expect(out).toMatch(/^# /m)
  })

  it('rehearse.mjs', () => {
    write('rehearse.mjs', example('rehearse.mjs'))
    const out = run('rehearse.mjs')
    expect(out).toMatch(/^not-null-without-default: confirmed, ./m)
    expect(out).toMatch(/^002_total on SQLite .+: 1 statement$/m)
  })
})
