import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const program = join(import.meta.dirname, '../../dist/surefoot.js')

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'surefoot-own-'))
  mkdirSync(join(root, '.git'))
  write('migrations/001_a.sql', 'CREATE TABLE tbl_orders (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);\n')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', '--dialect', 'postgres', '--format', 'json', ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  const findings = status === 2 ? [] : (JSON.parse(stdout) as { findings: { rule: string; line: number; message: string }[] }).findings
  return { code: status, findings: findings.map(({ rule, line, message }) => `${line} ${rule}: ${message}`), said: stderr }
}

const rule = (id: string) => `import { defineConfig, defineRule } from 'surefoot'
const prefix = defineRule({
  id: '${id}', title: 'Table with a prefix', severity: 'error',
  instead: 'Name the table after what it holds.',
  messages: { prefixed: '{table} begins with {prefix}.' },
  options: { prefix: 'tbl_' },
  on: {
    createTable(create, at) {
      const { name } = create.table
      if (name.startsWith(at.options.prefix)) at.report(create, 'prefixed', { table: name, prefix: at.options.prefix })
    },
  },
})
export default defineConfig({ customRules: [prefix] })
`

describe('a rule of one’s own', () => {
  it('speaks where it sees its hazard, and only there', () => {
    write('surefoot.config.ts', rule('table-prefix'))
    expect(check()).toMatchObject({ code: 1, findings: ['1 table-prefix: tbl_orders begins with tbl_.'] })
  })

  it('is set like any other', () => {
    write('surefoot.config.ts', rule('table-prefix'))
    expect(check('--rule', 'table-prefix=off')).toMatchObject({ code: 0, findings: [] })
  })

  it('may not take the name of a built-in one', () => {
    write('surefoot.config.ts', rule('rename-breaking'))
    expect(check()).toMatchObject({ code: 2, said: expect.stringContaining('There are two rules "rename-breaking"') })
  })

  it.each([
    ['surefoot.json', '{ "customRules": ["table-prefix"] }'],
    ['surefoot.config.mjs', "export default { customRules: [{ id: 'a' }] }"],
  ])('is refused in words when it is none: %s', (file, text) => {
    write(file, text)
    expect(check()).toMatchObject({ code: 2, said: expect.stringContaining('customRules[0] must be a rule as defineRule gives it') })
  })
})
